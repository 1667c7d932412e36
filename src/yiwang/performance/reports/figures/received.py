"""What came 收到: by channel, purpose, category, region and agency; and the fullest topics 热点."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from yiwang.performance.measures import Period
from yiwang.performance.measures.sources import ACCUSATIONS, RECEIVED
from yiwang.performance.reports.figures.counted import (
    BEFORE,
    NOW,
    YEAR_BEFORE,
    Figures,
    Spans,
    Trees,
    both,
    compared,
    labels,
    totals,
)  # fmt: skip
from yiwang.petitions.models import Petition

FEWEST = 5
"""Fewer in one place about one thing are no topic, and would tell whose they are."""
MOST_TOPICS = 10


def received(spans: Spans, trees: Trees, tick: Callable[[], object]) -> Figures:
    """Return what came in the three periods; three statements for each, and one for the accusations' total."""
    ways, places, agencies = {}, {}, {}
    for span, period in spans.distinct().items():
        ways[span] = _ways(period)
        tick()
        places[span] = _counter(period, "category", "region")
        tick()
        agencies[span] = Counter({key[0]: number for key, number in _counter(period, "lead_agency").items()})
        tick()
    ways, places, agencies = spans.spread(ways), spans.spread(places), spans.spread(agencies)
    categories = _regrouped(places, lambda key: trees.top_category(key[0]))
    regions = _regrouped(places, lambda key: trees.county(key[1]))
    channels, purposes = (_choice(ways, place) for place in (0, 1))
    return {
        "total": totals(channels),
        "repeated": {span: _sum(ways[span], lambda key: key[2] == Petition.Occurrence.REPEATED)[0] for span in ways},
        "visits": {
            "batches": {span: _sum(ways[span], _is_visit)[0] for span in ways},
            "persons": {span: _sum(ways[span], _is_visit)[1] for span in ways},
        },
        "accusations": ACCUSATIONS.rows(spans.now).count(),
        "by_channel": compared(channels, *_choices(Petition.Channel)),
        "by_purpose": compared(purposes, *_choices(Petition.Purpose)),
        "by_category": compared(categories, *labels(trees.categories, _("未分类"))),
        "by_region": compared(regions, *labels(trees.regions, _("地区不明"))),
        "by_agency": compared(agencies, *labels(trees.agencies, _("尚未转办"))),
        "topics": _topics(places, trees),
    }


def _ways(period: Period) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return petitions and persons by channel, purpose and whether the matter came before."""
    rows = RECEIVED.rows(period).order_by().values_list("channel", "purpose", "occurrence")
    return {
        (channel, purpose, occurrence): (number, people or 0)
        for channel, purpose, occurrence, number, people in rows.annotate(n=Count("id"), people=Sum("persons"))
    }


def _counter(period: Period, *columns: str) -> Counter[Any]:
    rows = RECEIVED.rows(period).order_by().values_list(*columns).annotate(n=Count("id"))
    return Counter({tuple(row[:-1]): row[-1] for row in rows})


def _sum(
    ways: dict[tuple[str, str, str], tuple[int, int]], wanted: Callable[[tuple[str, str, str]], bool]
) -> tuple[int, int]:
    found = [numbers for key, numbers in ways.items() if wanted(key)]
    return sum(number for number, _people in found), sum(people for _number, people in found)


def _is_visit(key: tuple[str, str, str]) -> bool:
    return key[0] == Petition.Channel.VISIT


def _choice(ways: dict[str, Any], place: int) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for span, numbers in ways.items():
        found[span] = Counter()
        for key, (number, _people) in numbers.items():
            found[span][key[place]] += number
    return found


def _choices(choices: type[Petition.Channel] | type[Petition.Purpose]) -> tuple[dict[Any, Any], dict[Any, str]]:
    return {one.value: both(one.label) for one in choices}, {one.value: one.value for one in choices}


def _regrouped(places: dict[str, Counter[Any]], key_of: Callable[[Any], Any]) -> dict[str, Counter[Any]]:
    found: dict[str, Counter[Any]] = {}
    for span, numbers in places.items():
        found[span] = Counter()
        for key, number in numbers.items():
            found[span][key_of(key)] += number
    return found


def _topics(places: dict[str, Counter[Any]], trees: Trees) -> list[Figures]:
    """Return the ten fullest pairs of category and county, of those with at least five; equal ones by their codes."""
    cells = _regrouped(places, lambda key: (key[0], trees.county(key[1])))
    about, where = labels(trees.categories, _("未分类")), labels(trees.regions, _("地区不明"))
    rows: list[Figures] = [
        {
            "category": {"code": about[1][category], **about[0][category]},
            "region": {"code": where[1][county], **where[0][county]},
            **{span: cells[span][category, county] for span in (NOW, BEFORE, YEAR_BEFORE)},
        }
        for (category, county), number in cells[NOW].items()
        if number >= FEWEST and category is not None
    ]
    return sorted(rows, key=lambda row: (-row[NOW], row["category"]["code"], row["region"]["code"]))[:MOST_TOPICS]
