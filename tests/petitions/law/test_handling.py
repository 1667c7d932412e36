"""Chapter 4, articles 28 to 34: routes, suggestions, Opinions, settlement, the sixty days and their one extension."""

from datetime import date

import pytest
from tests.clock import Clock
from tests.given import City, staff
from tests.petitions.law.refusing import refused

from yiwang.agencies.models import Role
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import OUTCOMES, Agreement, Deadline, Entry, Hearing, Petition

WORDS = "经查，楼道灯已于今日修好。"


def limit(petition: Petition, rule: str) -> Deadline:
    return Deadline.objects.get(petition=petition, rule=rule, cancelled_at=None)


def told(petition: Petition, kind: str) -> str:
    return Notice.objects.get(petition_id=petition.pk, kind=kind).unseal("body")


@pytest.mark.article("28.1")
def test_delay_is_warned_of_at_half_at_four_fifths_and_at_the_end(city: City, clock: Clock) -> None:
    """Given sixty days from 2 March, then the platform warns once each when 30, 48 and 60 days are over, and each warning is on record."""
    petition = city.bring_to("accepted")
    seen = []
    for day in (date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 20), date(2026, 5, 2)):
        clock.set(day.year, day.month, day.day, 8, 0)
        actions.warn_due()
        actions.warn_due()
        seen.append(Entry.objects.filter(petition=petition, action="warn", data__rule="handling").count())
    assert seen == [0, 1, 2, 3]
    percents = Entry.objects.filter(petition=petition, action="warn", data__rule="handling").order_by("id")
    assert [entry.data["percent"] for entry in percents] == [50, 80, 100]


@pytest.mark.article("28.1")
def test_a_matter_in_hand_is_somebodys_to_do(city: City, clock: Clock) -> None:
    """Given a matter on its way, then in each open state it stands on the work-list of exactly one post's kind."""
    for state, turn in {
        "filed": (city.office, "intake_clerk"),
        "registered": (city.office, "office_handler"),
        "referred": (city.housing, "agency_handler"),
        "objected": (city.office, "office_handler"),
        "accepted": (city.housing, "agency_handler"),
    }.items():
        petition = city.bring_to(state)
        assert (petition.turn_agency, petition.turn_role) == turn, state


@pytest.mark.article("28.3")
def test_who_stepped_back_cannot_act_from_any_post(city: City, clock: Clock) -> None:
    """Given one person with posts in the agency and in the office, when they step back, then they can act from neither."""
    person = staff("两处任职", (city.housing, Role.AGENCY_HANDLER), (city.office, Role.OFFICE_HANDLER))
    both = Actor.of_staff(person)
    petition = city.bring_to("accepted")
    actions.Recuse(reason="信访人是我的表兄").run(both, petition.pk)
    with refused("not_entitled"):
        actions.DraftAnswer(text=WORDS, outcome="support").run(both, petition.pk)
    with refused("not_entitled"):
        actions.Note(text="看看").run(both, petition.pk)


@pytest.mark.article("28.3")
def test_who_stepped_back_from_a_merged_petition_acts_not_on_it_through_its_lead(city: City, clock: Clock) -> None:
    """Given a handler who stepped back from one of two merged petitions, when they answer the lead, then it is refused and nothing changes."""
    lead, follower = city.bring_to("accepted"), city.bring_to("registered")
    actions.Merge(into=lead.pk).run(city.officer, follower.pk)
    actions.Recuse(reason="信访人是我的表兄").run(city.handler(city.housing), follower.pk)
    with refused("recused"):
        actions.DraftAnswer(text=WORDS, outcome="support").run(city.handler(city.housing), lead.pk)


@pytest.mark.article("28.3")
def test_a_leader_orders_recusal_and_a_colleague_does_not(city: City, clock: Clock) -> None:
    """Given a handler with an interest, when the approver orders recusal, then it holds; when a colleague does, it is refused."""
    petition = city.bring_to("accepted")
    handler = city.who(city.housing, Role.AGENCY_HANDLER)
    colleague = Actor.of_staff(staff("同事", (city.housing, Role.AGENCY_HANDLER)))
    with refused("not_entitled"):
        actions.Recuse(reason="有利害关系", staff=handler).run(colleague, petition.pk)
    actions.Recuse(reason="有利害关系", staff=handler).run(city.approver(city.housing), petition.pk)
    with refused("not_entitled"):
        actions.DraftAnswer(text=WORDS, outcome="support").run(Actor.of_staff(handler), petition.pk)


@pytest.mark.article("28.3")
def test_who_stepped_back_is_not_given_the_matter(city: City, clock: Clock) -> None:
    """Given a handler who stepped back, when the matter is handed over to them, then it is refused."""
    petition = city.bring_to("accepted")
    actions.Recuse(reason="信访人是我的表兄").run(city.handler(city.housing), petition.pk)
    colleague = Actor.of_staff(staff("同事", (city.housing, Role.AGENCY_HANDLER)))
    with refused("recused"):
        actions.HandOver(to=city.who(city.housing, Role.AGENCY_HANDLER)).run(colleague, petition.pk)


@pytest.mark.article("29.1")
@pytest.mark.parametrize("outcome", ["adopted", "partly", "not_adopted"])
def test_a_suggestion_is_adopted_wholly_partly_or_not(city: City, clock: Clock, outcome: str) -> None:
    """Given a suggestion, when it was studied, then it is answered as adopted wholly, partly or not, and the petitioner is told."""
    petition = city.bring_to("accepted", purpose="suggestion")
    assert petition.next_due_rule == "reply"
    actions.DraftAnswer(text="经研究，这样答复您的建议。", outcome=outcome).run(city.handler(city.housing), petition.pk)
    after = actions.Approve().run(city.approver(city.housing), petition.pk)
    assert (after.state, after.answer.outcome if after.answer else "") == ("answered", outcome)
    assert told(petition, "answered")


@pytest.mark.article("29.1", "32.1")
@pytest.mark.parametrize(
    ("purpose", "outcome"), [("suggestion", "support"), ("appeal", "adopted"), ("appeal", "settled")]
)
def test_an_outcome_of_the_other_kind_is_refused(city: City, clock: Clock, purpose: str, outcome: str) -> None:
    """Given a suggestion or an appeal, when it is answered with an outcome that is not its own, then it is refused."""
    petition = city.bring_to("accepted", purpose=purpose)
    with refused("no_outcome"):
        actions.DraftAnswer(text=WORDS, outcome=outcome).run(city.handler(city.housing), petition.pk)


@pytest.mark.article("30.3", "46(5)")
def test_an_accusation_never_reaches_the_accused(city: City, clock: Clock) -> None:
    """Given an accusation against an agency of discipline itself, when it is referred to that agency, then it is refused."""
    opened = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    petition = city.file("举报", text="某干部收钱。", purpose="accusation", accused=city.discipline)
    actions.Register().run(opened, petition.pk)
    with refused("accused"):
        actions.Refer(lead=city.discipline).run(opened, petition.pk)


@pytest.mark.article("31(1)", "31(2)", "31(3)", "31(4)")
@pytest.mark.parametrize("route", ["litigation", "arbitration", "party_appeal", "administrative"])
@pytest.mark.parametrize("state", ["registered", "accepted"])
def test_what_has_a_procedure_of_its_own_is_led_there(city: City, clock: Clock, route: str, state: str) -> None:
    """Given an appeal with a procedure of its own, when it is led out, then every limit ends and the petitioner is told where to go."""
    petition = city.bring_to(state)
    actor = city.officer if state == "registered" else city.handler(city.housing)
    after = actions.LeadOut(route=route, where="向有权机关提出申请", reason="应通过法定程序处理。").run(
        actor, petition.pk
    )
    assert (after.state, after.route, after.next_due_rule) == ("led_out", route, "")
    assert "向有权机关提出申请" in told(petition, "led_out")


@pytest.mark.article("31(5)", "34")
def test_a_statutory_duty_has_no_sixty_days(city: City, clock: Clock) -> None:
    """Given an accepted appeal, when the agency handles it as its statutory duty, then the 60 days of art. 34 stop, and a reply is owed."""
    petition = city.bring_to("accepted")
    after = actions.ChooseRoute(basis="《消防法》第五十二条").run(city.handler(city.housing), petition.pk)
    assert (after.route, after.next_due_rule) == ("statutory_duty", "reply")
    assert Deadline.objects.get(petition=petition, rule="handling").cancelled_because == "other_route"


@pytest.mark.article("31(5)")
@pytest.mark.parametrize("route", ["statutory_duty", "ordinary"])
def test_the_first_four_routes_alone_are_led_out(city: City, clock: Clock, route: str) -> None:
    """Given an appeal of the fifth or sixth route, when somebody leads it out, then it is refused: it is to be handled here."""
    petition = city.bring_to("registered")
    with refused("no_route"):
        actions.LeadOut(route=route, where="别处", reason="不想办").run(city.officer, petition.pk)


@pytest.mark.article("31(6)")
def test_a_hearing_is_announced(city: City, clock: Clock) -> None:
    """Given a difficult matter, when a hearing is set, then its days are on record, the petitioner is told, and the limit goes on."""
    petition = city.bring_to("accepted")
    before = limit(petition, "handling").due_on
    held = actions.HoldHearing(first_day=date(2026, 3, 20), last_day=date(2026, 3, 21), place="三楼会议室")
    held.run(city.handler(city.housing), petition.pk)
    assert Hearing.objects.filter(petition=petition).values_list("first_day", "last_day").get() == (
        date(2026, 3, 20), date(2026, 3, 21),
    )  # fmt: skip
    assert "2026年3月20日" in told(petition, "hearing")
    assert limit(petition, "handling").due_on == before


@pytest.mark.article("31(6)")
def test_the_petitioner_is_heard(city: City, clock: Clock) -> None:
    """Given a matter in hand, when the agency asks for more and the petitioner states facts and reasons, then both are on record."""
    petition = city.bring_to("accepted")
    actions.RequestMore(text="请说明是哪一层。").run(city.handler(city.housing), petition.pk)
    actions.AddMaterial(text="三单元四层。").run(Actor.citizen(petition.pk), petition.pk)
    told_and_said = list(Entry.objects.filter(petition=petition).order_by("id").values_list("action", flat=True))[-2:]
    assert told_and_said == ["request_more", "add_material"]


@pytest.mark.article("32.1", "31(6)")
@pytest.mark.parametrize("outcome", OUTCOMES["appeal"])
def test_an_opinion_has_one_of_three_outcomes_with_its_basis(city: City, clock: Clock, outcome: str) -> None:
    """Given an appeal, when its Opinion is approved, then it supports, explains or declines, and names what it rests on."""
    petition = city.bring_to("accepted")
    drafted = actions.DraftAnswer(text=WORDS, outcome=outcome, basis="《物业管理条例》第三十五条")
    drafted.run(city.handler(city.housing), petition.pk)
    answer = actions.Approve().run(city.approver(city.housing), petition.pk).answer
    assert answer is not None
    assert (answer.outcome, answer.basis, answer.state) == (outcome, "《物业管理条例》第三十五条", "approved")


def settling(**given: object) -> actions.Settle:
    plain: dict[str, object] = {
        "kind": "mediation", "other_party": "物业公司", "terms": "十日内修好，赔三百元",
        "agreed_on": date(2026, 3, 2), "both_agree": True,
    }  # fmt: skip
    return actions.Settle(**{**plain, **given})  # type: ignore[arg-type]


@pytest.mark.article("33")
@pytest.mark.parametrize("kind", ["mediation", "settlement"])
def test_what_both_parties_agreed_ends_the_matter(city: City, clock: Clock, kind: str) -> None:
    """Given a dispute, when both parties agree, then it is written down, the matter is answered, and its limit is met."""
    petition = city.bring_to("accepted")
    after = settling(kind=kind).run(city.handler(city.housing), petition.pk)
    assert (after.state, after.next_due_rule) == ("answered", "")
    assert limit(petition, "handling").met_at is not None
    assert Agreement.objects.get(petition=petition).kind == kind


@pytest.mark.article("33")
def test_one_party_alone_settles_nothing(city: City, clock: Clock) -> None:
    """Given a dispute, when one of the parties does not agree, then there is no settlement."""
    petition = city.bring_to("accepted")
    with refused("no_consent"):
        settling(both_agree=False).run(city.handler(city.housing), petition.pk)


@pytest.mark.article("33")
def test_nothing_is_agreed_in_the_future(city: City, clock: Clock) -> None:
    """Given a settlement dated tomorrow, when it is entered, then it is refused."""
    petition = city.bring_to("accepted")
    with refused("in_the_future"):
        settling(agreed_on=date(2026, 3, 3)).run(city.handler(city.housing), petition.pk)


@pytest.mark.article("34")
def test_sixty_days_from_acceptance(city: City, clock: Clock) -> None:
    """Given an appeal accepted on 5 March, then it is to be answered by 4 May, and the answer of that evening is in time."""
    petition = city.bring_to("referred")
    clock.set(2026, 3, 5, 10, 0)
    actions.Accept().run(city.handler(city.housing), petition.pk)
    owed = limit(petition, "handling")
    assert (owed.due_on, owed.owed_by) == (date(2026, 5, 4), city.housing)
    clock.set(2026, 5, 4, 23, 50)
    actions.DraftAnswer(text=WORDS, outcome="support").run(city.handler(city.housing), petition.pk)
    actions.Approve().run(city.approver(city.housing), petition.pk)
    owed.refresh_from_db()
    assert owed.met_at is not None
    assert owed.met_at < owed.due_at


@pytest.mark.article("34")
@pytest.mark.parametrize("purpose", ["suggestion", "accusation"])
def test_the_sixty_days_bind_appeals_alone(city: City, clock: Clock, purpose: str) -> None:
    """Given a suggestion or an accusation, when it is accepted, then the limit is the office's own, not that of art. 34."""
    agency = city.discipline if purpose == "accusation" else city.housing
    petition = city.file(purpose=purpose)
    everybody = {
        role: city.actor(city.office, role, compartment=True) for role in (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)
    }
    actions.Register().run(everybody[Role.INTAKE_CLERK], petition.pk)
    actions.Refer(lead=agency).run(everybody[Role.OFFICE_HANDLER], petition.pk)
    actions.Accept().run(city.actor(agency, Role.AGENCY_HANDLER, compartment=True), petition.pk)
    assert set(petition.deadlines.filter(met_at=None, cancelled_at=None).values_list("rule", flat=True)) == {"reply"}


def extending(days: int) -> actions.Extend:
    return actions.Extend(days=days, reason="要等鉴定结果")


@pytest.mark.article("34")
@pytest.mark.parametrize("role", [Role.APPROVER, Role.LEADER])
def test_the_head_extends_once_by_thirty_days_and_the_petitioner_is_told_why(
    city: City, clock: Clock, role: Role
) -> None:
    """Given sixty days until 1 May, when the head extends by 30 days, then they end on 31 May, and the petitioner is told why."""
    petition = city.bring_to("accepted")
    extending(30).run(city.actor(city.housing, role), petition.pk)
    assert limit(petition, "handling").due_on == date(2026, 5, 31)
    said = told(petition, "extended")
    assert "2026年5月31日" in said
    assert "要等鉴定结果" in said


@pytest.mark.article("34")
@pytest.mark.parametrize("days", [0, 31])
def test_an_extension_is_of_one_to_thirty_days(city: City, clock: Clock, days: int) -> None:
    """Given sixty days, when the head extends them by none or by 31, then it is refused."""
    petition = city.bring_to("accepted")
    with refused("too_long"):
        extending(days).run(city.approver(city.housing), petition.pk)


@pytest.mark.article("34")
def test_there_is_no_second_extension(city: City, clock: Clock) -> None:
    """Given an extension of one day, when the head extends again, then it is refused with the day until which it runs."""
    petition = city.bring_to("accepted")
    extending(1).run(city.approver(city.housing), petition.pk)
    with refused("extended_before") as said:
        extending(1).run(city.approver(city.housing), petition.pk)
    assert "2026年5月2日" in said.value.message


@pytest.mark.article("34")
@pytest.mark.parametrize(("minute", "in_time"), [((2026, 5, 1, 23, 59), True), ((2026, 5, 2, 0, 1), False)])
def test_what_has_ended_is_not_extended(city: City, clock: Clock, minute: tuple[int, ...], in_time: bool) -> None:
    """Given sixty days until 1 May, when the head extends on that evening, then they go on; a minute after midnight it is refused."""
    petition = city.bring_to("accepted")
    clock.set(*minute)
    if in_time:
        extending(10).run(city.approver(city.housing), petition.pk)
        assert limit(petition, "handling").due_on == date(2026, 5, 11)
        return
    with refused("too_late") as said:
        extending(10).run(city.approver(city.housing), petition.pk)
    assert "2026年5月1日" in said.value.message


@pytest.mark.article("34")
def test_an_extension_asked_for_twice_is_refused(city: City, clock: Clock) -> None:
    """Given an extension that was asked for and not decided, when it is asked for again, then it is refused."""
    petition = city.bring_to("accepted")
    ask = actions.AskExtension(days=20, reason="要等鉴定结果")
    ask.run(city.handler(city.housing), petition.pk)
    with refused("asked"):
        ask.run(city.handler(city.housing), petition.pk)


@pytest.mark.article("34")
def test_the_handler_does_not_extend(city: City, clock: Clock) -> None:
    """Given sixty days, when the handler and not the head extends them, then it is refused."""
    petition = city.bring_to("accepted")
    with refused("not_entitled"):
        extending(10).run(city.handler(city.housing), petition.pk)


@pytest.mark.article("34")
def test_an_extension_without_a_reason_is_refused(city: City, clock: Clock) -> None:
    """Given sixty days, when the head gives no reason, then there is nothing to tell the petitioner, and it is refused."""
    petition = city.bring_to("accepted")
    with refused("no_reason"):
        actions.Extend(days=10, reason=" ").run(city.approver(city.housing), petition.pk)


# Simple handling 简易办理: not in the Regulations; the office's own.


@pytest.mark.article("34")
@pytest.mark.parametrize(("minute", "in_time"), [((2026, 3, 5, 23, 59), True), ((2026, 3, 6, 0, 1), False)])
def test_simple_handling_is_chosen_in_three_working_days(
    city: City, clock: Clock, calendar: None, minute: tuple[int, ...], in_time: bool
) -> None:
    """Given a referral of Monday 2 March, when it is accepted simply by Thursday, then it is due in 10 working days; on Friday it is refused."""
    petition = city.bring_to("referred")
    clock.set(*minute)
    if in_time:
        actions.AcceptSimply().run(city.handler(city.housing), petition.pk)
        assert limit(petition, "simple-handling").due_on == date(2026, 3, 19)
        return
    with refused("too_late") as said:
        actions.AcceptSimply().run(city.handler(city.housing), petition.pk)
    assert "2026年3月5日" in said.value.message


@pytest.mark.article("34")
def test_a_repeated_matter_is_not_handled_simply(city: City, clock: Clock) -> None:
    """Given a matter brought again, when it is accepted simply, then it is refused."""
    first, again = city.bring_to("answered"), city.file()
    actions.Register(repeats=first).run(city.clerk, again.pk)
    actions.Refer(lead=city.housing).run(city.officer, again.pk)
    with refused("repeated"):
        actions.AcceptSimply().run(city.handler(city.housing), again.pk)


@pytest.mark.article("34")
def test_converted_to_the_ordinary_way_the_sixty_days_count_from_acceptance(city: City, clock: Clock) -> None:
    """Given simple handling since 2 March, when it is converted on 10 March, then the 60 days end on 1 May, counted from 2 March."""
    petition = city.bring_to("referred")
    actions.AcceptSimply().run(city.handler(city.housing), petition.pk)
    clock.set(2026, 3, 10, 9, 0)
    after = actions.ConvertToOrdinary(reason="要现场鉴定").run(city.handler(city.housing), petition.pk)
    assert (after.simple, limit(petition, "handling").due_on) == (False, date(2026, 5, 1))
    assert Deadline.objects.get(petition=petition, rule="simple-handling").cancelled_because == "converted"


@pytest.mark.article("34")
def test_a_corrected_purpose_takes_its_own_limit(city: City, clock: Clock) -> None:
    """Given an appeal accepted on 2 March, when it turns out to be a suggestion, then the office's own limit runs from that day instead."""
    petition = city.bring_to("accepted")
    clock.set(2026, 3, 20, 9, 0)

    actions.Correct(purpose=Petition.Purpose.SUGGESTION).run(city.clerk, petition.pk)

    was = Deadline.objects.get(petition=petition, rule="handling")
    assert was.cancelled_because == "corrected"
    assert limit(petition, "reply").due_on == was.due_on == date(2026, 5, 1)
    assert Petition.objects.get(pk=petition.pk).next_due_rule == "reply"
