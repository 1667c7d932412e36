"""What the office of the demo asks of agencies: orders, advice, a conference, an instruction and a talk, by the product's own functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yiwang.agencies.models import Agency, Post, Role, Staff
from yiwang.agencies.seed import root_office
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import Order
from yiwang.supervision.orders.changes import Draft, Given, issue, take
from yiwang.supervision.orders.kinds import KINDS, of_source
from yiwang.supervision.orders.sources import Record, enter
from yiwang.supervision.orders.steps import ANSWERERS, BY_ACTION, Side
from yiwang.workdays.counting import office_date, start_of

AT = timedelta(hours=10)


@dataclass(frozen=True)
class Orders:
    """The content, and what of the city it speaks of. ``petitions`` are ids by the keys of their stories."""

    content: Mapping[str, Any]
    agencies: Mapping[str, Agency]
    petitions: Mapping[str, int]
    now: datetime

    def seed(self) -> int:
        """Issue everything and lead it on, in the order of the days; return how many orders there are."""
        orders = [self._issued(row, row["kind"]) for row in self.content["orders"]]
        for source in self.content["sources"]:
            orders.extend(self._of_source(source))
        return len(orders)

    def _of_source(self, row: Mapping[str, Any]) -> Iterator[Order]:
        at = self._at(row["days_ago"])
        record = Record(
            kind=row["kind"], held_on=office_date(at), title=row["title"], who=row["who"], text=row["text"],
            agency=self.agencies[row["agency"]] if "agency" in row else None,
            participants=[self.agencies[code] for code in row.get("participants", [])],
        )  # fmt: skip
        source = enter(record, self._supervisor(at), at)
        kind = of_source(row["kind"]).code
        for item in row["items"]:
            yield self._issued({**item, "days_ago": row["days_ago"]}, kind, source.pk)

    def _issued(self, row: Mapping[str, Any], kind: str, occasion: int | None = None) -> Order:
        at = self._at(row["days_ago"])
        petition = self.petitions.get(row.get("petition", ""))
        draft = Draft(
            kind=kind, agency=self.agencies[row["agency"]], ground=row.get("ground", ""), subject=row["subject"],
            text=row["text"], about=self.agencies.get(row.get("about", "")), petitions=[petition] if petition else [],
            occasion=occasion, due_on=office_date(max(self._at(-row["due"]), at)),
        )  # fmt: skip
        try:
            order = issue(draft, self._leader(at) if KINDS[kind].listed else self._supervisor(at), at)
            for step in row["steps"]:
                order = self._step(order, step)
        except Refused as refused:
            raise ValueError(f"{row['subject']}: {refused.code} ({refused.message})") from refused
        return order

    def _step(self, order: Order, row: Mapping[str, Any]) -> Order:
        at = self._at(row["days_ago"]) + timedelta(hours=1)
        until = office_date(self._at(-row["until"])) if "until" in row else None
        given = Given(text=row.get("text", ""), until=until, adoption=row.get("adoption", ""))
        answers = BY_ACTION[row["step"]].by == Side.ADDRESSEE
        return take(order.number, row["step"], self._answering(order, at) if answers else self._leader(at), given, at)

    def _at(self, days_ago: int) -> datetime:
        return start_of(office_date(self.now) - timedelta(days=days_ago)) + AT

    def _supervisor(self, at: datetime) -> Actor:
        return self._holder(root_office(), (Role.SUPERVISOR,), at)

    def _leader(self, at: datetime) -> Actor:
        return self._holder(root_office(), (Role.LEADER,), at)

    def _answering(self, order: Order, at: datetime) -> Actor:
        assert order.agency is not None
        return self._holder(order.agency, ANSWERERS, at)

    def _holder(self, agency: Agency, roles: tuple[Role, ...], at: datetime) -> Actor:
        """Return the first who holds one of these roles there."""
        post = Post.objects.filter(agency=agency, role__in=roles).select_related("staff").order_by("pk").first()
        if post is None:
            raise ValueError(f"nobody at {agency.code} answers orders")
        staff: Staff = post.staff
        return Actor.of_staff(staff, at, imported=True)
