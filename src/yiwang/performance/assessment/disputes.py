"""Disputes 异议: the assessed unit says which petition is wrong in which figure and why; the office decides with a reason.

Nobody decides on their own: not who asked, nor anybody with a post in the unit concerned.
"""

from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.performance.assessment.formula import formula_of
from yiwang.performance.assessment.frozen import changes_of, petitions_of
from yiwang.performance.assessment.running import write_version
from yiwang.performance.assessment.units import decides, runs, speaks_for
from yiwang.performance.models import Assessment, Dispute
from yiwang.petitions.actors import Actor
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.workdays.counting import office_date


def _locked(assessment_id: int) -> Assessment:
    found = Assessment.objects.select_for_update(of=("self",)).select_related("scheme").filter(pk=assessment_id).first()
    if found is None or found.computed_at is None:
        raise Refused("not_found", _("没有这次考核，或者还没有算完。"))
    return found


@transaction.atomic
def dispute(
    actor: Actor, assessment_id: int, agency_id: int, indicator_id: int, number: str, wanted: str, reason: str,
    measure: str = "",
) -> Dispute:  # fmt: skip
    """Dispute one petition in one figure of one's own unit.

    ``measure`` names the number of the figure that is meant; without one all of its numbers. Raises Refused:
    ``not_entitled``, ``too_late``, ``published``, ``no_reason``, ``not_found``, ``no_indicator``, ``no_measure``,
    ``not_there``, ``there``, ``disputed``.
    """
    assessment = _locked(assessment_id)
    if agency_id not in speaks_for(actor) or actor.staff is None:
        raise Refused("not_entitled", _("只能对本单位的数提出异议，由本单位的领导、审核人或督查员提出。"))
    if assessment.published_at:
        raise Refused("published", _("排名已经公布，不能再提异议。"))
    if assessment.disputes_until is None or office_date(datetime.now(UTC)) > assessment.disputes_until:
        raise Refused("too_late", _("提异议的时间已过。"))
    if not reason.strip():
        raise Refused("no_reason", _("请写明理由。"))
    indicator = assessment.scheme.indicators.filter(pk=indicator_id).first()
    if indicator is None:
        raise Refused("no_indicator", _("请选择指标。"))
    formula = formula_of(indicator.formula)
    if measure and measure not in formula.measures:
        raise Refused("no_measure", _("这个指标里没有这个数。"))
    if wanted not in Dispute.Wanted.values or (wanted == Dispute.Wanted.IN and formula.kind == "median"):
        raise Refused("no_measure", _("请选择这件应当计入还是不应计入；中位数只能提出不应计入。"))
    petition = visible_to(actor).filter(number=normalise_number(number) or "").first()
    if petition is None or petition.is_accusation:
        raise Refused("not_found", _("没有找到这个编号的信访件，或者您无权查看。"))
    changes = changes_of(assessment)
    holds = [
        petition.pk in petitions_of(assessment, agency_id, indicator, code, changes)
        for code in ([measure] if measure else formula.measures)
    ]
    if wanted == Dispute.Wanted.OUT and not any(holds):
        raise Refused("not_there", _("这件信访没有计入这个数。"))
    if wanted == Dispute.Wanted.IN and all(holds):
        raise Refused("there", _("这件信访已经计入这个数。"))
    same = assessment.disputes.filter(
        agency=agency_id, indicator=indicator, petition=petition, state=Dispute.State.OPEN
    )
    if same.exists():
        raise Refused("disputed", _("这件信访在这个指标里的异议还没有决定。"))
    made = Dispute.objects.create(
        assessment=assessment, agency_id=agency_id, indicator=indicator, petition=petition, measure=measure,
        wanted=wanted, reason=reason.strip(), asked_by=actor.staff, asked_at=datetime.now(UTC),
    )  # fmt: skip
    _note("dispute_figure", actor.staff, made.pk, "dispute")
    return made


@transaction.atomic
def decide(actor: Actor, dispute_id: int, reason: str, *, granted: bool) -> Dispute:
    """Decide a dispute with a reason. Granted, the figure is made anew, as a new version of all results.

    Raises Refused: ``not_entitled``, ``own``, ``no_reason``, ``decided``, ``published``, ``not_found``.
    """
    if not runs(actor) or actor.staff is None:
        raise Refused("not_entitled", _("异议由信访部门的督查员或领导决定。"))
    found = Dispute.objects.filter(pk=dispute_id).first()
    if found is None:
        raise Refused("not_found", _("没有这项异议。"))
    assessment = _locked(found.assessment_id)
    found = Dispute.objects.select_for_update(of=("self",)).select_related("agency").get(pk=dispute_id)
    if found.state != Dispute.State.OPEN:
        raise Refused("decided", _("这项异议已经决定。"))
    if assessment.published_at:
        raise Refused("published", _("排名已经公布，不能再改。"))
    if found.asked_by_id == actor.staff.pk or any(post.agency.lies_within(found.agency) for post in actor.posts):
        raise Refused("own", _("不能决定自己或者本单位提出的异议。"))
    if not reason.strip():
        raise Refused("no_reason", _("请写明决定的理由。"))
    now = datetime.now(UTC)
    found.state = Dispute.State.GRANTED if granted else Dispute.State.REFUSED
    found.decision, found.decided_by, found.decided_at = reason.strip(), actor.staff, now
    found.save()
    if granted:
        found.version = write_version(assessment, assessment.scheme.indicators.all(), changes_of(assessment), now)
        found.save(update_fields=["version"])
    _note("grant_dispute" if granted else "refuse_dispute", actor.staff, found.pk, "dispute")
    return found


@transaction.atomic
def publish_ranking(actor: Actor, assessment_id: int, *, public: bool = False) -> Assessment:
    """Publish the ranking to all that were assessed; on the portal too where the office wants it. A leader's act.

    Raises Refused: ``not_entitled``, ``published``, ``too_early``, ``open_disputes``, ``not_found``.
    """
    if not decides(actor) or actor.staff is None:
        raise Refused("not_entitled", _("排名由信访部门的领导公布。"))
    assessment = _locked(assessment_id)
    if assessment.published_at:
        raise Refused("published", _("排名已经公布。"))
    if assessment.disputes_until is None or office_date(datetime.now(UTC)) <= assessment.disputes_until:
        raise Refused("too_early", _("提异议的时间还没有过，过后才能公布。"))
    if assessment.disputes.filter(state=Dispute.State.OPEN).exists():
        raise Refused("open_disputes", _("还有没有决定的异议，决定后才能公布。"))
    assessment.published_by, assessment.published_at, assessment.public = actor.staff, datetime.now(UTC), public
    assessment.save(update_fields=["published_by", "published_at", "public"])
    _note("publish_ranking", actor.staff, assessment.pk, "assessment")
    return assessment


def _note(act: str, by: Staff, subject_id: int, kind: str) -> None:
    log.write([log.line(act, actor_kind="staff", actor_id=by.pk, subject_kind=kind, subject_id=subject_id)])
