"""Scoring rules, each with worked examples: those of a real budget disclosure first, then every choice that they leave open."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.performance.scoring import Invalid, Judgement, points_of, rule_of, score, shown

pytestmark = pytest.mark.engine_free

RECEIVED = {
    "form": "deduct", "operator": ">=", "target": "19000", "per": "10", "points": "5", "partial": "whole",
}  # fmt: skip
DUTY_POINTS = {"form": "deduct", "operator": ">=", "target": "14", "per": "1", "points": "10", "partial": "whole"}
UPDATES = {
    "form": "deduct",
    "operator": "=",
    "target": "3",
    "per": "1",
    "points": "35",
    "partial": "whole",
    "over": "full",
}
CLOSED = {"form": "deduct", "operator": ">=", "target": "95", "per": "10", "points": "10", "partial": "started"}
FALL = {"form": "deduct", "operator": "<=", "target": "10", "per": "10", "points": "20", "partial": "whole"}
HALVES = {"form": "parts", "parts": [["人均公用经费不超定额", "50"], ["比上年不增长", "50"]]}
BETTER = {"form": "bands", "bands": [["明显提高", "80", "100"], ["有所提高", "60", "80"], ["没有提高", "0", "0"]]}
SATISFIED = {
    "form": "deduct", "operator": ">=", "target": "80", "per": "10", "points": "10", "partial": "whole",
    "zero_under": "50", "zero_at": False,
}  # fmt: skip

WORKED: list[tuple[dict[str, Any], str, Any, str]] = [
    # received: full at 19000, less 5 % for each ten short, down to nothing
    (RECEIVED, "20", 19000, "20.00"),
    (RECEIVED, "20", 25000, "20.00"),
    (RECEIVED, "20", 18991, "20.00"),
    (RECEIVED, "20", 18990, "19.00"),
    (RECEIVED, "20", 18881, "9.00"),  # 119 short: eleven whole tens
    (RECEIVED, "20", 18800, "0.00"),
    (RECEIVED, "20", 0, "0.00"),
    (RECEIVED | {"partial": "started"}, "20", 18999, "19.00"),
    (RECEIVED | {"partial": "proportion"}, "20", 18995, "19.50"),
    (RECEIVED | {"least": "40"}, "20", 0, "8.00"),
    (DUTY_POINTS, "10", 14, "10.00"),
    (DUTY_POINTS, "10", 11, "7.00"),
    (DUTY_POINTS, "10", 4, "0.00"),
    # updates: exactly three; what more than three is must be said
    (UPDATES, "10", 3, "10.00"),
    (UPDATES, "10", 2, "6.50"),
    (UPDATES, "10", 1, "3.00"),
    (UPDATES, "10", 0, "0.00"),
    (UPDATES, "10", 4, "10.00"),
    (UPDATES | {"over": "deduct"}, "10", 4, "6.50"),
    # closed in time: 95 %, less 10 % for each ten points
    (CLOSED, "10", Fraction(9500, 100), "10.00"),
    (CLOSED, "10", Fraction(9499, 100), "9.00"),
    (CLOSED, "10", Decimal("85"), "9.00"),
    (CLOSED, "10", Decimal("84.99"), "8.00"),
    (CLOSED | {"partial": "whole"}, "10", Decimal("84.99"), "9.00"),
    (FALL, "10", 10, "10.00"),
    (FALL, "10", 30, "6.00"),
    (HALVES, "10", [True, True], "10.00"),
    (HALVES, "10", [True, False], "5.00"),
    (HALVES, "10", [False, False], "0.00"),
    (BETTER, "15", Judgement("明显提高", Fraction(9, 10)), "13.50"),
    (BETTER, "15", Judgement("明显提高", Fraction(8, 10)), "12.00"),
    (BETTER, "15", Judgement("有所提高", Fraction(8, 10)), "12.00"),
    (BETTER, "15", Judgement("没有提高", Fraction(0)), "0.00"),
    # satisfied: 80 %, nothing under 50; exactly 50 is three whole steps short unless the rule says otherwise
    (SATISFIED, "10", 80, "10.00"),
    (SATISFIED, "10", Decimal("69.9"), "9.00"),
    (SATISFIED, "10", 50, "7.00"),
    (SATISFIED, "10", Decimal("49.99"), "0.00"),
    (SATISFIED | {"zero_at": True}, "10", 50, "0.00"),
    # the others
    ({"form": "full", "operator": "<=", "target": "100"}, "5", 100, "5.00"),
    ({"form": "full", "operator": "<=", "target": "100"}, "5", Decimal("100.01"), "0.00"),
    ({"form": "linear", "floor": "60", "target": "95"}, "20", 60, "0.00"),
    ({"form": "linear", "floor": "60", "target": "95"}, "20", 90, "17.14"),  # 30/35 of 20
    ({"form": "linear", "floor": "60", "target": "95"}, "20", 100, "20.00"),
    ({"form": "linear", "floor": "60", "target": "95", "most": "110"}, "20", 97, "21.14"),  # 37/35 of 20
    ({"form": "linear", "floor": "60", "target": "95", "most": "110"}, "20", 100, "22.00"),
    ({"form": "linear", "floor": "30", "target": "15"}, "10", 20, "6.67"),
    ({"form": "steps", "steps": [["95", "100"], ["90", "80"], ["80", "50"]]}, "10", 95, "10.00"),
    ({"form": "steps", "steps": [["95", "100"], ["90", "80"], ["80", "50"]]}, "10", Decimal("94.9"), "8.00"),
    ({"form": "steps", "steps": [["95", "100"], ["90", "80"], ["80", "50"]]}, "10", 79, "0.00"),
    ({"form": "steps", "steps": [["0", "100"], ["2", "50"]], "better": "less"}, "10", 1, "5.00"),
]


@pytest.mark.parametrize(("rule", "weight", "value", "points"), WORKED)
def test_worked_examples(rule: dict[str, Any], weight: str, value: Any, points: str) -> None:
    """Given a rule and a value, then it earns exactly these points; and the rule is the same after it was written down."""
    read = rule_of(rule, "件")
    assert score(read, Decimal(weight), value)[0] == Decimal(points)
    assert rule_of(read.data(), "件") == read
    assert read.sentence().endswith("。")


@pytest.mark.parametrize(
    ("rule", "unit", "sentence"),
    [
        (RECEIVED, "件", "不少于19000件得满分，每差10件扣权重的5%（不足一次的不扣），扣到0%为止。"),
        (UPDATES, "项", "等于3项得满分，每差1项扣权重的35%（不足一次的不扣），扣到0%为止；多于目标也得满分。"),
        (SATISFIED, "%", "不少于80%得满分，每差10%扣权重的10%（不足一次的不扣），扣到0%为止；50%以下（不含）不得分。"),
        (HALVES, "", "分项判断，做到才得分：“人均公用经费不超定额”得50%；“比上年不增长”得50%。"),
        (BETTER, "", "定性判断：“明显提高”得80%到100%（含）；“有所提高”得60%到80%（含）；“没有提高”得0%。"),
        ({"form": "linear", "floor": "60", "target": "95"}, "%", "60%以下（含）不得分，达到95%得满分，其间按比例；超过目标不加分。"),
        (
            {"form": "linear", "floor": "30", "target": "15", "most": "120"},
            "天",
            "30天以上（含）不得分，降到15天得满分，其间按比例；超过目标按同样比例加分，最多得120%。",
        ),
        ({"form": "steps", "steps": [["95", "100"], ["90", "80"]]}, "%", "不少于95%得100%；不少于90%得80%；其余不得分。"),
        ({"form": "full", "operator": "<=", "target": "100"}, "%", "不多于100%得满分，否则不得分。"),
    ],
)  # fmt: skip
def test_a_rule_reads_back(rule: dict[str, Any], unit: str, sentence: str) -> None:
    """Given a rule, then it reads as this one sentence."""
    assert rule_of(rule, unit).sentence() == sentence


def test_it_tells_how_it_came_to_a_score() -> None:
    """Given 119 petitions short of 19,000, then the sentence shows what is short, how often that is deducted, what is left."""
    scored = rule_of(RECEIVED, "件").score(18881)
    assert scored.how == "18881件，差119件，扣11次、每次5%，得45%"
    assert scored.share == Fraction(45, 100)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({}, "form"),
        ({"form": "eval"}, "form"),
        ("deduct", "form"),
        ({"form": "full", "operator": ">", "target": "1"}, "operator"),
        ({"form": "full", "operator": ">="}, "target"),
        ({"form": "full", "operator": ">=", "target": "九十五"}, "target"),
        ({"form": "full", "operator": ">=", "target": 95.5}, "target"),
        ({"form": "full", "operator": ">=", "target": "NaN"}, "target"),
        ({"form": "full", "operator": ">=", "target": "1e99"}, "target"),
        ({"form": "full", "operator": ">=", "target": "95", "traget": "90"}, "traget"),
        ({"form": "linear", "floor": "95", "target": "95"}, "floor"),
        ({"form": "linear", "floor": "60", "target": "95", "most": "50"}, "most"),
        ({"form": "steps", "steps": []}, "steps"),
        ({"form": "steps", "steps": [["80", "50"], ["95", "100"]]}, "steps"),
        (RECEIVED | {"per": "0"}, "per"),
        (RECEIVED | {"points": "0"}, "points"),
        (RECEIVED | {"points": "500"}, "points"),
        (RECEIVED | {"partial": ""}, "partial"),
        (FALL | {"zero_under": "5"}, "zero_under"),
        (SATISFIED | {"zero_at": "no"}, "zero_at"),
        ({"form": "parts", "parts": [["甲", "50"], ["乙", "40"]]}, "parts"),
        ({"form": "parts", "parts": [["", "100"]]}, "parts"),
        ({"form": "bands", "bands": [["好", "80", "70"]]}, "bands"),
        ({"form": "bands", "bands": [["差", "0", "60"], ["好", "50", "100"]]}, "bands"),
        ({"form": "bands", "bands": [["好", "80", "100"], ["好", "0", "60"]]}, "bands"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(rule: Any, field: str) -> None:
    """Given a rule that says nothing or contradicts itself, then it is refused, and the place is named."""
    with pytest.raises(Invalid) as refused:
        rule_of(rule, "件")
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (RECEIVED, "18881"),
        (RECEIVED, True),
        (RECEIVED, 0.5),
        (HALVES, [True]),
        (HALVES, [1, 0]),
        (BETTER, Judgement("明显提高", Fraction(79, 100))),
        (BETTER, Judgement("特别明显", Fraction(1))),
        (BETTER, 90),
    ],
)
def test_a_value_of_another_kind_is_refused(rule: dict[str, Any], value: Any) -> None:
    """Given a value that the rule cannot score, then it is refused and no score is guessed."""
    with pytest.raises(Invalid) as refused:
        rule_of(rule).score(value)
    assert refused.value.field == "value"


@given(st.integers(0, 20000), st.integers(0, 20000))
def test_better_never_earns_less(one: int, other: int) -> None:
    """Given any two values, then the better one earns no less, in every form that scores a number."""
    low, high = sorted((one, other))
    for rule in (RECEIVED, RECEIVED | {"partial": "started"}, RECEIVED | {"partial": "proportion"}, UPDATES, SATISFIED):
        read = rule_of(rule)
        assert 0 <= read.score(low).share <= read.score(high).share <= 1


def test_points_are_rounded_once_and_upward_from_half() -> None:
    """Given fractions, then only points are rounded, to the hundredth, and half a hundredth goes up."""
    assert points_of(Decimal("10"), Fraction(1, 3)) == Decimal("3.33")
    assert points_of(Decimal("1"), Fraction(5, 1000)) == Decimal("0.01")
    assert points_of(Decimal("0.1"), Fraction(1, 20)) == Decimal("0.01")
    assert shown(Fraction(200, 3)) == "66.67"
    assert shown(Fraction(1900)) == "1900"
