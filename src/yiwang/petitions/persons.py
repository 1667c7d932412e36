"""Which petitions somebody brought or speaks for, told by the blind index alone: there is no register of persons (DESIGN.md)."""

from django.db.models import Q

from yiwang.people.models import Petitioner, found_by
from yiwang.petitions.models import Petition, Representative


def of_person(what: str, value: str) -> Q:
    """Return the condition on petitions of whoever's ``what`` (people.models.FOUND_BY) is exactly ``value``.

    It is part of the statement that begins at ``visible_to``: what the reader may not see changes neither its text nor
    how many statements there are.
    """
    people = Petitioner.objects.filter(found_by(what, value)).values("pk")
    brought = Petition.objects.filter(petitioner__in=people).order_by().values("pk")
    spoken_for = Representative.objects.filter(petitioner__in=people).order_by().values("petition")
    return Q(pk__in=brought.union(spoken_for, all=True))
