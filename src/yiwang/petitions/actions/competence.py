"""Whose matter it is: disputes between agencies (art. 24), other procedures (art. 31), recusal (art. 28), reports upward (art. 25)."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Role, Staff
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.referring import refuse_agency, tell_referred
from yiwang.petitions.actions.work import Work
from yiwang.petitions.models import Petition, Referral

ANOTHER_PROCEDURE = frozenset(
    {
        Petition.Route.LITIGATION,
        Petition.Route.ARBITRATION,
        Petition.Route.PARTY_APPEAL,
        Petition.Route.ADMINISTRATIVE,
    }
)
"""Art. 31(1) to (4): these matters have a procedure of their own, into which they are led."""
ORDERS_RECUSAL = frozenset({Role.APPROVER, Role.LEADER, Role.OFFICE_HANDLER})
AGREED, SUPERIOR, CONFERENCE = "agreed", "superior", "conference"


@dataclass(kw_only=True)
class RaiseDispute(Action):
    """Bring disputed competence before the common superior, or the joint conference 联席会议 where there is none (art. 24)."""

    code: ClassVar[str] = "raise_dispute"
    before: str
    reason: str

    def check(self, work: Work) -> None:
        if self.before not in {SUPERIOR, CONFERENCE}:
            raise Refused("no_body", _("请选择提请谁来定：共同的上一级机关，或联席会议。"))
        refuse_empty(self.reason, "no_reason", _("请写明争议是什么。"))

    def apply(self, work: Work) -> None:
        work.note = self.reason
        work.data["before"] = self.before


@dataclass(kw_only=True)
class SettleDispute(Action):
    """Name the agency after a dispute: as those concerned agreed, as the common superior or the joint conference decided (art. 24).

    The agency that is named has no second objection.
    """

    code: ClassVar[str] = "settle_dispute"
    lead: Agency
    by: str
    decision: str

    def check(self, work: Work) -> None:
        petition = work.petition
        refuse_agency(petition, self.lead)
        refuse_empty(self.decision, "no_decision", _("请写明决定的内容和日期。"))
        if self.by not in {AGREED, SUPERIOR, CONFERENCE}:
            raise Refused("no_body", _("请选择由谁决定：各方协商、共同的上一级机关，或联席会议。"))
        if self.by == SUPERIOR and not (work.post and self._is_superior(work.post.agency, petition)):
            raise Refused(
                "not_superior",
                _("您的单位不是争议各方共同的上级，不能由您单位决定。请报共同的上一级，或提请联席会议（第二十四条）。"),
            )

    def _is_superior(self, agency: Agency, petition: Petition) -> bool:
        concerned = [self.lead, *([petition.lead_agency] if petition.lead_agency else [])]
        return all(one.lies_within(agency) and one.pk != agency.pk for one in concerned)

    def apply(self, work: Work) -> None:
        held = work.lead_referral()
        if held:
            work.cancel("returned", referral=held)
            work.move(held)
        work.referral = work.refer(
            self.lead, lead=True, kind=held.kind if held else Referral.Kind.TRANSFER, limits=("notice",)
        )
        work.note = self.decision
        work.data.update(agency=str(self.lead.pk), by=self.by)
        tell_referred(work, self.lead)


@dataclass(kw_only=True)
class LeadOut(Action):
    """Lead a matter into the procedure that it belongs to 导入其他程序 (art. 31(1)-(4)), with where and how to go."""

    code: ClassVar[str] = "lead_out"
    route: str
    where: str
    reason: str

    def check(self, work: Work) -> None:
        if self.route not in ANOTHER_PROCEDURE:
            raise Refused("no_route", _("请选择应当通过哪种程序处理（第三十一条第一至四项）。"))
        refuse_empty(self.where, "no_where", _("请写明向哪个机关、怎样提出。"))
        refuse_empty(self.reason, "no_reason", _("请写明为什么应当通过这种程序处理。"))
        if work.petition.is_accusation:
            raise Refused("accusation", _("检举控告件转送纪检监察机关，不导入其他程序（第二十二条）。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        work.meet(*work.transition.meets)
        work.cancel("led_out")
        work.part_followers()
        work.end_referrals()
        petition.route = self.route
        petition.closed_at = work.happened_at
        work.note = f"{self.reason}\n{self.where}"
        work.data["route"] = self.route
        work.issue("guidance")
        work.tell("led_out", procedure=petition.get_route_display(), note=self.reason, where=self.where)


@dataclass(kw_only=True)
class Recuse(Action):
    """Step back 回避, or have somebody step back, who has an interest in the matter (art. 28): they may not act on it any more."""

    code: ClassVar[str] = "recuse"
    reason: str
    staff: Staff | None = None

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明回避的原因。"))
        who = self.staff or work.actor.staff
        if who is None:
            raise Refused("nobody", _("请选择由谁回避。"))
        if self.staff and self.staff != work.actor.staff and not (work.post and work.post.role in ORDERS_RECUSAL):
            raise Refused("not_entitled", _("只有审核人、领导或信访经办人可以决定别人回避。"))
        if who.pk in work.petition.recused:
            raise Refused("recused", _("%(name)s已经回避。") % {"name": who.name})

    def apply(self, work: Work) -> None:
        petition = work.petition
        who = self.staff or work.actor.staff
        assert who is not None
        petition.recused = [*petition.recused, who.pk]
        if petition.handler_id == who.pk:
            petition.handler = None
        work.note = self.reason
        work.data["staff"] = str(who.pk)


@dataclass(kw_only=True)
class ReportUpward(Action):
    """Report a major or urgent matter to the superior at once 报告 (art. 25): to whom, and what was done meanwhile."""

    code: ClassVar[str] = "report_upward"
    to: str
    text: str

    def check(self, work: Work) -> None:
        refuse_empty(self.to, "no_body", _("请写明报告给哪些机关。"))
        refuse_empty(self.text, "no_text", _("请写明情况和已经采取的措施。"))

    def apply(self, work: Work) -> None:
        work.note = f"{self.to.strip()}\n{self.text}"
