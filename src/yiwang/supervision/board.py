"""The figures of the supervisor's board 督查看板: what is open, by kind and agency, as far as the reader sees."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from yiwang.agencies.models import Agency
from yiwang.petitions.actors import Actor
from yiwang.petitions.visibility import visible_to
from yiwang.supervision.kinds import Kind
from yiwang.supervision.models import Finding
from yiwang.supervision.seeing import kinds_for


@dataclass
class AgencyFindings:
    """What is open with one agency, by kind; None: with nobody yet."""

    agency: Agency | None
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.kinds.total()


@dataclass(frozen=True)
class Board:
    """How many findings are open: by kind, and by agency, those with most first."""

    kinds: list[tuple[Kind, int]]
    agencies: list[AgencyFindings]


def board(actor: Actor) -> Board:
    """Return the figures for an actor: two statements, and what visibility asks."""
    kinds = kinds_for(actor)
    rows = (
        Finding.objects.filter(
            ended_at=None, kind__in=[kind.code for kind in kinds], petition__in=visible_to(actor, counted_from=0)
        )
        .order_by()
        .values_list("kind", "agency")
        .annotate(findings=Count("*"))
    )
    by_kind: Counter[str] = Counter()
    by_agency: dict[int | None, Counter[str]] = {}
    for kind, agency, number in rows:
        by_kind[kind] += number
        by_agency.setdefault(agency, Counter())[kind] += number
    named = Agency.objects.in_bulk([pk for pk in by_agency if pk])
    agencies = [AgencyFindings(named[pk] if pk else None, found) for pk, found in by_agency.items()]
    agencies.sort(key=lambda row: (-row.total, row.agency.pk if row.agency else 0))
    return Board([(kind, by_kind[kind.code]) for kind in kinds], agencies)


def open_findings(actor: Actor, kind: str) -> QuerySet[Finding]:
    """Return what is open of one kind, the oldest first."""
    return Finding.objects.filter(ended_at=None, kind=kind, petition__in=visible_to(actor)).order_by("since", "pk")
