"""Schemes and runs, with figures worked by hand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.clock import Clock
from tests.given import City
from tests.performance.assessed import (
    EACH,
    FIRST,
    LAST,
    LINEAR,
    ON_TIME,
    REOPENED,
    March,
    figure,
    head,
    leader,
    refused,
    result,
    run,
    scheme_of,
    supervisor,
)

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.performance.assessment import disputes, running, schemes
from yiwang.performance.assessment.arithmetic import Total, ranks
from yiwang.performance.assessment.packing import pack, pack_numbers, unpack, unpack_numbers
from yiwang.performance.assessment.units import units_assessed
from yiwang.performance.models import Dispute, Figure, FrozenList, Scheme, Version
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition


def test_a_published_scheme_is_only_copied(city: City, clock: Clock) -> None:
    """Given a published scheme, when somebody changes it, then it is refused; its next version begins as its copy."""
    first = scheme_of(city)
    indicator = first.indicators.first()
    assert indicator is not None
    refused("published", schemes.put_indicator, supervisor(city), first.pk, "新", Decimal(1), ON_TIME, LINEAR)
    refused("published", schemes.drop_indicator, supervisor(city), first.pk, indicator.pk)
    refused(
        "published",
        schemes.change_scheme,
        supervisor(city),
        first.pk,
        title="改",
        basis="",
        fewest=1,
        least_weight=50,
        dispute_days=1,
    )
    second = schemes.add_scheme(supervisor(city), 2026, "agencies", "2026年第二版")
    assert (second.version, second.fewest, second.dispute_days) == (2, 1, 15)
    assert [(one.position, one.name, one.weight, one.formula, one.rule) for one in second.indicators.all()] == [
        (one.position, one.name, one.weight, one.formula, one.rule) for one in first.indicators.all()
    ]
    refused("draft_exists", schemes.add_scheme, supervisor(city), 2026, "agencies", "再来一份")


def test_a_scheme_is_published_whole_by_a_leader(city: City, clock: Clock) -> None:
    """Given a draft, then a leader alone publishes it, with indicators whose weights make 100."""
    made = schemes.add_scheme(supervisor(city), 2026, "counties", "县区考核")
    refused("not_entitled", schemes.publish_scheme, supervisor(city), made.pk)
    refused("empty", schemes.publish_scheme, leader(city), made.pk)
    one = schemes.put_indicator(supervisor(city), made.pk, "受理及时率", Decimal("99.5"), ON_TIME, LINEAR)
    refused("wrong_sum", schemes.publish_scheme, leader(city), made.pk)
    schemes.put_indicator(supervisor(city), made.pk, "受理及时率", Decimal(100), ON_TIME, LINEAR, one.pk)
    schemes.put_indicator(supervisor(city), made.pk, "多余的", Decimal(5), REOPENED, EACH)
    last = made.indicators.get(position=2)
    schemes.drop_indicator(supervisor(city), made.pk, last.pk)
    assert schemes.publish_scheme(leader(city), made.pk).published_by == leader(city).staff
    acts = [line.act for line in Record.objects.filter(subject_id=made.pk).order_by("id")]
    assert acts == ["add_scheme", *["change_scheme"] * 4, "publish_scheme"]


def test_others_write_no_scheme(city: City, clock: Clock) -> None:
    """Given an agency's leader, a county's supervisor and the office's handler, then none of them writes a scheme."""
    for actor in (head(city), city.actor(city.county_office, Role.SUPERVISOR), city.officer, Actor.citizen()):
        refused("not_entitled", schemes.add_scheme, actor, 2026, "agencies", "方案")


@pytest.mark.parametrize(
    ("formula", "rule", "weight", "code"),
    [
        ({"kind": "ratio", "numerator": "answered", "denominator": "answered"}, LINEAR, 10, "wrong"),
        ({"kind": "count", "measure": "accusations"}, EACH, 10, "wrong"),
        ({"kind": "count", "measure": "nothing"}, EACH, 10, "wrong"),
        ({"kind": "count", "measure": "reopened", "where": "1=1"}, EACH, 10, "wrong"),
        ({"kind": "count", "measure": "reopened", "against": "tomorrow"}, EACH, 10, "wrong"),
        ({"kind": "sum", "measure": "reopened"}, EACH, 10, "wrong"),
        (REOPENED, {"form": "parts", "parts": [["好", "100"]]}, 10, "wrong"),
        (REOPENED, {"form": "linear"}, 10, "wrong"),
        (REOPENED, EACH, 0, "wrong_weight"),
        (REOPENED, EACH, 101, "wrong_weight"),
    ],
)
def test_a_wrong_indicator_is_refused(
    city: City, clock: Clock, formula: dict[str, str], rule: dict[str, Any], weight: int, code: str
) -> None:
    """Given a formula or a rule that says nothing, then the draft stays as it is."""
    made = schemes.add_scheme(supervisor(city), 2026, "agencies", "方案")
    refused(code, schemes.put_indicator, supervisor(city), made.pk, "指标", Decimal(weight), formula, rule)
    assert not made.indicators.exists()


def test_a_formula_reads_back() -> None:
    """Given formulas, then each reads as one sentence."""
    from yiwang.performance.assessment.formula import formula_of

    assert formula_of(ON_TIME).sentence() == "“按期受理”占“应告知受理”的百分比。"
    compared = {"kind": "count", "measure": "referred_repeated", "against": "year_before", "as": "percent"}
    assert formula_of(compared).sentence() == "“转办的重复件”的件数，与上年同期比，增减百分之几。"
    assert formula_of(compared).unit == "%"
    mean = {"kind": "median", "measure": "days_to_answer", "against": "mean"}
    assert formula_of(mean).sentence() == "“答复用时中位数”，与全部考核对象的平均数比，相差多少。"
    assert formula_of(mean).data() == mean | {"as": "difference"}


def test_who_is_assessed(city: City, clock: Clock) -> None:
    """Given the city, then counties are whole branches, and of the city's bodies those that handle matters are assessed."""
    assert units_assessed("counties") == [city.county_office]
    assert {unit.code for unit in units_assessed("agencies")} == {"government", "housing", "parks", "transport"}


def test_figures_points_and_ranks_by_hand(march: March) -> None:
    """Given housing with 3 of 4 in time and one reopened, parks with 1 of 1, then the points are these.

    Housing: 75 % lies 15/35 on the way from 60 to 95: 80 × 15/35 = 34.29 points (34.2857…); one reopened costs 10 % of 20:
    18 points. 34.2857… + 18 = 52.29 of 100. Parks: 80 + 20. The others had no notice due: 20 of the 20 that were scored,
    which is less than the 50 that a rank needs.
    """
    made = run(march)
    housing = figure(made, march.housing, 1)
    assert (housing.numerator, housing.denominator, housing.points) == (3, 4, Decimal("34.29"))
    assert Fraction(housing.value) == 75
    second = figure(made, march.housing, 2)
    assert (second.numerator, second.denominator, second.points) == (1, None, Decimal("18.00"))
    assert (result(made, march.housing).points, result(made, march.housing).rank) == (Decimal("52.29"), 2)
    assert (result(made, march.parks).points, result(made, march.parks).rank) == (Decimal("100.00"), 1)
    transport = figure(made, march.transport, 1)
    assert (transport.points, transport.unscored) == (None, "none")
    assert (result(made, march.transport).points, result(made, march.transport).scored) == (100, 20)
    assert result(made, march.transport).rank is None
    assert made.disputes_until == date(2026, 4, 17)


def test_too_few_cases_are_shown_and_not_scored(march: March) -> None:
    """Given at least four cases asked for, then parks' one notice is shown and its weight is not counted."""
    made = run(march, scheme_of(march, fewest=4))
    parks = figure(made, march.parks, 1)
    assert (parks.numerator, parks.denominator, parks.points, parks.unscored) == (1, 1, None, "few")
    assert result(made, march.parks).scored == 20
    assert figure(made, march.housing, 1).points == Decimal("34.29")


def test_against_the_mean_and_the_period_before(march: March) -> None:
    """Given shares of 75 and 100, then their mean is 87.5, and housing lies 12.5 points under it.

    Linear from −25 to 0: 12.5 of 25, half of 80. Against the period before, in which nothing was due, there is nothing to compare.
    """
    rule = {"form": "linear", "floor": "-25", "target": "0"}
    made = run(march, scheme_of(march, formula=ON_TIME | {"against": "mean"}, rule=rule))
    housing = figure(made, march.housing, 1)
    assert housing.parts == {"now": "75", "mean": "175/2"}
    assert (Fraction(housing.value), housing.points) == (Fraction(-25, 2), Decimal("40.00"))
    assert figure(made, march.parks, 1).points == 80
    draft = schemes.add_scheme(supervisor(march), 2026, "agencies", "第二版")
    first = draft.indicators.get(position=1)
    schemes.put_indicator(
        supervisor(march), draft.pk, "比上期", Decimal(80), ON_TIME | {"against": "before"}, rule, first.pk
    )
    again = run(march, schemes.publish_scheme(leader(march), draft.pk))
    assert figure(again, march.housing, 1).unscored == "nothing"


def test_a_median_is_kept_with_its_days(city: City, clock: Clock) -> None:
    """Given answers after 0 and 9 days, then the median is 4.5 days, half of the way from 9 to 0."""
    city.bring_to("answered")
    slow = city.bring_to("drafted")
    clock.go(days=9)
    actions.Approve().run(city.approver(city.housing), slow.pk)
    clock.set(2026, 4, 2, 9, 0)
    scheme = scheme_of(
        city,
        formula={"kind": "median", "measure": "days_to_answer"},
        rule={"form": "linear", "floor": "9", "target": "0"},
    )
    made = run(city, scheme)
    median = figure(made, city.housing, 1)
    assert (median.value, median.denominator, median.points) == ("9/2", 2, 40)
    row = made.lists.get(agency=city.housing, measure="days_to_answer")
    assert sorted(unpack_numbers(row.days)) == [0, 9]
    disputes.dispute(
        head(city),
        made.pk,
        city.housing.pk,
        median.indicator_id,
        Petition.objects.get(pk=slow.pk).number,
        "out",
        "等材料",
    )
    disputes.decide(supervisor(city), Dispute.objects.get().pk, "属实", granted=True)
    assert (figure(made, city.housing, 1).value, figure(made, city.housing, 1).points) == ("0", 80)
    assert running.differences(made) == []


def test_what_happens_later_changes_nothing(march: March, clock: Clock) -> None:
    """Given a finished run, when petitions go on and one is corrected, then computing it again gives the same to the digit."""
    made = run(march)
    before = list(Figure.objects.order_by("id").values())
    Petition.objects.filter(pk=march.late.pk).update(purpose="accusation")
    march.again(march.bring_to("answered"))
    clock.go(days=3)
    assert running.differences(made) == []
    assert running.go_on() == 0
    assert list(Figure.objects.order_by("id").values()) == before
    Figure.objects.filter(pk=figure(made, march.housing, 1).pk).update(points=80)
    assert running.differences(made) == ["住建局：受理及时率"]


def test_accusations_stand_in_no_list(march: March) -> None:
    """Given an accusation with its own limits, when a run is computed, then no frozen list holds it."""
    boss = march.actor(march.office, Role.OFFICE_HANDLER, compartment=True)
    accusation = march.file(purpose="accusation", accused=march.parks)
    actions.Register().run(boss, accusation.pk)
    actions.Refer(lead=march.discipline).run(boss, accusation.pk)
    made = run(march)
    assert all(accusation.pk not in unpack(row.ids) for row in made.lists.all())


def test_a_worker_that_dies_leaves_it_asked_for(march: March, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a worker that dies between the lists and the results, then nothing is kept, and the next one computes it once."""
    scheme = scheme_of(march)
    made = running.ask(supervisor(march), scheme.pk, FIRST, LAST)

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(running, "write_version", die)
        with pytest.raises(KeyboardInterrupt):
            running.go_on()
    assert (FrozenList.objects.count(), Version.objects.count()) == (0, 0)
    assert running.go_on() == 1
    assert running.go_on() == 0
    assert running.compute_asked(made.pk) is False
    assert Version.objects.filter(assessment=made).count() == 1


def test_only_what_is_over_is_assessed(march: March) -> None:
    """Given a scheme, then a period that still runs, is too long or turned round is refused, as is one without a published scheme."""
    scheme = scheme_of(march)
    today = date(2026, 4, 2)
    refused("not_over", running.ask, supervisor(march), scheme.pk, FIRST, today)
    refused("wrong_days", running.ask, supervisor(march), scheme.pk, date(2025, 1, 1), date(2026, 1, 2))
    refused("wrong_days", running.ask, supervisor(march), scheme.pk, LAST, FIRST)
    refused("not_entitled", running.ask, head(march), scheme.pk, FIRST, LAST)
    draft = schemes.add_scheme(supervisor(march), 2026, "agencies", "草稿")
    refused("not_published", running.ask, supervisor(march), draft.pk, FIRST, LAST)


def test_lists_come_back_as_they_were_packed() -> None:
    """Given ids of several years, then unpacking gives them sorted, in a few bytes each."""
    ids = [(1_700_000_000_000 + 60_000 * number) << 21 | number * 7919 % 2**21 for number in range(1000)]
    assert unpack(pack(reversed(ids))) == ids
    assert len(pack(ids)) < 6 * len(ids)
    assert unpack(pack([])) == []
    assert unpack_numbers(pack_numbers([3, 0, 300, 3])) == [3, 0, 300, 3]
    with pytest.raises(ValueError, match="from 0"):
        pack([-1])


def test_equal_points_share_a_rank() -> None:
    """Given two firsts, then the next is third; who has no points, or too little scored, has no rank."""
    points = {1: 90, 2: 90, 3: 80}
    totals = {unit: Total(Decimal(points[unit]), Decimal(points[unit]), Decimal(100)) for unit in points}
    totals |= {4: Total(None, Decimal(0), Decimal(0)), 5: Total(Decimal(100), Decimal(49), Decimal(49))}
    assert ranks(totals, 50) == {1: 1, 2: 1, 3: 3, 4: None, 5: None}


def test_a_later_year_begins_with_the_last_published_scheme(city: City, clock: Clock) -> None:
    """Given a scheme of 2026, when 2027's is begun, then it is the first version of its year, with the same indicators."""
    scheme_of(city)
    clock.go(days=300)
    made = schemes.add_scheme(supervisor(city), 2027, "agencies", "2027年考核")
    assert (made.version, made.indicators.count()) == (1, 2)
    assert made.made_at - Scheme.objects.get(year=2026).made_at > timedelta(days=299)
