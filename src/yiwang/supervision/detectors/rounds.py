"""What detectors of answers go by: the round of a petition, and how far back they look.

A round runs from the filing, or from when the matter was taken up again, to the next answer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from yiwang.petitions.models import Entry
from yiwang.supervision.models import Settings

TAKES_UP = ("reopen", "remand")
"""The actions that begin another round: taken up again, or sent back by a review."""


def began(petitions: Sequence[int]) -> dict[int, datetime]:
    """Return when the present round began, of those petitions that were taken up again; one statement."""
    rows = Entry.objects.filter(petition__in=petitions, action__in=TAKES_UP).order_by("id")
    return dict(rows.values_list("petition", "happened_at"))


def recent(column: str, now: datetime, *, history: str = "") -> Q:
    """Return the condition that an event lies no further back than the office looks; one statement.

    What lies further back would be left out all the same: so a walk through a million old petitions reads none of their
    answers. Of imported history (``history`` names its column) everything is looked at.
    """
    since = now - timedelta(days=Settings.current().look_back_days)
    condition = Q(**{f"{column}__gte": since})
    return condition | Q(**{history: True}) if history else condition
