"""Published answers to matters like one that is being written.

A search asks for the very words; a citizen who writes “楼道灯坏了没人修” should also be shown the answer to “路灯坏了”.
So the pairs of characters of the subject are looked up one by one, and the rarer ones count for more.
"""

from collections import Counter
from math import log

from django.db.models import Q

from yiwang.petitions.grams import fold, wanted
from yiwang.petitions.models import PublishedAnswer
from yiwang.petitions.search import PUBLISHED, Query

SHOWN = 4
EACH = 40
"""Newest answers that are weighed for each pair of characters."""
WEIGHED = 200
MOST_PAIRS = 24
SUBJECT_COUNTS = 3
ENOUGH = 2
"""Pairs that must be shared, unless the answer's own subject has one."""
CHANCE = frozenset((
    "小区", "我们", "我家", "没有", "没人", "人管", "问题", "怎么", "什么", "一个", "个月",
    "反映", "希望", "解决", "情况", "请问", "关于", "这个", "可以", "不能", "已经", "一直",
))  # fmt: skip
"""Pairs that stand in any petition, and tell nothing."""


def like(subject: str) -> list[PublishedAnswer]:
    """Return up to four published answers whose matter shares the most telling words, best first; two statements."""
    pairs = list(dict.fromkeys(gram for word in fold(subject[:100]).split() if len(word) > 1 for gram in wanted(word)))
    pairs = [pair for pair in pairs if pair.isalnum() and pair not in CHANCE][:MOST_PAIRS]
    if not pairs:
        return []
    condition = Q(pk__in=[])
    for pair in pairs:
        condition |= Q(PUBLISHED.among_hits(Query((pair,)), EACH))
    found = PublishedAnswer.objects.filter(condition, recalled_at=None).select_related("agency").defer("text")
    rows = list(found.order_by("-id")[:WEIGHED])
    bodies = PUBLISHED.bodies([row.pk for row in rows])
    spread = Counter(pair for body in bodies.values() for pair in pairs if pair in body)

    def weight(row: PublishedAnswer) -> float:
        title, _line, rest = bodies.get(row.pk, "").partition("\n")
        telling = {pair: log(1 + len(rows) / (1 + spread[pair])) + 0.1 for pair in pairs}
        return sum(telling[pair] * (SUBJECT_COUNTS * (pair in title) + (pair in rest)) for pair in pairs)

    def is_close(row: PublishedAnswer) -> bool:
        title, _line, rest = bodies.get(row.pk, "").partition("\n")
        return any(pair in title for pair in pairs) or sum(pair in rest for pair in pairs) >= ENOUGH

    close = sorted((row for row in rows if is_close(row)), key=weight, reverse=True)
    different = {row.subject: row for row in reversed(close)}  # of the same words, the best (the newest) alone
    return sorted(different.values(), key=weight, reverse=True)[:SHOWN]
