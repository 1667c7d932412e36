"""Measures over petitions: what is counted, by which day, which agency answers for it, and the list behind each figure.

``MEASURES["answered"].by_agency(Period.year(2026))`` gives every agency's figure, ``.petitions(…)`` the petitions themselves:
the list is always as long as the figure. Shares are in ``RATIOS``; ``Snapshot.take`` counts many at once.
"""

from yiwang.performance.measures.measure import Measure, Median, Ratio, branches_of, median
from yiwang.performance.measures.periods import Period
from yiwang.performance.measures.snapshot import Snapshot
from yiwang.performance.measures.table import DAYS_TO_ANSWER, MEASURES, MEDIANS, RATIOS

__all__ = [
    "DAYS_TO_ANSWER",
    "MEASURES",
    "MEDIANS",
    "RATIOS",
    "Measure",
    "Median",
    "Period",
    "Ratio",
    "Snapshot",
    "branches_of",
    "median",
]
