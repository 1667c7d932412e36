"""A round of a petition: from its filing, or from when it was taken up again, to its next answer."""

from collections.abc import Sequence
from datetime import datetime

from yiwang.petitions.models import Entry

TAKES_UP = ("reopen", "remand")
"""The actions that begin another round: taken up again, or sent back by a review."""


def began(petitions: Sequence[int]) -> dict[int, datetime]:
    """Return when the present round began, of those petitions that were taken up again; one statement."""
    rows = Entry.objects.filter(petition__in=petitions, action__in=TAKES_UP).order_by("id")
    return dict(rows.values_list("petition", "happened_at"))
