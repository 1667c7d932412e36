"""Petitions that may be about the same matter: suggested where a clerk registers or merges."""

from yiwang.desk.work.dossier import Dossier
from yiwang.petitions.grams import fold, grams
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import visible_to

LOOKED_AT = 300
SHOWN = 5
ALIKE = 0.18
"""The share of common character pairs from which two titles count as alike; found by trying."""


def similar_to(dossier: Dossier) -> list[Petition]:
    """Return up to five petitions whose title resembles this one's, the most alike first; one statement.

    Among the newest of the same category (of all, while it has none): what is asked for again is asked for soon.
    An accusation resembles nothing, for its words stand in no list.
    """
    petition = dossier.petition
    if petition.is_accusation:
        return []
    among = visible_to(dossier.actor).exclude(pk=petition.pk).exclude(purpose=Petition.Purpose.ACCUSATION)
    if petition.category_id:
        among = among.filter(category=petition.category_id)
    newest = among.only("id", "number", "subject", "place", "state", "received_at", "merged_into_id").order_by("-id")
    own = _pairs(dossier.subject)
    weighed = [(_alike(own, _pairs(other.subject)), other) for other in newest[:LOOKED_AT]]
    best = sorted((pair for pair in weighed if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [other for _weight, other in best[:SHOWN]]


def _pairs(text: str) -> set[str]:
    return {gram for gram in grams(fold(text)).split() if len(gram) == 2}


def _alike(one: set[str], other: set[str]) -> float:
    together = one | other
    return len(one & other) / len(together) if together else 0.0
