"""Filling the calendar from ``chinesecalendar``, as far as its data goes."""

from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays
from django.db import transaction

from yiwang.workdays.models import ChangedDays, Day


def published_days() -> list[date]:
    """Return the days that the library knows, in order."""
    first, last = date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def published_calendar() -> dict[date, bool]:
    """Return which days are worked as the library has them, for a count without an office."""
    return {day: not chinese_calendar.get_holiday_detail(day)[0] for day in published_days()}


def seed_calendar() -> int:
    """Enter every year that the library knows and the office does not; return how many days were added.

    A day that the office has entered or changed itself is never touched.
    """
    days = published_days()
    known = set(Day.objects.filter(date__gte=days[0]).values_list("date", flat=True))
    fresh = []
    for day in days:
        if day not in known:
            off, name = chinese_calendar.get_holiday_detail(day)
            fresh.append(Day(date=day, working=not off, name=str(name) if name else ""))
    with transaction.atomic():
        Day.objects.bulk_create(fresh, batch_size=500)
        if fresh:
            ChangedDays.objects.create(first_day=fresh[0].date, last_day=fresh[-1].date)
    return len(fresh)
