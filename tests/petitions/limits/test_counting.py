"""Single dates counted by hand, and what is refused before anything is counted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from yiwang.petitions.deadlines import RULE_SETS, RULES, Owes, Unit, check_extension, check_suspension, due, due_by
from yiwang.petitions.refusals import Refused
from yiwang.workdays.seed import published_calendar

pytestmark = pytest.mark.engine_free
BEIJING = ZoneInfo("Asia/Shanghai")


def beijing(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def calendar() -> dict[date, bool]:
    return published_calendar()


@pytest.mark.parametrize(
    ("rule", "start", "given", "on"),
    [
        # 2026: 1–3 January off, 4 January (Sunday) worked; 14 February (Saturday) worked, 15–23 off, 28 (Saturday) worked
        ("refer", beijing(2026, 1, 1, 23, 59), {}, date(2026, 1, 16)),
        ("refer", beijing(2026, 1, 2, 0, 1), {}, date(2026, 1, 17)),
        ("notice", datetime(2026, 1, 1, 16, 0, tzinfo=UTC), {}, date(2026, 1, 17)),
        ("objection", beijing(2025, 12, 31, 9), {}, date(2026, 1, 8)),
        ("objection", beijing(2026, 2, 12, 9), {}, date(2026, 2, 26)),
        ("objection", beijing(2026, 2, 24, 9), {}, date(2026, 3, 2)),
        ("handling", beijing(2024, 2, 1, 9), {}, date(2024, 4, 1)),
        ("handling", beijing(2023, 2, 1, 9), {}, date(2023, 4, 2)),
        ("handling", beijing(2024, 2, 1, 9), {"extended": 30}, date(2024, 5, 1)),
        ("review-request", beijing(2026, 1, 16, 9), {}, date(2026, 2, 24)),  # 15 February, then the whole festival
        ("review-request", beijing(2026, 1, 16, 9), {"rollover": False}, date(2026, 2, 15)),
        ("review", beijing(2026, 1, 16, 9), {}, date(2026, 2, 15)),
        ("review", beijing(2026, 1, 16, 9), {"rollover": True}, date(2026, 2, 24)),
        ("re-review-request", beijing(2026, 1, 15, 9), {}, date(2026, 2, 14)),  # a Saturday that is worked
        ("re-review", beijing(2026, 3, 2, 9), {}, date(2026, 4, 1)),
        ("simple-decision", beijing(2026, 9, 30, 9), {}, date(2026, 10, 10)),
        ("simple-handling", beijing(2026, 9, 28, 9), {}, date(2026, 10, 16)),
        ("reply", beijing(2026, 1, 1, 9), {}, date(2026, 3, 2)),
    ],
)
def test_the_last_day(rule: str, start: datetime, given: dict[str, Any], on: date, calendar: dict[date, bool]) -> None:
    """Given an event, then the limit ends on the day counted by hand, at the midnight after it."""
    found = due(RULES[rule], start, calendar=calendar, **given)
    assert (found.on, found.provisional) == (on, False)
    assert found.at == beijing(on.year, on.month, on.day) + timedelta(days=1)


@pytest.mark.parametrize(
    ("stretches", "on", "suspended"),
    [
        ([(date(2026, 3, 10), date(2026, 3, 12))], date(2026, 4, 4), 3),
        ([(date(2026, 3, 10), date(2026, 3, 12)), (date(2026, 3, 12), date(2026, 3, 13))], date(2026, 4, 5), 4),
        ([(date(2026, 3, 10), date(2026, 3, 10)), (date(2026, 3, 10), date(2026, 3, 10))], date(2026, 4, 2), 1),
        ([(date(2026, 2, 20), date(2026, 3, 2))], date(2026, 4, 1), 0),  # before it began, the day of the event too
        ([(date(2026, 2, 20), date(2026, 3, 3))], date(2026, 4, 2), 1),
        ([(date(2026, 4, 1), date(2026, 4, 1))], date(2026, 4, 2), 1),  # its last day
        ([(date(2026, 4, 2), date(2026, 4, 9))], date(2026, 4, 1), 0),  # after its end
        ([(date(2026, 4, 1), date(2026, 4, 1)), (date(2026, 4, 2), date(2026, 4, 3))], date(2026, 4, 4), 3),
    ],
)
def test_days_of_a_hearing_do_not_count(stretches: list[tuple[date, date]], on: date, suspended: int) -> None:
    """Given 30 days from 2 March, when a hearing takes days, then those within do not count, each once."""
    found = due(RULES["re-review"], beijing(2026, 3, 2, 9), suspended=stretches)
    assert (found.on, found.suspended_days, found.length) == (on, suspended, 30)


def test_an_unknown_year_is_provisional_and_blocks_nothing(calendar: dict[date, bool]) -> None:
    """Given a calendar that ends with 2026, when a limit runs over its end, then Monday to Friday count, and it is said so."""
    found = due(RULES["objection"], beijing(2026, 12, 29, 9), calendar=calendar)
    assert (found.on, found.provisional) == (date(2027, 1, 5), True)
    assert due(RULES["objection"], beijing(2026, 12, 22, 9), calendar=calendar).provisional is False
    rolled = due(RULES["review-request"], beijing(2026, 12, 3, 9), calendar=calendar)
    assert (rolled.on, rolled.provisional) == (date(2027, 1, 4), True)


def test_marks_of_sixty_days() -> None:
    """Given 60 days, then 50, 80 and 100 per cent are over at the end of the 30th, 48th and 60th."""
    found = due(RULES["handling"], beijing(2026, 3, 1, 9))
    assert found.marks == ((50, beijing(2026, 4, 1)), (80, beijing(2026, 4, 19)), (100, beijing(2026, 5, 1)))
    assert [found.passed(at - timedelta(seconds=1)) for _share, at in found.marks] == [0, 50, 80]
    assert found.mark_above(50) == beijing(2026, 4, 19)
    assert found.mark_above(100) is None


def test_a_named_day_has_marks_too() -> None:
    """Given a report asked for on 1 March by the 11th, then half of the ten days are over with the 6th."""
    found = due_by(date(2026, 3, 11), beijing(2026, 3, 1, 9))
    assert found.marks == ((50, beijing(2026, 3, 7)), (80, beijing(2026, 3, 10)), (100, beijing(2026, 3, 12)))
    assert due_by(date(2026, 3, 1), beijing(2026, 3, 1, 9)).marks[0] == (50, beijing(2026, 3, 2))


@pytest.mark.parametrize(
    ("rule", "days", "code"),
    [
        ("handling", 31, "extension_too_long"),
        ("handling", 0, "extension_too_long"),
        ("handling", -1, "extension_too_long"),
        *[(code, 1, "no_extension") for code in RULES if code != "handling"],
    ],
)
def test_an_extension_that_the_law_does_not_know(rule: str, days: int, code: str) -> None:
    """Given a rule, when it is to be extended by more than it allows, then that is refused by name."""
    with pytest.raises(Refused) as refused:
        check_extension(RULES[rule], days)
    assert refused.value.code == code
    check_extension(RULES["handling"], 30)


@pytest.mark.parametrize(
    ("rule", "first", "last", "because", "code"),
    [
        ("review", 1, 2, "hearing", "no_suspension"),
        ("handling", 1, 2, None, "no_suspension"),
        ("re-review", 2, 1, "hearing", "ends_before_it_begins"),
        ("re-review", 1, 2, "holiday", "no_ground"),
    ],
)
def test_a_suspension_that_the_law_does_not_know(
    rule: str, first: int, last: int, because: str | None, code: str
) -> None:
    """Given a rule, when days are to be taken out for what does not suspend it, then that is refused by name."""
    with pytest.raises(Refused) as refused:
        check_suspension(RULES[rule], date(2026, 3, first), date(2026, 3, last), because)
    assert refused.value.code == code
    check_suspension(RULES["re-review"], date(2026, 3, 1), date(2026, 3, 1), "hearing")


def test_the_table_is_whole() -> None:
    """Given the table, then each row says whom it binds and where its number comes from; petitioners' rights alone roll over."""
    assert list(RULES) == [
        "refer", "notice", "objection", "handling", "review-request", "review", "re-review-request", "re-review",
        "simple-decision", "simple-handling", "reply",
    ]  # fmt: skip
    working = {code for code, rule in RULES.items() if rule.unit == Unit.WORKING_DAYS}
    assert working == {"objection", "simple-decision", "simple-handling"}
    assert {code for code, rule in RULES.items() if rule.rollover} == {"review-request", "re-review-request"}
    for rule in RULES.values():
        assert bool(rule.article) != bool(rule.source), rule.code
        assert rule.rollover == (rule.owes == Owes.PETITIONER)
    assert all(rules.version == version and "+" not in version for version, rules in RULE_SETS.items())


def test_which_limits_roll_over_is_a_setting(settings: Any, calendar: dict[date, bool]) -> None:
    """Given an office that lets all limits roll over, or none, then their ends move, or stay."""
    ends = {}
    for choice in ("petitioner", "all", "none"):
        settings.ROLLOVER = choice
        ends[choice] = [
            due(RULES[code], beijing(2026, 1, 16, 9), calendar=calendar).on.day for code in ("review-request", "review")
        ]
    assert ends == {"petitioner": [24, 15], "all": [24, 24], "none": [15, 15]}
