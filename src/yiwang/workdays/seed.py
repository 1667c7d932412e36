"""Filling the calendar from ``chinesecalendar``, as far as its data goes."""

from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays

from yiwang.workdays.models import Day


def seed_calendar() -> int:
    """Enter every year that the library knows and the office does not; return how many days were added.

    A day that the office has entered or changed itself is never touched.
    """
    years = range(min(holidays).year, max(holidays).year + 1)
    known = set(Day.objects.filter(date__gte=date(years[0], 1, 1)).values_list("date", flat=True))
    fresh = []
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            if day not in known:
                off, name = chinese_calendar.get_holiday_detail(day)
                fresh.append(Day(date=day, working=not off, name=str(name) if name else ""))
            day += timedelta(days=1)
    Day.objects.bulk_create(fresh, batch_size=500)
    return len(fresh)
