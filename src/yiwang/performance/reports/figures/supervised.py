"""Supervision 督办 and advice 建议 of a period (art. 41, second and third): what was issued, answered, late, adopted."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from yiwang.performance.reports.figures.counted import Figures, Spans, Trees, names_of
from yiwang.supervision.orders.figures import counts


def supervised(spans: Spans, trees: Trees, tick: Callable[[], object]) -> Figures:
    """Return what was issued in the period, as it stands now: in all, and by the agency addressed; two statements.

    Orders about accusations are in none of it.
    """
    found = counts(spans.now, datetime.now(UTC))
    tick()
    rows = [
        {"code": trees.agencies[agency].code, **names_of(trees.agencies[agency]), **asdict(tally)}
        for agency, tally in found.by_agency.items()
    ]
    rows.sort(key=lambda row: (-row["orders"], -row["advice"], row["code"]))
    return {"total": asdict(found.total), "by_agency": rows}
