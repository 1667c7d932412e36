"""Counting days: calendar days and working days, in the office's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from yiwang.workdays.models import Day

LONGEST_HOLIDAY = 12  # days off in a row, weekends included; only the size of a look ahead


def office_zone() -> ZoneInfo:
    """Return the zone in which the office's days begin and end."""
    return ZoneInfo(settings.TIME_ZONE)


FIRST_DAY, LAST_DAY = date.min + timedelta(days=1), date.max - timedelta(days=1)
"""Between these each day has its instants, in every zone: a date that somebody typed may lie anywhere."""


def office_date(instant: datetime) -> date:
    """Return the day on which an instant falls at the office."""
    return instant.astimezone(office_zone()).date()


def start_of(day: date) -> datetime:
    """Return the instant (UTC) at which a day begins at the office; the year 1's first day counts as its second."""
    return datetime.combine(max(day, FIRST_DAY), time.min, office_zone()).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the instant (UTC) at which a day is over: the next local midnight; the year 9999's last day ends a day early."""
    return start_of(min(day, LAST_DAY) + timedelta(days=1))


def after_days(start: date, days: int) -> date:
    """Return the last day of a limit of calendar days, counted from the day after ``start``."""
    return start + timedelta(days=days)


def after_working_days(start: date, days: int) -> tuple[date, bool]:
    """Return the last day of a limit of working days, counted from the day after ``start``, and whether it is provisional 暂定.

    One statement. A day of a year that is not in the calendar counts as working when it is a weekday; the result is then
    provisional, and is to be recomputed when the year is entered.
    """
    horizon = start + timedelta(days=days * 2 + LONGEST_HOLIDAY)
    known = dict(Day.objects.filter(date__gt=start, date__lte=horizon).values_list("date", "working"))
    day, left, provisional = start, days, False
    while left:
        day += timedelta(days=1)
        if day > horizon:
            more = dict(
                Day.objects.filter(date__gte=day, date__lte=day + timedelta(days=60)).values_list("date", "working")
            )
            known.update(more)
            horizon = day + timedelta(days=60)
        provisional |= day not in known
        left -= known.get(day, day.weekday() < 5)
    return day, provisional


def rolled_over(day: date) -> tuple[date, bool]:
    """Return the first working day on or after ``day``, and whether that is provisional."""
    return after_working_days(day - timedelta(days=1), 1)
