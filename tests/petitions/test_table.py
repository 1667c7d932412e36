"""The table of transitions, cell by cell: who may do what from where, and what it leads to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.lifecycle import BY_ACTION, REFERRAL_MOVES, SYSTEM, TRANSITIONS, TURN, Relation, Transition
from yiwang.petitions.models import Deadline, Entry, Petition, PublishedAnswer, Rating, Referral

ON_EXISTING = [row for row in TRANSITIONS if row.action != "file"]
CELLS = [(row, state) for row in ON_EXISTING for state in row.start]

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
    "close": lambda city, petition: {},
    "reopen": lambda city, petition: {"reason": "又坏了"},
    "withdraw": lambda city, petition: {"reason": "修好了"},
    "publish": lambda city, petition: {"subject": "路灯", "text": "路灯坏了", "answer_text": "已修好"},
    "recall": lambda city, petition: {"reason": "有错"},
    "warn": lambda city, petition: {"deadline": limit_at_its_mark(petition, "reply")},
    "lapse": lambda city, petition: {"deadline": limit_at_its_mark(petition, "review-request")},
}
"""The least that each action must be given. A new row of the table without an entry here fails below."""


def limit_at_its_mark(petition: Petition, rule: str) -> int:
    """Start a limit long ago, so that the clock has something to do with it, and return its id."""
    began = petition.received_at - timedelta(days=100)
    row = Deadline.objects.create(
        petition=petition, rule=rule, rule_version="2022", owed_by=petition.office, started_at=began,
        due_on=began.date(), due_at=began, next_warning_at=began,
    )  # fmt: skip
    return row.pk


def prepare(city: City, row: Transition, state: str) -> Petition:
    """Bring a petition to where the action can be taken, with what it needs beside the state."""
    agency = city.county_housing if row.action == "pass_on" else city.housing
    petition = city.bring_to(state, agency)
    if row.action in {"receive", "co_report"}:
        actions.AskMoreAgencies(co=[city.parks]).run(city.officer, petition.pk)
    if row.action == "recall":
        publish = actions.Publish(subject="路灯", text="路灯坏了", answer_text="已修好")
        publish.run(city.approver(city.housing), petition.pk)
    if row.action == "reopen":
        actions.Rate(office="satisfied", agency="dissatisfied").run(Actor.citizen(petition.pk), petition.pk)
    return Petition.objects.get(pk=petition.pk)


def everybody(city: City, row: Transition, petition: Petition) -> list[tuple[str, Actor, bool]]:
    """Return one actor of every kind that there is, with whether the table entitles them."""
    places = {
        Relation.OFFICE: city.office,
        Relation.LEAD: city.county_housing if row.action == "pass_on" else city.housing,
        Relation.ASKED: city.parks,
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
            entitled = any(who.relation in fits and who.role == role for who in row.by)
            found.append((f"{role}@{relation}", city.actor(agency, role), entitled))
    citizen = any(who.relation == Relation.PETITIONER for who in row.by)
    found.append(("petitioner", Actor.citizen(petition.pk), citizen))
    found.append(("another citizen", Actor.citizen(petition.pk + 1), False))
    return found


def snapshot(petition: Petition) -> list[object]:
    """Return everything that an action could change of a petition."""
    rows: list[object] = [Petition.objects.filter(pk=petition.pk).values().get()]
    for model in (Entry, Deadline, Referral, Rating, PublishedAnswer):
        rows.append(sorted(model.objects.filter(petition_id=petition.pk).values_list()))
    return rows


@pytest.mark.parametrize(("row", "state"), CELLS, ids=[f"{row.action}-{state}" for row, state in CELLS])
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
        assert snapshot(petition) == before, f"{name} changed something"


@pytest.mark.parametrize(("row", "state"), CELLS, ids=[f"{row.action}-{state}" for row, state in CELLS])
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

    after.refresh_from_db()
    expected = {"merge": "registered"}.get(row.action, row.end or state)
    assert after.state == expected
    assert Entry.objects.filter(petition=petition).count() == entries + 1
    entry = Entry.objects.filter(petition=petition).order_by("id").last()
    assert entry is not None
    assert (entry.action, entry.from_state, entry.to_state) == (row.action, state, expected)
    open_rules = set(
        Deadline.objects.filter(petition=petition, met_at=None, cancelled_at=None).values_list("rule", flat=True)
    )
    assert open_rules >= set(row.starts)
    assert not open_rules & (set(row.meets) - set(row.starts))
    assert after.version == petition.version + (not row.by_clock)


@pytest.mark.parametrize("row", ON_EXISTING, ids=[row.action for row in ON_EXISTING])
def test_refused_elsewhere(city: City, row: Transition) -> None:
    """Given a petition in any state that the row does not name, when somebody acts, then it is refused and nothing changes."""
    for state in set(Petition.State.values) - set(row.start):
        petition = city.bring_to(state)
        before = snapshot(petition)
        with pytest.raises(actions.Refused) as refused:
            actions.ACTIONS[row.action](**GIVEN[row.action](city, petition)).run(Actor.system(), petition.pk)
        assert refused.value.code == "wrong_state"
        assert snapshot(petition) == before


def test_every_action_stands_in_the_table() -> None:
    """Given the table and the registry of actions, then both name the same actions, and this file can give each what it needs."""
    assert set(actions.ACTIONS) | {"file"} == set(BY_ACTION)
    assert set(GIVEN) == set(actions.ACTIONS)
    assert len(BY_ACTION) == len(TRANSITIONS)


def test_table_names_only_what_exists() -> None:
    """Given the table, then its states, rules and referral moves are known ones, and every open state is somebody's turn."""
    for row in TRANSITIONS:
        assert set(row.start) <= {*Petition.State.values, ""}
        assert row.end in {*Petition.State.values, ""}
        assert set(row.starts) <= set(RULES)
        assert set(row.meets) <= {*RULES, "report"}
        assert row.by
    assert {action for action, _start, _end in REFERRAL_MOVES} <= set(BY_ACTION)
    assert {end for _action, _start, end in REFERRAL_MOVES} <= set(Referral.State.values)
    assert set(TURN) == {"filed", "registered", "referred", "objected", "accepted", "drafted"}
    assert {role for _relation, role in TURN.values()} <= READS_PETITIONS


def test_no_state_is_a_trap() -> None:
    """Given the table, then from every open state some way leads to an end."""
    ways: dict[str, set[str]] = {state: set() for state in Petition.State.values}
    for row in TRANSITIONS:
        for state in row.start:
            if state and row.end:
                ways[state].add(row.end)
    reached = {"closed", "withdrawn", "not_taken"}
    while grown := {state for state, ends in ways.items() if ends & reached} - reached:
        reached |= grown
    assert reached == set(Petition.State.values)
