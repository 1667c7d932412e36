"""The table of transitions, cell by cell: who may do what from where, and what it leads to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.given import City
from tests.settled import city, settled_city

from yiwang.agencies.models import Role
from yiwang.papers.models import Paper
from yiwang.petitions import actions
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.lifecycle import (
    ALL,
    BY_ACTION,
    REFERRAL_MOVES,
    REVIEW_TRANSITIONS,
    REVIEW_TURN,
    SYSTEM,
    TRANSITIONS,
    TURN,
    Machine,
    Relation,
    Transition,
)
from yiwang.petitions.models import (
    Agreement,
    Deadline,
    Entry,
    Hearing,
    Petition,
    PublishedAnswer,
    Rating,
    Referral,
    Review,
)
from yiwang.petitions.paper_facts import facts_of
from yiwang.workdays.counting import office_date

__all__ = ["city", "settled_city"]
FILINGS = {"file", "file_directly"}
ON_EXISTING = [row for row in ALL if row.action not in FILINGS]
CELLS = [(row, state) for row in ON_EXISTING for state in row.start]
IDS = [f"{row.action}-{state or 'none'}" for row, state in CELLS]
TODAY = office_date(datetime.now(UTC))

GIVEN: dict[str, Callable[[City, Petition], dict[str, object]]] = {
    "register": lambda city, petition: {},
    "correct": lambda city, petition: {"place": "新地点"},
    "merge": lambda city, petition: {"into": city.bring_to("registered").pk},
    "mark_urgent": lambda city, petition: {"reason": "老人独居"},
    "not_take": lambda city, petition: {"reason": "已进入诉讼", "where": "人民法院"},
    "refer": lambda city, petition: {"lead": city.housing, "co": [city.parks]},
    "ask_more_agencies": lambda city, petition: {"co": [city.transport]},
    "receive": lambda city, petition: {},
    "pass_on": lambda city, petition: {"to": city.township},
    "object": lambda city, petition: {"reason": "属园林局"},
    "uphold_objection": lambda city, petition: {"reason": "同意"},
    "reject_objection": lambda city, petition: {"reason": "职责清单第三条"},
    "accept": lambda city, petition: {},
    "hand_over": lambda city, petition: {"to": city.who(city.housing, Role.AGENCY_HANDLER)},
    "note": lambda city, petition: {"text": "已电话联系"},
    "request_more": lambda city, petition: {"text": "请补照片"},
    "add_material": lambda city, petition: {"text": "补充：夜里也不亮"},
    "co_report": lambda city, petition: {"text": "我局意见"},
    "draft_answer": lambda city, petition: {"text": "经查，楼道灯已修好。", "outcome": "support"},
    "send_back": lambda city, petition: {"reason": "请写依据"},
    "approve": lambda city, petition: {},
    "deliver": lambda city, petition: {"how": "lookup"},
    "rate": lambda city, petition: {"office": "satisfied", "agency": "dissatisfied"},
    "stand_by": lambda city, petition: {"reason": "复看认为答复事实清楚"},
    "close": lambda city, petition: {},
    "reopen": lambda city, petition: {"reason": "又坏了"},
    "withdraw": lambda city, petition: {"reason": "修好了"},
    "publish": lambda city, petition: {"subject": "路灯", "text": "路灯坏了", "answer_text": "已修好"},
    "recall": lambda city, petition: {"reason": "有错"},
    "freeze": lambda city, petition: {"reason": "法院调卷"},
    "unfreeze": lambda city, petition: {"reason": "案子结了"},
    "supervise": lambda city, petition: {"order": "2611-4827-3915-0", "kind": "supervise", "step": "issue"},
    "part": lambda city, petition: {},
    "split": lambda city, petition: {"subject": "井盖破了", "text": "同一个小区门口的井盖也破了。"},
    "report_upward": lambda city, petition: {"to": "市政府", "text": "已派人到场。"},
    "not_take_running": lambda city, petition: {"earlier": city.bring_to("accepted")},
    "not_take_again": lambda city, petition: {"earlier": city.bring_review_to("decided", again=True)},
    "redirect": lambda city, petition: {"reason": "属市政设施", "where": "市城管局"},
    "lead_out": lambda city, petition: {"route": "arbitration", "where": "仲裁委员会", "reason": "劳动争议"},
    "raise_dispute": lambda city, petition: {"before": "conference", "reason": "两局都说不归自己"},
    "settle_dispute": lambda city, petition: {"lead": city.parks, "by": "agreed", "decision": "两局商定由园林局办"},
    "accept_simply": lambda city, petition: {},
    "convert_to_ordinary": lambda city, petition: {"reason": "要现场鉴定"},
    "choose_route": lambda city, petition: {"basis": "《消防法》第五十二条"},
    "recuse": lambda city, petition: {"reason": "信访人是我的表兄"},
    "hold_hearing": lambda city, petition: {"first_day": TODAY, "last_day": TODAY, "place": "三楼会议室"},
    "ask_extension": lambda city, petition: {"days": 20, "reason": "要等鉴定结果"},
    "extend": lambda city, petition: {"days": 20, "reason": "要等鉴定结果"},
    "refuse_extension": lambda city, petition: {"reason": "材料已齐"},
    "settle": lambda city, petition: {
        "kind": "mediation", "other_party": "物业公司", "terms": "十日内修好，赔三百元", "agreed_on": TODAY, "both_agree": True,
    },
    "ask_review": lambda city, petition: {"grounds": "没有到现场看过"},
    "ask_re_review": lambda city, petition: {"grounds": "还是没有到现场"},
    "take_review": lambda city, petition: {},
    "refuse_review": lambda city, petition: {"reason": "已经起诉"},
    "hold_review_hearing": lambda city, petition: {"first_day": TODAY, "last_day": TODAY, "place": "听证室"},
    "draft_review": lambda city, petition: {"outcome": "upheld", "text": "予以维持"},
    "send_back_review": lambda city, petition: {"reason": "请写依据"},
    "decide_review": lambda city, petition: {},
    "remand": lambda city, petition: {},
    "record_decision": lambda city, petition: {"outcome": "upheld", "text": "省复核字1号", "decided_on": TODAY},
    "deliver_review": lambda city, petition: {"how": "post"},
    "withdraw_review": lambda city, petition: {"reason": "想通了"},
    "urge": lambda city, petition: {"words": "请本周内办结。", "rule": urged_about(petition)},
    "warn": lambda city, petition: {"deadline": limit_at_its_mark(petition, "reply")},
    "lapse": lambda city, petition: {"deadline": limit_at_its_mark(petition, "review-request")},
}  # fmt: skip
"""The least that each action must be given. A new row of the table without an entry here fails below."""


def limit_at_its_mark(petition: Petition, rule: str) -> int:
    """Start a limit long ago, so that the clock has something to do with it, and return its id."""
    began = petition.received_at - timedelta(days=100)
    row = Deadline.objects.create(
        petition=petition, rule=rule, rule_version="2022", owed_by=petition.office, started_at=began,
        due_on=began.date(), due_at=began, next_warning_at=began,
    )  # fmt: skip
    return row.pk


def urged_about(petition: Petition) -> str:
    """Start a duty where none is open, and return its rule."""
    limit_at_its_mark(petition, "reply")
    return "reply"


def prepare(city: City, row: Transition, state: str) -> Petition:
    """Bring a petition to where the action can be taken, with what it needs beside the state."""
    agency = city.county_housing if row.action == "pass_on" else city.housing
    if row.machine == Machine.REVIEW:
        return prepare_review(city, row, state)
    petition = city.bring_to(state, agency)
    if row.action == "part":
        petition = prepare_follower(city, state)
    if row.action == "redirect":
        petition = city.file(agency=agency, actor=city.handler(agency))
    if row.action == "convert_to_ordinary":
        petition = city.bring_to("referred", agency)
        actions.AcceptSimply().run(city.handler(agency), petition.pk)
    if row.action == "refuse_extension":
        if state == "drafted":
            actions.SendBack(reason="请写依据").run(city.approver(agency), petition.pk)
        actions.AskExtension(days=20, reason="要等鉴定结果").run(city.handler(agency), petition.pk)
        if state == "drafted":
            actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(
                city.handler(agency), petition.pk
            )
    if row.action in {"receive", "co_report"}:
        actions.AskMoreAgencies(co=[city.parks]).run(city.officer, petition.pk)
    if row.action == "recall":
        publish = actions.Publish(subject="路灯", text="路灯坏了", answer_text="已修好")
        publish.run(city.approver(city.housing), petition.pk)
    if row.action == "unfreeze":
        actions.Freeze(reason="法院调卷").run(city.officer, petition.pk)
    if row.action == "reopen":
        actions.Rate(office="satisfied", agency="dissatisfied").run(Actor.citizen(petition.pk), petition.pk)
    return Petition.objects.get(pk=petition.pk)


def prepare_follower(city: City, state: str) -> Petition:
    """Merge a petition into another, and lead both into a state."""
    lead, follower = city.bring_to("registered"), city.file()
    actions.Merge(into=lead.pk).run(city.officer, follower.pk)
    way: list[tuple[str, actions.Action, Actor]] = [
        ("referred", actions.Refer(lead=city.housing), city.officer),
        ("accepted", actions.Accept(), city.handler(city.housing)),
        ("drafted", actions.DraftAnswer(text="经查，楼道灯已修好。", outcome="support"), city.handler(city.housing)),
    ]
    if state == "objected":
        way[1] = ("objected", actions.Object(reason="属园林局"), city.handler(city.housing))
    for step, action, actor in way if state != "registered" else []:
        action.run(actor, lead.pk)
        if step == state:
            break
    return follower


def _of_a_re_review(row: Transition, state: str) -> bool:
    """Tell whether the row, in that state, speaks of a re-review: one decided outside, or asked for once more."""
    return row.action == "record_decision" or (row.action == "ask_re_review" and state in {"refused", "withdrawn"})


def prepare_review(city: City, row: Transition, state: str) -> Petition:
    """Bring the review of an answer to where the action can be taken."""
    petition = city.bring_review_to(state, again=_of_a_re_review(row, state))
    if row.action == "remand":
        actions.SendBackReview(reason="应予撤销").run(city.approver(city.government), petition.pk)
        actions.DraftReview(outcome="revoked", text="撤销，重新办理").run(city.handler(city.government), petition.pk)
    return Petition.objects.get(pk=petition.pk)


def everybody(city: City, row: Transition, petition: Petition) -> list[tuple[str, Actor, bool]]:
    """Return one actor of every kind that there is, with whether the table entitles them."""
    places = {
        Relation.OFFICE: city.office,
        Relation.LEAD: city.county_housing if row.action == "pass_on" else city.housing,
        Relation.ASKED: city.parks,
        Relation.REVIEWER: city.government,
        None: city.transport,
    }
    asked = set(petition.referrals.filter(state__in=Referral.OPEN).values_list("agency_id", flat=True))
    found = []
    for relation, agency in places.items():
        for role in Role:
            fits = {relation} | ({Relation.ASKED} if agency.pk in asked else set())
            if relation == Relation.LEAD and petition.lead_agency_id != agency.pk:
                fits.discard(Relation.LEAD)
            if relation == Relation.ASKED and agency.pk not in asked:
                fits.discard(Relation.ASKED)
            if petition.review is None:
                fits.discard(Relation.REVIEWER)
            if relation == Relation.OFFICE and petition.review and petition.review.agency_id is None:
                fits.add(Relation.REVIEWER)
            entitled = any(who.relation in fits and who.role == role for who in row.by)
            found.append((f"{role}@{relation}", city.actor(agency, role), entitled))
    citizen = any(who.relation == Relation.PETITIONER for who in row.by)
    found.append(("petitioner", Actor.citizen(petition.pk), citizen))
    found.append(("another citizen", Actor.citizen(petition.pk + 1), False))
    return found


def snapshot(petition: Petition) -> list[object]:
    """Return everything that an action could change of a petition."""
    rows: list[object] = [Petition.objects.filter(pk=petition.pk).values().get()]
    for model in (Entry, Deadline, Referral, Rating, PublishedAnswer, Review, Hearing, Agreement):
        rows.append(sorted(model.objects.filter(petition_id=petition.pk).values_list()))
    return rows


@pytest.mark.parametrize(("row", "state"), CELLS, ids=IDS)
def test_who_may_act(city: City, row: Transition, state: str) -> None:
    """Given a petition in a state of the row, when everybody tries, then those alone succeed whom the row names."""
    petition = prepare(city, row, state)
    given = GIVEN[row.action](city, petition)
    before = snapshot(petition)
    for name, actor, entitled in everybody(city, row, petition):
        if entitled:
            continue
        with pytest.raises(actions.Refused) as refused:
            actions.ACTIONS[row.action](**given).run(actor, petition.pk)
        assert refused.value.code in {"not_entitled", "not_found"}, name
    assert snapshot(petition) == before


@pytest.mark.parametrize(("row", "state"), CELLS, ids=IDS)
def test_leads_where_the_row_says(city: City, row: Transition, state: str) -> None:
    """Given a petition in a state of the row, when an entitled one acts, then state, entry and deadlines are the row's."""
    petition = prepare(city, row, state)
    given = GIVEN[row.action](city, petition)
    may = [actor for _name, actor, entitled in everybody(city, row, petition) if entitled]
    may += [Actor.system()] if row.by == SYSTEM else []
    if row.action in {"receive", "co_report"}:
        may = [city.handler(city.parks)]  # the lead is entitled too, but has received it already
    assert may, "the row names nobody whom the test knows"
    entries = Entry.objects.filter(petition=petition).count()

    after = actions.ACTIONS[row.action](**given).run(may[0], petition.pk)

    after = Petition.objects.get(pk=petition.pk)
    was = petition.state
    if row.machine == Machine.REVIEW:
        expected = row.petition_end or was
        assert after.review is not None
        assert after.review.state == (row.end or state)
    else:
        expected = {"merge": "registered"}.get(row.action, row.end or state)
    assert after.state == expected
    assert Entry.objects.filter(petition=petition).count() == entries + 1
    entry = Entry.objects.filter(petition=petition).order_by("id").last()
    assert entry is not None
    assert (entry.action, entry.from_state, entry.to_state) == (row.action, was, expected)
    open_rules = set(
        Deadline.objects.filter(petition=petition, met_at=None, cancelled_at=None).values_list("rule", flat=True)
    )
    assert open_rules >= set(row.starts)
    assert not open_rules & (set(row.meets) - set(row.starts))
    assert after.version == petition.version + (not row.by_clock)


PLACES = [(Machine.PETITION, state) for state in Petition.State.values]
PLACES += [(Machine.REVIEW, state) for state in (*Review.State.values, "")]


@pytest.mark.parametrize(
    ("machine", "state"), PLACES, ids=[f"{machine}-{state or 'none'}" for machine, state in PLACES]
)
def test_refused_elsewhere(city: City, machine: Machine, state: str) -> None:
    """Given a petition in a state, when an action is tried whose row does not name it, then it is refused and nothing changes."""
    petition = city.bring_review_to(state) if machine == Machine.REVIEW else city.bring_to(state)
    tried = [row for row in ON_EXISTING if row.machine == machine and state not in row.start]
    given = {row.action: GIVEN[row.action](city, petition) for row in tried}
    before = snapshot(petition)
    for row in tried:
        with pytest.raises(actions.Refused) as refused:
            actions.ACTIONS[row.action](**given[row.action]).run(Actor.system(), petition.pk)
        assert refused.value.code == "wrong_state", row.action
    assert snapshot(petition) == before


def test_every_action_stands_in_the_table() -> None:
    """Given the table and the registry of actions, then both name the same actions, and this file can give each what it needs."""
    assert set(actions.ACTIONS) | FILINGS == set(BY_ACTION)
    assert set(GIVEN) == set(actions.ACTIONS)
    assert len(BY_ACTION) == len(ALL)


def test_table_names_only_what_exists() -> None:
    """Given the table, then its states, rules and referral moves are known ones, and every open state is somebody's turn."""
    states: dict[str, type[Petition.State] | type[Review.State]] = {
        Machine.PETITION: Petition.State,
        Machine.REVIEW: Review.State,
    }
    for row in ALL:
        known = {*states[row.machine].values, ""}
        assert set(row.start) <= known
        assert row.end in known
        assert {*row.petition_start, row.petition_end} <= {*Petition.State.values, ""}
        assert set(row.starts) <= set(RULES)
        assert set(row.meets) <= {*RULES, "report"}
        assert row.by
    assert set(REFERRAL_MOVES) <= set(BY_ACTION)
    assert {move.end for move in REFERRAL_MOVES.values()} <= set(Referral.State.values)
    assert {start for move in REFERRAL_MOVES.values() for start in move.start} <= {*Referral.State.values, ""}
    assert set(TURN) == {"filed", "registered", "referred", "objected", "accepted", "drafted"}
    assert set(REVIEW_TURN) == {"asked", "taken", "drafted"}
    assert {role for _relation, role in TURN.values()} | set(REVIEW_TURN.values()) <= READS_PETITIONS


def test_no_state_is_a_trap() -> None:
    """Given the table, then from every open state some way leads to an end."""
    ways: dict[str, set[str]] = {state: set() for state in Petition.State.values}
    for row in TRANSITIONS:
        for state in row.start:
            if state and row.end:
                ways[state].add(row.end)
    assert _reaching(ways, {"closed", "withdrawn", "not_taken", "led_out"}) == set(Petition.State.values)


def test_no_state_of_a_review_is_a_trap() -> None:
    """Given the review's table, then from every open state some way leads to an end."""
    ways: dict[str, set[str]] = {state: set() for state in Review.State.values}
    for row in REVIEW_TRANSITIONS:
        for state in row.start:
            if state and row.end:
                ways[state].add(row.end)
    assert _reaching(ways, {"decided", "refused", "withdrawn"}) == set(Review.State.values)


def _reaching(ways: dict[str, set[str]], ends: set[str]) -> set[str]:
    reached = set(ends)
    while grown := {state for state, nexts in ways.items() if nexts & reached} - reached:
        reached |= grown
    return reached


@pytest.mark.parametrize("row", [row for row in ON_EXISTING if row.papers], ids=lambda row: row.action)
def test_owes_a_paper_of_the_row(city: City, row: Transition) -> None:
    """Given a row that names papers, when the action was done, then one of them is owed with its entry, and it can be made."""
    petition = prepare(city, row, row.start[0])
    actor = next(actor for _name, actor, entitled in everybody(city, row, petition) if entitled)

    actions.ACTIONS[row.action](**GIVEN[row.action](city, petition)).run(actor, petition.pk)

    entry = Entry.objects.filter(petition=petition, action=row.action).get()
    owed = Paper.objects.get(petition_id=petition.pk, entry_id=entry.pk)
    assert owed.kind in row.papers
    facts = facts_of(owed)
    fixed_when_made = {"number", "date", "code", "verify_address", "qr"}
    needed = {field.name for field in owed.row.fields if field.needed} - fixed_when_made
    may_lack = {"re_review_number"} if owed.kind == "no_longer" else set()  # its number comes when that paper is made
    assert {name for name in needed if not facts.get(name)} <= may_lack
