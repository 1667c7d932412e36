"""The head of a list that is the sum of several, each of which lies in an index in its own order.

An engine that is asked for “any of these, in order, the first fifty” reads and sorts all of them, or walks everybody's.
Asked for the first fifty of each, it walks each index a few steps; the fifty of all are among those.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from yiwang.petitions.models import Petition

MOST = 60
"""Lists that are taken together this way: each is a SELECT of the statement."""


def together(heads: Iterable[QuerySet[Petition, Any]]) -> QuerySet[Petition]:
    """Return the petitions of several cut querysets, each of which began at ``visible_to``.

    Who may see them was asked there, of few rows. Asked a second time of the whole, PostgreSQL begins with all that an
    agency was ever asked. Each head is wrapped once more, since SQLite cuts no part of a compound SELECT.
    """
    arms = [Petition.objects.filter(pk__in=head.values("pk")).order_by().values("pk") for head in heads]
    return Petition.objects.filter(pk__in=arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0])
