"""Running an assessment: asked for at the desk, computed by the worker in one transaction, and the same whenever it is computed again."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.performance.assessment.arithmetic import Computed, Line, Total, compute, ranks, total_of
from yiwang.performance.assessment.formula import formula_of
from yiwang.performance.assessment.frozen import Change, changes_of, freeze, numbers_of
from yiwang.performance.assessment.units import runs, units_assessed
from yiwang.performance.measures import branches_of
from yiwang.performance.models import Assessment, Figure, Indicator, Result, Scheme, Version
from yiwang.performance.scoring import rule_of
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused
from yiwang.workdays.counting import office_date

LONGEST = 366
"""Days of the longest period that is assessed."""


@transaction.atomic
def ask(actor: Actor, scheme_id: int, first_day: date, last_day: date, *, imported: bool = False) -> Assessment:
    """Ask for an assessment of a period that is over; the worker computes it.

    Raises Refused: ``not_entitled``, ``not_published``, ``not_over``, ``wrong_days``, ``nobody``.
    """
    if not runs(actor) or actor.staff is None:
        raise Refused("not_entitled", _("考核由信访部门的督查员或领导进行。"))
    scheme = Scheme.objects.filter(pk=scheme_id).first()
    if scheme is None or not scheme.is_published:
        raise Refused("not_published", _("方案发布以后才能考核。"))
    if last_day < first_day or (last_day - first_day).days >= LONGEST:
        raise Refused("wrong_days", _("考核期最多一年，第一天不能晚于最后一天。"))
    if last_day >= office_date(datetime.now(UTC)):
        raise Refused("not_over", _("考核期还没有结束，数字还会变。"))
    if not units_assessed(scheme.about):
        raise Refused("nobody", _("没有可以考核的单位。"))
    made = Assessment.objects.create(
        scheme=scheme, first_day=first_day, last_day=last_day, imported=imported, asked_by=actor.staff,
        asked_at=datetime.now(UTC),
    )  # fmt: skip
    _note("ask_assessment", actor.staff, made)
    return made


def go_on() -> int:
    """Compute the assessments that were asked for; the worker calls it. Return how many: one a call."""
    waiting = Assessment.objects.filter(computed_at=None).order_by("id").values_list("pk", flat=True).first()
    return int(waiting is not None and compute_asked(waiting))


@transaction.atomic
def compute_asked(assessment_id: int) -> bool:
    """Freeze the lists and write the first version; False when another worker has done it meanwhile.

    All or nothing: whoever dies in the middle leaves it asked for, and the next one begins anew.
    """
    assessment = (
        Assessment.objects.select_for_update(of=("self",)).select_related("scheme").filter(pk=assessment_id).first()
    )
    if assessment is None or assessment.computed_at:
        return False
    now = datetime.now(UTC)
    indicators = list(assessment.scheme.indicators.all())
    freeze(assessment, branches_of(units_assessed(assessment.scheme.about)), indicators)
    write_version(assessment, indicators, [], now)
    assessment.computed_at = now
    assessment.disputes_until = office_date(now) + timedelta(days=assessment.scheme.dispute_days)
    assessment.save(update_fields=["computed_at", "disputes_until"])
    line = log.line("make_assessment", actor_kind="system", subject_kind="assessment", subject_id=assessment.pk)
    log.write([line])
    return True


Computation = dict[int, tuple[dict[int, Computed], Total, int | None]]
"""Every unit's figures by indicator, its total and its rank."""


def computed(assessment: Assessment, indicators: Iterable[Indicator], changes: Iterable[Change]) -> Computation:
    """Return the results that the frozen lists give, with these changes laid over them."""
    chosen = list(indicators)
    lines = []
    for one in chosen:
        formula = formula_of(one.formula)
        lines.append(Line(one.pk, one.weight, formula, rule_of(one.rule, formula.unit)))
    given = numbers_of(assessment, chosen, changes)
    units = sorted({unit for unit, _indicator, _period in given})
    figures = compute(units, lines, given, assessment.scheme.fewest)
    totals = {unit: total_of(lines, figures[unit]) for unit in units}
    ranked = ranks(totals, assessment.scheme.least_weight)
    return {unit: (figures[unit], totals[unit], ranked[unit]) for unit in units}


def write_version(
    assessment: Assessment, indicators: Iterable[Indicator], changes: Iterable[Change], now: datetime
) -> Version:
    """Write the next version with every unit's result and figures. The caller holds the transaction and the assessment's row."""
    last = assessment.versions.order_by("-number").first()
    version = Version.objects.create(assessment=assessment, number=last.number + 1 if last else 1, made_at=now)
    results, kept = [], []
    for unit, (figures, total, rank) in computed(assessment, indicators, changes).items():
        result = Result(
            version=version, agency_id=unit, points=total.points, earned=total.earned, scored=total.scored, rank=rank
        )
        results.append(result)
        kept += [
            Figure(
                result=result, indicator_id=key, numerator=one.numerator, denominator=one.denominator, parts=one.parts,
                value="" if one.value is None else str(one.value), points=one.points, unscored=one.unscored,
            )
            for key, one in figures.items()
        ]  # fmt: skip
    Result.objects.bulk_create(results)
    Figure.objects.bulk_create(kept, batch_size=500)
    return version


def differences(assessment: Assessment) -> list[str]:
    """Compute the newest version again from the frozen lists and return what differs from what is kept: nothing, unless it was tampered with."""
    version = assessment.versions.order_by("-number").first()
    if version is None:
        return []
    again = computed(assessment, assessment.scheme.indicators.all(), changes_of(assessment))
    found = []
    for result in version.results.select_related("agency").prefetch_related("figures__indicator"):
        figures, total, rank = again[result.agency_id]
        if (result.points, result.earned, result.scored, result.rank) != (
            total.points, total.earned, total.scored, rank,
        ):  # fmt: skip
            found.append(_("%(agency)s：合计") % {"agency": result.agency})
        for kept in result.figures.all():
            one = figures[kept.indicator_id]
            value = Fraction(kept.value) if kept.value else None
            if (kept.numerator, kept.denominator, kept.parts, value, kept.points, kept.unscored) != (
                one.numerator, one.denominator, one.parts, one.value, one.points, one.unscored,
            ):  # fmt: skip
                found.append(_("%(agency)s：%(indicator)s") % {"agency": result.agency, "indicator": kept.indicator})
    return found


def _note(act: str, by: Staff, assessment: Assessment) -> None:
    log.write([log.line(act, actor_kind="staff", actor_id=by.pk, subject_kind="assessment", subject_id=assessment.pk)])
