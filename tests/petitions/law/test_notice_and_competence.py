"""Chapter 3, articles 23 to 25: the notice in fifteen days, objection, disputed competence, urgent matters."""

from datetime import date

import pytest
from tests.clock import Clock
from tests.given import City
from tests.petitions.law.refusing import refused

from yiwang.agencies.models import Agency, Role
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Entry, Petition, Referral

PLAIN = {"name": "钱大妈", "phone": "19900000001"}


def open_rules(petition: Petition) -> list[str]:
    return sorted(petition.deadlines.filter(met_at=None, cancelled_at=None).values_list("rule", flat=True))


def received_directly(city: City, agency: Agency, **identity: object) -> Petition:
    return city.file(
        agency=agency, actor=city.handler(agency), identity=actions.Identity(**{**PLAIN, **identity}), channel="letter"
    )


@pytest.mark.article("23.1", "23.2")
def test_an_agency_that_receives_directly_owes_the_notice(city: City, clock: Clock) -> None:
    """Given a letter to an agency on 2 March, when it registers it, then it has it, and owes the notice by 17 March."""
    petition = received_directly(city, city.housing)
    limit = Deadline.objects.get(petition=petition)
    assert (petition.state, petition.lead_agency, petition.referrals.get().kind) == ("referred", city.housing, "direct")
    assert (limit.rule, limit.due_on, limit.owed_by) == ("notice", date(2026, 3, 17), city.housing)


@pytest.mark.article("23.1")
def test_an_agency_passes_on_to_those_below_and_tells_where(city: City, clock: Clock) -> None:
    """Given a letter to a county agency, when it belongs to its township, then it is passed on, and the petitioner told to whom."""
    petition = received_directly(city, city.county_housing)
    after = actions.PassOn(to=city.township).run(city.handler(city.county_housing), petition.pk)
    assert after.lead_agency == city.township
    assert "柳溪镇" in Notice.objects.get(petition_id=petition.pk, kind="referred").unseal("body")


@pytest.mark.article("23.1")
def test_what_belongs_to_nobody_here_is_told_where_to_go(city: City, clock: Clock) -> None:
    """Given a matter that is nobody's here, when it is not taken, then the petitioner is told why, and where to go."""
    petition = city.bring_to("registered")
    actions.NotTake(reason="属外省管辖", where="某省信访局").run(city.officer, petition.pk)
    said = Notice.objects.get(petition_id=petition.pk, kind="not_taken").unseal("body")
    assert "属外省管辖" in said
    assert "某省信访局" in said


@pytest.mark.article("23.1", "23.2")
def test_an_agency_tells_who_came_to_the_wrong_one_where_it_belongs(city: City, clock: Clock) -> None:
    """Given a letter to an agency whose matter it is not, when it tells its petitioner where it belongs, then the notice is met and all ends."""
    petition = received_directly(city, city.housing)
    after = actions.Redirect(reason="不属于住建局职权", where="市园林局").run(city.handler(city.housing), petition.pk)
    assert (after.state, open_rules(after), after.referrals.get().state) == ("not_taken", [], Referral.State.DONE)
    assert Deadline.objects.get(petition=petition, rule="notice").met_at is not None
    assert "市园林局" in Notice.objects.get(petition_id=petition.pk, kind="not_taken").unseal("body")


@pytest.mark.article("23.3")
def test_what_was_referred_is_not_redirected(city: City, clock: Clock) -> None:
    """Given a matter that was referred, when the agency would redirect it by itself, then it is refused: it is to object."""
    petition = city.bring_to("referred")
    with refused("referred"):
        actions.Redirect(reason="不归我局", where="市园林局").run(city.handler(city.housing), petition.pk)


@pytest.mark.article("23.1")
def test_not_taken_without_a_place_to_go_is_refused(city: City, clock: Clock) -> None:
    """Given a matter that is not taken, when nobody says where to go instead, then it is refused."""
    petition = city.bring_to("registered")
    with refused("no_where"):
        actions.NotTake(reason="属外省管辖", where=" ").run(city.officer, petition.pk)


@pytest.mark.article("23.2")
@pytest.mark.parametrize(
    "unclear", [{"name": ""}, {"phone": ""}, {"anonymous": True}], ids=["name", "address", "anonymous"]
)
def test_nobody_is_told_whose_name_or_address_is_unclear(city: City, clock: Clock, unclear: dict[str, object]) -> None:
    """Given a letter received directly without a name or an address, then no notice is owed."""
    petition = received_directly(city, city.housing, **unclear)
    assert (petition.state, open_rules(petition), petition.next_due_rule) == ("referred", [], "")


@pytest.mark.article("23.2")
def test_who_is_told_on_the_spot_is_not_told_again(city: City, clock: Clock) -> None:
    """Given a visitor who was told in writing on the spot, when the agency accepts, then the notice is met and no second one leaves."""
    petition = received_directly(city, city.housing)
    actions.Accept(told_on_the_spot=True).run(city.handler(city.housing), petition.pk)
    assert Deadline.objects.get(petition=petition, rule="notice").met_at is not None
    assert not Notice.objects.filter(petition_id=petition.pk, kind="accepted").exists()
    assert Entry.objects.get(petition=petition, action="accept").data["told_on_the_spot"] is True


@pytest.mark.article("23.3")
def test_the_agency_tells_within_fifteen_days(city: City, clock: Clock) -> None:
    """Given a referral of 2 March, then the notice is owed by 17 March; accepting meets it, and the petitioner is told who handles it."""
    petition = city.bring_to("referred")
    assert Deadline.objects.get(petition=petition, rule="notice").due_on == date(2026, 3, 17)
    actions.Accept().run(city.handler(city.housing), petition.pk)
    assert Deadline.objects.get(petition=petition, rule="notice").met_at is not None
    assert "住建局已受理" in Notice.objects.get(petition_id=petition.pk, kind="accepted").unseal("body")


@pytest.mark.article("23.3")
def test_a_referred_anonymous_matter_is_noticed_all_the_same(city: City, clock: Clock) -> None:
    """Given a referral of an anonymous matter, then the exception for direct receipt does not hold: the notice is owed."""
    petition = city.bring_to("referred", identity=actions.Identity(anonymous=True))
    assert "notice" in open_rules(petition)


@pytest.mark.article("23.3")
@pytest.mark.parametrize(
    ("minute", "in_time"), [((2026, 3, 9, 23, 59), True), ((2026, 3, 10, 0, 1), False)], ids=["fifth day", "sixth day"]
)
def test_objection_within_five_working_days(
    city: City, clock: Clock, calendar: None, minute: tuple[int, ...], in_time: bool
) -> None:
    """Given a referral of Monday 2 March, when the agency objects by Monday 9 March, then it stands; a minute later it is refused."""
    petition = city.bring_to("referred")
    clock.set(*minute)
    if in_time:
        assert (
            actions.Object(reason="按职责清单属园林局。").run(city.handler(city.housing), petition.pk).state
            == "objected"
        )
        return
    with refused("too_late") as told:
        actions.Object(reason="按职责清单属园林局。").run(city.handler(city.housing), petition.pk)
    assert "2026年3月9日" in told.value.message


@pytest.mark.article("23.3")
def test_the_clock_lets_the_objection_lapse(city: City, clock: Clock, calendar: None) -> None:
    """Given a referral of 2 March, when 10 March comes, then the right to object lapses, and objecting is refused with the date."""
    petition = city.bring_to("referred")
    clock.set(2026, 3, 10, 8, 0)
    actions.warn_due()
    limit = Deadline.objects.get(petition=petition, rule="objection")
    assert limit.cancelled_because == Deadline.LAPSED
    with refused("too_late") as told:
        actions.Object(reason="按职责清单属园林局。").run(city.handler(city.housing), petition.pk)
    assert "2026年3月9日" in told.value.message


@pytest.mark.article("23.3")
def test_a_rejected_objection_does_not_make_the_five_days_longer(city: City, clock: Clock, calendar: None) -> None:
    """Given an objection that was rejected, when the agency objects again after the five working days, then it is refused with the date."""
    petition = city.bring_to("objected")
    actions.RejectObjection(reason="职责清单第三条").run(city.officer, petition.pk)
    clock.set(2026, 3, 10, 8, 0)
    with refused("too_late") as told:
        actions.Object(reason="还是不归我局。").run(city.handler(city.housing), petition.pk)
    assert "2026年3月9日" in told.value.message


@pytest.mark.article("23.3")
def test_objection_needs_its_reasons(city: City, clock: Clock) -> None:
    """Given a referral, when the agency objects without reasons, then it is refused."""
    petition = city.bring_to("referred")
    with refused("no_reason"):
        actions.Object(reason="").run(city.handler(city.housing), petition.pk)


@pytest.mark.article("23.3")
def test_the_papers_go_back_only_when_the_referrer_agrees(city: City, clock: Clock) -> None:
    """Given an objection, then the agency keeps the papers; when the office agrees, they go back, and it owes a new referral."""
    petition = city.bring_to("objected")
    assert (petition.lead_agency, petition.referrals.get().state) == (city.housing, Referral.State.OBJECTED)
    after = actions.UpholdObjection(reason="属园林局").run(city.officer, petition.pk)
    assert (after.state, after.lead_agency, after.referrals.get().state) == (
        "registered",
        None,
        Referral.State.RETURNED,
    )
    assert open_rules(after) == ["refer"]


@pytest.mark.article("23.3")
def test_a_rejected_objection_leaves_the_notice_as_it_was(city: City, clock: Clock) -> None:
    """Given an objection, when the office does not agree, then the agency has the matter, and its notice is due on the same day."""
    petition = city.bring_to("objected")
    clock.go(days=2)
    after = actions.RejectObjection(reason="职责清单第三条").run(city.officer, petition.pk)
    assert (after.state, after.lead_agency) == ("referred", city.housing)
    notice = Deadline.objects.get(petition=petition, rule="notice", met_at=None, cancelled_at=None)
    assert notice.due_on == date(2026, 3, 17)


@pytest.mark.article("23.4")
@pytest.mark.parametrize("kind", ["discipline", "political_legal"])
def test_bodies_with_rules_of_their_own_owe_no_notice_here(city: City, clock: Clock, kind: str) -> None:
    """Given a political-legal body or discipline inspection, when a matter is referred to it, then the 15 days do not run."""
    body = Agency.objects.create(code="own", name="按自己规定办的机关", parent=city.office, kind=kind)
    petition = city.bring_to("referred", body)
    assert open_rules(petition) == ["objection"]


def disputed(city: City, agency: Agency | None = None) -> Petition:
    return city.bring_to("objected", agency or city.housing)


@pytest.mark.article("24.1")
def test_those_concerned_agree_who_takes_it(city: City, clock: Clock) -> None:
    """Given an objection, when the agencies agree on one, then it has the matter and owes the notice, and the other's papers went back."""
    petition = disputed(city)
    agreed = actions.SettleDispute(lead=city.parks, by="agreed", decision="两局商定由园林局办。")
    after = agreed.run(city.officer, petition.pk)
    assert (after.state, after.lead_agency) == ("referred", city.parks)
    assert dict(after.referrals.values_list("agency__code", "state")) == {"housing": "returned", "parks": "sent"}
    assert open_rules(after) == ["notice"]


@pytest.mark.article("24.1")
def test_the_common_superior_decides(city: City, clock: Clock) -> None:
    """Given a dispute between two city agencies, when the office above both decides, then the decision stands."""
    petition = disputed(city)
    actions.RaiseDispute(before="superior", reason="两局都说不归自己。").run(city.officer, petition.pk)
    decided = actions.SettleDispute(lead=city.parks, by="superior", decision="由园林局办。")
    assert decided.run(city.officer, petition.pk).lead_agency == city.parks


@pytest.mark.article("24.1")
def test_whoever_is_not_the_common_superior_does_not_decide(city: City, clock: Clock) -> None:
    """Given a dispute between a county agency and one of the city, when the county's office decides, then it is refused."""
    petition = city.bring_to("objected", city.county_housing, office=city.county_office)
    county = city.actor(city.county_office, Role.OFFICE_HANDLER)
    with refused("not_superior"):
        actions.SettleDispute(lead=city.parks, by="superior", decision="由市园林局办。").run(county, petition.pk)


@pytest.mark.article("24.1")
def test_without_a_common_superior_the_joint_conference_settles(city: City, clock: Clock) -> None:
    """Given the same dispute, when the joint conference settles it, then the county's office enters the decision."""
    petition = city.bring_to("objected", city.county_housing, office=city.county_office)
    county = city.actor(city.county_office, Role.OFFICE_HANDLER)
    actions.RaiseDispute(before="conference", reason="县、市两局都说不归自己。").run(county, petition.pk)
    settled = actions.SettleDispute(lead=city.parks, by="conference", decision="联席会议定由市园林局办。")
    after = settled.run(county, petition.pk)
    assert after.lead_agency == city.parks
    assert Entry.objects.get(petition=petition, action="settle_dispute").data["by"] == "conference"


@pytest.mark.article("24.1")
def test_who_was_named_in_a_dispute_has_no_second_objection(city: City, clock: Clock) -> None:
    """Given an agency that was named in a dispute, then no right to object runs for it, and its objection is refused."""
    petition = disputed(city)
    settled = actions.SettleDispute(lead=city.parks, by="agreed", decision="两局商定由园林局办。")
    after = settled.run(city.officer, petition.pk)
    assert "objection" not in open_rules(after)
    with refused("named_in_dispute"):
        actions.Object(reason="还是不归我局。").run(city.handler(city.parks), petition.pk)


@pytest.mark.article("24.2")
def test_an_abolished_agency_gets_nothing_more(city: City, clock: Clock) -> None:
    """Given an agency that was abolished, when a matter is referred to it, then it is refused: its successor is to be chosen."""
    city.parks.active = False
    city.parks.save()
    petition = city.bring_to("registered")
    with refused("inactive_agency"):
        actions.Refer(lead=city.parks).run(city.officer, petition.pk)


@pytest.mark.article("24.2")
def test_what_an_abolished_agency_held_goes_to_its_successor(city: City, clock: Clock) -> None:
    """Given a referral to an agency that is then abolished, when the office objects in its place, then the matter can go to the successor."""
    petition = city.bring_to("objected", city.parks)
    city.parks.active = False
    city.parks.save()
    named = actions.SettleDispute(lead=city.housing, by="superior", decision="园林局职权并入住建局。")
    assert named.run(city.officer, petition.pk).lead_agency == city.housing


@pytest.mark.article("25.1", "25.2", "22.1")
def test_an_urgent_matter_is_reported_upward(city: City, clock: Clock) -> None:
    """Given a major and urgent matter, when it is reported upward, then to whom and what was done is on record."""
    petition = city.bring_to("registered", urgent=True)
    actions.ReportUpward(to="市委、市政府；省信访局；国家信访局", text="已派人到场，先行转移住户。").run(
        city.officer, petition.pk
    )
    entry = Entry.objects.get(petition=petition, action="report_upward")
    words = petition.key.open(entry.sealed_note, Entry._meta.db_table, "sealed_note", entry.pk)
    assert words == "市委、市政府；省信访局；国家信访局\n已派人到场，先行转移住户。"
    assert not entry.shown_to_petitioner


@pytest.mark.article("25.1")
def test_the_agency_that_handles_it_reports_too(city: City, clock: Clock) -> None:
    """Given a matter in hand, when the agency that handles it reports upward, then it may; another agency may not even see it."""
    petition = city.bring_to("accepted")
    report = actions.ReportUpward(to="市政府", text="已设围挡。")
    report.run(city.handler(city.housing), petition.pk)
    with refused("not_found"):
        report.run(city.handler(city.transport), petition.pk)


@pytest.mark.article("25.1")
def test_urgent_matters_stand_on_top(city: City, clock: Clock) -> None:
    """Given two matters, when the later is marked as urgent, then it stands above the earlier one on the work-list's order."""
    earlier, later = city.file("第一件"), city.file("第二件")
    actions.MarkUrgent(reason="老人独居，屋顶要塌").run(city.clerk, later.pk)
    order = Petition.objects.filter(turn_agency=city.office).order_by("-urgent", "next_due_at", "id")
    assert list(order) == [later, earlier]


@pytest.mark.article("23.1")
def test_only_the_agencys_own_handler_registers_what_it_received(city: City, clock: Clock) -> None:
    """Given a letter to one agency, when another's handler or a citizen would register it there, then it is refused."""
    for actor in (city.handler(city.parks), Actor.citizen()):
        with refused("not_entitled"):
            city.file(agency=city.housing, actor=actor, channel="letter")
