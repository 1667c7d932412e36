"""A second opinion on dates, written apart from the product: it looks at every single day, and shares no line with it."""

from datetime import date, datetime, timedelta, timezone

import chinese_calendar

LAW = {
    "refer": (15, False),
    "notice": (15, False),
    "objection": (5, True),
    "handling": (60, False),
    "review-request": (30, False),
    "review": (30, False),
    "re-review-request": (30, False),
    "re-review": (30, False),
    "simple-decision": (3, True),
    "simple-handling": (10, True),
    "reply": (60, False),
}
"""Days of each limit, and whether they are working days: typed from the Regulations by hand."""
BEIJING = timezone(timedelta(hours=8))
KNOWN_YEARS = range(2004, 2027)

_seen: dict[int, bool] = {}


def is_worked(ordinal: int) -> bool:
    """Tell whether a day is worked; of a year that nobody has published, Monday to Friday."""
    if ordinal not in _seen:
        day = date.fromordinal(ordinal)
        _seen[ordinal] = chinese_calendar.is_workday(day) if day.year in KNOWN_YEARS else day.isoweekday() <= 5
    return _seen[ordinal]


def last_day(
    code: str, event: datetime, extended: int, suspended: list[tuple[date, date]], rollover: bool
) -> tuple[date, bool, int]:
    """Return the last day in time, whether a day of an unknown year was asked for, and how many days stood still."""
    number, working = LAW[code]
    wanted = number + extended
    out = {day for first, last in suspended for day in range(first.toordinal(), last.toordinal() + 1)}
    today = event.astimezone(BEIJING).date().toordinal()
    used = still = 0
    asked: list[int] = []
    while used != wanted:
        today += 1
        if today in out:
            still += 1
        else:
            if working:
                asked.append(today)
            used += 1 if not working or is_worked(today) else 0
    if rollover:
        asked.append(today)
        while not is_worked(today):
            today += 1
            asked.append(today)
    return date.fromordinal(today), any(date.fromordinal(day).year not in KNOWN_YEARS for day in asked), still
