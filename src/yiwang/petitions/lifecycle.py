"""The law as a table: which action leads from where to where, who may do it, by which article, and what it starts and meets.

To change a rule is to change one row. The buttons on the desk, the diagrams in docs/architecture.md, docs/law.md and the
permission tests are made from these rows. Three machines in one form: the petition, the referral to an agency, and the
review. An empty ``end`` leaves the state as it is.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.petitions.models import Petition, Referral, Review

S = Petition.State
OVER = (S.CLOSED, S.WITHDRAWN, S.NOT_TAKEN, S.LED_OUT)
OPEN = (S.FILED, S.REGISTERED, S.REFERRED, S.OBJECTED, S.ACCEPTED, S.DRAFTED)


class Relation(StrEnum):
    """How whoever acts stands to the petition."""

    OFFICE = "office"  # a post in the office that has it, or in an office above that one
    LEAD = "lead"  # a post in the agency that has the lead
    ABOVE = "above"  # a post in an agency above the one that has the lead
    ASKED = "asked"  # a post in any agency with an open referral
    REVIEWER = "reviewer"  # a post in the body that reviews; in the office where that body is outside
    PETITIONER = "petitioner"
    SYSTEM = "system"


@dataclass(frozen=True)
class Who:
    """One entitled party: a relation, and for staff a role."""

    relation: Relation
    role: Role | None = None


class Machine(StrEnum):
    """Whose state a row speaks of: the matter's, or that of the review of its present answer."""

    PETITION = "petition"
    REVIEW = "review"


@dataclass(frozen=True)
class Transition:
    """One row of the table. ``petition_end`` is where a row of the review's table leads the petition itself."""

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
    papers: tuple[str, ...] = ()  # the papers that it owes (papers/kinds.py)
    machine: Machine = Machine.PETITION
    petition_start: tuple[str, ...] = ()
    petition_end: str = ""
    by_clock: bool = False  # changes nothing that a clerk may have before their eyes: the petition's version stays


def _office(*roles: Role) -> tuple[Who, ...]:
    return tuple(Who(Relation.OFFICE, role) for role in roles)


def _lead(*roles: Role) -> tuple[Who, ...]:
    return tuple(Who(Relation.LEAD, role) for role in roles)


CLERKS = _office(Role.INTAKE_CLERK, Role.OFFICE_HANDLER)
OFFICE = _office(Role.OFFICE_HANDLER)
LEAD = _lead(Role.AGENCY_HANDLER, Role.OFFICE_HANDLER)
ASKED = (Who(Relation.ASKED, Role.AGENCY_HANDLER), Who(Relation.ASKED, Role.OFFICE_HANDLER))
HEADS = _lead(Role.APPROVER, Role.LEADER)
REVIEWERS = (Who(Relation.REVIEWER, Role.AGENCY_HANDLER), Who(Relation.REVIEWER, Role.OFFICE_HANDLER))
REVIEW_SERVERS = (*REVIEWERS, Who(Relation.REVIEWER, Role.APPROVER))
REVIEW_APPROVERS = (Who(Relation.REVIEWER, Role.APPROVER), Who(Relation.REVIEWER, Role.LEADER))
APPROVERS = (*_lead(Role.APPROVER), Who(Relation.ABOVE, Role.APPROVER), *_office(Role.APPROVER))
EVERYBODY = (*CLERKS, *LEAD, *ASKED, *APPROVERS, *REVIEWERS, *REVIEW_APPROVERS)
PETITIONER = (Who(Relation.PETITIONER),)
SYSTEM = (Who(Relation.SYSTEM),)

TRANSITIONS: tuple[Transition, ...] = (
    # Brought, registered, and led to whom it belongs (chapter 3).
    Transition("file", _("提交"), ("",), S.FILED, (*PETITIONER, *CLERKS), "21", starts=("refer",)),
    Transition(
        "file_directly", _("登记直接收到的信访"), ("",), S.REFERRED, _lead(Role.AGENCY_HANDLER), "23", starts=("notice",),
    ),
    Transition("register", _("登记"), (S.FILED,), S.REGISTERED, CLERKS, "22"),
    Transition("correct", _("更正"), OPEN, "", CLERKS, "22", shown_to_petitioner=False),
    Transition("merge", _("并案"), (S.FILED, S.REGISTERED), "", OFFICE, "22", meets=("refer",)),
    Transition(
        "part", _("解除并案"), (S.REGISTERED, S.REFERRED, S.OBJECTED, S.ACCEPTED, S.DRAFTED), "", SYSTEM, "22",
        shown_to_petitioner=False,
    ),
    Transition("split", _("分案"), (S.FILED, S.REGISTERED), "", OFFICE, "22"),
    Transition("mark_urgent", _("标为紧急"), OPEN, "", CLERKS, "25", shown_to_petitioner=False),
    Transition("report_upward", _("报告上级"), OPEN, "", (*CLERKS, *LEAD), "25", shown_to_petitioner=False),
    Transition("not_take", _("不予受理"), (S.FILED, S.REGISTERED), S.NOT_TAKEN, OFFICE, "23", meets=("refer",), papers=("not_taken",)),
    Transition(
        "not_take_running", _("正在办理，不另受理"), (S.FILED, S.REGISTERED), S.NOT_TAKEN, OFFICE, "19", meets=("refer",),
    ),
    Transition("not_take_again", _("不再受理"), (S.FILED, S.REGISTERED), S.NOT_TAKEN, OFFICE, "36", meets=("refer",), papers=("no_longer",)),
    Transition("redirect", _("告知向有权机关提出"), (S.REFERRED,), S.NOT_TAKEN, LEAD, "23", meets=("notice",), papers=("not_taken",)),
    Transition(
        "lead_out", _("导入其他程序"), (S.FILED, S.REGISTERED, S.REFERRED, S.ACCEPTED), S.LED_OUT, (*OFFICE, *LEAD), "31",
        meets=("refer", "notice", "handling"), papers=("guidance",),
    ),
    Transition(
        "refer", _("转办"), (S.REGISTERED,), S.REFERRED, OFFICE, "22",
        starts=("notice", "objection"), meets=("refer",), mirrored=True, papers=("referral", "assignment"),
    ),
    Transition("ask_more_agencies", _("增加协办单位"), (S.REFERRED, S.ACCEPTED), "", OFFICE, "22", shown_to_petitioner=False),
    Transition("receive", _("接收"), (S.REFERRED, S.ACCEPTED), "", ASKED, "23", shown_to_petitioner=False),
    Transition("pass_on", _("转下级办理"), (S.REFERRED,), "", LEAD, "23", starts=("notice", "objection"), mirrored=True),
    Transition(
        "object", _("提出异议"), (S.REFERRED,), S.OBJECTED, LEAD, "23",
        meets=("objection",), shown_to_petitioner=False, mirrored=True, papers=("objection",),
    ),
    Transition(
        "uphold_objection", _("同意异议"), (S.OBJECTED,), S.REGISTERED, OFFICE, "23",
        starts=("refer",), shown_to_petitioner=False, mirrored=True, papers=("return",),
    ),
    Transition("reject_objection", _("不同意异议"), (S.OBJECTED,), S.REFERRED, OFFICE, "23", shown_to_petitioner=False, mirrored=True),
    Transition("raise_dispute", _("提请裁定管辖"), (S.OBJECTED,), "", OFFICE, "24", shown_to_petitioner=False),
    Transition(
        "settle_dispute", _("确定责任单位"), (S.OBJECTED,), S.REFERRED, OFFICE, "24", starts=("notice",), mirrored=True,
    ),
    # Accepted and handled (chapter 4).
    Transition(
        "accept", _("受理并告知"), (S.REFERRED,), S.ACCEPTED, LEAD, "23",
        starts=("handling",), meets=("notice",), mirrored=True, papers=("notice",),
    ),
    Transition(
        "accept_simply", _("简易办理"), (S.REFERRED,), S.ACCEPTED, LEAD, "23",
        starts=("simple-handling",), meets=("notice",), mirrored=True,
    ),
    Transition(
        "convert_to_ordinary", _("转普通程序"), (S.ACCEPTED,), "", LEAD, "34", starts=("handling",), mirrored=True,
    ),
    Transition("choose_route", _("按法定职责办理"), (S.ACCEPTED,), "", LEAD, "31", starts=("reply",), mirrored=True),
    Transition(
        "hand_over", _("指定承办人"), (S.REFERRED, S.ACCEPTED, S.DRAFTED), "", (*LEAD, *_lead(Role.APPROVER)), "28",
        shown_to_petitioner=False,
    ),
    Transition("recuse", _("回避"), (*OPEN, S.ANSWERED, S.CLOSED), "", EVERYBODY, "28", shown_to_petitioner=False),
    Transition("note", _("添加记录"), (*OPEN, S.ANSWERED, S.CLOSED), "", EVERYBODY, "28", shown_to_petitioner=False),
    Transition("request_more", _("请信访人补充"), (S.FILED, S.REGISTERED, S.ACCEPTED), "", (*CLERKS, *LEAD), "31"),
    Transition("add_material", _("补充材料"), OPEN, "", (*PETITIONER, *CLERKS), "19"),
    Transition("co_report", _("反馈协办意见"), (S.REFERRED, S.ACCEPTED), "", ASKED, "24", meets=("report",), shown_to_petitioner=False),
    Transition("hold_hearing", _("举行听证"), (S.ACCEPTED,), "", LEAD, "31", papers=("hearing",)),
    Transition("ask_extension", _("申请延期"), (S.ACCEPTED,), "", LEAD, "34", shown_to_petitioner=False),
    Transition("extend", _("批准延期"), (S.ACCEPTED, S.DRAFTED), "", HEADS, "34", mirrored=True, papers=("extension",)),
    Transition("refuse_extension", _("不批准延期"), (S.ACCEPTED, S.DRAFTED), "", HEADS, "34", shown_to_petitioner=False),
    Transition(
        "settle", _("调解、和解"), (S.ACCEPTED,), S.ANSWERED, LEAD, "33",
        meets=("handling", "reply", "simple-handling", "report"), papers=("mediation", "settlement"),
    ),
    Transition("draft_answer", _("提交答复"), (S.ACCEPTED,), S.DRAFTED, LEAD, "32", shown_to_petitioner=False, mirrored=True),
    Transition("send_back", _("退回修改"), (S.DRAFTED,), S.ACCEPTED, APPROVERS, "32", shown_to_petitioner=False, mirrored=True),
    Transition(
        "approve", _("审核通过并答复"), (S.DRAFTED,), S.ANSWERED, APPROVERS, "32",
        meets=("handling", "reply", "simple-handling", "report"), mirrored=True, papers=("opinion", "suggestion"),
    ),
    Transition(
        "deliver", _("确认送达"), (S.ANSWERED, S.CLOSED), "", (*PETITIONER, *CLERKS, *LEAD, *_lead(Role.APPROVER), *SYSTEM), "35",
        starts=("review-request",),
    ),
    Transition("rate", _("评价"), (S.ANSWERED, S.CLOSED), "", (*PETITIONER, *CLERKS), "21"),
    Transition("stand_by", _("复看后维持答复"), (S.ANSWERED, S.CLOSED), "", SYSTEM, "21"),
    Transition("close", _("办结"), (S.ANSWERED,), S.CLOSED, (*LEAD, *OFFICE, *SYSTEM), "34"),
    Transition("reopen", _("重新办理"), (S.ANSWERED, S.CLOSED), S.REGISTERED, (*PETITIONER, *OFFICE), "21", starts=("refer",)),
    Transition("withdraw", _("撤回"), OPEN, S.WITHDRAWN, (*PETITIONER, *CLERKS), "19"),
    Transition("publish", _("公开答复"), (S.ANSWERED, S.CLOSED), "", APPROVERS, "18", shown_to_petitioner=True),
    Transition("freeze", _("冻结"), OVER, "", OFFICE, shown_to_petitioner=False),
    Transition("unfreeze", _("解除冻结"), OVER, "", OFFICE, shown_to_petitioner=False),
    Transition("recall", _("撤回公开"), (S.ANSWERED, S.CLOSED), "", APPROVERS, "18", shown_to_petitioner=True),
    Transition(
        "urge", _("催办"), (*OPEN, S.ANSWERED, S.CLOSED), "", (*_office(Role.SUPERVISOR), *SYSTEM), "28",
        shown_to_petitioner=False, by_clock=True,
    ),
    # Who may take a step of an order is the orders' own table (supervision/orders/steps.py): this row only lets it leave an entry.
    Transition("supervise", _("督办"), tuple(S), "", SYSTEM, "40", shown_to_petitioner=False, by_clock=True),
    Transition("warn", _("期限提醒"), tuple(S), "", SYSTEM, "28", shown_to_petitioner=False, by_clock=True),
    Transition("lapse", _("期满失权"), tuple(S), "", SYSTEM, shown_to_petitioner=False, by_clock=True),
)  # fmt: skip

ENDED = (S.ANSWERED, S.CLOSED)


def _review(
    action: str, label: str | Promise, start: tuple[str, ...], end: str, by: tuple[Who, ...], article: str,
    starts: tuple[str, ...] = (), meets: tuple[str, ...] = (), *, shown: bool = True, petition_end: str = "",
    papers: tuple[str, ...] = (), petition_start: tuple[str, ...] = ENDED,
) -> Transition:  # fmt: skip
    return Transition(
        action, label, start, end, by, article, starts, meets, shown_to_petitioner=shown, machine=Machine.REVIEW,
        petition_start=petition_start, petition_end=petition_end, papers=papers,
    )  # fmt: skip


R = Review.State
REVIEW_TRANSITIONS: tuple[Transition, ...] = (
    _review(
        "ask_review", _("申请复查"), ("", R.REFUSED, R.WITHDRAWN), R.ASKED, (*PETITIONER, *CLERKS), "35",
        starts=("review",), meets=("review-request",),
    ),
    _review(
        "ask_re_review", _("申请复核"), (R.DECIDED, R.REFUSED, R.WITHDRAWN), R.ASKED, (*PETITIONER, *CLERKS), "36",
        starts=("re-review",), meets=("re-review-request",),
    ),
    _review("take_review", _("受理复查复核"), (R.ASKED,), R.TAKEN, REVIEWERS, "35"),
    _review("refuse_review", _("不受理复查复核"), (R.ASKED,), R.REFUSED, REVIEWERS, "35", meets=("review", "re-review")),
    _review("hold_review_hearing", _("举行听证"), (R.TAKEN,), "", REVIEWERS, "36", papers=("hearing",)),
    _review("draft_review", _("提交复查复核意见"), (R.TAKEN,), R.DRAFTED, REVIEWERS, "35", shown=False),
    _review("send_back_review", _("退回修改意见"), (R.DRAFTED,), R.TAKEN, REVIEW_APPROVERS, "35", shown=False),
    _review(
        "decide_review", _("作出复查复核意见"), (R.DRAFTED,), R.DECIDED, REVIEW_APPROVERS, "35",
        meets=("review", "re-review"), papers=("review", "re_review"),
    ),
    _review(
        "remand", _("撤销原意见，责令重新办理"), (R.DRAFTED,), R.DECIDED, REVIEW_APPROVERS, "35",
        starts=("handling",), meets=("review", "re-review"), petition_end=S.ACCEPTED, papers=("review", "re_review"),
    ),
    _review(
        "record_decision", _("录入平台外的意见"), (R.ASKED, R.TAKEN), R.DECIDED, OFFICE, "35", meets=("review", "re-review"),
    ),
    _review(
        "deliver_review", _("复查复核意见送达"), (R.DECIDED,), "", (*PETITIONER, *CLERKS, *REVIEW_SERVERS, *SYSTEM), "36",
        starts=("re-review-request",), petition_start=(*ENDED, S.ACCEPTED),  # there, where the opinion revoked the answer
    ),
    _review("withdraw_review", _("撤回复查复核申请"), (R.ASKED, R.TAKEN, R.DRAFTED), R.WITHDRAWN, (*PETITIONER, *CLERKS), "35"),
)  # fmt: skip

ALL = (*TRANSITIONS, *REVIEW_TRANSITIONS)
BY_ACTION: dict[str, Transition] = {row.action: row for row in ALL}


@dataclass(frozen=True)
class Move:
    """One row of the referral's table: what an action makes of the referral that it concerns."""

    start: tuple[str, ...]
    end: str


F = Referral.State
SENT, HELD = (F.SENT,), (F.SENT, F.RECEIVED)
REFERRAL_MOVES: dict[str, Move] = {
    "refer": Move(("",), F.SENT),
    "file_directly": Move(("",), F.RECEIVED),
    "ask_more_agencies": Move(("",), F.SENT),
    "pass_on": Move(HELD, F.PASSED_ON),
    "receive": Move(SENT, F.RECEIVED),
    "merge": Move(SENT, F.RECEIVED),
    "object": Move(HELD, F.OBJECTED),
    "uphold_objection": Move((F.OBJECTED,), F.RETURNED),
    "reject_objection": Move((F.OBJECTED,), F.RECEIVED),
    "settle_dispute": Move((F.OBJECTED,), F.RETURNED),
    "accept": Move(HELD, F.RECEIVED),
    "accept_simply": Move(HELD, F.RECEIVED),
    "co_report": Move((*HELD, F.OBJECTED, F.PASSED_ON), F.REPORTED),
    "settle": Move(Referral.OPEN, F.DONE),
    "approve": Move(Referral.OPEN, F.DONE),
    "withdraw": Move(Referral.OPEN, F.DONE),
    "not_take": Move(Referral.OPEN, F.DONE),
    "not_take_running": Move(Referral.OPEN, F.DONE),
    "not_take_again": Move(Referral.OPEN, F.DONE),
    "redirect": Move(Referral.OPEN, F.DONE),
    "lead_out": Move(Referral.OPEN, F.DONE),
    "ask_review": Move(("",), F.SENT),
    "ask_re_review": Move(("",), F.SENT),
    "take_review": Move(SENT, F.RECEIVED),
    "refuse_review": Move(HELD, F.DONE),
    "decide_review": Move(HELD, F.DONE),
    "remand": Move(HELD, F.DONE),
    "record_decision": Move(HELD, F.DONE),
    "withdraw_review": Move(HELD, F.DONE),
}
"""How the referral moves with an action. A start of "" means that the action makes it."""

TURN: dict[str, tuple[Relation, Role]] = {
    S.FILED: (Relation.OFFICE, Role.INTAKE_CLERK),
    S.REGISTERED: (Relation.OFFICE, Role.OFFICE_HANDLER),
    S.REFERRED: (Relation.LEAD, Role.AGENCY_HANDLER),
    S.OBJECTED: (Relation.OFFICE, Role.OFFICE_HANDLER),
    S.ACCEPTED: (Relation.LEAD, Role.AGENCY_HANDLER),
    S.DRAFTED: (Relation.LEAD, Role.APPROVER),
}
"""Whose turn it is in each open state: this fills the work-lists."""

REVIEW_TURN: dict[str, Role] = {
    R.ASKED: Role.AGENCY_HANDLER,
    R.TAKEN: Role.AGENCY_HANDLER,
    R.DRAFTED: Role.APPROVER,
}
"""Whose turn it is in the reviewing body, while a review is open."""
