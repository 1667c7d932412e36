"""The limits, one row each: how long, counted from what, who is bound, by which article, and what may lengthen them.

Only the objection and simple handling run in working days; the others are calendar days, counted from the day after the
event at the office. To change a limit is to change one row; an office's own, stricter ones are rows of `LocalLimits`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unit(StrEnum):
    DAYS = "days"
    WORKING_DAYS = "working_days"


class Owes(StrEnum):
    """Whom a limit binds."""

    OFFICE = "office"
    AGENCY = "agency"
    PETITIONER = "petitioner"
    REVIEWER = "reviewer"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One limit: ``number`` of ``unit`` counted from the day after ``counted_from``; ``article`` of the Regulations.

    ``article`` is empty where the Regulations set no number: ``source`` then says where the number comes from.
    """

    code: str
    label: str | Promise
    number: int
    unit: Unit
    counted_from: str
    owes: Owes
    article: str = ""
    source: str | Promise = ""
    rollover: bool = False
    """Whether an end on a rest day moves to the next working day, unless the office has set it otherwise (`rolls_over`)."""
    lapses: bool = False
    """Whether it limits a right, which lapses, and not a duty: then nobody is ever late with it."""
    longest_extension: int = 0
    """Days by which it may be extended, once; 0: not at all."""
    suspended_by: tuple[str, ...] = ()
    """The grounds on which days do not count."""

    @property
    def of_the_house(self) -> bool:
        """Whether the number is the office's own and not the Regulations'."""
        return not self.article


@dataclass(frozen=True)
class RuleSet:
    """The limits as one text of the law sets them, in force from a day on."""

    version: str
    since: date
    rules: Mapping[str, Rule]


_SIMPLE = _("简易办理不见于《信访工作条例》，天数按通行做法，可由本单位另定")
_OWN = _("《条例》第二十九条、第三十条、第三十一条第（五）项没有定天数，由本单位自定")

_RULES_2022 = (
    Rule(
        code="refer", label=_("登记转办"), number=15, unit=Unit.DAYS, counted_from="received",
        owes=Owes.OFFICE, article="22",
    ),
    Rule(
        code="notice", label=_("告知受理"), number=15, unit=Unit.DAYS, counted_from="referred",
        owes=Owes.AGENCY, article="23",
    ),
    Rule(
        code="objection", label=_("提出异议"), number=5, unit=Unit.WORKING_DAYS, counted_from="referred",
        owes=Owes.AGENCY, article="23", lapses=True,
    ),
    Rule(
        code="handling", label=_("办理答复"), number=60, unit=Unit.DAYS, counted_from="accepted",
        owes=Owes.AGENCY, article="34", longest_extension=30,
    ),
    Rule(
        code="review-request", label=_("申请复查"), number=30, unit=Unit.DAYS, counted_from="delivered",
        owes=Owes.PETITIONER, article="35", rollover=True, lapses=True,
    ),
    Rule(
        code="review", label=_("复查"), number=30, unit=Unit.DAYS, counted_from="review_asked",
        owes=Owes.REVIEWER, article="35",
    ),
    Rule(
        code="re-review-request", label=_("申请复核"), number=30, unit=Unit.DAYS, counted_from="review_delivered",
        owes=Owes.PETITIONER, article="36", rollover=True, lapses=True,
    ),
    Rule(
        code="re-review", label=_("复核"), number=30, unit=Unit.DAYS, counted_from="re_review_asked",
        owes=Owes.REVIEWER, article="36", suspended_by=("hearing",),
    ),
    Rule(
        code="simple-decision", label=_("决定简易办理"), number=3, unit=Unit.WORKING_DAYS, counted_from="referred",
        owes=Owes.AGENCY, source=_SIMPLE, lapses=True,
    ),
    Rule(
        code="simple-handling", label=_("简易办理答复"), number=10, unit=Unit.WORKING_DAYS, counted_from="accepted",
        owes=Owes.AGENCY, source=_SIMPLE,
    ),
    Rule(
        code="reply", label=_("回复信访人"), number=60, unit=Unit.DAYS, counted_from="accepted",
        owes=Owes.AGENCY, source=_OWN,
    ),
)  # fmt: skip

RULE_SETS: dict[str, RuleSet] = {
    "2022": RuleSet("2022", date(2022, 5, 1), {rule.code: rule for rule in _RULES_2022}),
}
"""Each text of the law by its version. A petition keeps the one under which it was registered."""

VERSION = "2022"
"""The rule set that new petitions are registered under: the Regulations in force since 1 May 2022."""

RULES: Mapping[str, Rule] = RULE_SETS[VERSION].rules

COUNTED_FROM: dict[str, str | Promise] = {
    "received": _("收到信访件"),
    "referred": _("转到责任单位"),
    "accepted": _("受理"),
    "delivered": _("答复送达"),
    "review_asked": _("收到复查申请"),
    "review_delivered": _("复查意见送达"),
    "re_review_asked": _("收到复核申请"),
}
"""The event from whose next day each limit is counted, in words."""

BINDS: dict[Owes, str | Promise] = {
    Owes.OFFICE: _("信访部门"),
    Owes.AGENCY: _("责任单位"),
    Owes.PETITIONER: _("信访人"),
    Owes.REVIEWER: _("复查、复核机关"),
}
"""Whom a limit binds, in words."""

GROUNDS: dict[str, str | Promise] = {"hearing": _("听证")}
"""The grounds on which a limit may stand still."""


def is_duty(code: str) -> bool:
    """Tell whether a limit binds somebody to act, so that it can be late; a day named by an assignment does."""
    return code not in RULES or not RULES[code].lapses


def first_owed(limits: Iterable[tuple[datetime, str]]) -> tuple[datetime, str] | None:
    """Return the end and the code of the duty that ends first, of open limits given likewise; None when nothing is owed."""
    return min(((at, code) for at, code in limits if is_duty(code)), default=None)
