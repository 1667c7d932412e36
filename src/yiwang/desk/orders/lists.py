"""Lists of orders: what the office issued and has to judge, what is addressed to an agency, and the board of listed ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import READERS, DeskRequest, for_staff
from yiwang.petitions.actors import Actor
from yiwang.supervision.models import Order
from yiwang.supervision.orders.kinds import CHOICES, KINDS
from yiwang.supervision.orders.steps import OPEN, OWED, State
from yiwang.supervision.orders.visibility import addressed_to, issued_from, seen_by

PAGE = 50
SUPERVISES = (Role.SUPERVISOR, Role.LEADER)
TONES: dict[str, str] = {
    State.ISSUED: "new", State.RECEIVED: "going", State.ANSWERED: "waiting", State.DONE: "done", State.ENDED: "stopped",
    State.CANCELLED: "stopped", State.LIFTED: "done",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """One tab: which orders it shows, and in which order. ``office``: only for those who have a post in an office."""

    code: str
    label: str | Promise
    condition: Callable[[Actor, datetime], Q]
    order: tuple[str, ...] = ("due_at", "pk")
    office: bool = True
    counted: bool = True


def _late(now: datetime) -> Q:
    return Q(state__in=OWED, due_at__lte=now, provisional=False)


VIEWS: tuple[View, ...] = (
    View("verdict", _("待审定"), lambda actor, now: issued_from(actor) & Q(state=State.ANSWERED)),
    View("asked", _("要延期的"), lambda actor, now: issued_from(actor) & Q(state__in=OWED, extension_asked=True)),
    View("late", _("超期"), lambda actor, now: issued_from(actor) & _late(now)),
    View("open", _("在办"), lambda actor, now: issued_from(actor) & Q(state__in=OWED)),
    View(
        "over", _("办结的"), lambda actor, now: issued_from(actor) & ~Q(state__in=OPEN), order=("-pk",), counted=False
    ),
    View("ours", _("本单位的"), lambda actor, now: addressed_to(actor) & Q(state__in=OPEN), office=False),
    View(
        "ours_over", _("本单位办结的"), lambda actor, now: addressed_to(actor) & ~Q(state__in=OPEN), order=("-pk",),
        office=False, counted=False,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One row."""

    order: Order
    late: bool

    @property
    def tone(self) -> str:
        return "late" if self.late else TONES[self.order.state]

    @property
    def subject(self) -> str:
        return self.order.subject


def lines_of(orders: QuerySet[Order] | list[Order], now: datetime) -> list[Line]:
    """Return rows as lists draw them."""
    return [Line(order, order.is_late(now)) for order in orders]


def for_lists(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return orders with what a row shows, in one statement."""
    return orders.select_related("petition", "agency", "issuer")


@for_staff(*READERS)
def orders(request: DeskRequest) -> HttpResponse:
    """Show the orders that the reader's office issued, or those that are addressed to their agency, by what they wait for."""
    actor, now = request.actor, datetime.now(UTC)
    views = [view for view in VIEWS if actor.offices or not view.office]
    chosen = next((view for view in views if view.code == request.GET.get("view")), views[0])
    kind = request.GET.get("kind", "")
    seen = seen_by(actor).filter(kind=kind) if kind in KINDS else seen_by(actor)
    counts = seen.filter(state__in=OPEN).aggregate(
        **{view.code: Count("pk", filter=view.condition(actor, now)) for view in views if view.counted}
    )
    page = Paginator(for_lists(seen).filter(chosen.condition(actor, now)).order_by(*chosen.order), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "tabs": [(view, counts.get(view.code)) for view in views],
        "chosen": chosen,
        "kind": kind,
        "kinds": CHOICES,
        "page": page,
        "lines": lines_of(list(page), now),
        "may_issue": actor.has(*SUPERVISES) and bool(actor.offices),
    }
    return render(request, "desk/orders/list.html", context)


@for_staff(*READERS)
def waiting(request: DeskRequest) -> HttpResponse:
    """Answer the work page's question how many orders wait for the reader: a line that it loads by itself."""
    actor, now = request.actor, datetime.now(UTC)
    own = addressed_to(actor, below=False) & Q(state__in=OWED)
    verdict = issued_from(actor) & (Q(state=State.ANSWERED) | Q(state__in=OWED, extension_asked=True))
    judges = actor.has(*SUPERVISES)
    found = seen_by(actor).aggregate(
        ours=Count("pk", filter=own),
        late=Count("pk", filter=own & _late(now)),
        verdict=Count("pk", filter=verdict if judges else Q(pk__in=[])),
    )
    return render(request, "desk/orders/waiting.html", found)


@for_staff(*READERS)
def board(request: DeskRequest) -> HttpResponse:
    """Show what is listed 挂牌督办, and what was taken off the board last."""
    now = datetime.now(UTC)
    listed = for_lists(seen_by(request.actor)).filter(kind="listed").exclude(state=State.CANCELLED)
    context = {
        "lines": lines_of(list(listed.filter(lifted_on=None).order_by("due_at", "pk")[: PAGE * 4]), now),
        "lifted": lines_of(list(listed.filter(lifted_on__isnull=False).order_by("-lifted_on", "-pk")[:PAGE]), now),
    }
    return render(request, "desk/orders/board.html", context)
