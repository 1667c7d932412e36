"""Observations 观察: events that mean something only when an agency has many of them, remembered as long as a rule looks back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from yiwang.supervision.models import Observation


@dataclass(frozen=True)
class Seen:
    """One event at a petition, and the agency whose doing it was."""

    kind: str
    petition_id: int
    agency_id: int
    about_id: int
    at: datetime


def remember(seen: Sequence[Seen], kinds: Sequence[str], since: datetime) -> dict[tuple[int, str], int]:
    """Remember what was seen, forget what is older than ``since``, and return how many petitions each agency and kind then have.

    Only the agencies of what was seen are looked at. Doing it twice, or by two at once, changes nothing. Four statements at
    most, besides the rows that are new.
    """
    agencies = {one.agency_id for one in seen}
    if not agencies:
        return {}
    of_them = Observation.objects.filter(kind__in=kinds, agency__in=agencies)
    of_them.filter(at__lt=since).delete()
    _write(seen)
    counted = of_them.filter(at__gte=since).order_by().values_list("agency", "kind")
    return {(agency, kind): number for agency, kind, number in counted.annotate(Count("petition", distinct=True))}


def _write(seen: Iterable[Seen]) -> None:
    wanted = {(one.petition_id, one.kind, one.about_id): one for one in seen}
    there = set(
        Observation.objects.filter(
            petition__in={petition for petition, _kind, _about in wanted},
            kind__in={one.kind for one in wanted.values()},
        ).values_list("petition", "kind", "about_id")
    )
    Observation.objects.bulk_create(
        (
            Observation(
                kind=one.kind, petition_id=one.petition_id, agency_id=one.agency_id, about_id=one.about_id, at=one.at
            )
            for key, one in wanted.items()
            if key not in there
        ),
        ignore_conflicts=True,
    )
