"""Disputes, their decisions, who sees what, and the ranking."""

from decimal import Decimal

from tests.clock import Clock
from tests.performance.assessed import March, figure, head, leader, refused, result, run, supervisor

from yiwang.agencies.models import Post, Role
from yiwang.journal.models import Record
from yiwang.performance.assessment import disputes, running
from yiwang.performance.assessment.frozen import changes_of, petitions_of
from yiwang.performance.assessment.units import assessments_seen, sees_arithmetic
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition


def test_a_granted_dispute_makes_a_new_version(march: March) -> None:
    """Given the late notice left out by decision, then 3 of 3 are in time: 80 points, 98 in all; the first version stays."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator
    late = march.late.number
    asked = disputes.dispute(head(march), made.pk, march.housing.pk, indicator.pk, late, "out", "系统故障，无法告知")
    found = disputes.decide(supervisor(march), asked.pk, "查实当天系统停机", granted=True)
    assert found.version == made.versions.get(number=2)
    now = figure(made, march.housing, 1)
    assert (now.numerator, now.denominator, now.points) == (3, 3, 80)
    assert (result(made, march.housing).points, result(made, march.housing).rank) == (98, 2)
    first = made.versions.get(number=1).results.get(agency=march.housing)
    assert (first.points, first.rank) == (Decimal("52.29"), 2)
    assert running.differences(made) == []
    acts = list(Record.objects.filter(subject_id=asked.pk).order_by("id").values_list("act", flat=True))
    assert acts == ["dispute_figure", "grant_dispute"]


def test_one_number_alone_can_be_disputed(march: March) -> None:
    """Given the late notice counted as in time by decision, then 4 of 4 are; the list of the number has it."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator
    late = march.late
    asked = disputes.dispute(
        head(march), made.pk, march.housing.pk, indicator.pk, late.number, "in", "已当面告知", "notice_in_time"
    )
    disputes.decide(leader(march), asked.pk, "有签收", granted=True)
    now = figure(made, march.housing, 1)
    assert (now.numerator, now.denominator) == (4, 4)
    listed = petitions_of(made, march.housing.pk, indicator, "notice_in_time", changes_of(made))
    assert late.pk in listed
    assert len(listed) == 4


def test_a_refused_dispute_changes_no_figure(march: March) -> None:
    """Given a dispute that is refused with a reason, then there is one version, and the reason is on record."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator
    asked = disputes.dispute(
        head(march),
        made.pk,
        march.housing.pk,
        indicator.pk,
        march.late.number,
        "out",
        "不该算",
    )
    disputes.decide(supervisor(march), asked.pk, "没有证据", granted=False)
    asked.refresh_from_db()
    assert (asked.state, asked.decision, asked.version) == ("refused", "没有证据", None)
    assert made.versions.count() == 1
    refused("decided", disputes.decide, supervisor(march), asked.pk, "再来", granted=True)


def test_disputes_that_are_refused_at_once(march: March, clock: Clock) -> None:
    """Given a run, then only the unit itself disputes, what it can see, what is there, once at a time, in time."""
    made = run(march)
    indicator, housing = figure(made, march.housing, 1).indicator, march.housing.pk
    late, told = march.late.number, march.told[1].number
    other = Petition.objects.get(lead_agency=march.parks).number
    ask = disputes.dispute
    refused("not_entitled", ask, head(march, march.parks), made.pk, housing, indicator.pk, late, "out", "不该算")
    refused("not_entitled", ask, march.handler(march.housing), made.pk, housing, indicator.pk, late, "out", "不该算")
    refused("not_found", ask, head(march), made.pk, housing, indicator.pk, other, "out", "不该算")
    refused("not_found", ask, head(march), made.pk, housing, indicator.pk, "没有编号", "out", "不该算")
    refused("no_reason", ask, head(march), made.pk, housing, indicator.pk, late, "out", " ")
    refused("not_there", ask, head(march), made.pk, housing, indicator.pk, late, "out", "不该算", "notice_in_time")
    refused("there", ask, head(march), made.pk, housing, indicator.pk, told, "in", "该算", "notice_in_time")
    refused("no_measure", ask, head(march), made.pk, housing, indicator.pk, late, "out", "不该算", "reopened")
    refused("no_indicator", ask, head(march), made.pk, housing, 1, late, "out", "不该算")
    ask(head(march), made.pk, housing, indicator.pk, late, "out", "不该算")
    refused("disputed", ask, head(march), made.pk, housing, indicator.pk, late, "out", "还是不该算")
    clock.set(2026, 4, 18, 0, 1)
    refused("too_late", ask, head(march), made.pk, housing, indicator.pk, told, "out", "不该算")


def test_nobody_decides_on_their_own(march: March) -> None:
    """Given a leader of the office who holds a post in the unit too, then somebody else must decide."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator
    boss = march.who(march.office, Role.LEADER)
    Post.objects.create(staff=boss, agency=march.housing, role=Role.LEADER)
    actor = Actor.of_staff(boss)
    asked = disputes.dispute(actor, made.pk, march.housing.pk, indicator.pk, march.late.number, "out", "不该算")
    refused("own", disputes.decide, actor, asked.pk, "同意", granted=True)
    refused("not_entitled", disputes.decide, head(march, march.parks), asked.pk, "同意", granted=True)
    refused("no_reason", disputes.decide, supervisor(march), asked.pk, " ", granted=True)


def test_the_ranking_waits_for_disputes(march: March, clock: Clock) -> None:
    """Given time for disputes until 17 April, then the ranking is published from the 18th, by a leader, with none open."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator
    asked = disputes.dispute(
        head(march),
        made.pk,
        march.housing.pk,
        indicator.pk,
        march.late.number,
        "out",
        "不该算",
    )
    clock.set(2026, 4, 17, 23, 0)
    refused("too_early", disputes.publish_ranking, leader(march), made.pk)
    clock.set(2026, 4, 18, 0, 1)
    refused("not_entitled", disputes.publish_ranking, supervisor(march), made.pk)
    refused("open_disputes", disputes.publish_ranking, leader(march), made.pk)
    disputes.decide(supervisor(march), asked.pk, "没有证据", granted=False)
    published = disputes.publish_ranking(leader(march), made.pk)
    assert (published.public, published.published_by) == (False, leader(march).staff)
    refused("published", disputes.publish_ranking, leader(march), made.pk)


def test_who_sees_whose_arithmetic(march: March, clock: Clock) -> None:
    """Given a run, then each unit sees its own arithmetic, another's once the ranking is published, and others see none."""
    made = run(march)
    assert sees_arithmetic(supervisor(march), made, march.parks.pk)
    assert sees_arithmetic(head(march), made, march.housing.pk)
    assert not sees_arithmetic(head(march), made, march.parks.pk)
    assert not sees_arithmetic(march.handler(march.housing), made, march.housing.pk)
    county = march.actor(march.county_office, Role.SUPERVISOR)
    assert list(assessments_seen(head(march))) == list(assessments_seen(supervisor(march))) == [made]
    assert list(assessments_seen(county)) == []
    clock.set(2026, 4, 18, 0, 1)
    disputes.publish_ranking(leader(march), made.pk)
    made.refresh_from_db()
    assert sees_arithmetic(head(march), made, march.parks.pk)
