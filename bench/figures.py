"""Percentiles, ratios and verdicts: the arithmetic of the benchmark, without any machine in it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Verdict = Literal["met", "missed", "told"]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of the values do not exceed (the nearest rank).

    Raises ValueError when there are no values, or ``share`` lies outside 0 to 1.
    """
    if not values:
        raise ValueError("no values, hence no percentile")
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return how many times the median of ``ours`` is that of ``theirs``; both come from rounds of one run."""
    return median(ours) / median(theirs)


@dataclass(frozen=True)
class Target:
    """What is asked of a figure: at least, at most, or nothing (then the figure is only told)."""

    kind: Literal["at least", "at most", "none"] = "none"
    bound: float = 0.0
    aim: float | None = None

    def verdict(self, figure: float) -> Verdict:
        """Say whether the figure meets the bound; an aim that is missed does not miss the target."""
        if self.kind == "none":
            return "told"
        good = figure >= self.bound if self.kind == "at least" else figure <= self.bound
        return "met" if good else "missed"

    def in_words(self, unit: str) -> str:
        """Return the target as the table prints it: “≥ 2 × (aim 3 ×)”."""
        if self.kind == "none":
            return "–"
        sign = "≥" if self.kind == "at least" else "≤"
        asked = f"{sign} {with_unit(self.bound, unit)}"
        return asked if self.aim is None else f"{asked} (aim {with_unit(self.aim, unit)})"


AT_LEAST: Literal["at least"] = "at least"
AT_MOST: Literal["at most"] = "at most"


def with_unit(figure: float, unit: str) -> str:
    """Return a figure with its unit, with three significant digits at most, and never in powers of ten."""
    if figure == int(figure) or abs(figure) >= 100:
        text = f"{figure:,.0f}"
    else:
        text = f"{figure:.1f}" if abs(figure) >= 10 else f"{figure:.2f}"
    return f"{text} {unit}".strip()


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, where, what came out, and what was asked."""

    group: str
    name: str
    engine: str
    figure: float
    unit: str
    target: Target = Target()
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        return self.target.verdict(self.figure)
