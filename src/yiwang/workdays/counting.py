"""Counting days: calendar days and working days, in the office's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from yiwang.workdays.models import Day

SATURDAY = 5
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


class Calendar(Protocol):
    """Whatever tells of a day whether it is worked: a mapping, or the office's table. None: the year is not known."""

    def get(self, day: date, /) -> bool | None: ...


class OfficeCalendar:
    """The office's calendar, read as days are asked for: ``ahead`` days by one statement, and longer holidays besides."""

    def __init__(self, ahead: int) -> None:
        self._ahead = timedelta(days=ahead + LONGEST_HOLIDAY)
        self._read: dict[date, bool] = {}
        self._first, self._last = date.max, date.min

    def get(self, day: date, /) -> bool | None:
        if not self._first <= day <= self._last:
            self._first, self._last = day, day + min(self._ahead, date.max - day)
            self._read = known_days(self._first, self._last)
        return self._read.get(day)


def known_days(first: date, last: date) -> dict[date, bool]:
    """Return which days are worked, of those from ``first`` to ``last`` that the office knows; one statement."""
    return dict(Day.objects.filter(date__gte=first, date__lte=last).values_list("date", "working"))


def worked(calendar: Calendar, day: date) -> tuple[bool, bool]:
    """Return whether a day is worked, and whether the calendar knows it: a day of an unknown year is worked from Monday to Friday.

    What is counted from an unknown day is provisional 暂定, and is to be counted anew when the year is entered.
    """
    known = calendar.get(day)
    return (day.weekday() < SATURDAY, False) if known is None else (known, True)
