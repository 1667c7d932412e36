"""What the yearly report says beyond the others (art. 41): referrals 转送交办, reviews 复查复核."""

from collections import Counter
from collections.abc import Callable

from django.db.models import Count

from yiwang.performance.measures.sources import REFERRED, REVIEW_ASKED, REVIEW_DECIDED
from yiwang.performance.reports.figures.counted import SPANS, Figures, Spans, both
from yiwang.petitions.models import Referral, Review


def referrals(spans: Spans, tick: Callable[[], object]) -> Figures:
    """Return how many matters were referred 转送, assigned 交办 or received directly; one statement for each period."""
    found = {}
    for span, period in spans.distinct().items():
        rows = REFERRED.rows(period).order_by().values_list("kind").annotate(n=Count("id"))
        found[span] = Counter(dict(rows))
        tick()
    found = spans.spread(found)
    kinds = (Referral.Kind.TRANSFER, Referral.Kind.ASSIGN, Referral.Kind.DIRECT)
    return {kind.value: {**both(kind.label), **{span: found[span][kind.value] for span in SPANS}} for kind in kinds}


def reviews(spans: Spans, tick: Callable[[], object]) -> Figures:
    """Return how many reviews were asked for, and how they were decided; two statements for each period."""
    asked, decided = {}, {}
    for span, period in spans.distinct().items():
        asked[span] = Counter(dict(REVIEW_ASKED.rows(period).order_by().values_list("stage").annotate(n=Count("id"))))
        tick()
        decided[span] = Counter(
            dict(REVIEW_DECIDED.rows(period).order_by().values_list("outcome").annotate(n=Count("id")))
        )
        tick()
    asked, decided = spans.spread(asked), spans.spread(decided)
    return {
        "asked": {
            one.value: {**both(one.label), **{span: asked[span][one.value] for span in SPANS}} for one in Review.Stage
        },
        "decided": {
            one.value: {**both(one.label), **{span: decided[span][one.value] for span in SPANS}}
            for one in Review.Outcome
        },
    }
