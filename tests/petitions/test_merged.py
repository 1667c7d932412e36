"""A merged petition is not closed: it keeps its own number, notices, answer and rating, and follows the lead."""

import pytest
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Answer, Deadline, Entry, Petition
from yiwang.petitions.numbers import lookup_code


def merged(city: City, state: str = "referred") -> tuple[Petition, Petition]:
    lead = city.bring_to(state)
    follower = actions.Merge(into=lead.pk, reason="同一盏灯").run(city.officer, city.file("灯还是不亮").pk)
    return lead, follower


def test_follower_goes_the_whole_way_with_the_lead(city: City) -> None:
    """Given a petition merged into a referred one, when the lead is answered, then the follower has an answer of its own."""
    lead, follower = merged(city)
    assert (follower.state, follower.lead_agency, follower.turn_role) == ("referred", city.housing, "")
    actions.Accept().run(city.handler(city.housing), lead.pk)
    actions.DraftAnswer(text="经查，灯已于今日修好。", outcome="support").run(city.handler(city.housing), lead.pk)
    actions.Approve().run(city.approver(city.housing), lead.pk)

    follower.refresh_from_db()
    assert follower.state == "answered"
    assert follower.answer is not None
    assert follower.answer.words(follower) == "经查，灯已于今日修好。"
    assert Answer.objects.filter(petition=follower, state="approved").count() == 1
    kinds = sorted(Notice.objects.filter(petition_id=follower.pk).values_list("kind", flat=True))
    assert kinds == ["accepted", "answered", "filed", "merged"]
    told = [entry.action for entry in Entry.objects.filter(petition=follower).order_by("id")]
    assert told == ["file", "merge", "accept", "draft_answer", "approve"]
    assert not Deadline.objects.filter(petition=follower, met_at=None, cancelled_at=None).exists()


def test_follower_keeps_number_receipt_and_petitioner(city: City) -> None:
    """Given two petitions, when one is merged, then its number, code and petitioner are what they were."""
    before = city.file("灯还是不亮")
    number, petitioner = before.number, before.petitioner_id
    lead = city.bring_to("accepted")

    after = actions.Merge(into=lead.pk).run(city.officer, before.pk)

    assert (after.number, after.petitioner_id) == (number, petitioner)
    assert lookup_code(after.number) == lookup_code(number)
    assert after.state == "accepted"
    assert list(after.deadlines.filter(met_at=None, cancelled_at=None).values_list("rule", flat=True)) == ["handling"]


def test_each_rates_for_itself(city: City) -> None:
    """Given an answered lead with a follower, when both rate, then both ratings stand, and none can rate for the other."""
    lead, follower = merged(city, "accepted")
    actions.DraftAnswer(text="经查，灯已于今日修好。", outcome="support").run(city.handler(city.housing), lead.pk)
    actions.Approve().run(city.approver(city.housing), lead.pk)
    actions.Rate(office="satisfied", agency="satisfied").run(Actor.citizen(lead.pk), lead.pk)
    actions.Rate(office="satisfied", agency="dissatisfied").run(Actor.citizen(follower.pk), follower.pk)

    assert lead.ratings.get(about="agency").level == "satisfied"
    assert follower.ratings.get(about="agency").level == "dissatisfied"


def test_nothing_is_merged_while_an_objection_is_undecided(city: City) -> None:
    """Given a matter whose agency objected, when another is merged into it, then it is refused until the objection is decided."""
    lead, other = city.bring_to("objected"), city.file()
    with pytest.raises(actions.Refused) as refused:
        actions.Merge(into=lead.pk).run(city.officer, other.pk)
    assert refused.value.code == "objected"
    assert Petition.objects.get(pk=other.pk).merged_into_id is None


def test_an_objection_upheld_leaves_the_follower_without_a_limit_of_its_own(city: City) -> None:
    """Given a follower of a referred petition, when the agency's objection is upheld, then the lead alone is owed a referral;
    and when the lead is withdrawn, the follower is."""
    lead, follower = merged(city)
    actions.Object(reason="不属于我局的职责。").run(city.handler(city.housing), lead.pk)
    actions.UpholdObjection(reason="属实").run(city.officer, lead.pk)
    open_ones = Deadline.objects.filter(met_at=None, cancelled_at=None)
    assert list(open_ones.values_list("petition", "rule")) == [(lead.pk, "refer")]
    actions.Withdraw(reason="不用了").run(Actor.citizen(lead.pk), lead.pk)
    assert list(open_ones.values_list("petition", "rule")) == [(follower.pk, "refer")]


def test_merged_into_a_drafted_one_it_has_the_draft_too(city: City) -> None:
    """Given a petition merged into one that waits for approval, when that one is approved, then both are answered."""
    lead, follower = merged(city, "drafted")
    actions.Approve().run(city.approver(city.housing), lead.pk)
    follower.refresh_from_db()
    assert (follower.state, follower.answer.state if follower.answer else "") == ("answered", "approved")


def test_a_follower_that_ended_by_itself_does_not_stop_its_lead(city: City) -> None:
    """Given a follower that was settled by itself, when the lead is answered, then the follower keeps what was agreed."""
    lead, follower = merged(city, "accepted")
    settled = actions.Settle(
        kind="mediation", other_party="物业", terms="十日内修好", agreed_on=follower.received_on, both_agree=True
    )
    settled.run(city.handler(city.housing), follower.pk)
    actions.DraftAnswer(text="经查，灯已于今日修好。", outcome="support").run(city.handler(city.housing), lead.pk)
    actions.Approve().run(city.approver(city.housing), lead.pk)
    follower.refresh_from_db()
    assert (follower.state, follower.answer.outcome if follower.answer else "") == ("answered", "settled")


def test_parting_leaves_an_entry_and_owes_the_referral_again(city: City) -> None:
    """Given two petitions merged into one that waits for its referral, when that one is withdrawn, then the eldest leads, with its limit."""
    lead = city.bring_to("registered")
    first, second = city.file(), city.file()
    for one in (first, second):
        actions.Merge(into=lead.pk).run(city.officer, one.pk)
    actions.Withdraw().run(Actor.citizen(lead.pk), lead.pk)
    first, second = Petition.objects.order_by("pk").filter(pk__in=[first.pk, second.pk])
    assert (first.merged_into_id, second.merged_into_id) == (None, first.pk)
    assert (first.next_due_rule, second.next_due_rule) == ("refer", "")
    assert Entry.objects.filter(action="part").count() == 2


def test_choosing_a_route_reaches_a_merged_suggestion(city: City) -> None:
    """Given a suggestion merged into an appeal, when the appeal is handled as a statutory duty, then each owes one reply."""
    lead = city.bring_to("accepted")
    follower = actions.Merge(into=lead.pk).run(city.officer, city.file(purpose="suggestion").pk)
    actions.ChooseRoute(basis="《消防法》第五十二条").run(city.handler(city.housing), lead.pk)
    for petition in (lead, follower):
        owed = Deadline.objects.filter(petition=petition, met_at=None, cancelled_at=None)
        assert [row.rule for row in owed] == ["reply"]


def test_withdrawing_the_lead_leaves_the_follower(city: City) -> None:
    """Given a lead with a follower, when the lead's petitioner withdraws, then the follower goes on by itself."""
    lead, follower = merged(city, "accepted")

    actions.Withdraw().run(Actor.citizen(lead.pk), lead.pk)

    follower.refresh_from_db()
    assert (follower.state, follower.merged_into_id) == ("accepted", None)
    assert (follower.turn_agency, follower.turn_role) == (city.housing, "agency_handler")
    assert follower.deadlines.filter(rule="handling", met_at=None, cancelled_at=None).count() == 1


def test_reopening_parts_the_follower_from_the_lead(city: City) -> None:
    """Given an answered follower, when its petitioner has it reopened, then it goes its own way and the lead stays closed."""
    lead, follower = merged(city, "accepted")
    actions.DraftAnswer(text="经查，灯已于今日修好。", outcome="support").run(city.handler(city.housing), lead.pk)
    actions.Approve().run(city.approver(city.housing), lead.pk)
    actions.Rate(office="satisfied", agency="dissatisfied").run(Actor.citizen(follower.pk), follower.pk)

    again = actions.Reopen(reason="没有修").run(Actor.citizen(follower.pk), follower.pk)

    lead.refresh_from_db()
    assert (again.state, again.merged_into, again.turn_role) == ("registered", None, "office_handler")
    assert lead.state == "answered"


def test_a_follower_that_turns_out_an_accusation_is_owed_its_referral_again(city: City) -> None:
    """Given a petition merged into a registered one, when it is corrected into an accusation, then it goes alone, with its limit."""
    _lead, follower = merged(city, "registered")
    actions.Correct(purpose="accusation").run(
        city.actor(city.office, Role.OFFICE_HANDLER, compartment=True), follower.pk
    )
    follower.refresh_from_db()
    assert (follower.state, follower.merged_into_id, follower.next_due_rule) == ("registered", None, "refer")
    assert Entry.objects.get(petition=follower, action="correct").data == {"changed": ["purpose"], "parted": True}
    running = Deadline.objects.filter(petition=follower, met_at=None, cancelled_at=None)
    assert list(running.values_list("rule", flat=True)) == ["refer"]
