"""Published answers to matters like one that is being written.

A search asks for the very words; a citizen who writes “楼道灯坏了没人修” should also be shown the answer to “路灯坏了”.
So the pairs of characters of the subject are looked up one by one, without what stands in any petition. An answer is
offered when its own subject has one of them and it shares a third of all: a bus line is no answer to a street lamp
because both have been wrong for two months.
"""

import re

from django.db.models import Q

from yiwang.petitions.grams import fold, wanted
from yiwang.petitions.models import PublishedAnswer
from yiwang.petitions.search import PUBLISHED, Query

SHOWN = 4
EACH = 40
"""Newest answers that are weighed for each pair of characters."""
WEIGHED = 200
MOST_PAIRS = 24
SHARE = 3
"""One in so many pairs must be shared, rounded up …"""
ENOUGH = 3
"""… and of a long subject no more than these: it names places and dates as well."""
SAYS_NOTHING = re.compile(
    "没人[管修来理]?|没有人?|无人|有人|怎么办?|为什么|什么|坏了|一直|已经|一下子?|至今|还是|仍然?"
    "|[0-9一二两三四五六七八九十几半多]+个?[月年天次]|[一两这那]个|小区|我们|我家|楼[上下]|门口|附近|旁边|问题|情况"
    "|反映|希望|[请要]求|解决|能?不能|能否|可以|请问|关于|[的了吗呢吧啊又也都还很太在是和与把被我你您他她们]"
)
"""Words that stand in a petition about anything."""
NOT = re.compile("(?=不)")
"""A word begins here: 灯不亮 is 灯 and 不亮."""


def like(subject: str) -> list[PublishedAnswer]:
    """Return up to four published answers whose matter shares enough telling pairs, the most first; two statements."""
    words = NOT.sub(" ", SAYS_NOTHING.sub(" ", fold(subject[:100]))).split()
    pairs = list(dict.fromkeys(gram for word in words if len(word) > 1 for gram in wanted(word)))
    pairs = [pair for pair in pairs if pair.isalnum()][:MOST_PAIRS]
    if not pairs:
        return []
    condition = Q(pk__in=[])
    for pair in pairs:
        condition |= Q(PUBLISHED.among_hits(Query((pair,)), EACH))
    found = PublishedAnswer.objects.filter(condition, recalled_at=None).select_related("agency").defer("text")
    rows = list(found.order_by("-id")[:WEIGHED])
    bodies = PUBLISHED.bodies([row.pk for row in rows])
    needed = min(ENOUGH, -(-len(pairs) // SHARE))
    close: dict[str, tuple[int, int, PublishedAnswer]] = {}
    for row in reversed(rows):  # of the same words, the newest alone
        body = bodies.get(row.pk, "")
        title = body.partition("\n")[0]
        shared, in_title = (sum(pair in text for pair in pairs) for text in (body, title))
        if in_title and shared >= needed:
            close[row.subject] = (shared, in_title, row)
    best = sorted(close.values(), key=lambda one: (one[0], one[1], one[2].pk), reverse=True)
    return [row for _shared, _in_title, row in best[:SHOWN]]
