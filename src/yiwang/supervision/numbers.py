"""Setting the numbers of the scan's rules: supervisors of the office at the root, each change with a line of the behaviour log."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused
from yiwang.supervision import scan, thresholds
from yiwang.supervision.models import Threshold
from yiwang.supervision.seeing import sets_rules


@transaction.atomic
def set_number(actor: Actor, code: str, number: int, now: datetime | None = None) -> bool:
    """Set a number; return whether that changed anything. The walk begins anew, for what it now finds.

    Raises Refused: ``not_entitled`` for whoever does not set the office's rules, ``no_number``, ``out_of_bounds``.
    """
    if not sets_rules(actor) or actor.staff is None:
        raise Refused("not_entitled", _("只有市级信访部门的督查人员可以改督查标准。"))
    rule = thresholds.BY_CODE.get(code)
    if rule is None:
        raise Refused("no_number", _("没有这个标准。"))
    if not rule.least <= number <= rule.most:
        bounds = {"label": rule.label, "least": rule.least, "most": rule.most}
        raise Refused("out_of_bounds", _("“%(label)s”要写%(least)d到%(most)d之间的整数。") % bounds)
    if thresholds.current()[code] == number:
        return False
    Threshold.objects.update_or_create(
        code=code, defaults={"number": number, "changed_by": actor.staff, "changed_at": now or datetime.now(UTC)}
    )
    scan.walk_anew()
    log.write(
        [
            log.line(
                "change_threshold", actor_kind="staff", actor_id=actor.staff_id, subject_kind="threshold",
                reason=f"{code} {number}", at=now,
            )
        ]
    )  # fmt: skip
    return True
