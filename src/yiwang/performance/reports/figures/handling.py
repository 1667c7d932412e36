"""How it was handled 办理: limits kept and missed, answers and their days, what is late at the end; and the ranking 排名.

What is measured and who answers for it is said by `performance.measures`: an assessment and a report have the same figures.
"""

from collections import Counter, defaultdict
from collections.abc import Callable

from django.db.models import Count

from yiwang.agencies.models import Region
from yiwang.performance.measures import Period, Snapshot
from yiwang.performance.measures.sources import ANSWERED_FIRST
from yiwang.performance.reports.figures.counted import NOW, Figures, Spans, Trees, both, labels, median, summed
from yiwang.performance.reports.figures.whole import share_of, whole
from yiwang.petitions.deadlines import RULES

CODES = ("notice_due", "notice_in_time", "handling_due", "handling_in_time", "late")
HISTORY_DAYS = RULES["handling"].number
"""Imported history has no limits. Its answers count as due when they were given, and as in time within the days of article 34."""

Days = dict[int, Counter[int]]


def handling(spans: Spans, trees: Trees, minimum: int, tick: Callable[[], object]) -> Figures:
    """Return how limits were kept and how fast answers came; three statements for each period, and two for the agencies."""
    periods = spans.distinct()
    days, history = {}, {}
    for span, period in periods.items():
        days[span], history[span] = _answered(period, tick)
    counts = {span: whole(period, CODES, tick) for span, period in periods.items()}
    for span, added in history.items():
        for code, by_agency in added.items():
            counts[span][code] += sum(by_agency.values())
    totals = spans.spread(counts)
    answered = spans.spread(days)
    rows = _agencies(spans.now, trees, answered[NOW], history[NOW], tick)
    return {
        "accepted": {span: share_of(found, "notice_in_time", "notice_due") for span, found in totals.items()},
        "in_time": {span: share_of(found, "handling_in_time", "handling_due") for span, found in totals.items()},
        "answered": {span: sum(sum(part.values()) for part in found.values()) for span, found in answered.items()},
        "median_days": {span: median(summed(list(found.values()))) for span, found in answered.items()},
        "late": {span: found["late"] for span, found in totals.items()},
        "by_agency": rows,
        "ranking": ranking(rows, trees, minimum),
    }


def _answered(period: Period, tick: Callable[[], object]) -> tuple[Days, dict[str, Counter[int]]]:
    """Return how many were answered for the first time after how many days from receipt, by who had the lead then.

    The second part is what imported history adds to the limits that were due, and to those that were kept.
    """
    days_of: Days = defaultdict(Counter)
    due: Counter[int] = Counter()
    in_time: Counter[int] = Counter()
    rows = ANSWERED_FIRST.rows(period).order_by().values_list("answerable", "historical", "days_to_answer")
    for agency, historical, days, number in rows.annotate(n=Count("id")):
        days_of[agency][days or 0] += number
        if historical:
            due[agency] += number
            in_time[agency] += number if (days or 0) <= HISTORY_DAYS else 0
    tick()
    return dict(days_of), {"handling_due": due, "handling_in_time": in_time}


def _agencies(
    period: Period, trees: Trees, answered: Days, history: dict[str, Counter[int]], tick: Callable[[], object]
) -> list[Figures]:
    """Return a row for each agency of which there is anything to say."""
    taken = Snapshot.take(period, CODES)
    tick()
    names, codes = labels(trees.agencies, "")
    rows = []
    for agency in {whose for counted in taken.counts.values() for whose in counted} | set(answered):
        counts = {code: taken.of(code, agency) + history.get(code, Counter())[agency or 0] for code in CODES}
        days = answered.get(agency or 0, Counter())
        rows.append(
            {
                "code": codes[agency], **names[agency],
                "accepted": share_of(counts, "notice_in_time", "notice_due"),
                "in_time": share_of(counts, "handling_in_time", "handling_due"),
                "answered": sum(days.values()), "median_days": median(days), "late": counts["late"],
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-row["answered"], -row["in_time"]["n"], row["code"]))


def ranking(rows: list[Figures], trees: Trees, minimum: int) -> list[Figures]:
    """Rank agencies of one level among each other by the lower end of the interval of what they handled in time.

    By the lower end, since 3 of 3 is no better than 960 of 1,000. Those with fewer cases than ``minimum`` have no place; who
    shows the same number shares a place 并列, and the next one is as many places lower.
    """
    level_of = {agency.code: agency.level for agency in trees.agencies.values()}
    groups = []
    for level in Region.Level:
        own = [row for row in rows if level_of.get(row["code"]) == level and row["in_time"]["n"]]
        few = sorted((row for row in own if row["in_time"]["n"] < minimum), key=lambda row: row["code"])
        ranked = [row for row in own if row["in_time"]["n"] >= minimum]
        ranked.sort(key=lambda row: (-_in_tenths(row["in_time"]["low"]), row["code"]))
        if own:
            placed, unplaced = _places(ranked), [_plain(row) for row in few]
            groups.append({"level": level.value, **both(level.label), "rows": placed, "few": unplaced})
    return groups


def _places(ranked: list[Figures]) -> list[Figures]:
    lows = [row["in_time"]["low"] for row in ranked]
    return [
        {**_plain(row), "place": lows.index(low) + 1, "tied": lows.count(low) > 1, "in_time": row["in_time"],
         "accepted": row["accepted"], "median_days": row["median_days"], "late": row["late"]}
        for row, low in zip(ranked, lows, strict=True)
    ]  # fmt: skip


def _plain(row: Figures) -> Figures:
    return {"code": row["code"], "zh": row["zh"], "en": row["en"], "n": row["in_time"]["n"]}


def _in_tenths(percent: str) -> int:
    return int(percent.replace(".", ""))
