"""The counting against a second opinion (oracle.py), day for day."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.petitions.limits.oracle import BEIJING, LAW, last_day

from yiwang.petitions.deadlines import RULES, due
from yiwang.workdays.seed import published_calendar

pytestmark = pytest.mark.engine_free
CASES = 12_000
EDGES = [
    *(date(year, 2, 28) for year in range(2004, 2028)),  # leap years and others
    *(date(year, 12, 31) for year in range(2003, 2028)),
    *(date(year, month, day) for year in range(2004, 2027) for month, day in ((1, 22), (4, 28), (9, 28), (10, 7))),
]
TIMES = (time(0, 0), time(0, 1), time(12, 30), time(23, 59), time(23, 59, 59, 999_999))
Stretches = list[tuple[date, date]]


def drawn(dice: random.Random) -> tuple[str, datetime, int, Stretches, bool]:
    """Return one case: half of them near a day on which something is odd, with stretches that may touch and overlap."""
    code = dice.choice(list(LAW))
    if dice.random() < 0.5:
        day = dice.choice(EDGES) + timedelta(days=dice.randint(-12, 6))
    else:
        day = date(2003, 6, 1) + timedelta(days=dice.randrange(9_000))
    event = datetime.combine(day, dice.choice(TIMES), dice.choice((BEIJING, UTC, ZoneInfo("America/New_York"))))
    stretches = []
    for _number in range(dice.choice((0, 0, 1, 2, 4))):
        first = day + timedelta(days=dice.randint(-6, 50))
        stretches.append((first, first + timedelta(days=dice.choice((0, 0, 1, 3, 9, 25)))))
    return code, event, dice.choice((0, 0, 1, 15, 30)), stretches, dice.random() < 0.5


def test_twelve_thousand_cases_end_on_the_same_day() -> None:
    """Given cases of every rule, when both count, then day, certainty, suspended days and instant agree in all of them."""
    calendar, dice = published_calendar(), random.Random(20220501)
    kinds = {"rolled": 0, "provisional": 0, "suspended": 0, "leap": 0}
    for _number in range(CASES):
        code, event, extended, stretches, rollover = drawn(dice)
        case = (code, event.isoformat(), extended, stretches, rollover)

        found = due(RULES[code], event, extended=extended, suspended=stretches, rollover=rollover, calendar=calendar)

        day, provisional, still = last_day(code, event, extended, stretches, rollover)
        assert (found.on, found.provisional, found.suspended_days) == (day, provisional, still), case
        assert found.length == LAW[code][0] + extended, case
        assert found.at == datetime.combine(day + timedelta(days=1), time(), BEIJING), case
        kinds["rolled"] += day != last_day(code, event, extended, stretches, False)[0]
        kinds["provisional"] += provisional
        kinds["suspended"] += still > 0
        kinds["leap"] += event.date() < date(day.year, 2, 28) < day and day.year % 4 == 0
    assert min(kinds.values()) > 300, kinds  # the cases are not all of the easy kind


def test_marks_lie_where_the_days_are_used_up() -> None:
    """Given cases of every rule, then half and four fifths of the days are over at the marks, and not a day earlier."""
    calendar, dice = published_calendar(), random.Random(34)
    for _number in range(1_000):
        code, event, extended, stretches, _rollover = drawn(dice)
        found = due(RULES[code], event, extended=extended, suspended=stretches, rollover=False, calendar=calendar)
        number, _working = LAW[code]
        for percent, at in found.marks:
            needed = -(-(number + extended) * percent // 100)
            shorter = needed - number  # as a limit of so many days would end
            day, _provisional, _still = last_day(code, event, shorter, stretches, False)
            assert at == datetime.combine(day + timedelta(days=1), time(), BEIJING), (code, event, percent)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Urumqi", "Pacific/Auckland", "UTC"])
def test_the_office_zone_decides_which_day_it_is(settings: Any, zone: str) -> None:
    """Given offices elsewhere, some with summer time, then a limit ends at their own midnight."""
    settings.TIME_ZONE = zone
    dice, place = random.Random(zone), ZoneInfo(zone)
    for _number in range(500):
        day = date(2010, 1, 1) + timedelta(days=dice.randrange(6_000))
        event = datetime.combine(day, dice.choice(TIMES), place)
        found = due(RULES["handling"], event.astimezone(UTC))
        assert found.on == date.fromordinal(day.toordinal() + 60)
        local = found.at.astimezone(place)
        assert (local.date(), local.time()) == (date.fromordinal(day.toordinal() + 61), time())
