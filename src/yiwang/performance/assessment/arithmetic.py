"""From frozen numbers to figures, points and ranks: the same numbers always give the same result, to the digit.

``parts`` of a figure hold what it was made of, each as a fraction in a string: ``now`` and ``then`` (value of the period
compared with), ``mean`` (of all that are assessed). Everything is computed with exact fractions; points alone are rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from yiwang.performance.assessment.formula import NOW, Formula
from yiwang.performance.measures import median
from yiwang.performance.models import Figure
from yiwang.performance.scoring import Rule, points_of


@dataclass(frozen=True)
class Line:
    """One indicator as it is computed."""

    key: int
    weight: Decimal
    formula: Formula
    rule: Rule


@dataclass(frozen=True)
class Numbers:
    """What one unit's figure is made of in one period: the numbers of its lists, or, for a median, how many took how long."""

    counts: tuple[int, ...] = ()
    days: Mapping[int, int] = field(default_factory=dict)

    def value(self, kind: str) -> Fraction | None:
        """Return the count, the share in per cent, or the median; None of nothing."""
        if kind == "median":
            return Fraction(median(self.days)) if self.days else None
        if kind == "ratio":
            return Fraction(self.counts[0], self.counts[1]) * 100 if self.counts[1] else None
        return Fraction(self.counts[0])

    def cases(self, kind: str) -> int | None:
        """Return how many cases the value rests on; None for a count, which rests on itself."""
        if kind == "median":
            return sum(self.days.values())
        return self.counts[1] if kind == "ratio" else None


@dataclass(frozen=True)
class Computed:
    """A figure before it is kept."""

    numerator: int | None
    denominator: int | None
    parts: dict[str, str]
    value: Fraction | None
    points: Decimal | None
    unscored: str = ""
    share: Fraction = Fraction(0)


@dataclass(frozen=True)
class Total:
    """A unit's total: points of 100, what was earned of the weights that were scored, and those weights."""

    points: Decimal | None
    earned: Decimal
    scored: Decimal


Given = Mapping[tuple[int, int, str], Numbers]
"""Numbers by (unit, indicator, period)."""


def compute(units: Iterable[int], lines: Iterable[Line], given: Given, fewest: int) -> dict[int, dict[int, Computed]]:
    """Return every unit's figures by indicator. Under ``fewest`` cases a figure is shown and not scored."""
    everybody, found = list(units), {}
    found = {unit: dict[int, Computed]() for unit in everybody}
    for line in lines:
        values = {unit: given[unit, line.key, NOW].value(line.formula.kind) for unit in everybody}
        known = [value for value in values.values() if value is not None]
        mean = sum(known, Fraction(0)) / len(known) if known else None
        for unit in everybody:
            found[unit][line.key] = _figure(line, unit, given, values[unit], mean, fewest)
    return found


def _figure(
    line: Line, unit: int, given: Given, value: Fraction | None, mean: Fraction | None, fewest: int
) -> Computed:
    formula, now = line.formula, given[unit, line.key, NOW]
    numerator = now.counts[0] if now.counts else None
    denominator = now.counts[1] if formula.kind == "ratio" else now.cases(formula.kind)
    if value is None:
        return Computed(numerator, denominator, {}, None, None, Figure.Why.NONE)
    parts = {"now": str(value)}
    if formula.against:
        other = mean
        if formula.against != "mean":
            other = given[unit, line.key, formula.against].value(formula.kind)
        if other is not None:
            parts["mean" if formula.against == "mean" else "then"] = str(other)
        compared = formula.compare(value, other)
        if compared is None:
            return Computed(numerator, denominator, parts, None, None, Figure.Why.NOTHING_TO_COMPARE)
        value = compared
    cases = now.cases(formula.kind)
    if cases is not None and cases < fewest:
        return Computed(numerator, denominator, parts, value, None, Figure.Why.FEW)
    scored = line.rule.score(value)
    return Computed(numerator, denominator, parts, value, points_of(line.weight, scored.share), share=scored.share)


def total_of(lines: Iterable[Line], figures: Mapping[int, Computed]) -> Total:
    """Return a unit's total: what it earned of the weights that were scored, brought to 100; exact until it is rounded."""
    earned = scored = Fraction(0)
    for line in lines:
        figure = figures[line.key]
        if not figure.unscored:
            earned += Fraction(line.weight) * figure.share
            scored += Fraction(line.weight)
    points = points_of(Decimal(100), earned / scored) if scored else None
    return Total(points, points_of(Decimal(1), earned), points_of(Decimal(1), scored))


def ranks(totals: Mapping[int, Total], least_weight: int = 0) -> dict[int, int | None]:
    """Return each unit's rank by points: equal points share one, and the next is counted on from there.

    Of whom less than ``least_weight`` was scored, there is too little to compare: no rank.
    """
    ranked = {
        unit: total.points
        for unit, total in totals.items()
        if total.points is not None and total.scored >= least_weight
    }
    better = sorted(ranked.values(), reverse=True)
    return {unit: better.index(ranked[unit]) + 1 if unit in ranked else None for unit in totals}
