"""How a date is counted from a row of the table: the day after the event is the first, and a suspended day does not count."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _

from yiwang.petitions.deadlines.rules import GROUNDS, Rule, Unit
from yiwang.petitions.refusals import Refused
from yiwang.workdays.counting import Calendar, OfficeCalendar, end_of, office_date, worked

ONE_DAY = timedelta(days=1)
SHARES = (50, 80, 100)
"""The shares of a limit, in per cent of its days, at whose end it is warned of."""

Days = tuple[date, date]
"""A stretch of days, both ends included."""


@dataclass(frozen=True)
class Due:
    """When a limit ends: the last day in time, the instant after it (UTC), and whether the calendar lacks the year 暂定.

    ``length`` are the days counted, an extension included; ``suspended_days`` those that lay within and did not count.
    ``marks`` are the instants at which 50, 80 and 100 per cent of the days are over, the first first.
    """

    on: date
    at: datetime
    provisional: bool
    length: int
    suspended_days: int
    marks: tuple[tuple[int, datetime], ...]

    def is_over(self, now: datetime) -> bool:
        """Whether the time has passed for certain: nobody loses a right by an end that is provisional."""
        return self.at <= now and not self.provisional

    def mark_above(self, percent: int) -> datetime | None:
        """Return the instant of the first mark above so many per cent."""
        return next((at for share, at in self.marks if share > percent), None)

    def passed(self, now: datetime) -> int:
        """Return the highest mark that lies behind, in per cent; 0 when none does."""
        return max((share for share, at in self.marks if at <= now), default=0)


def rolls_over(rule: Rule) -> bool:
    """Tell whether an end on a rest day moves to the next working day, as the office has set it (``YIWANG_ROLLOVER``)."""
    return {"all": True, "none": False}.get(settings.ROLLOVER, rule.rollover)


def by_calendar(rule: Rule, rollover: bool) -> bool:
    """Tell whether the end hangs on which days are worked, so that it is counted anew when the calendar changes."""
    return rollover or rule.unit == Unit.WORKING_DAYS


def due(
    rule: Rule,
    start: datetime,
    *,
    extended: int = 0,
    suspended: Iterable[Days] = (),
    rollover: bool | None = None,
    calendar: Calendar | None = None,
) -> Due:
    """Return when a limit that starts at an instant ends.

    ``extended`` adds to the rule's number; the days of ``suspended`` do not count, each once. ``rollover`` None means
    what the office has set. Without a ``calendar`` the office's own is read: one statement where working days matter,
    none otherwise. Raises OverflowError beyond the year 9999.
    """
    first, length = office_date(start), rule.number + extended
    stretches = _merged(suspended)
    calendar = calendar or OfficeCalendar(length * 2)
    counted, provisional = [], False
    for day, known in islice(_counting_days(rule.unit, first, stretches, calendar), length):
        counted.append(day)
        provisional |= not known
    on = counted[-1]
    if rolls_over(rule) if rollover is None else rollover:
        on, known = _rolled_over(on, calendar)
        provisional |= not known
    return Due(
        on, end_of(on), provisional, length,
        suspended_days=sum(max(0, (min(to, counted[-1]) - max(since, first + ONE_DAY)).days + 1) for since, to in stretches),
        marks=_marks(counted, on),
    )  # fmt: skip


def due_by(day: date, start: datetime | None = None) -> Due:
    """Return the end of a limit that names its day itself, as the report of an assignment 交办 does.

    From ``start`` on its days are counted for the marks; without it, it has but the last.
    """
    first = office_date(start) if start else day - ONE_DAY
    counted = [first + ONE_DAY * number for number in range(1, (day - first).days + 1)] or [day]
    return Due(day, end_of(day), False, len(counted), 0, _marks(counted, day))


def check_extension(rule: Rule, days: int) -> None:
    """Refuse an extension that the rule does not know, or a longer one than it allows (art. 34)."""
    if not rule.longest_extension:
        raise Refused("no_extension", _("“%(label)s”的期限不能延长。") % {"label": rule.label})
    if not 1 <= days <= rule.longest_extension:
        raise Refused(
            "extension_too_long",
            _("“%(label)s”最多延长%(most)d天，至少1天；填的是%(days)d天。")
            % {"label": rule.label, "most": rule.longest_extension, "days": days},
        )


def check_suspension(rule: Rule, first: date, last: date, because: str | None = None) -> None:
    """Refuse a suspension that the rule does not know, for that ground when one is given, or that ends before it begins."""
    if not rule.suspended_by:
        raise Refused("no_suspension", _("“%(label)s”的期限不因任何事由停止计算。") % {"label": rule.label})
    if because is not None and because not in rule.suspended_by:
        known = _("、").join(str(GROUNDS[ground]) for ground in rule.suspended_by)
        raise Refused(
            "no_ground", _("“%(label)s”的期限只因%(known)s停止计算。") % {"label": rule.label, "known": known}
        )
    if last < first:
        raise Refused("ends_before_it_begins", _("停止计算的最后一天不能早于第一天。"))


def _counting_days(
    unit: Unit, first: date, stretches: Sequence[Days], calendar: Calendar
) -> Iterator[tuple[date, bool]]:
    """Go through the days after ``first`` that count, each with whether the calendar knew what was asked of it."""
    day, sure = first, True
    ahead = list(stretches)
    while True:
        day += ONE_DAY
        while ahead and ahead[0][1] < day:
            ahead.pop(0)
        if ahead and ahead[0][0] <= day:
            day = ahead[0][1]
            continue
        if unit == Unit.WORKING_DAYS:
            works, known = worked(calendar, day)
            sure &= known
            if not works:
                continue
        yield day, sure


def _rolled_over(day: date, calendar: Calendar) -> tuple[date, bool]:
    """Return the first working day from ``day`` on, and whether the calendar knew all days asked for."""
    sure = True
    while True:
        works, known = worked(calendar, day)
        sure &= known
        if works:
            return day, sure
        day += ONE_DAY


def _merged(stretches: Iterable[Days]) -> list[Days]:
    """Return the stretches in order, those that touch or overlap as one, so that no day stands in two."""
    merged: list[Days] = []
    for first, last in sorted(stretches):
        if merged and first <= merged[-1][1] + ONE_DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _marks(counted: Sequence[date], on: date) -> tuple[tuple[int, datetime], ...]:
    """Return the end of the first day by which each share is used up; the last is the end of the limit itself."""
    early = [(share, end_of(counted[-(-len(counted) * share // 100) - 1])) for share in SHARES if share < 100]
    return (*early, (100, end_of(on)))
