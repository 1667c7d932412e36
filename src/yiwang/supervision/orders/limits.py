"""How long the answer to an order may take: the office's own days, since the Regulations set none."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.petitions.deadlines.counting import Due
from yiwang.petitions.deadlines.counting import due as count
from yiwang.petitions.deadlines.rules import Owes, Rule, Unit
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import Order, OrderLimit
from yiwang.supervision.orders.kinds import KINDS, ROWS, Kind

LONGEST = 365
BATCH = 500


def present() -> dict[str, tuple[int, str]]:
    """Return number and unit for each kind, as the office has set them; one statement."""
    own = {row.kind: (row.number, row.unit) for row in OrderLimit.objects.all()}
    return {kind.code: own.get(kind.code, (kind.number, str(kind.unit))) for kind in ROWS}


@dataclass(frozen=True)
class Length:
    """So many days of a unit."""

    number: int
    unit: Unit


def length_of(kind: Kind) -> Length:
    """Return how long the answer to a kind may take now; one statement."""
    own = OrderLimit.objects.filter(kind=kind.code).first()
    return Length(own.number, Unit(own.unit)) if own else Length(kind.number, kind.unit)


def due(length: Length, start: datetime) -> Due:
    """Return when an answer is due, the day after ``start`` being the first day.

    One statement at most. Where the calendar lacks the year, the end is provisional.
    """
    rule = Rule(code="order", label="", number=length.number, unit=length.unit, counted_from="issue", owes=Owes.AGENCY)
    return count(rule, start, rollover=False)


def recount() -> int:
    """Count provisional limits anew, as the calendar now is; return how many moved or are certain now. Safe to repeat."""
    waiting = Order.objects.filter(state__in=Order.OWED, provisional=True, days__isnull=False).order_by("pk")
    return sum(_recounted(pk) for pk in list(waiting.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _recounted(pk: int) -> bool:
    order = Order.objects.select_for_update().get(pk=pk)
    if not (order.provisional and order.days and order.state in Order.OWED):
        return False
    found = due(Length(order.days, Unit(order.unit)), order.issued_at)
    if (found.on, found.provisional) == (order.due_on, True):
        return False
    order.due_on, order.due_at, order.provisional = found.on, found.at, found.provisional
    order.save(update_fields=["due_on", "due_at", "provisional"])
    return True


@transaction.atomic
def set_limit(kind: str, number: int, unit: str, by: Staff, now: datetime) -> OrderLimit:
    """Set how long the answer to a kind may take, for orders issued from now on. Raises Refused: ``no_kind``, ``no_days``."""
    if kind not in KINDS or unit not in set(Unit):
        raise Refused("no_kind", _("没有这种督办事项。"))
    if not 1 <= number <= LONGEST:
        raise Refused("no_days", _("天数请写1到%(longest)d。") % {"longest": LONGEST})
    row, _made = OrderLimit.objects.update_or_create(
        kind=kind, defaults={"number": number, "unit": unit, "set_by": by, "set_at": now}
    )
    log.write(
        [log.line("set_order_limit", actor_kind="staff", actor_id=by.pk, subject_kind="order_limit", reason=kind)]
    )
    return row
