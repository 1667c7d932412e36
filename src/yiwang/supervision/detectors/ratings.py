"""What the petitioner's verdict shows: rated badly 评价不满意, and good ratings out of the office's own network."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from yiwang.petitions.models import Rating
from yiwang.supervision.detectors import Found


def rated_badly(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the verdicts of dissatisfied petitioners on the office or an agency, on the present answer; one statement."""
    bad = _of_present_answers(petitions).filter(level=Rating.Level.DISSATISFIED)
    for pk, petition, agency, about, at in bad.values_list("pk", "petition", "agency", "about", "at"):
        yield Found("rated_badly", petition, agency, pk, at, {"about": about})


def _of_present_answers(petitions: Sequence[int]) -> QuerySet[Rating]:
    return Rating.objects.filter(petition__in=petitions, answer=F("petition__answer")).order_by()
