"""The kinds of orders as a table: who issues each, by which article, how long the answer may take, and whether it is advice.

What differs between them is a row here; what they have in common is the table of steps (steps.py).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.petitions.deadlines.rules import Unit


class Family(StrEnum):
    """What kinds have in common in the table of steps."""

    ORDER = "order"  # an agency carries it out and feeds back
    ADVICE = "advice"  # a body answers in writing what it adopted (art. 40)
    ITEM = "item"  # one thing agreed or instructed, carried out and fed back
    UPWARD = "upward"  # reported to a body outside the platform: its answer is entered by the office


class Source(models.TextChoices):
    """What several items come from."""

    INSTRUCTION = "instruction", _("领导批示")
    CONFERENCE = "conference", _("联席会议")
    TALK = "talk", _("约谈")


class Adoption(models.TextChoices):
    """What became of advice 采纳情况 (arts. 40, 41)."""

    WHOLLY = "wholly", _("全部采纳")
    PARTLY = "partly", _("部分采纳")
    NOT = "not", _("未采纳")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind. ``number`` and ``unit`` are the office's own unless it sets another: the Regulations set no days for any of them.

    ``issuers`` are the roles that issue it and judge it; ``source`` what its items come from, for those that are items;
    ``grounds``: it names one of article 40; ``about``: it names the agency at fault beside the one that it is addressed to.
    """

    code: str
    label: str | Promise
    family: Family
    article: str
    number: int
    unit: Unit
    basis: str | Promise
    issuers: tuple[Role, ...] = (Role.SUPERVISOR, Role.LEADER)
    source: Source | None = None
    grounds: bool = False
    about: bool = False
    listed: bool = False


_OWN = _("《条例》没有定天数，由本单位自定")
_OF_2005 = _("2022年《条例》没有定天数；2005年的条例是30日，由本单位自定")
LEADERS = (Role.LEADER,)
REPORTERS = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.SUPERVISOR, Role.LEADER)

ROWS: tuple[Kind, ...] = (
    Kind(
        code="supervise", label=_("督办单"), family=Family.ORDER, article="40", number=10, unit=Unit.WORKING_DAYS,
        basis=_OWN, grounds=True,
    ),
    Kind(
        code="listed", label=_("挂牌督办"), family=Family.ORDER, article="39", number=30, unit=Unit.DAYS, basis=_OWN,
        issuers=LEADERS, grounds=True, listed=True,
    ),
    Kind(
        code="improve_work", label=_("改进工作建议"), family=Family.ADVICE, article="40", number=30, unit=Unit.DAYS, basis=_OF_2005,
    ),
    Kind(
        code="improve_policy", label=_("完善政策建议"), family=Family.ADVICE, article="40", number=30, unit=Unit.DAYS, basis=_OF_2005,
    ),
    Kind(
        code="hold_to_account", label=_("追究责任建议"), family=Family.ADVICE, article="40", number=30, unit=Unit.DAYS,
        basis=_OF_2005, about=True,
    ),
    Kind(
        code="instruction", label=_("批示交办事项"), family=Family.ITEM, article="38", number=10, unit=Unit.WORKING_DAYS,
        basis=_OWN, source=Source.INSTRUCTION,
    ),
    Kind(
        code="decision", label=_("会议议定事项"), family=Family.ITEM, article="13", number=30, unit=Unit.DAYS, basis=_OWN,
        source=Source.CONFERENCE,
    ),
    Kind(
        code="measure", label=_("约谈整改事项"), family=Family.ITEM, article="39", number=30, unit=Unit.DAYS, basis=_OWN,
        source=Source.TALK,
    ),
    Kind(
        code="upward", label=_("紧急事项上报"), family=Family.UPWARD, article="25", number=1, unit=Unit.DAYS, basis=_OWN,
        issuers=REPORTERS,
    ),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.code: kind for kind in ROWS}
ISSUED_BY_HAND = tuple(kind for kind in ROWS if kind.family != Family.UPWARD)
"""What people issue; what was reported upward is followed by itself (reports.py)."""
CHOICES = [(kind.code, kind.label) for kind in ROWS]


def of_source(source: str) -> Kind:
    """Return the kind of the items of a source."""
    return next(kind for kind in ROWS if kind.source == source)
