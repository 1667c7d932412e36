"""On the way to the answer: the one extension (art. 34), a hearing (art. 31), mediation and settlement (art. 33)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.papers.making import in_words
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.work import Work
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.models import Agreement, Answer, Deadline, Extension, Hearing
from yiwang.store.inserting import insert
from yiwang.vault.sealing import seal_under
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

EXTENDABLE = "handling"
LONGEST_HEARING = 30  # days; longer is a slip of the pen


def _extendable(work: Work) -> Deadline:
    """Return the limit that may be extended, once and while it runs; refuse otherwise."""
    row = next((row for row in work.open_deadlines if row.rule == EXTENDABLE and row.is_open), None)
    if row is None:
        raise Refused("nothing_to_extend", _("只有60日的办理期限可以延长（第三十四条），这件信访没有这个期限。"))
    if Extension.objects.filter(deadline=row).exists():
        raise Refused(
            "extended_before", _("办理期限只能延长一次，这件已经延长到%(day)s。") % {"day": day_in_words(row.due_on)}
        )
    return row


def _refuse_days(days: int) -> None:
    longest = RULES[EXTENDABLE].longest_extension
    if not 1 <= days <= longest:
        raise Refused("too_long", _("延长的天数是1到%(days)d天（第三十四条）。") % {"days": longest})


@dataclass(kw_only=True)
class AskExtension(Action):
    """Ask the agency's head for more time 申请延期, with the reason that the petitioner will be told."""

    code: ClassVar[str] = "ask_extension"
    days: int
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明延期的理由，批准后会告诉信访人。"))
        _refuse_days(self.days)
        _extendable(work)
        if work.petition.extension_asked:
            raise Refused("asked", _("已经申请过延期，正等负责人决定。"))

    def apply(self, work: Work) -> None:
        work.petition.extension_asked = True
        work.note = self.reason
        work.data["days"] = self.days


@dataclass(kw_only=True)
class Extend(Action):
    """Approve the one extension 批准延期 of at most 30 days, as the agency's head; the petitioner is told why (art. 34)."""

    code: ClassVar[str] = "extend"
    days: int
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明延期的理由，信访人会看到。"))
        _refuse_days(self.days)
        row = _extendable(work)
        if row.due_at <= work.happened_at:
            raise Refused("too_late", _("办理期限%(day)s已经到期，不能再延长。") % {"day": day_in_words(row.due_on)})

    def apply(self, work: Work) -> None:
        work.petition.extension_asked = False
        row = next((row for row in work.open_deadlines if row.rule == EXTENDABLE and row.is_open), None)
        if row is None:
            return  # one that was merged into the petition, and runs under another limit
        before = row.due_on
        work.extend(row, self.days)
        work.issue("extension", due_on=in_words(before), extended_to=in_words(row.due_on))
        work.note = self.reason
        work.data["days"] = self.days
        work.tell("extended", day=row.due_on, note=self.reason)


@dataclass(kw_only=True)
class RefuseExtension(Action):
    """Refuse the extension that was asked for: the limit stays."""

    code: ClassVar[str] = "refuse_extension"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明不批准的理由。"))
        if not work.petition.extension_asked:
            raise Refused("not_asked", _("没有等待决定的延期申请。"))

    def apply(self, work: Work) -> None:
        work.petition.extension_asked = False
        work.note = self.reason


@dataclass(kw_only=True)
class HoldHearing(Action):
    """Set a hearing 听证 for a major, complex or difficult matter (art. 31(6)). The limits go on."""

    code: ClassVar[str] = "hold_hearing"
    first_day: date
    last_day: date
    place: str
    chair: str = ""

    def check(self, work: Work) -> None:
        if self.last_day < self.first_day:
            raise Refused("days", _("结束日期不能早于开始日期。"))
        if (self.last_day - self.first_day).days >= LONGEST_HEARING:
            raise Refused("days", _("听证超过%(days)d天，请核对日期。") % {"days": LONGEST_HEARING})
        refuse_empty(self.place, "no_place", _("请写明听证的地点。"))

    def apply(self, work: Work) -> None:
        first, last, place = self.first_day, self.last_day, self.place.strip()
        hearing = Hearing(
            petition=work.petition, review=work.petition.review if work.petition.review_state else None,
            first_day=first, last_day=last, place=place, by=work.post.agency if work.post else None,
        )  # fmt: skip
        insert(hearing)
        work.data.update(hearing=str(hearing.pk), first_day=first.isoformat(), last_day=last.isoformat())
        days = in_words(first) if first == last else f"{in_words(first)}至{in_words(last)}"
        work.issue("hearing", hearing.by_id, held_at=days, place=place, chair=self.chair.strip())
        work.tell("hearing", day=first, note=place)


@dataclass(kw_only=True)
class Settle(Action):
    """End a matter by what the parties agreed 调解/和解 (art. 33): both have consented, and it is written down."""

    code: ClassVar[str] = "settle"
    kind: str
    other_party: str
    terms: str
    agreed_on: date
    both_agree: bool
    mediator: str = ""

    def check(self, work: Work) -> None:
        if self.kind not in Agreement.Kind.values:
            raise Refused("no_kind", _("请选择调解或和解。"))
        refuse_empty(self.other_party, "no_party", _("请写明另一方是谁。"))
        refuse_empty(self.terms, "no_terms", _("请写明协议的内容。"))
        if not self.both_agree:
            raise Refused("no_consent", _("调解、和解要争议双方都同意（第三十三条）。"))
        if self.agreed_on > office_date(work.happened_at):
            raise Refused("in_the_future", _("达成日期不能晚于今天。"))
        if work.petition.is_accusation:
            raise Refused("accusation", _("检举控告件不调解。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        agreement = Agreement(petition=petition, kind=self.kind, agency=petition.lead_agency, agreed_on=self.agreed_on)
        seal_under(petition.key, agreement, "sealed_other_party", self.other_party.strip())
        seal_under(petition.key, agreement, "sealed_terms", self.terms.strip())
        words = _("经%(kind)s，双方已达成协议，协议书另送。") % {"kind": agreement.get_kind_display()}
        answer = Answer(
            petition=petition, agency=petition.lead_agency, outcome=Answer.Outcome.SETTLED, text=words,
            state=Answer.State.APPROVED, drafted_by=work.actor.staff, drafted_at=work.happened_at,
            decided_by=work.actor.staff, decided_at=work.happened_at,
        )  # fmt: skip
        insert(agreement, answer)
        petition.answer = answer
        work.meet(*work.transition.meets)
        work.cancel("settled")
        work.end_referrals()
        work.part_followers()
        work.note_first_answer()
        work.data.update(agreement=str(agreement.pk), kind=self.kind, answer=str(answer.pk))
        work.issue(self.kind, mediator=self.mediator.strip())
        work.tell("settled", agency=petition.lead_agency)
