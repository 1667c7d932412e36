"""Review 复查 and re-review 复核 (arts. 35, 36): asked for within 30 days, decided within 30, by the next higher body."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.agencies.models import body_above
from yiwang.petitions import exemptions
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.handling import lead_of
from yiwang.petitions.actions.proceeding import HoldHearing
from yiwang.petitions.actions.work import Work
from yiwang.petitions.deadlines import due
from yiwang.petitions.models import Answer, Petition, Referral, Review
from yiwang.store.inserting import insert
from yiwang.vault.sealing import seal_under
from yiwang.workdays.counting import office_date, start_of
from yiwang.workdays.wording import day_in_words


def may_be_reviewed(petition: Petition) -> bool:
    """Tell whether the answer is one that arts. 35 and 36 speak of: an Opinion on an appeal of the sixth route."""
    settled = petition.answer is not None and petition.answer.outcome == Answer.Outcome.SETTLED
    ordinary = petition.route == Petition.Route.ORDINARY
    return petition.purpose == Petition.Purpose.APPEAL and ordinary and not settled


def decided_review(petition: Petition) -> Review | None:
    """Return the review of the present answer that was decided last; a request that came to nothing leaves the one before it."""
    review = petition.review if petition.review_state else None
    if review and review.state in {Review.State.REFUSED, Review.State.WITHDRAWN}:
        return review.earlier
    return review


def _review_of(work: Work) -> Review:
    review = work.petition.review
    if review is None:
        raise Refused("no_review", _("没有复查复核申请。"))
    return review


def _ask(work: Work, stage: Review.Stage, grounds: str, decided_by: object, earlier: Review | None) -> None:
    """Write the request, ask the next higher body, and start the 30 days in which it decides."""
    petition = work.petition
    assert petition.answer is not None
    agency, outside = body_above(decided_by)  # type: ignore[arg-type]
    review = Review(
        petition=petition, answer=petition.answer, earlier=earlier, stage=stage, agency=agency, outside=outside,
        asked_at=work.happened_at,
    )  # fmt: skip
    seal_under(petition.key, review, "sealed_grounds", grounds.strip())
    insert(review)
    petition.review = review
    work.meet(*work.transition.meets)
    if agency:
        work.referral = work.refer(agency, lead=False, kind=Referral.Kind.REVIEW)
    # Where the body is outside, the office keeps the day in sight for the petitioner.
    limit = work.start(stage, agency or petition.office, work.referral)
    work.note = grounds
    work.data["review"] = str(review.pk)
    work.tell("review_asked", body=review.body, day=limit.due_on, stage=review.get_stage_display())


def _refuse_late(work: Work, rule: str, delivered_at: datetime | None, way: str) -> None:
    """Refuse a request after its 30 days, with the day and the way that remains."""
    if delivered_at is None:
        return  # it has not even been delivered: the 30 days have not begun
    row = next((row for row in work.open_deadlines if row.rule == rule), None)
    counted = due(work.rules[rule], delivered_at)
    if row.is_over(work.happened_at) if row else counted.is_over(work.happened_at):
        day = day_in_words(row.due_on if row else counted.on)
        raise Refused("too_late", _("申请的期限到%(day)s为止，已经过了。%(way)s") % {"day": day, "way": way})


@dataclass(kw_only=True)
class AskReview(Action):
    """Ask the next higher body to look at the answer again 申请复查, within 30 days from its delivery (art. 35)."""

    code: ClassVar[str] = "ask_review"
    grounds: str

    def check(self, work: Work) -> None:
        refuse_empty(self.grounds, "no_grounds", _("请写明您不同意答复的哪些内容、为什么。"))
        if not may_be_reviewed(work.petition):
            raise Refused(
                "not_reviewable",
                _("这份答复不是信访处理意见，不能申请复查。可以按答复中写明的途径提出，也可以拨打电话问我们。"),
            )
        review = work.petition.review
        if work.petition.review_state and review and review.stage == Review.Stage.RE_REVIEW:
            raise Refused("decided", _("复查意见已经作出。对它不服的，请申请复核（第三十六条）。"))
        way = _("如果有新的事实或理由，可以再提出信访；也可以请信访部门重新办理。")
        _refuse_late(work, "review-request", work.petition.delivered_at, way)

    def apply(self, work: Work) -> None:
        decided = work.petition.answer.agency if work.petition.answer else lead_of(work.petition)
        _ask(work, Review.Stage.REVIEW, self.grounds, decided, None)


@dataclass(kw_only=True)
class AskReReview(Action):
    """Ask for the re-review 申请复核, within 30 days from the review's opinion (art. 36)."""

    code: ClassVar[str] = "ask_re_review"
    grounds: str

    def check(self, work: Work) -> None:
        refuse_empty(self.grounds, "no_grounds", _("请写明您不同意复查意见的哪些内容、为什么。"))
        decided = decided_review(work.petition)
        if decided is None:
            raise Refused("not_decided", _("还没有复查意见，不能申请复核。请先申请复查（第三十五条）。"))
        if decided.stage == Review.Stage.RE_REVIEW:
            raise Refused("final", _("复核意见是最终意见。对同一事实和理由，不再受理（第三十六条）。"))
        way = _("如果有新的事实或理由，可以再提出信访。")
        _refuse_late(work, "re-review-request", decided.delivered_at, way)

    def apply(self, work: Work) -> None:
        earlier = decided_review(work.petition)
        assert earlier is not None
        _ask(work, Review.Stage.RE_REVIEW, self.grounds, earlier.agency or work.petition.office, earlier)


@dataclass(kw_only=True)
class TakeReview(Action):
    """Take a request for review up 受理: the petitioner is told."""

    code: ClassVar[str] = "take_review"

    def apply(self, work: Work) -> None:
        review = _review_of(work)
        _set(work, review, Review.State.TAKEN, taken_at=work.happened_at)
        _move(work)
        work.tell("review_taken", body=review.body, stage=review.get_stage_display())


@dataclass(kw_only=True)
class RefuseReview(Action):
    """Not take a request for review, with the reason and the way that remains."""

    code: ClassVar[str] = "refuse_review"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明不受理的理由，和信访人还可以走什么途径。"))

    def apply(self, work: Work) -> None:
        review = _review_of(work)
        _set(work, review, Review.State.REFUSED, decided_at=work.happened_at)
        _end(work)
        work.note = self.reason
        work.tell("review_refused", body=review.body, stage=review.get_stage_display(), note=self.reason)


@dataclass(kw_only=True)
class HoldReviewHearing(HoldHearing):
    """Set a hearing in a review 听证: its days do not count in a re-review (art. 36)."""

    code: ClassVar[str] = "hold_review_hearing"

    def apply(self, work: Work) -> None:
        super().apply(work)
        for row in work.open_deadlines:
            if row.is_open and row.rule == Review.Stage.RE_REVIEW:
                work.suspend(row, self.first_day, self.last_day, "hearing")


@dataclass(kw_only=True)
class DraftReview(Action):
    """Hand in the opinion of a review for approval: upheld or changed, or the answer revoked and the matter handled anew."""

    code: ClassVar[str] = "draft_review"
    outcome: str
    text: str

    def check(self, work: Work) -> None:
        refuse_empty(self.text, "no_text", _("请写明复查复核意见：查明的事实、意见和依据。"))
        if _review_of(work).agency_id is None:
            raise Refused("outside", _("审查机关在平台外，请录入它的意见，不能代它起草。"))
        if self.outcome not in Review.Outcome.values:
            raise Refused("no_outcome", _("请选择：维持、变更，或撤销并责令重新办理。"))

    def apply(self, work: Work) -> None:
        review = _review_of(work)
        seal_under(work.petition.key, review, "sealed_text", self.text.strip())
        _set(work, review, Review.State.DRAFTED, outcome=self.outcome, drafted_by=work.actor.staff)


@dataclass(kw_only=True)
class SendBackReview(Action):
    """Send the draft of an opinion back, with the reason."""

    code: ClassVar[str] = "send_back_review"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明退回的原因。"))

    def apply(self, work: Work) -> None:
        _set(work, _review_of(work), Review.State.TAKEN)
        work.note = self.reason


@dataclass(kw_only=True)
class DecideReview(Action):
    """Sign the opinion of a review 作出意见: what was answered is upheld or changed. After a re-review it is final (art. 36)."""

    code: ClassVar[str] = "decide_review"

    def check(self, work: Work) -> None:
        _refuse_own(work)
        if _review_of(work).outcome == Review.Outcome.REVOKED:
            raise Refused("revoked", _("意见是撤销原意见，请用“撤销原意见，责令重新办理”。"))

    def apply(self, work: Work) -> None:
        _decide(work, _review_of(work))


@dataclass(kw_only=True)
class Remand(Action):
    """Sign an opinion that revokes the answer 撤销: the agency handles the matter anew, and the 60 days begin again."""

    code: ClassVar[str] = "remand"

    def check(self, work: Work) -> None:
        _refuse_own(work)
        if _review_of(work).outcome != Review.Outcome.REVOKED:
            raise Refused("not_revoked", _("意见不是撤销，请用“作出复查复核意见”。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        _decide(work, _review_of(work), final=False)
        petition.closed_at = None
        petition.merged_into = None  # from here it goes its own way
        petition.simple = False
        work.cancel("remanded", "review-request", "re-review-request")
        work.refer(lead_of(petition), lead=True, kind=Referral.Kind.TRANSFER, limits=())
        work.start(exemptions.handling_rule(petition), lead_of(petition))


@dataclass(kw_only=True)
class RecordDecision(Action):
    """Enter the opinion of a body outside the platform by hand, with the day on which it was given.

    Where it revokes the answer, the office then takes the matter up again (:class:`Reopen`).
    """

    code: ClassVar[str] = "record_decision"
    outcome: str
    text: str
    decided_on: date

    def check(self, work: Work) -> None:
        review = _review_of(work)
        if review.agency_id:
            raise Refused("inside", _("%(body)s在平台上，由它自己作出意见。") % {"body": review.body})
        refuse_empty(self.text, "no_text", _("请录入意见书的主要内容和文号。"))
        if self.outcome not in Review.Outcome.values:
            raise Refused("no_outcome", _("请选择：维持、变更，或撤销并责令重新办理。"))
        if self.decided_on > office_date(work.happened_at):
            raise Refused("in_the_future", _("作出意见的日期不能晚于今天。"))
        if self.decided_on < office_date(review.asked_at):
            raise Refused("too_early", _("作出意见的日期不能早于申请的日期。"))

    def apply(self, work: Work) -> None:
        review = _review_of(work)
        seal_under(work.petition.key, review, "sealed_text", self.text.strip())
        review.outcome = self.outcome
        work.data["decided_on"] = self.decided_on.isoformat()
        _decide(work, review)


@dataclass(kw_only=True)
class DeliverReview(Action):
    """Note that the opinion of a review reached the petitioner 送达: the 30 days for the re-review begin (art. 36)."""

    code: ClassVar[str] = "deliver_review"
    how: str
    on: date | None = None

    def check(self, work: Work) -> None:
        review = _review_of(work)
        if review.delivered_at:
            raise Refused("delivered", _("意见书已送达。"))
        if self.on and not office_date(review.decided_at or work.happened_at) <= self.on <= office_date(
            work.happened_at
        ):
            raise Refused("wrong_day", _("送达日期要在作出意见之后，不能晚于今天。"))

    def apply(self, work: Work) -> None:
        review = _review_of(work)
        since = start_of(self.on) if self.on else work.happened_at
        _set(work, review, Review.State.DECIDED, delivered_at=since)
        work.data["how"] = self.how
        if review.stage == Review.Stage.REVIEW and review.outcome != Review.Outcome.REVOKED:
            work.start("re-review-request", work.petition.office, since=since)


@dataclass(kw_only=True)
class WithdrawReview(Action):
    """The petitioner takes the request for review back."""

    code: ClassVar[str] = "withdraw_review"
    reason: str = ""

    def apply(self, work: Work) -> None:
        _set(work, _review_of(work), Review.State.WITHDRAWN)
        work.cancel("withdrawn", "review", "re-review")
        _move(work)
        work.note = self.reason


def _refuse_own(work: Work) -> None:
    drafted_by = _review_of(work).drafted_by_id
    if drafted_by and drafted_by == work.actor.staff_id:
        raise Refused("own_draft", _("不能审核自己起草的意见，请由另一位审核人审核。"))


def _decide(work: Work, review: Review, *, final: bool = True) -> None:
    _set(
        work, review, Review.State.DECIDED, outcome=review.outcome, decided_at=work.happened_at,
        decided_by=work.actor.staff,
    )  # fmt: skip
    _end(work)
    if final and review.stage == Review.Stage.RE_REVIEW:
        work.petition.final_at = work.happened_at
    work.data.update(review=str(review.pk), outcome=review.outcome)
    if review.agency_id:  # a body outside writes its own
        work.issue("re_review" if review.stage == Review.Stage.RE_REVIEW else "review", review.agency_id)
    work.tell("review_decided", body=review.body, stage=review.get_stage_display())


def _end(work: Work) -> None:
    work.meet(*work.transition.meets)
    _move(work)


def _set(work: Work, review: Review, state: Review.State, **columns: object) -> None:
    review.state = state
    for name, value in columns.items():
        setattr(review, name, value)
    review.save(update_fields=["state", "sealed_text", *columns])
    work.data["review"] = str(review.pk)


def _move(work: Work) -> None:
    """Move the referral by which the reviewing body was asked; a body outside has none."""
    held = work.petition.referrals.filter(kind=Referral.Kind.REVIEW, state__in=Referral.OPEN).order_by("-id").first()
    if held:
        work.referral = held
        work.move(held)
