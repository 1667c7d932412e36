"""The lists behind an assessment's figures, read once from the petitions and kept; what disputes put in or left out is laid over them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from yiwang.performance.assessment.arithmetic import Given, Numbers
from yiwang.performance.assessment.formula import Formula, formula_of, period_of
from yiwang.performance.assessment.packing import pack, pack_numbers, unpack, unpack_numbers
from yiwang.performance.measures import MEASURES, MEDIANS, Period
from yiwang.performance.measures.measure import branch_of, members
from yiwang.performance.models import Assessment, Dispute, FrozenList, Indicator

Branches = Mapping[int, Collection[int]]


def freeze(assessment: Assessment, branches: Branches, indicators: Iterable[Indicator]) -> None:
    """Keep the petitions behind each measure of each unit: one statement a measure and period, and one to write them all."""
    period = Period(assessment.first_day, assessment.last_day, assessment.imported)
    formulas = [formula_of(indicator.formula) for indicator in indicators]
    wanted = dict.fromkeys((code, when) for one in formulas for code in one.measures for when in one.periods)
    kept = []
    for code, when in wanted:
        read = _days if code in MEDIANS else _ids
        for agency, (ids, days) in read(code, period_of(period, when), branches):
            kept.append(
                FrozenList(
                    assessment=assessment, agency_id=agency, measure=code, period=when, number=len(ids), ids=pack(ids),
                    days=pack_numbers(days) if days else b"",
                )
            )  # fmt: skip
    FrozenList.objects.bulk_create(kept, batch_size=200)


def _ids(code: str, period: Period, branches: Branches) -> Iterator[tuple[int, tuple[list[int], list[int]]]]:
    measure = MEASURES[code]
    rows = measure.rows(period).filter(answerable__in=members(branches)).annotate(whose=branch_of(branches))
    found: dict[int, set[int]] = {branch: set() for branch in branches}
    for branch, petition in rows.values_list("whose", measure.source.petition).iterator(chunk_size=20_000):
        found[branch].add(petition)
    return ((branch, (sorted(ids), [])) for branch, ids in found.items())


def _days(code: str, period: Period, branches: Branches) -> Iterator[tuple[int, tuple[list[int], list[int]]]]:
    measure = MEDIANS[code]
    rows = measure.source.rows(period).exclude(**{measure.days: None}).filter(answerable__in=members(branches))
    found: dict[int, list[tuple[int, int]]] = {branch: [] for branch in branches}
    told = rows.order_by().annotate(whose=branch_of(branches)).values_list("whose", "pk", measure.days)
    for branch, petition, days in told.iterator(chunk_size=20_000):
        found[branch].append((petition, days))
    for branch, pairs in found.items():
        pairs.sort()
        yield branch, ([petition for petition, _days in pairs], [days for _petition, days in pairs])


@dataclass(frozen=True)
class Change:
    """What a granted dispute did to one list of one figure: a petition put in or left out."""

    agency: int
    indicator: int
    measure: str
    petition: int
    put_in: bool


def changes_of(assessment: Assessment, disputes: "QuerySet[Dispute] | None" = None) -> list[Change]:
    """Return what the granted disputes changed, in the order of their decisions."""
    granted = assessment.disputes.filter(state=Dispute.State.GRANTED) if disputes is None else disputes
    found = []
    for one in granted.select_related("indicator").order_by("decided_at", "id"):
        measures = (one.measure,) if one.measure else formula_of(one.indicator.formula).measures
        found += [
            Change(one.agency_id, one.indicator_id, code, one.petition_id, one.wanted == Dispute.Wanted.IN)
            for code in measures
        ]
    return found


def changed(ids: Iterable[int], changes: Iterable[Change]) -> set[int]:
    """Return a list with these changes laid over it."""
    found = set(ids)
    for change in changes:
        (found.add if change.put_in else found.discard)(change.petition)
    return found


def petitions_of(
    assessment: Assessment, agency_id: int, indicator: Indicator, measure: str, changes: Iterable[Change]
) -> list[int]:
    """Return the ids behind one number of one figure, newest first: as frozen, with what granted disputes changed."""
    kept = assessment.lists.filter(agency=agency_id, measure=measure, period="now").first()
    own = [
        one for one in changes
        if (one.agency, one.indicator, one.measure) == (agency_id, indicator.pk, measure)
    ]  # fmt: skip
    return sorted(changed(unpack(kept.ids) if kept else [], own), reverse=True)


def numbers_of(assessment: Assessment, indicators: Iterable[Indicator], changes: Iterable[Change]) -> Given:
    """Return what every figure is made of, from the kept lists; lists are opened only where a dispute or a median asks for it."""
    disputed: dict[tuple[int, int, str], list[Change]] = {}
    for change in changes:
        disputed.setdefault((change.agency, change.indicator, change.measure), []).append(change)
    kept = {(row.agency_id, row.measure, row.period): row for row in assessment.lists.defer("ids", "days")}
    units = sorted({agency for agency, _measure, _period in kept})
    found: dict[tuple[int, int, str], Numbers] = {}
    for indicator in indicators:
        formula = formula_of(indicator.formula)
        for unit in units:
            for when in formula.periods:
                found[unit, indicator.pk, when] = _numbers(formula, unit, indicator.pk, when, kept, disputed)
    return found


def _numbers(
    formula: Formula,
    unit: int,
    indicator: int,
    when: str,
    kept: Mapping[tuple[int, str, str], FrozenList],
    disputed: Mapping[tuple[int, int, str], list[Change]],
) -> Numbers:
    if formula.kind == "median":
        row = kept[unit, formula.measures[0], when]
        own = disputed.get((unit, indicator, formula.measures[0]), []) if when == "now" else []
        left = changed(unpack(row.ids), own)
        pairs = zip(unpack(row.ids), unpack_numbers(row.days), strict=True)
        return Numbers((), Counter(days for petition, days in pairs if petition in left))
    counts = []
    for code in formula.measures:
        row = kept[unit, code, when]
        own = disputed.get((unit, indicator, code), []) if when == "now" else []
        counts.append(len(changed(unpack(row.ids), own)) if own else row.number)
    return Numbers(tuple(counts))
