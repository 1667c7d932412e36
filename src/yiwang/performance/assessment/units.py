"""Who is assessed, who may see what of it, and who speaks for an assessed unit."""

from django.db.models import QuerySet

from yiwang.agencies.models import Agency, Region, Role
from yiwang.performance.models import Assessment, Scheme
from yiwang.petitions.actors import Actor

RUNS = frozenset({Role.SUPERVISOR, Role.LEADER})
"""Roles of the office at the root that make schemes, run assessments and decide disputes."""
SPEAKS = frozenset({Role.SUPERVISOR, Role.LEADER, Role.APPROVER})
"""Roles that see and dispute the arithmetic of their own unit."""


def units_assessed(about: str) -> list[Agency]:
    """Return the units that a scheme assesses, each with all that lies below it.

    Counties are the topmost agencies of the county level: each county's office of letters and calls, or what stands for it.
    Agencies are the topmost ones of the city that handle matters. Closed ones, offices of the city, discipline inspection
    and political-legal bodies, which go by rules of their own, are not assessed.
    """
    if about == Scheme.About.COUNTIES:
        wanted = Agency.objects.filter(level=Region.Level.COUNTY, active=True)
    else:
        wanted = Agency.objects.filter(level=Region.Level.CITY, kind=Agency.Kind.AGENCY, active=True)
    tops: list[Agency] = []
    for agency in wanted.order_by("depth", "position", "id"):
        if not any(agency.lies_within(top) for top in tops):
            tops.append(agency)
    return sorted(tops, key=lambda agency: (agency.position, agency.pk))


def runs(actor: Actor) -> bool:
    """Tell whether somebody runs assessments: a supervisor or leader of the office at the root."""
    return any(post.role in RUNS and post.agency.is_office and post.agency.depth == 0 for post in actor.posts)


def decides(actor: Actor) -> bool:
    """Tell whether somebody publishes schemes and rankings: a leader of the office at the root."""
    return any(post.role == Role.LEADER and post.agency.is_office and post.agency.depth == 0 for post in actor.posts)


def speaks_for(actor: Actor) -> frozenset[int]:
    """Return the ids of the agencies for which somebody speaks in an assessment."""
    return frozenset(post.agency_id for post in actor.posts if post.role in SPEAKS and post.agency.depth > 0)


def assessments_seen(actor: Actor) -> QuerySet[Assessment]:
    """Return the assessments that somebody may look at: all for who runs them; computed ones in which their unit stands."""
    everything = Assessment.objects.all()
    if runs(actor):
        return everything
    return everything.filter(versions__results__agency__in=speaks_for(actor)).distinct()


def sees_arithmetic(actor: Actor, assessment: Assessment, agency_id: int) -> bool:
    """Tell whether somebody may see how a unit's total came about: its own always, another's once the ranking is published."""
    if runs(actor):
        return True
    own = speaks_for(actor)
    return agency_id in own or (assessment.published_at is not None and bool(own))
