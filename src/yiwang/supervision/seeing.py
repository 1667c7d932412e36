"""Who sees what the scan found: whoever sees the petition, from a post that supervises; hints of gaming, supervisors of an office alone."""

from django.db.models import QuerySet

from yiwang.agencies.models import Agency, Role
from yiwang.petitions.actors import Actor
from yiwang.petitions.visibility import visible_to
from yiwang.supervision.kinds import KINDS, Kind
from yiwang.supervision.models import Finding

SUPERVISES = (Role.SUPERVISOR, Role.LEADER, Role.OFFICE_HANDLER)
"""The roles that open the supervisor's board."""


def kinds_for(actor: Actor) -> list[Kind]:
    """Return the kinds that an actor sees at all."""
    flags = any(post.role == Role.SUPERVISOR and post.agency.is_office for post in actor.posts)
    return [kind for kind in KINDS.values() if flags or not kind.flag] if actor.has(*SUPERVISES) else []


def findings_for(actor: Actor) -> QuerySet[Finding]:
    """Return the findings that an actor may see, open and ended: of petitions that they see, and of kinds for them."""
    codes = [kind.code for kind in kinds_for(actor)]
    return Finding.objects.filter(kind__in=codes, petition__in=visible_to(actor)).select_related("petition")


def oversees(actor: Actor, agency: Agency) -> bool:
    """Tell whether an agency lies below an office in which the actor supervises, or is that office."""
    return any(
        post.role in SUPERVISES and post.agency.is_office and agency.lies_within(post.agency) for post in actor.posts
    )


def sets_rules(actor: Actor) -> bool:
    """Tell whether the actor sets the ladder and what the office has set: supervisors of the office at the root."""
    return any(
        post.role == Role.SUPERVISOR and post.agency.is_office and post.agency.depth == 0 for post in actor.posts
    )
