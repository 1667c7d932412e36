"""What comes by each channel beside what usually comes then, so that a channel that fell silent is noticed.

“Usual” is the median of the same time of day on the same weekday in the last eight weeks: a rally three weeks ago does
not raise it, a holiday does not lower it. Weeks before the office began do not count; with fewer than three there is no
usual yet. Counted by when the matter was received, without imported history.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from yiwang.petitions.models import Petition
from yiwang.store.ids import first_id_at
from yiwang.workdays.counting import office_zone

WEEKS = 8
FEWEST_WEEKS = 3


@dataclass(frozen=True)
class Arrivals:
    """What came by one channel in a time, and what usually comes then; ``usual`` is None while nothing is known of it."""

    channel: Petition.Channel
    number: int
    usual: float | None

    @property
    def silent(self) -> bool:
        """Whether nothing came where something usually does."""
        return not self.number and self.usual is not None and self.usual >= 1


def reach(start: datetime) -> int:
    """Return the lowest id that :func:`arrivals` looks at for a time that begins then: ``counted_from`` of `visible_to`."""
    return first_id_at(_weeks_before(start, WEEKS))


def arrivals(petitions: QuerySet[Petition], start: datetime, end: datetime) -> list[Arrivals]:
    """Return what came from ``start`` to before ``end``, for each channel by which anything comes then; one statement.

    The time may not be longer than a week.
    """
    windows = [(_weeks_before(start, back), _weeks_before(end, back)) for back in range(WEEKS + 1)]
    spans = [Q(pk__gte=first_id_at(first), pk__lt=first_id_at(last)) for first, last in windows]
    any_week = Q(pk__in=[])
    for span in spans:
        any_week |= span
    week = Case(*[When(span, then=Value(back)) for back, span in enumerate(spans)], output_field=IntegerField())
    rows = (
        petitions.filter(any_week, historical=False)
        .order_by()
        .annotate(week=week)
        .values_list("channel", "week")
        .annotate(number=Count("*"))
    )
    return _beside_usual(rows)


def _weeks_before(instant: datetime, weeks: int) -> datetime:
    """Return the same time by the office's clock so many weeks earlier."""
    return instant.astimezone(office_zone()) - timedelta(weeks=weeks) if weeks else instant


def _beside_usual(rows: Iterable[tuple[str, int, int]]) -> list[Arrivals]:
    counts: dict[str, dict[int, int]] = {}
    for channel, week, number in rows:
        counts.setdefault(channel, {})[week] = number
    oldest = max((week for weeks in counts.values() for week in weeks), default=0)
    found = []
    for channel, weeks in counts.items():
        past = [weeks.get(back, 0) for back in range(1, oldest + 1)]
        usual = float(median(past)) if oldest >= FEWEST_WEEKS else None
        found.append(Arrivals(Petition.Channel(channel), weeks.get(0, 0), usual))
    order = list(Petition.Channel)
    return sorted(found, key=lambda row: order.index(row.channel))
