"""How long the answer to an order may take: the office's own days, since the Regulations set none."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.petitions.deadlines.counting import Due
from yiwang.petitions.deadlines.counting import due as count
from yiwang.petitions.deadlines.rules import Owes, Rule, Unit
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import OrderLimit
from yiwang.supervision.orders.kinds import KINDS, ROWS, Kind

LONGEST = 365


def present() -> dict[str, tuple[int, str]]:
    """Return number and unit for each kind, as the office has set them; one statement."""
    own = {row.kind: (row.number, row.unit) for row in OrderLimit.objects.all()}
    return {kind.code: own.get(kind.code, (kind.number, str(kind.unit))) for kind in ROWS}


def due(kind: Kind, start: datetime) -> Due:
    """Return when the answer to an order issued at an instant is due, the day after it being the first.

    Two statements at most. Where the calendar lacks the year, the end is provisional.
    """
    own = OrderLimit.objects.filter(kind=kind.code).first()
    number, unit = (own.number, Unit(own.unit)) if own else (kind.number, kind.unit)
    rule = Rule(
        code=kind.code, label=kind.label, number=number, unit=unit, counted_from="issue", owes=Owes.AGENCY,
        source=kind.basis,
    )  # fmt: skip
    return count(rule, start, rollover=False)


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
