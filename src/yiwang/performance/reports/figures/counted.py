"""How counts of three periods stand side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from yiwang.agencies.models import Agency, Named, Region
from yiwang.performance.measures import Period
from yiwang.petitions.models import Category
from yiwang.store.trees import ids_on

NOW, BEFORE, YEAR_BEFORE = "now", "before", "year_before"
SPANS = (NOW, BEFORE, YEAR_BEFORE)
"""The period of the report, the one before it 环比, and the same of the year before 同比."""
LANGUAGES = {"zh": "zh-hans", "en": "en"}

Names = dict[str, str]
Figures = dict[str, Any]


@dataclass(frozen=True)
class Spans:
    """The three periods of a report. Where two are the same (a year's), they are counted once."""

    now: Period
    before: Period
    year_before: Period

    def distinct(self) -> dict[str, Period]:
        """Return name and period of those that differ."""
        found: dict[str, Period] = {}
        for name in SPANS:
            period = getattr(self, name)
            if period not in found.values():
                found[name] = period
        return found

    def spread(self, counted: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was counted for the distinct ones under all three names."""
        by_period = {getattr(self, name): value for name, value in counted.items()}
        return {name: by_period[getattr(self, name)] for name in SPANS}


def both(label: str | Promise) -> Names:
    """Return a label of the program in both languages."""
    found = {}
    for short, language in LANGUAGES.items():
        with translation.override(language):
            found[short] = str(label)
    return found


def names_of(node: Named) -> Names:
    """Return the names of a node as they are today: a report keeps them."""
    return {"zh": node.name, "en": node.name_en or node.name}


class Trees:
    """The trees as they are while a report is made: names, and the branch that a node lies in. Three statements."""

    def __init__(self) -> None:
        self.categories = {row.pk: row for row in Category.objects.order_by("pk")}
        self.regions = {row.pk: row for row in Region.objects.order_by("pk")}
        self.agencies = {row.pk: row for row in Agency.objects.order_by("pk")}

    def top_category(self, pk: int | None) -> int | None:
        """Return the category of the first level above one, or itself."""
        return ids_on(self.categories[pk].path)[0] if pk in self.categories else None

    def county(self, pk: int | None) -> int | None:
        """Return the county 县 that a region lies in; the city for what lies in no county."""
        if pk not in self.regions:
            return None
        return ids_on(self.regions[pk].path)[:2][-1]


def compared(
    counts: Mapping[str, Counter[Any]], name_of: Mapping[Any, Names], code_of: Mapping[Any, str]
) -> list[Figures]:
    """Return a row for each key that was counted in any of the periods: the fullest now first, then by code."""
    keys = {key for counter in counts.values() for key, number in counter.items() if number}
    rows = [
        {"code": code_of[key], **name_of[key], **{span: counts[span][key] for span in SPANS}}
        for key in keys
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[NOW], -row[BEFORE], -row[YEAR_BEFORE], row["code"]))


def totals(counts: Mapping[str, Counter[Any]]) -> Figures:
    """Return the sums of three counters."""
    return {span: sum(counts[span].values()) for span in SPANS}


def labels(nodes: Mapping[int, Named], none: str | Promise) -> tuple[dict[Any, Names], dict[Any, str]]:
    """Return names and codes of nodes; ``none`` is what is said of those that lie nowhere yet."""
    names: dict[Any, Names] = {pk: names_of(node) for pk, node in nodes.items()}
    codes: dict[Any, str] = {pk: node.code for pk, node in nodes.items()}
    return {**names, None: both(none)}, {**codes, None: ""}


def tenths(numerator: int, denominator: int) -> str | None:
    """Return a share as per cent with one decimal, rounded half up, as a string; None of nothing. Integers alone are used."""
    if denominator == 0:
        return None
    scaled = (2000 * numerator + denominator) // (2 * denominator)
    return f"{scaled // 10}.{scaled % 10}"


def median(days: Mapping[int, int]) -> str | None:
    """Return the median of values given as a count for each, exactly: “12” or “12.5”; None without any."""
    number = sum(days.values())
    if not number:
        return None
    lower, upper = (_at(days, place) for place in ((number - 1) // 2, number // 2))
    twice = lower + upper
    return f"{twice // 2}.5" if twice % 2 else str(twice // 2)


def _at(days: Mapping[int, int], place: int) -> int:
    for value in sorted(days):
        place -= days[value]
        if place < 0:
            return value
    raise ValueError("beyond the last value")


def summed(counters: Sequence[Counter[Any]]) -> Counter[Any]:
    """Return the sum of counters."""
    found: Counter[Any] = Counter()
    for counter in counters:
        found.update(counter)
    return found
