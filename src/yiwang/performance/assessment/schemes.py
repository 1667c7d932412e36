"""Changing schemes: a draft is edited line by line, publishing checks the whole, and a published one is only ever copied."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.performance.assessment.formula import formula_of
from yiwang.performance.assessment.units import decides, runs
from yiwang.performance.models import Indicator, Scheme
from yiwang.performance.scoring import Invalid, rule_of
from yiwang.performance.scoring.judged import Bands, Parts
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused

WHOLE = Decimal(100)
"""What the weights of a scheme sum up to."""
MOST = 40
"""Indicators of one scheme."""


@transaction.atomic
def add_scheme(actor: Actor, year: int, about: str, title: str) -> Scheme:
    """Begin the next version of a year's scheme as a copy of the last published one; empty where there is none.

    Raises Refused: ``not_entitled``, ``draft_exists``.
    """
    by = _runner(actor)
    earlier = Scheme.objects.select_for_update().filter(year=year, about=about)
    if earlier.filter(published_at=None).exists():
        raise Refused("draft_exists", _("这一年已有一份方案草稿，请先改完它。"))
    last = earlier.order_by("-version").first() or Scheme.objects.filter(
        about=about, published_at__isnull=False, year__lt=year
    ).order_by("-year", "-version").first()  # fmt: skip
    number = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    scheme = Scheme(
        year=year, about=about, version=number, title=title.strip(), made_by=by, made_at=datetime.now(UTC),
    )  # fmt: skip
    if last:
        scheme.basis, scheme.fewest = last.basis, last.fewest
        scheme.least_weight, scheme.dispute_days = last.least_weight, last.dispute_days
    scheme.save(force_insert=True)
    if last:
        Indicator.objects.bulk_create(
            Indicator(
                scheme=scheme,
                position=one.position,
                name=one.name,
                weight=one.weight,
                formula=one.formula,
                rule=one.rule,
            )
            for one in last.indicators.all()
        )
    _note("add_scheme", by, scheme)
    return scheme


@transaction.atomic
def change_scheme(actor: Actor, scheme_id: int, **given: Any) -> Scheme:
    """Change what a draft says of itself. Raises Refused: ``not_entitled``, ``published``, ``no_days``."""
    by, scheme = _runner(actor), _draft(scheme_id)
    for name in ("title", "basis", "fewest", "least_weight", "dispute_days"):
        setattr(scheme, name, given[name])
    if scheme.dispute_days < 1:
        raise Refused("no_days", _("异议至少要有一天的时间。"))
    scheme.save()
    _note("change_scheme", by, scheme)
    return scheme


@transaction.atomic
def put_indicator(
    actor: Actor, scheme_id: int, name: str, weight: Decimal, formula: Any, rule: Any, indicator_id: int | None = None
) -> Indicator:
    """Add an indicator to a draft, or change one. Raises Refused: ``not_entitled``, ``published``, ``wrong``, ``too_many``."""
    by, scheme = _runner(actor), _draft(scheme_id)
    kept = check_indicator(name, weight, formula, rule)
    if indicator_id is None:
        if scheme.indicators.count() >= MOST:
            raise Refused("too_many", _("一份方案最多%(most)d个指标。") % {"most": MOST})
        last = scheme.indicators.aggregate(last=Max("position"))["last"] or 0
        indicator = Indicator(scheme=scheme, position=last + 1)
    else:
        found = scheme.indicators.filter(pk=indicator_id).first()
        if found is None:
            raise Refused("not_found", _("方案里没有这个指标。"))
        indicator = found
    indicator.name, indicator.weight = name.strip(), weight
    indicator.formula, indicator.rule = kept
    indicator.save()
    _note("change_scheme", by, scheme)
    return indicator


def check_indicator(name: str, weight: Decimal, formula: Any, rule: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return formula and rule as they are kept. Raises Refused: ``wrong``, with the place and the reason in words."""
    if not name.strip():
        raise Refused("no_name", _("请写指标的名称。"))
    if not Decimal(0) < weight <= WHOLE:
        raise Refused("wrong_weight", _("权重要大于0，不超过100。"))
    try:
        read = formula_of(formula)
        scoring = rule_of(rule, read.unit)
    except Invalid as invalid:
        raise Refused("wrong", invalid.message) from invalid
    if isinstance(scoring, Parts | Bands):
        raise Refused("wrong", _("考核的指标都由信访件算出，不能用分项判断和定性判断。"))
    return read.data(), scoring.data()


@transaction.atomic
def drop_indicator(actor: Actor, scheme_id: int, indicator_id: int) -> None:
    """Take an indicator out of a draft; those below move up. Raises Refused: ``not_entitled``, ``published``, ``not_found``."""
    by, scheme = _runner(actor), _draft(scheme_id)
    found = scheme.indicators.filter(pk=indicator_id).first()
    if found is None:
        raise Refused("not_found", _("方案里没有这个指标。"))
    position = found.position
    found.delete()
    for below in scheme.indicators.filter(position__gt=position).order_by("position"):
        Indicator.objects.filter(pk=below.pk).update(position=F("position") - 1)
    _note("change_scheme", by, scheme)


def total_weight(scheme: Scheme) -> Decimal:
    """Return the sum of a scheme's weights; one statement."""
    return sum(scheme.indicators.values_list("weight", flat=True), Decimal(0))


@transaction.atomic
def publish_scheme(actor: Actor, scheme_id: int) -> Scheme:
    """Publish a draft: a leader's act; from now on it is never changed.

    Raises Refused: ``not_entitled``, ``published``, ``empty``, ``wrong_sum``.
    """
    if not decides(actor) or actor.staff is None:
        raise Refused("not_entitled", _("考核方案由信访部门的领导发布。"))
    scheme = _draft(scheme_id)
    if not scheme.indicators.exists():
        raise Refused("empty", _("方案里还没有指标。"))
    weights = total_weight(scheme)
    if weights != WHOLE:
        raise Refused("wrong_sum", _("各指标的权重合计是%(sum)s，要等于100。") % {"sum": weights})
    for one in scheme.indicators.all():
        check_indicator(one.name, one.weight, one.formula, one.rule)
    scheme.published_by, scheme.published_at = actor.staff, datetime.now(UTC)
    scheme.save(update_fields=["published_by", "published_at"])
    _note("publish_scheme", actor.staff, scheme)
    return scheme


def _runner(actor: Actor) -> Staff:
    if not runs(actor) or actor.staff is None:
        raise Refused("not_entitled", _("考核方案由信访部门的督查员或领导编写。"))
    return actor.staff


def _draft(scheme_id: int) -> Scheme:
    scheme = Scheme.objects.select_for_update().filter(pk=scheme_id).first()
    if scheme is None:
        raise Refused("not_found", _("没有这份方案。"))
    if scheme.is_published:
        raise Refused("published", _("已发布的方案不再更改。请从它开始写下一版。"))
    return scheme


def _note(act: str, by: Staff, scheme: Scheme) -> None:
    log.write([log.line(act, actor_kind="staff", actor_id=by.pk, subject_kind="scheme", subject_id=scheme.pk)])
