"""The numbers of the scan's rules 标准: each with what it means, its default and its bounds; a supervisor may set others.

They are open to everybody whom they measure, as the definitions of the kinds are (`kinds.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.agencies.models import Role, Staff
from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import Threshold


@dataclass(frozen=True)
class Number:
    """One number: the kind of finding whose rule it belongs to, what it says, and what it may be."""

    code: str
    kind: str
    label: str | Promise
    default: int
    least: int
    most: int


NUMBERS: tuple[Number, ...] = (
    Number("sent_back_times", "sent_back_twice", gettext_lazy("退回修改几次算多次退回"), 2, 2, 20),
    Number("shifted_leads", "shifted", gettext_lazy("信访部门先后转给几个主办单位算推转"), 3, 2, 20),
    Number("shifted_objections", "shifted", gettext_lazy("几次提出异议算推转"), 2, 1, 20),
    Number("copied_matters", "copied_answer", gettext_lazy("同一答复用于几件不同的事算照搬"), 5, 2, 1000),
    Number("copied_days", "copied_answer", gettext_lazy("照搬往前看几天"), 365, 30, 730),
    Number("copied_length", "copied_answer", gettext_lazy("除套话和标准答复外不足几个字的不比对"), 20, 10, 500),
    Number("last_hours", "last_minute_acceptance", gettext_lazy("受理期限最后几小时内受理算踩点"), 24, 1, 120),
    Number("last_share", "last_minute_acceptance", gettext_lazy("踩点受理占百分之几以上才提示"), 50, 10, 100),
    Number("last_least", "last_minute_acceptance", gettext_lazy("至少受理几件才看比例"), 10, 3, 1000),
    Number("last_days", "last_minute_acceptance", gettext_lazy("踩点受理往前看几天"), 90, 15, 365),
    Number("reclassified_times", "reclassified", gettext_lazy("同一单位几件改类才提示"), 3, 1, 1000),
    Number("reclassified_days", "reclassified", gettext_lazy("改类往前看几天"), 90, 15, 365),
)
BY_CODE: dict[str, Number] = {number.code: number for number in NUMBERS}


def current() -> Mapping[str, int]:
    """Return every number by its code, the office's own where it has set one; one statement."""
    own = dict(Threshold.objects.filter(code__in=BY_CODE).values_list("code", "number"))
    return {number.code: own.get(number.code, number.default) for number in NUMBERS}


@transaction.atomic
def set_number(actor: Actor, code: str, number: int, now: datetime | None = None) -> bool:
    """Set a number; return whether that changed anything. The scan goes by it from its next look on.

    Raises Refused: ``not_entitled`` for whoever is no supervisor, ``no_number``, ``out_of_bounds``.
    """
    if not actor.has(Role.SUPERVISOR) or not isinstance(actor.staff, Staff):
        raise Refused("not_entitled", _("只有督查人员可以改督查标准。"))
    rule = BY_CODE.get(code)
    if rule is None:
        raise Refused("no_number", _("没有这个标准。"))
    if not rule.least <= number <= rule.most:
        bounds = {"label": rule.label, "least": rule.least, "most": rule.most}
        raise Refused("out_of_bounds", _("“%(label)s”要写%(least)d到%(most)d之间的整数。") % bounds)
    if current()[code] == number:
        return False
    Threshold.objects.update_or_create(
        code=code, defaults={"number": number, "changed_by": actor.staff, "changed_at": now or datetime.now(UTC)}
    )
    log.write(
        [
            log.line(
                "change_threshold", actor_kind="staff", actor_id=actor.staff_id, subject_kind="threshold",
                reason=f"{code} {number}", at=now,
            )
        ]
    )  # fmt: skip
    return True
