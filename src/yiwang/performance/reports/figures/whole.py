"""Measures of the whole office: each petition once, however many agencies answer for it."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q

from yiwang.performance.measures import MEASURES, Period
from yiwang.performance.measures.measure import Measure
from yiwang.performance.reports.figures.counted import Figures, tenths
from yiwang.satisfaction.rates import wilson


def whole(period: Period, codes: Iterable[str], tick: Callable[[], object]) -> dict[str, int]:
    """Return the figures of these measures; one statement, and one tick, for each table that they are read from."""
    found: dict[str, int] = {}
    listed = sorted((MEASURES[code] for code in codes), key=attrgetter("source.code"))
    for _code, group in groupby(listed, key=attrgetter("source.code")):
        together = list(group)
        source = together[0].source
        conditions = [measure.filter(period) for measure in together]
        rows = source.rows(period).order_by()
        if all(conditions):
            rows = rows.filter(_any_of(conditions))
        counts = {
            measure.code: _count(measure, condition) for measure, condition in zip(together, conditions, strict=True)
        }
        found |= rows.aggregate(**counts)
        tick()
    return found


def _any_of(conditions: list[Q]) -> Q:
    found = conditions[0]
    for condition in conditions[1:]:
        found |= condition
    return found


def _count(measure: Measure, condition: Q) -> Any:
    return Count(measure.source.petition, distinct=not measure.source.once, filter=condition or None)


def share(done: int, n: int) -> Figures:
    """Return a share with its number of cases and its 95 % interval (Wilson), in per cent with one decimal; None of nothing."""
    if not n:
        return {"done": 0, "n": 0, "rate": None, "low": None, "high": None}
    interval = wilson(done, n)
    low, high = f"{100 * interval.low:.1f}", f"{100 * interval.high:.1f}"
    return {"done": done, "n": n, "rate": tenths(done, n), "low": low, "high": high}


def share_of(counts: Mapping[str, int], done: str, all_: str) -> Figures:
    """Return the share of one measure among another."""
    return share(counts.get(done, 0), counts.get(all_, 0))
