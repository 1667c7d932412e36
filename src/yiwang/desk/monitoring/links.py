"""Each figure opens the list behind it: the addresses of /desk/petitions/ with the filter that the figure was counted by."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from yiwang.insight.monitoring import AgencyLoad, Categorised, Channelled, Overview, TrendDay


def _list(**filters: object) -> str:
    given = {name: value for name, value in filters.items() if value is not None}
    return f"{reverse('desk:petitions')}?{urlencode(given)}"


def received(first: date, last: date, **more: object) -> str:
    """Return the list of what was received from one day to another, both included."""
    return _list(since=first, until=last, **more)


def waiting(state: str = "open", **more: object) -> str:
    """Return the list of what waits, or of what stands in one state."""
    return _list(state=state, **more)


def answered(first: date, last: date) -> str:
    """Return the list of what was first answered from one day to another, both included."""
    return _list(answered_since=first, answered_until=last)


def figures(found: Overview) -> dict[str, str]:
    """Return the lists behind the six large figures, by the figure's name."""
    return {
        "received_today": received(found.today, found.today),
        "waiting": _list(state="open"),
        "due_today": _list(state="open", due="today"),
        "late": _list(state="open", due="late"),
        "answered_week": answered(found.week_from, found.today),
        "median_days": answered(found.window_from, found.today),
    }


def channel(found: Overview, row: Channelled) -> str:
    return received(found.window_from, found.today, channel=row.channel.value)


def category(found: Overview, row: Categorised) -> str:
    """Return the list of a branch, "" for one that is no longer in use: the list's filters do not offer it."""
    if row.category and not row.category.active:
        return ""
    return received(found.window_from, found.today, category=row.category.pk if row.category else "none")


def agency(row: AgencyLoad, due: str | None = None) -> str:
    """Return the list of what waits with an agency; with ``due``, of what is late or due today there."""
    return _list(state="open", agency=row.agency.pk if row.agency else "none", due=due)


def day(row: TrendDay) -> tuple[str, str]:
    """Return the lists of what was received and what was answered on a day."""
    return received(row.day, row.day), answered(row.day, row.day)
