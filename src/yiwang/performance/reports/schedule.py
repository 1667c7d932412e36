"""On schedule: weekly bulletins early on Mondays, the others early on the first day of a month, quarter and year, in the office's zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db.models import Max

from yiwang.performance.measures import Period
from yiwang.performance.models import Report, ReportSettings
from yiwang.performance.reports import keeping, telling
from yiwang.performance.reports.periods import Kind, after, last_whole, period_of
from yiwang.petitions.models import Petition
from yiwang.workdays.counting import office_date

MOST_MISSED = 60
"""Periods of one kind that are made up for after a downtime: more than a year of weeks.

Where more lie between, the newest report is an old one that somebody asked for by command: then the last one alone is made.
"""


def make_due(now: datetime | None = None) -> int:
    """Make the reports whose period is over and which nobody made, then tell who signs; return how many were made.

    The worker calls it every few minutes. After a downtime every missed one is made, each once, and one message tells of
    all. Whatever dies in between is taken up at the next call: a report is one row, made once by its key.
    """
    now = now or datetime.now(UTC)
    made = 0
    for kind, period in due(now):
        keeping.make(kind, period)
        made += 1
    telling.tell(now)
    return made


def due(now: datetime) -> Iterator[tuple[str, Period]]:
    """Yield kind and period of what is to be made now, earliest first; two statements, and one more where something is due.

    Of each kind: those after the newest that there is, else the last whole one alone. Before the office had any petition
    there is nothing to report.
    """
    settings = ReportSettings.current()
    today = office_date(now - timedelta(hours=settings.from_hour))
    newest = dict(Report.objects.order_by().values_list("kind").annotate(last=Max("last_day")))
    begun: datetime | None = None
    for kind in Kind:
        latest = last_whole(kind, today, settings.imported)
        known = newest.get(kind.value)
        if known and known >= latest.last_day:
            continue
        if begun is None:
            begun = Petition.objects.order_by("received_at").values_list("received_at", flat=True).first()
        if begun is None:
            return
        if latest.last_day < office_date(begun):
            continue
        yield from ((kind.value, period) for period in _missing(kind, known, latest))


def _missing(kind: Kind, known: date | None, latest: Period) -> list[Period]:
    if known is None:
        return [latest]
    found = [period_of(kind, known + timedelta(days=1), latest.imported)]
    while found[-1].first_day < latest.first_day:
        found.append(after(kind, found[-1]))
    return found if len(found) <= MOST_MISSED else [latest]
