"""Handling by the agency: acceptance notice, notes, requests, the answer drafted, sent back or approved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.agencies.models import Agency, Post, Staff
from yiwang.petitions import deadlines, exemptions
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.work import Work
from yiwang.petitions.attachments import MOST, Upload, attach
from yiwang.petitions.models import OUTCOMES, Answer, Petition
from yiwang.vault.sealing import seal_under
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

SHORTEST_ANSWER = 10
CONTACTS: dict[str, str | Promise] = {
    "telephone": gettext_lazy("打了电话"),
    "visit": gettext_lazy("上门走访"),
    "met": gettext_lazy("当面谈话"),
    "message": gettext_lazy("发了短信、邮件等"),
}
"""How the petitioner was spoken to, as a note says it: by code, so that nothing has to read the note's sealed words."""


@dataclass(kw_only=True)
class Accept(Action):
    """Accept 受理, and tell the petitioner of receipt, path and procedure within 15 days (art. 23). The 60 days begin (art. 34)."""

    code: ClassVar[str] = "accept"
    simple: ClassVar[bool] = False
    note: str = ""
    told_on_the_spot: bool = False

    def apply(self, work: Work) -> None:
        petition = work.petition
        held = work.lead_referral()
        work.meet("notice")
        work.cancel("accepted", "objection")
        if held:
            work.referral = held
            work.move(held)
        if petition.lead_agency is None:
            raise Refused("no_agency", _("还没有责任单位。"))
        petition.simple = self.simple
        handling = work.start(exemptions.handling_rule(petition), petition.lead_agency)
        petition.accepted_at = petition.accepted_at or work.happened_at
        work.note = self.note
        if self.told_on_the_spot:
            work.data["told_on_the_spot"] = True
        else:
            work.tell("accepted", agency=petition.lead_agency, day=handling.due_on)
        if not self.simple:
            work.issue("notice")


@dataclass(kw_only=True)
class AcceptSimply(Accept):
    """Accept for simple handling 简易办理: a first-time matter with clear facts, chosen within 3 working days of the referral."""

    code: ClassVar[str] = "accept_simply"
    simple: ClassVar[bool] = True

    def check(self, work: Work) -> None:
        petition = work.petition
        if petition.occurrence != Petition.Occurrence.FIRST:
            raise Refused("repeated", _("简易办理只用于初次信访，这件是重复件。请按普通程序受理。"))
        if petition.purpose != Petition.Purpose.APPEAL or petition.urgent:
            raise Refused("not_simple", _("检举控告、建议和重大紧急的事项不用简易办理。请按普通程序受理。"))
        asked = work.lead_referral()
        until = deadlines.due(work.rules["simple-decision"], asked.sent_at) if asked else None
        if until and until.is_over(work.happened_at):
            raise Refused(
                "too_late",
                _("决定简易办理的期限到%(day)s为止，已过。请按普通程序受理。") % {"day": day_in_words(until.on)},
            )


@dataclass(kw_only=True)
class ConvertToOrdinary(Action):
    """Go over from simple handling to the ordinary way 转普通程序: the 60 days count from acceptance all the same."""

    code: ClassVar[str] = "convert_to_ordinary"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明为什么转为普通程序，信访人会看到。"))
        if not work.petition.simple:
            raise Refused("not_simple", _("这件信访本来就按普通程序办理。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        petition.simple = False
        work.cancel("converted", "simple-handling", "reply")  # a merged suggestion runs under the latter
        limit = work.start(exemptions.handling_rule(petition), lead_of(petition), since=petition.accepted_at)
        work.note = self.reason
        work.tell("converted", day=limit.due_on, note=self.reason)


@dataclass(kw_only=True)
class ChooseRoute(Action):
    """Handle it as the agency's statutory duty 履行法定职责 (art. 31(5)): the 60 days of art. 34 bind the sixth route alone."""

    code: ClassVar[str] = "choose_route"
    basis: str

    def check(self, work: Work) -> None:
        refuse_empty(self.basis, "no_basis", _("请写明是哪部法律、法规规定的职责。"))
        if work.petition.purpose != Petition.Purpose.APPEAL:
            raise Refused("not_an_appeal", _("只有申诉求决类事项分途径办理（第三十一条）。"))
        if work.petition.route != Petition.Route.ORDINARY:
            raise Refused("chosen", _("这件信访已经确定了办理途径。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        petition.route = Petition.Route.STATUTORY_DUTY
        petition.simple = False
        work.cancel("other_route", "handling", "simple-handling", "reply")  # a merged suggestion runs under the last
        limit = work.start("reply", lead_of(petition), since=petition.accepted_at)
        work.note = self.basis
        work.tell("route_chosen", agency=petition.lead_agency, day=limit.due_on, note=self.basis)


@dataclass(kw_only=True)
class HandOver(Action):
    """Name the person in the agency who handles it, or hand it over to another 指定承办人/移交."""

    code: ClassVar[str] = "hand_over"
    to: Staff
    reason: str = ""

    def check(self, work: Work) -> None:
        day = office_date(work.happened_at)
        if (
            not self.to.is_active
            or not Post.objects.filter(Post.held_on(day), staff=self.to, agency=work.petition.lead_agency).exists()
        ):
            raise Refused("no_post", _("%(name)s在责任单位没有岗位。") % {"name": self.to.name})
        if self.to.pk in work.petition.recused:
            raise Refused("recused", _("%(name)s已经回避。") % {"name": self.to.name})

    def apply(self, work: Work) -> None:
        work.petition.handler = self.to
        work.note = self.reason
        work.data["to"] = str(self.to.pk)


@dataclass(kw_only=True)
class Note(Action):
    """A note for colleagues; the petitioner does not see it. ``contact`` says how the petitioner was spoken to, where they were."""

    code: ClassVar[str] = "note"
    text: str
    contact: str = ""

    def check(self, work: Work) -> None:
        refuse_empty(self.text, "no_text", _("请写明记录内容。"))
        if self.contact and self.contact not in CONTACTS:
            raise Refused("no_contact", _("请选择怎样联系的信访人。"))

    def apply(self, work: Work) -> None:
        work.note = self.text
        if self.contact:
            work.data["contact"] = self.contact


@dataclass(kw_only=True)
class RequestMore(Action):
    """Ask the petitioner for more 请信访人补充. The limits go on."""

    code: ClassVar[str] = "request_more"
    text: str

    def check(self, work: Work) -> None:
        refuse_empty(self.text, "no_text", _("请写明要补充什么。"))

    def apply(self, work: Work) -> None:
        work.note = self.text
        work.tell("request_more", note=self.text)


@dataclass(kw_only=True)
class AddMaterial(Action):
    """More words or papers, from the petitioner or entered for them."""

    code: ClassVar[str] = "add_material"
    text: str = ""
    uploads: Sequence[Upload] = field(default=())

    def check(self, work: Work) -> None:
        if not self.text.strip() and not self.uploads:
            raise Refused("nothing", _("请写下要补充的内容，或选择要补充的材料。"))
        if work.petition.attachments.count() + len(self.uploads) > MOST * 3:
            raise Refused("too_many_files", _("附件太多了。请先与我们联系。"))

    def apply(self, work: Work) -> None:
        work.note = self.text
        work.data["files"] = len(self.uploads)
        entry = work.entry(self.code)
        for upload in self.uploads:
            work.attachments.append(attach(work.petition, entry, upload, from_petitioner=work.actor.kind == "citizen"))


@dataclass(kw_only=True)
class DraftAnswer(Action):
    """Hand in an answer for approval: request, facts and reasons, outcome with its legal basis (art. 32)."""

    code: ClassVar[str] = "draft_answer"
    text: str
    outcome: str
    basis: str = ""

    def check(self, work: Work) -> None:
        refuse_empty(self.text, "no_text", _("请写明答复内容。"))
        if len(self.text.strip()) < SHORTEST_ANSWER and not work.historical:
            raise Refused("too_short", _("答复太短。请写明查明的情况、处理意见和依据。"))
        if self.outcome not in OUTCOMES[work.petition.purpose] and not work.actor.imported:
            of_a_suggestion = work.petition.purpose == Petition.Purpose.SUGGESTION
            raise Refused(
                "no_outcome",
                _("请选择对建议的答复：采纳、部分采纳或未采纳（第二十九条）。")
                if of_a_suggestion
                else _("请选择处理意见：支持、解释说明或不支持（第三十二条）。"),
            )

    def apply(self, work: Work) -> None:
        petition = work.petition
        answer = Answer(
            petition=petition, agency=petition.lead_agency, outcome=self.outcome,
            drafted_by=work.actor.staff, drafted_at=work.happened_at,
        )  # fmt: skip
        if petition.is_accusation:
            seal_under(petition.key, answer, "sealed_text", self.text.strip())
        else:
            answer.text, answer.basis = self.text.strip(), self.basis.strip()
        answer.save(force_insert=True)
        petition.answer = answer
        work.data["answer"] = str(answer.pk)


@dataclass(kw_only=True)
class SendBack(Action):
    """Send a draft back with the reason 退回修改."""

    code: ClassVar[str] = "send_back"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明退回的原因，承办人好修改。"))

    def apply(self, work: Work) -> None:
        answer = _decide(work, Answer.State.SENT_BACK)
        seal_under(work.petition.key, answer, "sealed_reason", self.reason)
        answer.save()
        work.note = self.reason


@dataclass(kw_only=True)
class Approve(Action):
    """Approve a draft and release it to the petitioner 审核通过. Handling is met here (art. 34); nobody approves their own draft."""

    code: ClassVar[str] = "approve"

    def check(self, work: Work) -> None:
        answer = work.petition.answer
        if answer and work.actor.staff_id and answer.drafted_by_id == work.actor.staff_id:
            raise Refused("own_draft", _("不能审核自己起草的答复，请由另一位审核人审核。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        _decide(work, Answer.State.APPROVED).save()
        work.meet(*work.transition.meets)
        work.cancel("answered")
        work.end_referrals()
        work.note_first_answer()
        work.data["answer"] = str(petition.answer_id)
        if not petition.simple:
            work.issue("suggestion" if petition.purpose == Petition.Purpose.SUGGESTION else "opinion")
        work.tell("answered", agency=petition.lead_agency)


def lead_of(petition: Petition) -> Agency:
    """Return the agency that has the lead, or refuse: nobody could owe what the action starts."""
    if petition.lead_agency is None:
        raise Refused("no_agency", _("还没有责任单位。"))
    return petition.lead_agency


def _decide(work: Work, state: Answer.State) -> Answer:
    answer = work.petition.answer
    if answer is None or answer.state != Answer.State.DRAFTED:
        raise Refused("no_draft", _("没有待审核的答复。"))
    answer.state, answer.decided_by, answer.decided_at = state, work.actor.staff, work.happened_at
    return answer
