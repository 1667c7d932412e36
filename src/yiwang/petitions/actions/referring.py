"""To whom a matter goes: referral 转送, assignment 交办, down the tree, and the agency's objection 异议."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.work import Work
from yiwang.petitions.lifecycle import REFERRAL_MOVES
from yiwang.petitions.models import Petition, Referral
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

ACCUSATIONS_GO_TO = frozenset({Agency.Kind.DISCIPLINE})


def refuse_agency(petition: Petition, agency: Agency) -> None:
    """Refuse an agency that must not get this petition: a closed one; the accused; for an accusation any but discipline (arts. 22, 30)."""
    if not agency.active:
        raise Refused("inactive_agency", _("%(agency)s已停用，请选别的单位。") % {"agency": agency})
    if petition.is_accusation and agency.kind not in ACCUSATIONS_GO_TO:
        raise Refused("accusation", _("检举控告件只能转送纪检监察机关（《信访工作条例》第二十二、三十条）。"))
    if petition.accused and agency.lies_within(petition.accused):
        raise Refused("accused", _("不得将检举控告转给被检举的单位（《信访工作条例》第三十条）。"))


@dataclass(kw_only=True)
class Refer(Action):
    """Refer 转送, or assign 交办 with a report by a day, to one lead agency and co-agencies (art. 22).

    The office may take the lead itself and answer directly.
    """

    code: ClassVar[str] = "refer"
    lead: Agency
    co: Sequence[Agency] = ()
    kind: str = Referral.Kind.TRANSFER
    report_due: date | None = None
    reason: str = ""

    def check(self, work: Work) -> None:
        for agency in (self.lead, *self.co):
            refuse_agency(work.petition, agency)
        if self.lead in self.co or len(set(self.co)) != len(self.co):
            raise Refused("twice", _("同一个单位只选一次：主办或协办。"))
        if self.kind == Referral.Kind.ASSIGN and not self.report_due:
            raise Refused("no_report_day", _("交办要写明反馈结果的日期（第二十二条）。"))
        if self.report_due and self.report_due <= office_date(work.happened_at):
            raise Refused("in_the_past", _("反馈日期要在今天之后。"))

    def apply(self, work: Work) -> None:
        work.meet("refer")
        work.referral = work.refer(self.lead, lead=True, kind=self.kind, report_due=self.report_due)
        for agency in self.co:
            work.refer(agency, lead=False, kind=self.kind, report_due=self.report_due)
        work.note = self.reason
        work.data.update(agency=str(self.lead.pk), co=[str(agency.pk) for agency in self.co], kind=self.kind)
        if self.lead != work.petition.office:
            tell_referred(work, self.lead)
            work.issue("assignment" if self.kind == Referral.Kind.ASSIGN else "referral", work.petition.office_id)


@dataclass(kw_only=True)
class AskMoreAgencies(Action):
    """Ask further agencies to help 协办, while the lead goes on."""

    code: ClassVar[str] = "ask_more_agencies"
    co: Sequence[Agency]
    report_due: date | None = None
    reason: str = ""

    def check(self, work: Work) -> None:
        if not self.co:
            raise Refused("no_agency", _("请选择协办单位。"))
        asked = set(work.petition.referrals.filter(state__in=Referral.OPEN).values_list("agency_id", flat=True))
        for agency in self.co:
            refuse_agency(work.petition, agency)
            if agency.pk in asked:
                raise Refused("twice", _("%(agency)s已经在办这件信访。") % {"agency": agency})

    def apply(self, work: Work) -> None:
        for agency in self.co:
            work.refer(
                agency,
                lead=False,
                kind=Referral.Kind.ASSIGN if self.report_due else Referral.Kind.TRANSFER,
                report_due=self.report_due,
            )
        work.note = self.reason
        work.data["co"] = [str(agency.pk) for agency in self.co]


@dataclass(kw_only=True)
class PassOn(Action):
    """Pass on down the tree 转下级办理 (art. 23): to an agency below one's own, which then has the lead."""

    code: ClassVar[str] = "pass_on"
    to: Agency
    reason: str = ""

    def check(self, work: Work) -> None:
        refuse_agency(work.petition, self.to)
        own = work.petition.lead_agency
        if own is None or self.to == own or not self.to.lies_within(own):
            raise Refused("not_below", _("只能转给本单位的下级单位。"))

    def apply(self, work: Work) -> None:
        held = work.lead_referral()
        if held:
            work.cancel("passed_on", "notice", "objection", referral=held)
            work.move(held)
        work.referral = work.refer(self.to, lead=True, kind=held.kind if held else Referral.Kind.TRANSFER, parent=held)
        work.note = self.reason
        work.data["agency"] = str(self.to.pk)
        tell_referred(work, self.to)


@dataclass(kw_only=True)
class Receive(Action):
    """Acknowledge that the papers arrived 接收; co-agencies too."""

    code: ClassVar[str] = "receive"

    def apply(self, work: Work) -> None:
        waiting = _own_referral(work)
        work.referral = waiting
        work.move(waiting)


@dataclass(kw_only=True)
class Object(Action):
    """Object that the matter is not one's own 提出异议, within 5 working days and with detailed reasons (art. 23)."""

    code: ClassVar[str] = "object"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("提出异议要详细说明理由（第二十三条）。"))
        held = work.lead_referral()
        if held and work.petition.entries.filter(action="settle_dispute", referral=held).exists():
            raise Refused("named_in_dispute", _("责任单位是争议后确定的，不能再提异议（第二十四条）。"))
        if late := work.lapsed("objection", held):
            day = day_in_words(late.due_on)
            raise Refused(
                "too_late", _("提出异议的期限到%(day)s为止，已过期。确有困难请与信访部门联系。") % {"day": day}
            )
        if not work.petition.historical and not any(
            row.rule == "objection" and row.is_open for row in work.open_deadlines
        ):
            raise Refused(
                "no_objection",
                _("这件信访不能再提异议：已经提过的不重复提；直接收到的，可以告知信访人向有权机关提出。"),
            )
        if work.petition.lead_agency_id == work.petition.office_id:
            raise Refused("own_office", _("信访部门自己承办的，不提异议，请改转其他单位。"))

    def apply(self, work: Work) -> None:
        work.meet("objection")
        work.referral = work.lead_referral()
        if work.referral:
            work.move(work.referral)
        work.note = self.reason
        work.issue("objection")


@dataclass(kw_only=True)
class UpholdObjection(Action):
    """Agree with the objection: the papers go back, and the office looks for the right agency (arts. 23, 24)."""

    code: ClassVar[str] = "uphold_objection"
    reason: str = ""

    def apply(self, work: Work) -> None:
        held = work.lead_referral()
        if held:
            work.cancel("returned", referral=held)
            work.move(held)
        work.referral = held
        work.petition.lead_agency = None
        work.petition.handler = None
        if not work.following:  # a merged petition is referred with the one that it follows
            work.start("refer", work.petition.office)
        work.note = self.reason
        if held:
            work.issue("return", held.agency_id)


@dataclass(kw_only=True)
class RejectObjection(Action):
    """Decide that the agency stays in charge, with the reason."""

    code: ClassVar[str] = "reject_objection"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明不同意的理由。"))

    def apply(self, work: Work) -> None:
        work.referral = work.lead_referral()
        if work.referral:
            work.move(work.referral)
        work.note = self.reason


@dataclass(kw_only=True)
class CoReport(Action):
    """A co-agency's contribution 反馈协办意见."""

    code: ClassVar[str] = "co_report"
    text: str

    def check(self, work: Work) -> None:
        refuse_empty(self.text, "no_text", _("请写明协办意见。"))

    def apply(self, work: Work) -> None:
        own = _own_referral(work, lead=False)
        work.referral = own
        work.meet("report", referral=own)
        work.move(own)
        work.note = self.text


def _own_referral(work: Work, lead: bool | None = None) -> Referral:
    starts = REFERRAL_MOVES[work.transition.action].start
    mine = work.petition.referrals.filter(state__in=starts).exclude(kind=Referral.Kind.REVIEW)
    if work.actor.kind == "staff":
        mine = mine.filter(agency__in=work.actor.agency_ids)
    if lead is not None:
        mine = mine.filter(lead=lead)
    found = mine.order_by("-id").first()
    if found is None:
        raise Refused("no_referral", _("没有等您单位处理的转办件。"))
    return found


def tell_referred(work: Work, agency: Agency) -> None:
    due = next((row.due_on for row in work.open_deadlines if row.rule == "notice" and row.is_open), None)
    if due:
        work.tell("referred", agency=agency, day=due)
