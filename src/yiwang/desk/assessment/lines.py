"""The arithmetic of one result as the page shows it: each figure with its numbers, its rule, and how the rule came to the points."""

from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yiwang.performance.assessment.formula import AGAINST, formula_of
from yiwang.performance.measures import MEASURES, MEDIANS
from yiwang.performance.models import Assessment, Figure
from yiwang.performance.scoring import rule_of, shown
from yiwang.satisfaction.rates import wilson


@dataclass(frozen=True)
class Part:
    """One number of a figure, with the page that lists its petitions."""

    label: str | Promise
    number: int
    href: str
    definition: str | Promise


@dataclass(frozen=True)
class Line:
    """One figure."""

    figure: Figure
    formula: str
    rule: str
    parts: list[Part]
    value: str
    against: str
    interval: str
    how: str
    unscored: str


def lines_of(assessment: Assessment, agency_id: int, figures: list[Figure]) -> list[Line]:
    """Return the figures of one result in words; no statement."""
    return [_line(assessment, agency_id, figure) for figure in figures]


def _line(assessment: Assessment, agency_id: int, figure: Figure) -> Line:
    formula = formula_of(figure.indicator.formula)
    rule = rule_of(figure.indicator.rule, formula.unit)
    numbers = [figure.denominator] if formula.kind == "median" else [figure.numerator, figure.denominator]
    parts = []
    for code, number in zip(formula.measures, numbers, strict=False):
        measure = MEDIANS.get(code) or MEASURES[code]
        href = reverse("desk:assessment_petitions", args=[assessment.pk, agency_id, figure.indicator_id, code])
        parts.append(Part(measure.label, number or 0, href, measure.definition))
    value = Fraction(figure.value) if figure.value else None
    return Line(
        figure,
        formula.sentence(),
        rule.sentence(),
        parts,
        "" if value is None else f"{shown(value)}{formula.unit}",
        _against(formula.against, figure.parts),
        _interval(figure) if formula.kind == "ratio" and not formula.against else "",
        "" if value is None or figure.unscored else rule.score(value).how,
        str(figure.get_unscored_display()) if figure.unscored else "",
    )


def _against(against: str, parts: dict[str, str]) -> str:
    """Return what the value was compared with, in words: “本期 75，平均数 87.5”."""
    other = parts.get("mean" if against == "mean" else "then")
    if not against or other is None:
        return ""
    return _("本期%(now)s，%(against)s%(other)s") % {
        "now": shown(Fraction(parts["now"])), "against": AGAINST[against], "other": shown(Fraction(other)),
    }  # fmt: skip


def _interval(figure: Figure) -> str:
    """Return between which bounds the share would lie if these cases were a sample of the unit's work (Wilson, 95 %)."""
    numerator, denominator = figure.numerator or 0, figure.denominator or 0
    if denominator <= 0 or numerator > denominator:
        return ""
    bounds = wilson(numerator, denominator)
    return _("95%% 的可能在 %(low)s–%(high)s%% 之间") % {
        "low": f"{100 * bounds.low:.1f}", "high": f"{100 * bounds.high:.1f}",
    }  # fmt: skip
