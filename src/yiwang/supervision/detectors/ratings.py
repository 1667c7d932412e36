"""What the petitioner's verdict shows: rated badly 评价不满意, and good ratings out of the office's own network."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from yiwang.petitions.models import Petition, Rating
from yiwang.supervision.detectors import Found


def rated_badly(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the verdicts of petitioners who are not satisfied with the office or an agency, on the present answer; one statement.

    What counts as satisfied is what the office's rules said when the verdict was given. Silence is no verdict.
    """
    bad = _of_present_answers(petitions).filter(satisfied=False).exclude(how=Rating.How.SILENT)
    for pk, petition, agency, about, how, at in bad.values_list("pk", "petition", "agency", "about", "how", "at"):
        yield Found("rated_badly", petition, agency, pk, at, {"about": about, "how": how})


def rated_from_office(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the good verdicts that came out of the office's own networks, on the present answer; one statement.

    Nobody praises themselves there with a bad verdict; what an operator of a call-back enters comes from there of course.
    Accusations are left out.
    """
    good = _of_present_answers(petitions).filter(from_office=True, satisfied=True)
    given = good.filter(how__in=(Rating.How.PORTAL, Rating.How.LINK))
    ordinary = given.exclude(petition__purpose=Petition.Purpose.ACCUSATION)
    for pk, petition, agency, about, how, at in ordinary.values_list("pk", "petition", "agency", "about", "how", "at"):
        yield Found("rated_from_office", petition, agency, pk, at, {"about": about, "how": how})


def _of_present_answers(petitions: Sequence[int]) -> QuerySet[Rating]:
    return Rating.objects.filter(petition__in=petitions, answer=F("petition__answer")).order_by()
