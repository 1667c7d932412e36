"""The law as a table: which action leads from where to where, who may do it, by which article, and what it starts and meets.

To change a rule is to change one row. The buttons on the desk, the diagrams in docs/architecture.md and the permission
tests are made from these rows. An empty ``end`` leaves the state as it is.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.petitions.models import Petition

S = Petition.State
OPEN = (S.FILED, S.REGISTERED, S.REFERRED, S.OBJECTED, S.ACCEPTED, S.DRAFTED)


class Relation(StrEnum):
    """How whoever acts stands to the petition."""

    OFFICE = "office"  # a post in the office that has it, or in an office above that one
    LEAD = "lead"  # a post in the agency that has the lead
    ABOVE = "above"  # a post in an agency above the one that has the lead
    ASKED = "asked"  # a post in any agency with an open referral
    PETITIONER = "petitioner"
    SYSTEM = "system"


@dataclass(frozen=True)
class Who:
    """One entitled party: a relation, and for staff a role."""

    relation: Relation
    role: Role | None = None


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    action: str
    label: str | Promise
    start: tuple[str, ...]
    end: str
    by: tuple[Who, ...]
    article: str = ""
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    shown_to_petitioner: bool = True
    mirrored: bool = False  # the petitions merged into this one go along
    by_clock: bool = False  # changes nothing that a clerk may have before their eyes: the petition's version stays


def _office(*roles: Role) -> tuple[Who, ...]:
    return tuple(Who(Relation.OFFICE, role) for role in roles)


def _lead(*roles: Role) -> tuple[Who, ...]:
    return tuple(Who(Relation.LEAD, role) for role in roles)


CLERKS = _office(Role.INTAKE_CLERK, Role.OFFICE_HANDLER)
OFFICE = _office(Role.OFFICE_HANDLER)
LEAD = _lead(Role.AGENCY_HANDLER, Role.OFFICE_HANDLER)
ASKED = (Who(Relation.ASKED, Role.AGENCY_HANDLER), Who(Relation.ASKED, Role.OFFICE_HANDLER))
APPROVERS = (*_lead(Role.APPROVER), Who(Relation.ABOVE, Role.APPROVER), *_office(Role.APPROVER))
PETITIONER = (Who(Relation.PETITIONER),)
SYSTEM = (Who(Relation.SYSTEM),)

TRANSITIONS: tuple[Transition, ...] = (
    Transition("file", _("提交"), ("",), S.FILED, (*PETITIONER, *CLERKS), "21", starts=("refer",)),
    Transition("register", _("登记"), (S.FILED,), S.REGISTERED, CLERKS, "22"),
    Transition("correct", _("更正"), OPEN, "", CLERKS, "22", shown_to_petitioner=False),
    Transition("merge", _("并案"), (S.FILED, S.REGISTERED), "", OFFICE, "22", meets=("refer",)),
    Transition("mark_urgent", _("标为紧急"), OPEN, "", CLERKS, "25", shown_to_petitioner=False),
    Transition("not_take", _("不予受理"), (S.FILED, S.REGISTERED), S.NOT_TAKEN, OFFICE, "23", meets=("refer",)),
    Transition(
        "refer", _("转办"), (S.REGISTERED,), S.REFERRED, OFFICE, "22",
        starts=("notice", "objection"), meets=("refer",), mirrored=True,
    ),
    Transition("ask_more_agencies", _("增加协办单位"), (S.REFERRED, S.ACCEPTED), "", OFFICE, "22", shown_to_petitioner=False),
    Transition("receive", _("接收"), (S.REFERRED, S.ACCEPTED), "", ASKED, "23", shown_to_petitioner=False),
    Transition("pass_on", _("转下级办理"), (S.REFERRED,), "", LEAD, "23", starts=("notice", "objection"), mirrored=True),
    Transition(
        "object", _("提出异议"), (S.REFERRED,), S.OBJECTED, LEAD, "23",
        meets=("objection",), shown_to_petitioner=False, mirrored=True,
    ),
    Transition(
        "uphold_objection", _("同意异议"), (S.OBJECTED,), S.REGISTERED, OFFICE, "23",
        starts=("refer",), shown_to_petitioner=False, mirrored=True,
    ),
    Transition("reject_objection", _("不同意异议"), (S.OBJECTED,), S.REFERRED, OFFICE, "23", shown_to_petitioner=False, mirrored=True),
    Transition("accept", _("受理并告知"), (S.REFERRED,), S.ACCEPTED, LEAD, "23", starts=("handling",), meets=("notice",), mirrored=True),
    Transition(
        "hand_over", _("指定承办人"), (S.REFERRED, S.ACCEPTED, S.DRAFTED), "", (*LEAD, *_lead(Role.APPROVER)), "28",
        shown_to_petitioner=False,
    ),
    Transition("note", _("添加记录"), (*OPEN, S.ANSWERED), "", (*CLERKS, *LEAD, *ASKED, *APPROVERS), "28", shown_to_petitioner=False),
    Transition("request_more", _("请信访人补充"), (S.FILED, S.REGISTERED, S.ACCEPTED), "", (*CLERKS, *LEAD), "31"),
    Transition("add_material", _("补充材料"), OPEN, "", (*PETITIONER, *CLERKS), "19"),
    Transition("co_report", _("反馈协办意见"), (S.REFERRED, S.ACCEPTED), "", ASKED, "24", meets=("report",), shown_to_petitioner=False),
    Transition("draft_answer", _("提交答复"), (S.ACCEPTED,), S.DRAFTED, LEAD, "32", shown_to_petitioner=False, mirrored=True),
    Transition("send_back", _("退回修改"), (S.DRAFTED,), S.ACCEPTED, APPROVERS, "32", shown_to_petitioner=False, mirrored=True),
    Transition("approve", _("审核通过并答复"), (S.DRAFTED,), S.ANSWERED, APPROVERS, "32", meets=("handling", "report"), mirrored=True),
    Transition("deliver", _("确认送达"), (S.ANSWERED, S.CLOSED), "", (*PETITIONER, *CLERKS, *SYSTEM), "35"),
    Transition("rate", _("评价"), (S.ANSWERED, S.CLOSED), "", PETITIONER, "21"),
    Transition("close", _("办结"), (S.ANSWERED,), S.CLOSED, (*LEAD, *OFFICE, *SYSTEM), "34"),
    Transition("reopen", _("重新办理"), (S.ANSWERED, S.CLOSED), S.REGISTERED, (*PETITIONER, *OFFICE), "21", starts=("refer",)),
    Transition("withdraw", _("撤回"), OPEN, S.WITHDRAWN, (*PETITIONER, *CLERKS), "19"),
    Transition("publish", _("公开答复"), (S.ANSWERED, S.CLOSED), "", APPROVERS, "18", shown_to_petitioner=True),
    Transition("recall", _("撤回公开"), (S.ANSWERED, S.CLOSED), "", APPROVERS, "18", shown_to_petitioner=True),
    Transition("warn", _("期限提醒"), tuple(S), "", SYSTEM, "28", shown_to_petitioner=False, by_clock=True),
    Transition("lapse", _("期满失权"), tuple(S), "", SYSTEM, shown_to_petitioner=False, by_clock=True),
)  # fmt: skip

BY_ACTION: dict[str, Transition] = {row.action: row for row in TRANSITIONS}

REFERRAL_MOVES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("refer", ("",), "sent"),
    ("ask_more_agencies", ("",), "sent"),
    ("pass_on", ("sent", "received"), "passed_on"),
    ("receive", ("sent",), "received"),
    ("object", ("sent", "received"), "objected"),
    ("uphold_objection", ("objected",), "returned"),
    ("reject_objection", ("objected",), "received"),
    ("accept", ("sent", "received"), "received"),
    ("co_report", ("sent", "received"), "reported"),
    ("approve", ("sent", "received", "passed_on"), "done"),
    ("withdraw", ("sent", "received", "objected", "passed_on"), "done"),
)
"""How the referral moves with the petition's action: action, from, to. ``withdraw`` and ``approve`` end all open ones.

For readers: the diagram is made from it; the actions themselves pick the referral and set its state (`Work.move`).
"""

TURN: dict[str, tuple[Relation, Role]] = {
    S.FILED: (Relation.OFFICE, Role.INTAKE_CLERK),
    S.REGISTERED: (Relation.OFFICE, Role.OFFICE_HANDLER),
    S.REFERRED: (Relation.LEAD, Role.AGENCY_HANDLER),
    S.OBJECTED: (Relation.OFFICE, Role.OFFICE_HANDLER),
    S.ACCEPTED: (Relation.LEAD, Role.AGENCY_HANDLER),
    S.DRAFTED: (Relation.LEAD, Role.APPROVER),
}
"""Whose turn it is in each open state: this fills the work-lists."""
