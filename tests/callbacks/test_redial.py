"""When a number is dialled again, worked by hand over lunch, a weekend and a holiday."""

from datetime import date, datetime, timedelta

import pytest
from tests.clock import beijing

from yiwang.satisfaction.callbacks import redial
from yiwang.satisfaction.callbacks.hours import Hours
from yiwang.satisfaction.callbacks.rules import FIRST, FIRST_AGAIN
from yiwang.satisfaction.models import OutcomeRule

pytestmark = pytest.mark.engine_free

HOURS = Hours.parse(str(FIRST["hours"]))
# National Day 2026 as the test has it: Thursday 1 to Thursday 8 October are free, Saturday 10 October is worked for it.
FREE = [date(2026, 10, 1) + timedelta(days=number) for number in range(8)]
CALENDAR = dict.fromkeys(FREE, False) | {date(2026, 10, 10): True}


def again(outcome: str, at: datetime, attempts: int = 0, asked_for: datetime | None = None) -> redial.Redial:
    """Return what the rules of the house make of an attempt."""
    rule = OutcomeRule(outcome=outcome, **vars(FIRST_AGAIN[outcome]))
    return redial.after(rule, at, attempts, 3, HOURS, CALENDAR, asked_for)


@pytest.mark.parametrize(
    ("outcome", "at", "due"),
    [
        # Nobody answers: not on the same day, at the next working day's first minute.
        ("no_answer", (2026, 11, 24, 9, 20), (2026, 11, 25, 9, 0)),  # Tuesday → Wednesday
        ("no_answer", (2026, 11, 27, 16, 50), (2026, 11, 30, 9, 0)),  # Friday → Monday
        ("no_answer", (2026, 9, 30, 10, 0), (2026, 10, 9, 9, 0)),  # the day before the holiday → Friday after it
        ("no_answer", (2026, 10, 9, 10, 0), (2026, 10, 10, 9, 0)),  # Friday → the Saturday that is worked
        ("no_answer", (2026, 10, 10, 10, 0), (2026, 10, 12, 9, 0)),  # that Saturday → Monday
        # Engaged: thirty minutes later, over lunch and over the end of the day.
        ("busy", (2026, 11, 24, 9, 20), (2026, 11, 24, 9, 50)),
        ("busy", (2026, 11, 24, 10, 59), (2026, 11, 24, 11, 29)),
        ("busy", (2026, 11, 24, 11, 0), (2026, 11, 24, 14, 30)),  # 11:30 is over already
        ("busy", (2026, 11, 24, 17, 10), (2026, 11, 25, 9, 0)),
        ("busy", (2026, 11, 27, 17, 10), (2026, 11, 30, 9, 0)),
        ("busy", (2026, 9, 30, 17, 29), (2026, 10, 9, 9, 0)),
    ],
)
def test_redial_by_outcome(outcome: str, at: tuple[int, ...], due: tuple[int, ...]) -> None:
    """Given the rules of the house, when an attempt ends so, then it counts and the next instant is this one."""
    assert again(outcome, beijing(*at)) == redial.Redial(1, beijing(*due))


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ((2026, 11, 24, 15, 15), (2026, 11, 24, 15, 15)),
        ((2026, 11, 24, 12, 0), (2026, 11, 24, 14, 30)),  # in the lunch break
        ((2026, 11, 28, 10, 0), (2026, 11, 30, 9, 0)),  # on a Saturday
        ((2026, 10, 3, 10, 0), (2026, 10, 9, 9, 0)),  # in the holiday
    ],
)
def test_asked_to_call_later(asked: tuple[int, ...], due: tuple[int, ...]) -> None:
    """Given somebody who names a time, when it is noted, then they are called then, or at the next hour of calling, and it does not count."""
    at = beijing(2026, 9, 28, 9, 30) if asked[1] == 10 else beijing(2026, 11, 24, 9, 30)
    assert again("later", at, asked_for=beijing(*asked)) == redial.Redial(0, beijing(*due))


def test_after_the_last_attempt_the_list_lets_go() -> None:
    """Given three attempts at most, when the third finds nobody, then there is no fourth."""
    assert again("no_answer", beijing(2026, 11, 24, 9, 20), attempts=1) == redial.Redial(2, beijing(2026, 11, 25, 9, 0))
    assert again("no_answer", beijing(2026, 11, 24, 9, 20), attempts=2) == redial.Redial(3, None)


@pytest.mark.parametrize("outcome", ["rated", "declined", "wrong_number", "no_such_number", "other_way"])
def test_what_ends_a_call_back_is_not_dialled_again(outcome: str) -> None:
    """Given an outcome after which nobody is left to ask, then there is no further attempt."""
    assert again(outcome, beijing(2026, 11, 24, 9, 20)).due_at is None


@pytest.mark.parametrize("text", ["", "9-11", "11:30-09:00", "09:00-11:30 11:00-12:00", "09:00-09:00", "24:00-25:00"])
def test_hours_that_cannot_be(text: str) -> None:
    """Given hours that end before they begin, overlap or are none, when they are read, then they are refused."""
    with pytest.raises(ValueError, match=r".*"):
        Hours.parse(text)


def test_hours_hold_from_the_first_minute_to_before_the_last() -> None:
    """Given 9:00 to 11:30, then 9:00 is within and 11:30 is not; a free day has no hours."""
    assert HOURS.holds(beijing(2026, 11, 24, 9, 0), CALENDAR)
    assert not HOURS.holds(beijing(2026, 11, 24, 11, 30), CALENDAR)
    assert not HOURS.holds(beijing(2026, 11, 28, 10, 0), CALENDAR)
    assert not HOURS.holds(beijing(2026, 10, 5, 10, 0), CALENDAR)
    assert str(Hours.parse("9:00-11:30，14:30–17:30")) == "09:00-11:30 14:30-17:30"
