"""Looks into the office that this process serves: counts, sessions for readers, terms to search for, statements run."""

from yiwang.petitions.models import Petition


def count() -> int:
    """Return how many petitions there are."""
    return Petition.objects.count()
