"""Satisfaction 满意度: who rated, how many of them were satisfied, and how sure one may be of that."""

from collections.abc import Callable

from yiwang.performance.measures import Snapshot
from yiwang.performance.reports.figures.counted import Figures, Spans, Trees, labels
from yiwang.performance.reports.figures.whole import share_of, whole

CODES = ("rated", "rated_satisfied", "rated_dissatisfied", "office_rated", "office_satisfied")


def verdicts(spans: Spans, trees: Trees, tick: Callable[[], object]) -> Figures:
    """Return the ratings of the office and of the agencies in the three periods; one statement for each, and one more.

    “Basically satisfied” 基本满意 counts as satisfied, as in `performance.measures`.
    """
    totals = spans.spread({span: whole(period, CODES, tick) for span, period in spans.distinct().items()})
    taken = Snapshot.take(spans.now, ("rated", "rated_satisfied"))
    tick()
    names, codes = labels(trees.agencies, "")
    rows = []
    for agency in taken.counts["rated"]:
        counts = {code: taken.of(code, agency) for code in taken.counts}
        rows.append({"code": codes[agency], **names[agency], **share_of(counts, "rated_satisfied", "rated")})
    return {
        "office": {span: share_of(found, "office_satisfied", "office_rated") for span, found in totals.items()},
        "agencies": {span: share_of(found, "rated_satisfied", "rated") for span, found in totals.items()},
        "dissatisfied": {span: found["rated_dissatisfied"] for span, found in totals.items()},
        "by_agency": sorted(rows, key=lambda row: (-row["n"], row["code"])),
    }
