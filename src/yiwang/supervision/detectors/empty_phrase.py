"""Answered with an empty phrase 空话答复: the answer that the petitioner got says nothing about the matter."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import F

from yiwang.petitions.models import Answer, Petition
from yiwang.supervision.detectors import Found
from yiwang.supervision.detectors.rounds import recent
from yiwang.supervision.phrases.reading import read


def empty_phrase(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the present answers that say nothing, with the reasons and the places in the text (`phrases`); two statements.

    The text alone is read: a citation beside it does not make it say more. Accusations are left out: their words are read
    by nobody but those whom the compartment is open to. So are settlements, whose words lie in the agreement, and what was
    merged, which gets the answer of the petition that it follows.
    """
    answers = (
        Answer.objects.filter(
            recent("decided_at", now, history="petition__historical"),
            petition__in=petitions, petition__answer=F("pk"), petition__merged_into=None, petition__disposed_at=None,
            petition__state__in=(Petition.State.ANSWERED, Petition.State.CLOSED), state=Answer.State.APPROVED,
        )
        .exclude(petition__purpose=Petition.Purpose.ACCUSATION)
        .exclude(outcome=Answer.Outcome.SETTLED)
        .order_by()
    )  # fmt: skip
    for pk, petition, agency, decided_at, text, subject, matter in answers.values_list(
        "pk", "petition", "agency", "decided_at", "text", "petition__subject", "petition__text"
    ):
        reading = read(text, subject, matter)
        if reading.empty and decided_at:
            yield Found(
                "empty_phrase", petition, agency, pk, decided_at,
                {
                    "reasons": list(reading.reasons),
                    "places": [[place.start, place.end, place.code] for place in reading.places],
                    "said": reading.substance,
                    "length": reading.length,
                },
            )  # fmt: skip
