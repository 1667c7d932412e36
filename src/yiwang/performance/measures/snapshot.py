"""Many measures of a period at once: what is read from the same table is counted by one statement."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, SmallIntegerField, Value, When
from django.db.models.expressions import Combinable

from yiwang.performance.measures.measure import Measure, branch_of, members
from yiwang.performance.measures.periods import Period
from yiwang.performance.measures.sources import Source
from yiwang.performance.measures.table import MEASURES


@dataclass
class Snapshot:
    """The figures of several measures, by agency or, where branches were given, by branch.

    ``counts`` holds them by the measure's code and the id of the agency (or branch); what stands nowhere there is 0.
    """

    period: Period
    branches: Mapping[int, Collection[int]] | None
    counts: dict[str, dict[int | None, int]]
    _totals: dict[str, int] = field(default_factory=dict)

    @classmethod
    def take(
        cls,
        period: Period,
        measures: Iterable[str] = tuple(MEASURES),
        branches: Mapping[int, Collection[int]] | None = None,
    ) -> "Snapshot":
        """Count the measures of these codes: one statement for each table that they are read from."""
        wanted = [MEASURES[code] for code in dict.fromkeys(measures)]
        counts: dict[str, dict[int | None, int]] = {measure.code: {} for measure in wanted}
        for together in _by_source(wanted):
            if branches is not None and together[0].whole_only:
                raise ValueError(f"{together[0].code} is told of the whole office alone")
            for whose, *numbers in _rows(period, together, branches):
                for measure, number in zip(together, numbers, strict=True):
                    if number:
                        counts[measure.code][whose] = number
        return cls(period, branches, counts)

    def of(self, code: str, whose: int | None) -> int:
        """Return the figure of one agency or branch. Raises KeyError for a measure that was not counted."""
        return self.counts[code].get(whose, 0)

    def total(self, code: str) -> int:
        """Return the figure of the whole office, each petition once; one statement where the parts may overlap."""
        if code not in self._totals:
            measure = MEASURES[code]
            whole = measure.source.once and self.branches is None
            self._totals[code] = sum(self.counts[code].values()) if whole else measure.total(self.period)
        return self._totals[code]


def _by_source(measures: Iterable[Measure]) -> list[list[Measure]]:
    def source(measure: Measure) -> str:
        return measure.source.code

    return [list(group) for _code, group in groupby(sorted(measures, key=source), key=source)]


def _rows(
    period: Period, measures: list[Measure], branches: Mapping[int, Collection[int]] | None
) -> Iterable[tuple[int | None, ...]]:
    source = measures[0].source
    conditions = [measure.filter(period) for measure in measures]
    rows = source.rows(period).order_by()
    if all(conditions):  # a measure without a condition counts every row
        rows = rows.filter(reduce(or_, conditions))
    whose: Combinable = F("answerable")
    if branches is not None:
        rows, whose = rows.filter(answerable__in=members(branches)), branch_of(branches)
    if source.apart:
        return _apart(rows.annotate(whose=whose), source, conditions)
    counted = {
        f"n{place}": Count(source.petition, distinct=not source.once, filter=condition or None)
        for place, condition in enumerate(conditions)
    }
    found = rows.annotate(whose=whose).values_list("whose").annotate(**counted)
    if measures[0].whole_only:
        totals = [0] * len(measures)
        for _whose, *numbers in found:
            totals = [before + number for before, number in zip(totals, numbers, strict=True)]
        return [(None, *totals)]
    return found


def _apart(rows: QuerySet[Any], source: Source, conditions: list[Q]) -> Iterable[tuple[int | None, ...]]:
    """Count rows that meet one condition each: grouped by which one, the petitions are told apart in a single sorting."""
    which = Case(
        *(When(condition, then=Value(place)) for place, condition in enumerate(conditions)),
        output_field=SmallIntegerField(null=True),
    )
    numbers: dict[int | None, list[int]] = {}
    for whose, place, number in (
        rows.annotate(which=which).values_list("whose", "which").annotate(n=Count(source.petition, distinct=True))
    ):
        numbers.setdefault(whose, [0] * len(conditions))[place] = number
    return [(whose, *found) for whose, found in numbers.items()]
