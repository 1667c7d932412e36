"""Who may see is one function: every query for petitions starts here (DESIGN.md)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.agencies.models import Agency, Role
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.models import Petition, Referral
from yiwang.store.trees import within

SEES_BELOW = frozenset({Role.APPROVER, Role.LEADER, Role.SUPERVISOR})


def visible_to(actor: Actor) -> QuerySet[Petition]:
    """Return the petitions that an actor may see.

    - The platform sees all; a petitioner their own.
    - An office of letters and calls sees what was brought to it or to an office below it, and what agencies below it were
      asked. The office at the root of the tree sees the whole city.
    - An agency sees what it was asked, until it has handed it back; those who sign off or lead there, also what the
      agencies below it were asked.
    - Accusations 检举控告 are seen only from posts that the compartment is open to, and never from the accused unit.
    """
    petitions = Petition.objects.all()
    if actor.kind == "system":
        return petitions
    if actor.kind == "citizen":
        return petitions.filter(pk=actor.petition_id or 0)
    posts = [post for post in actor.posts if post.role in READS_PETITIONS]
    if not posts:
        return petitions.none()
    everywhere, seen = False, Q(pk__in=[])
    agencies: set[int] = set()
    for office in actor.offices:
        everywhere |= office.depth == 0
        branch = Agency.objects.filter(within(office.path)).values("pk")
        seen |= Q(office__in=branch) | Q(_asked(Q(agency__in=branch)))
    for post in posts:
        if not post.agency.is_office:
            agencies.add(post.agency_id)
            if post.role in SEES_BELOW:
                seen |= Q(_asked(Q(agency__in=Agency.objects.filter(within(post.agency.path)).values("pk"))))
    if agencies:
        seen |= Q(_asked(Q(agency__in=agencies)))
    if not everywhere:
        petitions = petitions.filter(seen)
    return petitions.filter(_not_an_accusation_or_open_to(actor))


def _asked(condition: Q) -> Exists:
    return Exists(Referral.objects.filter(condition, petition=OuterRef("pk")).exclude(state=Referral.State.RETURNED))


def _not_an_accusation_or_open_to(actor: Actor) -> Q:
    ordinary = ~Q(purpose=Petition.Purpose.ACCUSATION)
    opened = [post for post in actor.posts if post.compartment and post.role in READS_PETITIONS]
    if not opened:
        return ordinary
    # The accused unit, whatever belongs to it, and whatever it belongs to below the office: none of them may look.
    own = {
        part
        for post in actor.posts
        for part in post.agency.path.split(".")[:-1]
        if not _is_root(part, post.agency.path)
    }
    return ordinary | ~Q(accused__in=[int(part) for part in own]) | Q(accused=None)


def _is_root(part: str, path: str) -> bool:
    return path.startswith(f"{part}.") and path != f"{part}."
