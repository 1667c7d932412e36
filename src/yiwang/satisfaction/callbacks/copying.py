"""What is kept about a petitioner of the calls made to them, for the copy that they may have (PIPL art. 45)."""

from typing import Any

from yiwang.petitions.models import Petition
from yiwang.satisfaction.callbacks.wishes import wants_no_calls
from yiwang.satisfaction.models import Attempt
from yiwang.vault.sealing import open_under


def calls_of(petition: Petition) -> dict[str, Any]:
    """Return the calls, how each ended and what was answered to which question; operators' notes for each other are not among it."""
    key = petition.key
    tries = Attempt.objects.filter(petition=petition).order_by("id").prefetch_related("said__line")
    return {
        "no_calls": wants_no_calls(petition.pk),
        "calls": [
            {
                "at": one.at.isoformat(), "outcome": one.outcome,
                "said": [
                    {"asked": said.line.words, "answer": said.code, "words": open_under(key, said, "sealed_words")}
                    for said in one.said.all()
                ],
            }
            for one in tries
        ],
    }  # fmt: skip
