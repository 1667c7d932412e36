"""Rates with their certainty: how many of how many, and between which bounds the true share lies.

The bounds are Wilson's score interval without continuity correction (E. B. Wilson, Probable inference, the law of
succession, and statistical inference, JASA 22, 1927, 209-212; Newcombe 1998, method 3): it stays within 0 and 1 and keeps
its promise for few answers too, where “3 of 3” says little.
"""

from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import NormalDist

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CONFIDENCE = 0.95
FEW = 10
"""Below so many answers a rate is told as a count, with what it may mean: never as a bare per cent."""


@dataclass(frozen=True)
class Interval:
    """The bounds of a share, each from 0 to 1."""

    low: float
    high: float


def wilson(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval of ``successes`` out of ``n``; of nothing, all is possible: 0 to 1.

    Raises ValueError where there are more successes than answers, fewer than none, or the confidence lies not between 0 and 1.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if not 0 < confidence < 1:
        raise ValueError(f"{confidence} is no confidence")
    if n == 0:
        return Interval(0.0, 1.0)
    z = _quantile(confidence)
    share, spread = successes / n, z * z / n
    middle = share + spread / 2
    half = sqrt(spread * (share * (1 - share) + spread / 4))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    # At the ends the bounds are 0 and 1 exactly; the arithmetic of floats misses them by a hair.
    return Interval(0.0 if successes == 0 else low, 1.0 if successes == n else high)


@dataclass(frozen=True)
class Rate:
    """So many satisfied of so many who rated."""

    satisfied: int
    n: int

    @property
    def share(self) -> float | None:
        """The share from 0 to 1; None where nobody has rated."""
        return self.satisfied / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        """Where the true share lies, at 95 % confidence."""
        return wilson(self.satisfied, self.n)

    @property
    def few(self) -> bool:
        """Whether there are too few answers for a per cent to say anything."""
        return self.n < FEW

    def text(self) -> str:
        """Return the rate in words, with its interval and number of answers, in the active language.

        “96.0 %（94.6–97.0 %，1000 人评价）”; with few answers “3 人评价，3 人满意：评价太少，满意率可能在 44–100 % 之间”.
        """
        given = {
            "satisfied": self.satisfied, "n": self.n, "rate": f"{100 * (self.share or 0):.1f}",
            "low": f"{100 * self.interval.low:.1f}", "high": f"{100 * self.interval.high:.1f}",
            "about_low": f"{100 * self.interval.low:.0f}", "about_high": f"{100 * self.interval.high:.0f}",
        }  # fmt: skip
        if not self.n:
            return _("还没有人评价")
        if self.few:
            few = ngettext(
                "%(n)d 人评价，%(satisfied)d 人满意：评价太少，满意率可能在 %(about_low)s–%(about_high)s %% 之间",
                "%(n)d 人评价，%(satisfied)d 人满意：评价太少，满意率可能在 %(about_low)s–%(about_high)s %% 之间",
                self.n,
            )
            return few % given
        return _("%(rate)s %%（%(low)s–%(high)s %%，%(n)d 人评价）") % given

    def __str__(self) -> str:
        return self.text()


@cache
def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
