"""A city with an office that supervises, and short ways to orders in each state."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.outbox import senders
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.supervision.models import Occasion, Order
from yiwang.supervision.orders.changes import Draft, Given, issue, take
from yiwang.supervision.orders.kinds import KINDS, Source
from yiwang.supervision.orders.reports import follow_reports
from yiwang.supervision.orders.sources import Record, enter
from yiwang.supervision.orders.steps import BY_ACTION, Side
from yiwang.workdays.counting import office_date


class Mailbox:
    """A sender of the route “mail” that sends nothing: the notices stay in the outbox, where tests read them."""

    route = "mail"

    def ready(self) -> bool:
        return True

    def send(self, message: senders.Message) -> None:
        raise AssertionError("nothing is sent here")


class Orders:
    """What tests start from: orders issued through the product's own functions."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.supervisor = city.actor(city.office, Role.SUPERVISOR)
        self.leader = city.actor(city.office, Role.LEADER)
        self.housing = city.handler(city.housing)
        self.today = office_date(self.now)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def by(self, kind: str) -> Actor:
        return self.leader if kind == "listed" else self.supervisor

    def source(self, kind: str, petition: Petition | None = None) -> Occasion:
        """Enter what items of a kind come from."""
        found = KINDS[kind].source
        assert found is not None
        record = Record(
            kind=found, held_on=self.today, title="专题研究老旧小区照明", who="分管副市长", text="请逐项落实。",
            agency=self.city.housing if found == Source.TALK else None,
            participants=[self.city.housing, self.city.parks], petition=petition.pk if petition else None,
        )  # fmt: skip
        return enter(record, self.supervisor)

    def draft(self, kind: str = "supervise", **given: Any) -> Draft:
        row = KINDS[kind]
        plain: dict[str, Any] = {
            "kind": kind, "agency": self.city.housing, "subject": "楼道灯三个月没有修", "text": "请查明原因，限期修好。",
            "ground": "delay" if row.grounds else "",
            "about": self.city.parks if row.about else None,
        }  # fmt: skip
        if row.source and "occasion" not in given:
            plain["occasion"] = self.source(kind).pk
        return Draft(**{**plain, **given})

    def issued(self, kind: str = "supervise", **given: Any) -> Order:
        if kind == "upward":
            return self.reported()
        return issue(self.draft(kind, **given), self.by(kind))

    def reported(self) -> Order:
        """Report a petition upward, and begin to follow the report as the worker does."""
        petition = self.city.bring_to("registered")
        actions.ReportUpward(to="市委值班室", text="已派人到场。").run(self.city.officer, petition.pk)
        assert follow_reports() == 1
        return Order.objects.get(petition=petition)

    def bring_to(self, state: str, kind: str = "supervise", **given: Any) -> Order:
        """Issue an order and lead it the shortest way into a state."""
        order = self.issued(kind, **given)
        upward, advice = kind == "upward", KINDS[kind].family == "advice"
        answer = "instruct" if upward else "answer_advice" if advice else "feed_back"
        ways: dict[str, list[str]] = {
            "issued": [],
            "received": ["acknowledge" if upward else "receive"],
            "answered": [answer],
            "done": [answer, "conclude" if upward else "accept"],
            "ended": ["end"],
            "cancelled": ["cancel"],
            "lifted": [answer, "accept", "lift"],
        }
        for action in ways[state]:
            order = self.take(order, action)
        return order

    def take(self, order: Order, action: str, actor: Actor | None = None, **given: Any) -> Order:
        return take(order.number, action, actor or self.entitled(order, action), self.given(order, action, **given))

    def entitled(self, order: Order, action: str) -> Actor:
        if BY_ACTION[action].by == Side.ADDRESSEE and order.agency:
            return self.city.handler(order.agency)
        return self.leader

    def given(self, order: Order, action: str, **given: Any) -> Given:
        """Return the least that a step must be given."""
        plain = {"text": "已查明原因。", "until": order.due_on + timedelta(days=10), "adoption": "partly"}
        needed = {name: value for name, value in plain.items() if name in BY_ACTION[action].needs}
        return Given(**{**needed, **given})


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """An office that sends mail."""
    before = senders._SENDERS.get("mail")
    box = Mailbox()
    senders.register(box)
    yield box
    if before:
        senders.register(before)
    else:
        senders._SENDERS.pop("mail", None)


@pytest.fixture
def city(db: None) -> City:
    return City()


@pytest.fixture
def orders(city: City) -> Orders:
    return Orders(city)
