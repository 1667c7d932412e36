"""The table of steps, cell by cell: who may take which step from where, what it leads to, and what it leaves behind."""

import pytest
from tests.given import City
from tests.orders.conftest import Orders

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import Order, OrderStep
from yiwang.supervision.orders.kinds import KINDS, ROWS, Family, Kind
from yiwang.supervision.orders.steps import BY_ACTION, STEPS, Side, State, Step

OF_FAMILY = {Family.ORDER: "listed", Family.ADVICE: "hold_to_account", Family.ITEM: "decision", Family.UPWARD: "upward"}
"""A kind of each family: the listed one has every step of an order."""
CELLS = [
    (step, state, kind)
    for step in STEPS
    if step.action != "issue"
    for kind in OF_FAMILY.values()
    if step.fits(KINDS[kind])
    for state in step.start
]
IDS = [f"{step.action}-{state}-{kind}" for step, state, kind in CELLS]


def snapshot(order: Order) -> list[object]:
    return [
        Order.objects.filter(pk=order.pk).values().get(),
        list(OrderStep.objects.filter(order=order).values_list("pk", flat=True)),
        Entry.objects.filter(petition=order.petition).count(),
        Notice.objects.filter(kind="order").count(),
    ]


def prepared(orders: Orders, step: Step, state: str, kind: str) -> Order:
    order = orders.bring_to(state, kind)
    return orders.take(order, "ask_extension") if step.action == "refuse_extension" else order


def everybody(city: City) -> list[tuple[Role, Actor, str]]:
    """Every role in the issuing office, in the agency addressed, in a neighbour, and in a county's office."""
    where = {"issuer": city.office, "addressee": city.housing, "neighbour": city.parks, "county": city.county_office}
    return [(role, city.actor(agency, role), side) for side, agency in where.items() for role in Role]


def may(step: Step, kind: Kind, role: Role, side: str) -> bool:
    return side == step.by.value and role in step.roles_of(kind)


@pytest.mark.parametrize(("step", "state", "kind"), CELLS, ids=IDS)
def test_leads_where_the_row_says(orders: Orders, step: Step, state: str, kind: str) -> None:
    """Given an order in a state of the row, when everybody tries, then those are refused whom the row does not name, nothing
    changes by it, and for one whom it names the state, the step and the line are the row's."""
    order = prepared(orders, step, state, kind)
    before = snapshot(order)
    entitled = []
    for role, actor, side in everybody(orders.city):
        if may(step, KINDS[kind], role, side):
            entitled.append(actor)
            continue
        with pytest.raises(Refused) as refused:
            orders.take(order, step.action, actor)
        assert refused.value.code in {"not_entitled", "not_found"}, (role, side)
    assert snapshot(order) == before
    lines = Record.objects.filter(act=f"order_{step.action}").count()

    after = orders.take(order, step.action, entitled[0])

    assert Order.objects.get(pk=order.pk).state == (step.end or state)
    row = OrderStep.objects.filter(order=order).last()
    assert row is not None
    assert (row.action, row.from_state, row.to_state, row.actor_id) == (
        step.action,
        state,
        after.state,
        entitled[0].staff_id,
    )
    assert Record.objects.filter(act=f"order_{step.action}").count() == lines + 1


@pytest.mark.parametrize("kind", sorted(set(OF_FAMILY.values()) | {"supervise"}))
def test_refused_elsewhere(orders: Orders, kind: str) -> None:
    """Given an order in each state, when a step is tried that its row does not name, or not of this kind, then it is refused."""
    for state in State:
        if state == State.LIFTED and kind != "listed":
            continue
        if kind == "upward" and state in (State.ENDED, State.CANCELLED):
            continue
        order = orders.bring_to(state, kind)
        before = snapshot(order)
        for step in STEPS:
            if step.fits(KINDS[kind]) and state in step.start:
                continue
            with pytest.raises(Refused) as refused:
                orders.take(order, step.action)
            assert refused.value.code in {"wrong_state", "no_step"}, step.action
        assert snapshot(order) == before


def test_the_tables_fit_each_other() -> None:
    """Given both tables, then every kind has a way from being issued to an end, and rows name only what exists."""
    for kind in ROWS:
        rows = [step for step in STEPS if step.fits(kind)]
        reached, leads_out = {""}, {State.DONE, State.ENDED, State.CANCELLED, State.LIFTED}
        for _round in STEPS:
            reached |= {step.end for step in rows if step.end and reached & set(step.start)}
            leads_out |= {start for step in rows if step.end in leads_out for start in step.start}
        assert State.DONE in reached
        assert reached <= leads_out, kind.code
        assert (State.LIFTED in reached) == kind.listed
    assert len(BY_ACTION) == len(STEPS)
    assert {need for step in STEPS for need in step.needs} == {"text", "until", "adoption"}
    assert {step.by for step in STEPS} == set(Side)
