"""Duties that are late 超期, and those that soon will be 即将到期."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import QuerySet

from yiwang.petitions.deadlines import RULES, is_duty
from yiwang.petitions.models import Deadline
from yiwang.supervision.detectors import Found
from yiwang.supervision.models import Settings
from yiwang.workdays.counting import end_of, office_date

RIGHTS = sorted(code for code in RULES if not is_duty(code))


def duties() -> QuerySet[Deadline]:
    """Return the open limits that bind somebody to act. A merged petition's are those of the one that it follows."""
    return Deadline.objects.filter(met_at=None, cancelled_at=None, petition__merged_into=None).exclude(rule__in=RIGHTS)


def late(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the duties whose time has passed, one finding for each limit; one statement."""
    rows = duties().filter(petition__in=petitions, due_at__lte=now).order_by()
    for pk, petition, agency, rule, due_on, due_at in rows.values_list(
        "pk", "petition", "owed_by", "rule", "due_on", "due_at"
    ):
        yield Found("late", petition, agency, pk, due_at, {"rule": rule, "due_on": due_on.isoformat()})


def soon(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the duties of which the share that the office has set is used up, and that are not late; two statements."""
    percent = Settings.current().soon_percent
    rows = duties().filter(petition__in=petitions, due_at__gt=now).order_by()
    for pk, petition, agency, rule, started_at, due_on in rows.values_list(
        "pk", "petition", "owed_by", "rule", "started_at", "due_on"
    ):
        since = mark(office_date(started_at), due_on, percent)
        if since <= now:
            yield Found("soon", petition, agency, pk, since, {"rule": rule, "due_on": due_on.isoformat()})


@lru_cache(maxsize=10_000)
def mark(started_on: date, due_on: date, percent: int) -> datetime:
    """Return the instant from which a limit is about to be late: the end of the first day by which that share is used up.

    The days are counted by the calendar, the day after the start first, as limits are: of 60 days, 80 per cent are used up
    at the end of the 48th.
    """
    length = max((due_on - started_on).days, 1)
    return end_of(started_on + timedelta(days=-(-length * percent // 100)))
