"""Chapter 3, articles 17 to 22: how a matter is brought, taken down, and led on within fifteen days."""

from datetime import date

import pytest
from tests.clock import Clock
from tests.given import City
from tests.petitions.law.refusing import refused

from yiwang.agencies.models import Agency, Role
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Entry, Petition

BY_STAFF = ("hotline", "letter", "visit")


@pytest.mark.article("17.1")
@pytest.mark.parametrize("channel", [one for one in Petition.Channel.values if one != "history"])
def test_by_whichever_channel_it_becomes_a_petition(city: City, clock: Clock, channel: str) -> None:
    """Given each of the ways to petition, when a matter arrives by it, then it is one petition with a number and a limit."""
    actor = city.clerk if channel in BY_STAFF else Actor.citizen()
    petition = city.file(channel=channel, actor=actor, read_back=True)
    assert (petition.state, petition.channel, petition.next_due_rule) == ("filed", channel, "refer")
    assert petition.number


@pytest.mark.article("19.1")
def test_what_was_said_is_read_back_before_it_is_filed(city: City, clock: Clock) -> None:
    """Given a matter told by telephone, when the clerk has not read it back, then it is refused, and nothing is filed."""
    with refused("not_read_back"):
        city.file(channel="hotline", actor=city.clerk)


@pytest.mark.article("19.3")
def test_a_running_matter_brought_to_the_superior_is_not_taken(city: City, clock: Clock) -> None:
    """Given a matter that a county agency is handling, when it is brought to the city's office, then it is not taken there."""
    running = city.bring_to("accepted", city.county_housing, office=city.county_office)
    again = city.file("楼道灯还是不亮")

    after = actions.NotTakeRunning(earlier=running, reason="县住建局正在办理。").run(city.officer, again.pk)

    assert (after.state, after.repeats, after.occurrence) == ("not_taken", running, "repeated")
    told = Notice.objects.get(petition_id=again.pk, kind="not_taken_running")
    assert "东河县住建局正在办理" in told.unseal("body")
    assert Petition.objects.get(pk=running.pk).state == "accepted"


@pytest.mark.article("19.1")
def test_withdrawn_by_its_petitioner_a_matter_ends(city: City, clock: Clock) -> None:
    """Given a matter in hand, when its petitioner takes it back, then it ends, and so does every limit."""
    petition = city.bring_to("accepted")
    after = actions.Withdraw().run(Actor.citizen(petition.pk), petition.pk)
    assert (after.state, after.next_due_rule) == ("withdrawn", "")


@pytest.mark.article("19.3")
def test_an_answered_matter_is_not_running(city: City, clock: Clock) -> None:
    """Given a matter that was answered, when it is brought again, then “it is being handled” is no reason not to take it."""
    answered = city.bring_to("answered")
    again = city.file("楼道灯还是不亮")
    with refused("not_running"):
        actions.NotTakeRunning(earlier=answered).run(city.officer, again.pk)


@pytest.mark.article("20.2", "22.2", "28.2")
@pytest.mark.parametrize("channel", ["visit", "letter"])
def test_litigation_is_led_to_the_judicial_bodies(city: City, clock: Clock, channel: str) -> None:
    """Given a matter of litigation by visit or letter, when it is led out, then it ends here, and the petitioner is told where to go and how."""
    petition = city.bring_to("registered", channel=channel, actor=city.clerk, read_back=True)
    where = "向市中级人民法院立案庭申请再审"

    after = actions.LeadOut(route="litigation", where=where, reason="判决已生效。").run(city.officer, petition.pk)

    assert (after.state, after.route, after.next_due_rule) == ("led_out", "litigation", "")
    assert where in Notice.objects.get(petition_id=petition.pk, kind="led_out").unseal("body")


@pytest.mark.article("22.2")
def test_a_letter_of_litigation_goes_to_the_political_legal_body(city: City, clock: Clock) -> None:
    """Given a political-legal body, when a letter of litigation is referred to it, then it has it, by rules of its own (art. 23)."""
    legal = Agency.objects.create(code="legal", name="市委政法委", parent=city.office, kind="political_legal")
    petition = city.bring_to("registered", channel="letter", actor=city.clerk)
    after = actions.Refer(lead=legal).run(city.officer, petition.pk)
    assert (after.state, after.lead_agency, after.next_due_rule) == ("referred", legal, "")


@pytest.mark.article("20.3")
@pytest.mark.parametrize("many", [5, 6])
def test_a_joint_petition_has_five_representatives_at_most(city: City, clock: Clock, many: int) -> None:
    """Given a joint petition, when five speak for it, then it is filed; when six do, it is refused."""
    spokesmen = [actions.Identity(name=f"代表{number}") for number in range(many)]
    if many == 5:
        assert city.file(representatives=spokesmen, persons=40).representatives.count() == 5
        return
    with refused("too_many_representatives"):
        city.file(representatives=spokesmen, persons=40)


@pytest.mark.article("21.2")
def test_the_limit_runs_from_receipt_and_not_from_typing(city: City, clock: Clock) -> None:
    """Given a letter of 26 February, when it is entered on 2 March, then it is to be referred by 13 March."""
    arrived = clock.at.replace(month=2, day=26)
    petition = city.file(channel="letter", received_at=arrived, actor=city.clerk)
    assert Deadline.objects.get(petition=petition).due_on == date(2026, 3, 13)


@pytest.mark.article("21.2")
def test_the_petitioner_rates_the_office_and_the_agency(city: City, clock: Clock) -> None:
    """Given an answer, when the petitioner rates it, then both the office and the handling agency have a verdict."""
    petition = city.bring_to("answered")
    actions.Rate(office="satisfied", agency="basically").run(Actor.citizen(petition.pk), petition.pk)
    verdicts = set(petition.ratings.values_list("about", "agency", "level"))
    assert verdicts == {("office", city.office.pk, "satisfied"), ("agency", city.housing.pk, "basically")}


@pytest.mark.article("22.1")
def test_the_office_registers_and_refers_within_fifteen_days(city: City, clock: Clock) -> None:
    """Given a matter received on 2 March, then the office owes its referral until the end of 17 March, and referring meets it."""
    petition = city.bring_to("registered")
    limit = Deadline.objects.get(petition=petition, rule="refer")
    assert (limit.due_on, limit.owed_by) == (date(2026, 3, 17), city.office)
    clock.set(2026, 3, 17, 23, 59)

    actions.Refer(lead=city.housing).run(city.officer, petition.pk)

    limit.refresh_from_db()
    assert limit.met_at is not None
    assert limit.met_at < limit.due_at


@pytest.mark.article("22.1")
@pytest.mark.parametrize(
    ("minute", "due"), [((2026, 3, 1, 23, 59), date(2026, 3, 16)), ((2026, 3, 2, 0, 1), date(2026, 3, 17))]
)
def test_two_minutes_about_midnight_are_a_day(city: City, clock: Clock, minute: tuple[int, ...], due: date) -> None:
    """Given one matter at 23:59 and one at 00:01, then their limits end a day apart."""
    clock.set(*minute)
    assert Deadline.objects.get(petition=city.file()).due_on == due


@pytest.mark.article("22.1")
def test_what_concerns_those_below_goes_to_whoever_is_competent(city: City, clock: Clock) -> None:
    """Given a matter of a township, when the city's office refers it there, then the township has it and owes the notice."""
    petition = city.bring_to("referred", city.township)
    assert petition.lead_agency == city.township
    assert Deadline.objects.get(petition=petition, rule="notice").owed_by == city.township


@pytest.mark.article("22.1")
def test_an_assignment_names_the_day_of_its_report(city: City, clock: Clock) -> None:
    """Given an assignment, when a day for the report is named, then the report is owed by that day."""
    petition = city.bring_to("registered")
    actions.Refer(lead=city.housing, kind="assign", report_due=date(2026, 4, 20)).run(city.officer, petition.pk)
    report = Deadline.objects.get(petition=petition, rule="report")
    assert (report.due_on, report.owed_by) == (date(2026, 4, 20), city.housing)


@pytest.mark.article("22.1")
def test_an_assignment_without_a_day_is_refused(city: City, clock: Clock) -> None:
    """Given an assignment, when no day for the report is named, then it is refused."""
    petition = city.bring_to("registered")
    with refused("no_report_day"):
        actions.Refer(lead=city.housing, kind="assign").run(city.officer, petition.pk)


@pytest.mark.article("22.2", "30.1")
def test_an_accusation_goes_to_discipline_inspection(city: City, clock: Clock) -> None:
    """Given an accusation, when it is referred to discipline inspection, then it has it; to any other agency it is refused."""
    opened = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    petition = city.file("举报", text="住建局某科长收钱。", purpose="accusation", accused=city.housing)
    actions.Register().run(opened, petition.pk)
    with refused("accusation"):
        actions.Refer(lead=city.parks).run(opened, petition.pk)
    assert actions.Refer(lead=city.discipline).run(opened, petition.pk).lead_agency == city.discipline


@pytest.mark.article("22.1")
def test_nothing_is_received_in_the_future(city: City, clock: Clock) -> None:
    """Given a letter dated tomorrow, when it is entered, then it is refused."""
    with refused("in_the_future"):
        city.file(channel="letter", received_at=clock.at.replace(day=3), actor=city.clerk)


@pytest.mark.article("22.1")
def test_the_part_of_a_split_matter_keeps_its_day_and_its_petitioner(city: City, clock: Clock) -> None:
    """Given a matter of 2 March, when it is split on 9 March, then the part was received on 2 March, from the same petitioner."""
    petition = city.bring_to("registered")
    clock.set(2026, 3, 9, 10, 0)

    actions.Split(subject="井盖破了", text="门口的井盖也破了。").run(city.officer, petition.pk)

    part = Petition.objects.get(split_from=petition)
    assert (part.received_on, part.state) == (date(2026, 3, 2), "filed")
    assert Deadline.objects.get(petition=part).due_on == date(2026, 3, 17)
    assert (part.petitioner.unseal("name"), part.petitioner.unseal("phone")) == ("钱大妈", "19900000001")
    assert part.number != petition.number


@pytest.mark.article("22.1")
def test_each_of_merged_petitions_has_its_own_answer_and_appeal(city: City, clock: Clock) -> None:
    """Given a petition merged into another, when the matter is answered, then it has its own answer, and its petitioner their own review."""
    lead = city.bring_to("accepted")
    follower = actions.Merge(into=lead.pk).run(city.officer, city.file("灯还是不亮").pk)
    actions.DraftAnswer(text="经查，灯已于今日修好。", outcome="support").run(city.handler(city.housing), lead.pk)
    actions.Approve().run(city.approver(city.housing), lead.pk)
    me = Actor.citizen(follower.pk)
    actions.Deliver(how="lookup").run(me, follower.pk)

    after = actions.AskReview(grounds="我家那一层没有修。").run(me, follower.pk)

    lead.refresh_from_db()
    assert after.answer is not None
    assert (after.review_state, lead.review_state) == ("asked", "")
    assert after.answer.petition_id == follower.pk
    assert Entry.objects.filter(petition=follower, action="approve").count() == 1
