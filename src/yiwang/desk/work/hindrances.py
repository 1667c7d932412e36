"""What an action refuses beside the table, so that a page offers no button that would be refused.

A hindrance is the sentence that says why it cannot be done just now, where the reader would look for it; or HIDDEN, where
the action has nothing to do with this petition.
"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yiwang.desk.work.dossier import Dossier
from yiwang.petitions import deadlines
from yiwang.petitions.actions.reviewing import decided_review, may_be_reviewed
from yiwang.petitions.lifecycle import REVIEW_TURN
from yiwang.petitions.models import Deadline, Petition, Referral, Review
from yiwang.workdays.wording import day_in_words

HIDDEN = ""
Hindrance = str | Promise | None


def _unless(fits: bool) -> str | None:
    return None if fits else HIDDEN


def _own(dossier: Dossier, lead: bool | None, *states: str) -> bool:
    """Tell whether an agency of the reader was asked, as lead or co-agency, and its referral is in one of the states."""
    return any(
        referral.agency_id in dossier.actor.agency_ids
        and referral.state in states
        and referral.kind != Referral.Kind.REVIEW
        and lead in (None, referral.lead)
        for referral in dossier.referrals
    )


def _newest(dossier: Dossier, rule: str) -> Deadline | None:
    return max((row for row in dossier.deadlines if row.rule == rule), key=lambda row: row.pk, default=None)


def _over(dossier: Dossier, rule: str) -> Deadline | None:
    """Return the limit of a right whose time has passed unused."""
    newest = _newest(dossier, rule)
    unused = newest is not None and (newest.is_open or newest.cancelled_because == newest.LAPSED)
    return newest if newest and unused and newest.is_over(dossier.now) else None


def _lead_referral(dossier: Dossier) -> Referral | None:
    """Return the open referral of the agency that has the lead."""
    lead = dossier.petition.lead_agency_id
    return next(
        (row for row in reversed(dossier.referrals) if row.lead and row.is_open and row.agency_id == lead), None
    )


def _objecting(dossier: Dossier) -> Hindrance:
    petition, held = dossier.petition, _lead_referral(dossier)
    if petition.lead_agency_id == petition.office_id:
        return HIDDEN
    if held and any(entry.action == "settle_dispute" and entry.referral_id == held.pk for entry in dossier.entries):
        return _("责任单位是争议后确定的，不能再提异议。")
    ends = [row for row in dossier.deadlines if row.rule == "objection" and held and row.referral_id == held.pk]
    newest = max(ends, key=lambda row: row.pk, default=None)
    if newest and newest.is_over(dossier.now):
        return _("提出异议的期限已过。确有困难，请与信访部门联系。")
    return _unless(petition.historical or (newest is not None and newest.is_open))


def _redirecting(dossier: Dossier) -> Hindrance:
    return _unless(any(row.kind == Referral.Kind.DIRECT for row in dossier.referrals))


def _accepting_simply(dossier: Dossier) -> Hindrance:
    petition = dossier.petition
    if (
        petition.purpose != Petition.Purpose.APPEAL
        or petition.occurrence != Petition.Occurrence.FIRST
        or petition.urgent
    ):
        return HIDDEN
    held = _lead_referral(dossier)
    until = deadlines.due(deadlines.RULES["simple-decision"], held.sent_at) if held else None
    if until and until.is_over(dossier.now):
        return _("决定简易办理的期限到%(day)s为止，已过。") % {"day": day_in_words(until.on)}
    return None


def _choosing_route(dossier: Dossier) -> Hindrance:
    petition = dossier.petition
    return _unless(petition.purpose == Petition.Purpose.APPEAL and petition.route == Petition.Route.ORDINARY)


def _extendable(dossier: Dossier) -> Hindrance:
    row = next((row for row in dossier.deadlines if row.rule == "handling" and row.is_open), None)
    if row is None:
        return HIDDEN
    if getattr(row, "extension", None):
        return _("办理期限只能延长一次，这件已经延长到%(day)s。") % {"day": day_in_words(row.due_on)}
    if row.due_at <= dossier.now:
        return _("办理期限%(day)s已经到期，不能再延长。") % {"day": day_in_words(row.due_on)}
    return None


def _asking_extension(dossier: Dossier) -> Hindrance:
    hindered = _extendable(dossier)
    if hindered is None and dossier.extension_asked:
        return _("已经申请过延期，正等负责人决定。")
    return hindered


def _approving(dossier: Dossier) -> Hindrance:
    answer = dossier.petition.answer
    if answer and answer.drafted_by_id == dossier.actor.staff_id:
        return _("这是您自己起草的答复，要由另一位审核人审核。")
    return None


def _publishing(dossier: Dossier) -> Hindrance:
    petition = dossier.petition
    if petition.is_accusation or dossier.is_published:
        return HIDDEN
    return None if petition.consents_to_publish else _("信访人没有同意公开。")


def _merging(dossier: Dossier) -> Hindrance:
    petition = dossier.petition
    if petition.is_accusation or petition.merged_into_id:
        return HIDDEN
    return _("这件是主件，别的信访并在它上面。") if dossier.leads_others else None


def _splitting(dossier: Dossier) -> Hindrance:
    petition = dossier.petition
    return _unless(not (petition.is_accusation or petition.merged_into_id or dossier.leads_others))


def _reopening(dossier: Dossier) -> Hindrance:
    if dossier.petition.review_state in REVIEW_TURN:
        return _("这份答复正在复查复核，作出意见后才能重新办理。")
    return None


def _asking_review(dossier: Dossier) -> Hindrance:
    if not may_be_reviewed(dossier.petition) or decided_review(dossier.petition):
        return HIDDEN
    late = _over(dossier, "review-request")
    return _("申请复查的期限到%(day)s为止，已过。") % {"day": day_in_words(late.due_on)} if late else None


def _asking_re_review(dossier: Dossier) -> Hindrance:
    review = decided_review(dossier.petition)
    if review is None or review.stage == Review.Stage.RE_REVIEW:
        return HIDDEN
    late = _over(dossier, "re-review-request")
    return _("申请复核的期限到%(day)s为止，已过。") % {"day": day_in_words(late.due_on)} if late else None


def _hearing_review(dossier: Dossier) -> Hindrance:
    row = next((row for row in dossier.deadlines if row.rule == Review.Stage.RE_REVIEW and row.is_open), None)
    return _("复核的期限已经到期，听证不能再让它停下来。") if row and row.due_at <= dossier.now else None


def _deciding(dossier: Dossier, *, revoked: bool) -> Hindrance:
    review = dossier.petition.review
    if review is None or (review.outcome == Review.Outcome.REVOKED) != revoked:
        return HIDDEN
    if review.drafted_by_id == dossier.actor.staff_id:
        return _("这是您自己起草的意见，要由另一位审核人审核。")
    return None


def _rating(dossier: Dossier) -> Hindrance:
    petition, me = dossier.petition, dossier.actor.staff_id
    if any(rating.answer_id == petition.answer_id for rating in dossier.ratings):
        return HIDDEN
    answer = next((one for one in dossier.answers if one.pk == petition.answer_id), None)
    took_part = {petition.handler_id, answer.drafted_by_id, answer.decided_by_id} if answer else set()
    return _("这件是您办理或答复的，要由别人回访记录。") if me in took_part else _unless(answer is not None)


def _in_a_body_of_ours(dossier: Dossier) -> Hindrance:
    return _unless(dossier.petition.review is not None and dossier.petition.review.agency_id is not None)


def _in_a_body_outside(dossier: Dossier) -> Hindrance:
    return _unless(dossier.petition.review is not None and dossier.petition.review.agency_id is None)


HINDRANCES: dict[str, Callable[[Dossier], Hindrance]] = {
    "merge": _merging,
    "split": _splitting,
    "lead_out": lambda dossier: _unless(not dossier.petition.is_accusation),
    "receive": lambda dossier: _unless(_own(dossier, None, Referral.State.SENT)),
    "co_report": lambda dossier: _unless(_own(dossier, False, *Referral.OPEN)),
    "pass_on": lambda dossier: _unless(dossier.lead_has_below),
    "object": _objecting,
    "redirect": _redirecting,
    "accept_simply": _accepting_simply,
    "convert_to_ordinary": lambda dossier: _unless(dossier.petition.simple),
    "choose_route": _choosing_route,
    "ask_extension": _asking_extension,
    "extend": _extendable,
    "refuse_extension": lambda dossier: _unless(dossier.extension_asked is not None),
    "settle": lambda dossier: _unless(not dossier.petition.is_accusation),
    "approve": _approving,
    "deliver": lambda dossier: _unless(dossier.petition.delivered_at is None),
    "rate": _rating,
    "reopen": _reopening,
    "urge": lambda dossier: _unless(any(row.is_open and deadlines.is_duty(row.rule) for row in dossier.deadlines)),
    "publish": _publishing,
    "recall": lambda dossier: _unless(dossier.is_published),
    "freeze": lambda dossier: _unless(not dossier.is_held),
    "unfreeze": lambda dossier: _unless(dossier.is_held),
    "ask_review": _asking_review,
    "ask_re_review": _asking_re_review,
    "hold_review_hearing": _hearing_review,
    "draft_review": _in_a_body_of_ours,
    "decide_review": lambda dossier: _deciding(dossier, revoked=False),
    "remand": lambda dossier: _deciding(dossier, revoked=True),
    "record_decision": _in_a_body_outside,
    "deliver_review": lambda dossier: _unless(
        dossier.petition.review is not None and dossier.petition.review.delivered_at is None
    ),
}
