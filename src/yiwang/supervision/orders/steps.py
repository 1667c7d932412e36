"""The life of an order as a table: which step leads from where to where, who may take it, what it must be given, whom it tells.

To change a rule is to change one row: the buttons on the desk and the tests are made from these rows. An empty ``end``
leaves the state as it is.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.supervision.orders.kinds import Family, Kind


class State(models.TextChoices):
    """Where an order stands."""

    ISSUED = "issued", _("待接收")
    RECEIVED = "received", _("办理中")
    ANSWERED = "answered", _("待审定")
    DONE = "done", _("已办结")
    ENDED = "ended", _("已终止")
    CANCELLED = "cancelled", _("已撤销")
    LIFTED = "lifted", _("已摘牌")


class Side(StrEnum):
    """How whoever acts stands to the order."""

    ISSUER = "issuer"  # a post in the office that issued it, or in an office above that one
    ADDRESSEE = "addressee"  # a post in the agency that it is addressed to


ANSWERERS = (Role.AGENCY_HANDLER, Role.OFFICE_HANDLER, Role.APPROVER, Role.LEADER)
"""The roles that act for the agency addressed."""
OWED = (State.ISSUED, State.RECEIVED)
"""The agency owes its answer: it may be late."""
OPEN = (*OWED, State.ANSWERED)
ORDERS, ADVICE, UPWARD = (Family.ORDER, Family.ITEM), (Family.ADVICE,), (Family.UPWARD,)
DOWNWARD = (*ORDERS, *ADVICE)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One row of the table. ``needs``: text, until (a new last day), adoption. ``roles`` None: those of the order's kind."""

    action: str
    label: str | Promise
    start: tuple[str, ...]
    end: str
    by: Side
    families: tuple[Family, ...] = DOWNWARD
    roles: tuple[Role, ...] | None = None
    needs: tuple[str, ...] = ()
    tells: Side | None = None
    listed_only: bool = False
    why: str | Promise = ""

    def fits(self, kind: Kind) -> bool:
        """Whether orders of that kind have this step."""
        return kind.family in self.families and (kind.listed or not self.listed_only)

    def roles_of(self, kind: Kind) -> tuple[Role, ...]:
        """Return the roles that take this step with an order of that kind."""
        if self.roles is not None:
            return self.roles
        return kind.issuers if self.by == Side.ISSUER else ANSWERERS


ISSUER, ADDRESSEE = Side.ISSUER, Side.ADDRESSEE
JUDGES = (Role.SUPERVISOR, Role.LEADER)

STEPS: tuple[Step, ...] = (
    Step(
        action="issue", label=_("下达"), start=("",), end=State.ISSUED, by=ISSUER, families=(*DOWNWARD, *UPWARD),
        needs=("text",), tells=ADDRESSEE,
    ),
    Step(
        action="receive", label=_("接收"), start=(State.ISSUED,), end=State.RECEIVED, by=ADDRESSEE,
        why=_("告诉督办单位已经收到。"),
    ),
    Step(
        action="progress", label=_("报告进展"), start=(State.RECEIVED,), end="", by=ADDRESSEE, needs=("text",), tells=ISSUER,
        why=_("还没有办完，先说办到了哪一步。"),
    ),
    Step(
        action="feed_back", label=_("反馈"), start=OWED, end=State.ANSWERED, by=ADDRESSEE, families=ORDERS, needs=("text",),
        tells=ISSUER, why=_("写明查明的情况和采取的措施。"),
    ),
    Step(
        action="answer_advice", label=_("书面反馈采纳情况"), start=OWED, end=State.ANSWERED, by=ADDRESSEE, families=ADVICE,
        needs=("adoption", "text"), tells=ISSUER, why=_("写明采纳了什么；没有采纳的，写明为什么。"),
    ),
    Step(
        action="ask_extension", label=_("申请延期"), start=OWED, end="", by=ADDRESSEE, needs=("until", "text"), tells=ISSUER,
        why=_("到期办不完时，写明理由和需要的日期。"),
    ),
    Step(
        action="extend", label=_("延期"), start=OWED, end="", by=ISSUER, roles=JUDGES, needs=("until", "text"),
        tells=ADDRESSEE, why=_("确有理由的，另定日期。"),
    ),
    Step(
        action="refuse_extension", label=_("不同意延期"), start=OWED, end="", by=ISSUER, roles=JUDGES, needs=("text",),
        tells=ADDRESSEE, why=_("期限不变，继续办理。"),
    ),
    Step(
        action="accept", label=_("审定通过"), start=(State.ANSWERED,), end=State.DONE, by=ISSUER, roles=JUDGES,
        tells=ADDRESSEE, why=_("问题已经解决，或者反馈已经说清。"),
    ),
    Step(
        action="send_back", label=_("退回重办"), start=(State.ANSWERED,), end=State.RECEIVED, by=ISSUER, roles=JUDGES,
        needs=("until", "text"), tells=ADDRESSEE, why=_("反馈不清或问题没有解决的，写明原因，另定日期。"),
    ),
    Step(
        action="end", label=_("终止"), start=OPEN, end=State.ENDED, by=ISSUER, roles=JUDGES, needs=("text",),
        tells=ADDRESSEE, why=_("不再需要办，或者转入别的程序的，写明原因。"),
    ),
    Step(
        action="cancel", label=_("撤销"), start=OWED, end=State.CANCELLED, by=ISSUER, needs=("text",), tells=ADDRESSEE,
        why=_("下达有误的，写明原因。"),
    ),
    Step(
        action="lift", label=_("摘牌"), start=(State.DONE, State.ENDED), end=State.LIFTED, by=ISSUER, families=(Family.ORDER,),
        listed_only=True, needs=("text",), tells=ADDRESSEE, why=_("问题解决、经核实的，写明依据，从挂牌名单上去掉。"),
    ),
    Step(
        action="acknowledge", label=_("记录上级回执"), start=(State.ISSUED,), end=State.RECEIVED, by=ISSUER, families=UPWARD,
        needs=("text",), why=_("上级收到以后，记下谁在什么时候收到。"),
    ),
    Step(
        action="instruct", label=_("记录上级指示"), start=(*OPEN,), end=State.ANSWERED, by=ISSUER, families=UPWARD,
        needs=("text",), why=_("上级有指示的，原文记下；要交各单位办的，再逐项下达。"),
    ),
    Step(
        action="conclude", label=_("办结"), start=(State.RECEIVED, State.ANSWERED), end=State.DONE, by=ISSUER, families=UPWARD,
        needs=("text",), why=_("指示已经落实，或者上级没有进一步指示。"),
    ),
)  # fmt: skip
BY_ACTION: dict[str, Step] = {row.action: row for row in STEPS}
