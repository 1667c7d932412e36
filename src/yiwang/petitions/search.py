"""Search, as pages ask for it: what was typed, which rows, how many; newest first, or by relevance among the newest.

::

    query = parse(request.GET["q"])
    if isinstance(query, Hint): ...
    found = page(visible_to(actor), PETITIONS, query, limit=50)
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, Literal, TypeVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.petitions.grams import fold
from yiwang.petitions.index import Index, Query

__all__ = ["PETITIONS", "PUBLISHED", "Hint", "Index", "Page", "Query", "page", "parse"]

LONGEST_QUERY = 100
MOST_WORDS = 8

Row = TypeVar("Row", bound=models.Model)


class Hint(Enum):
    """Why a query was not searched for; ``str(hint.text)`` tells the reader."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"

    @property
    def text(self) -> Promise:
        """Return what to do instead."""
        return {
            Hint.EMPTY: _("请输入要查找的内容。"),
            Hint.TOO_SHORT: _("请至少输入连在一起的两个字。"),
            Hint.TOO_LONG: _("内容过长，请只输入几个关键的词。"),
        }[self]


def parse(text: str) -> Query | Hint:
    """Read what stands in the search box: words separated by spaces; at least one of two characters or more."""
    folded = fold(text)
    words = tuple(dict.fromkeys(folded.split()))
    if not words:
        return Hint.EMPTY
    if len(folded) > LONGEST_QUERY or len(words) > MOST_WORDS:
        return Hint.TOO_LONG
    if all(len(word) < 2 for word in words):
        return Hint.TOO_SHORT
    return Query(words)


PETITIONS = Index("petitions_search")
"""What staff search: subject, text and place of each petition."""
PUBLISHED = Index("petitions_published_search")
"""What everybody searches: published answers, masked."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some of the hits that the reader may see, and how many there are."""

    rows: list[Row]
    more: bool
    """Whether further rows follow."""
    count: int
    at_least: bool
    """Whether ``count`` is only the part that was counted."""

    @property
    def count_text(self) -> str:
        """Return the count as it is shown: “37”, “1,000+”."""
        return f"{self.count:,}+" if self.at_least else f"{self.count:,}"


def page(
    queryset: models.QuerySet[Row],
    index: Index,
    query: Query,
    *,
    limit: int,
    before_id: int | None = None,
    order: Literal["newest", "relevance"] = "newest",
    offset: int = 0,
) -> Page[Row]:
    """Return one page of hits in ``queryset``, which says who may see what and filters as it likes.

    Newest first goes on with ``before_id``, the last id shown; relevance goes on with ``offset``, within the hits that
    are counted. Three statements, or four, and whatever the queryset prefetches.
    """
    common = index.is_common(query)
    hits = queryset.filter(index.matching(query, common=common)).order_by("-pk")
    newest = queryset.filter(index.in_window(query)).order_by("-pk") if common else hits
    ids = list(newest.values_list("pk", flat=True)[: index.COUNTED + 1])
    all_known = not common and len(ids) <= index.COUNTED
    if order == "relevance":
        best = _by_relevance(index, query, ids[: index.COUNTED])
        by_id = queryset.in_bulk(best[offset : offset + limit])
        rows = [by_id[pk] for pk in best[offset : offset + limit] if pk in by_id]
        return Page(rows, len(best) > offset + limit, len(best), at_least=not all_known)
    later = ids if before_id is None else [pk for pk in ids if pk < before_id]
    if all_known or len(later) > limit:
        found = queryset.filter(pk__in=later[: limit + 1]).order_by("-pk")
    else:
        found = (hits if before_id is None else hits.filter(pk__lt=before_id))[: limit + 1]
    rows = list(found)
    if before_id is None and len(rows) <= limit:
        return Page(rows, False, len(rows), at_least=False)
    return Page(rows[:limit], len(rows) > limit, min(max(len(ids), limit), index.COUNTED), at_least=not all_known)


def _by_relevance(index: Index, query: Query, ids: list[int]) -> list[int]:
    """Return the ids, best first: by words in the subject, then by how often they come, then the newer."""
    texts = index.bodies(ids)

    def weight(row_id: int) -> int:
        text = texts.get(row_id, "")
        subject = text.partition("\n")[0]
        return sum(5 * (word in subject) + min(text.count(word), 5) for word in query.words)

    return sorted(ids, key=weight, reverse=True)
