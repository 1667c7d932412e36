"""The numbers of the scan's rules 标准: each with what it means, its default and its bounds; a supervisor may set others.

They are open to everybody whom they measure, as the definitions of the kinds are (`kinds.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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
