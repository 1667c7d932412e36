"""Who may see is one function: every query for petitions starts here (DESIGN.md)."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from yiwang.agencies.models import Post, Role
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.models import Petition, Referral
from yiwang.store.trees import within

SEES_BELOW = frozenset({Role.APPROVER, Role.LEADER, Role.SUPERVISOR})


def visible_to(actor: Actor, *, counted_from: int | None = None) -> QuerySet[Petition]:
    """Return the petitions that an actor may see.

    ``counted_from`` is for queries that look at very many petitions, none with a lower id: what agencies below an office
    were asked is then gathered first, in one walk of the referrals from that id on, where a list looks up each of its few
    petitions. It widens nothing: of petitions with a lower id, some are missing.

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
    if not any(office.depth == 0 for office in actor.offices):
        petitions = petitions.filter(_brought_or_asked(actor.branch, counted_from) | _asked_of(posts))
    return petitions.filter(_not_an_accusation_or_open_to(actor))


def _brought_or_asked(branch: tuple[int, ...], counted_from: int | None) -> Q:
    """Return what offices below the root see. They see much: the lists walk the petitions and look each one up.

    The look-up gives a row and is no EXISTS, since PostgreSQL would make a hash table of all that the branch was ever
    asked out of one: it counts with the whole list being read, and lists stop after a page.
    """
    if not branch:
        return Q(pk__in=[])
    kept = Referral.objects.filter(agency__in=branch).exclude(state=Referral.State.RETURNED).order_by()
    if counted_from is None:
        asked = Q(pk=Subquery(kept.filter(petition=OuterRef("pk")).values("petition")[:1]))
    else:
        asked = Q(pk__in=kept.filter(petition__gte=counted_from).values("petition"))
    return Q(office__in=branch) | asked


def _asked_of(posts: list[Post]) -> Q:
    """Return what agencies were asked. That is little: the lists begin at the referrals, and never walk all petitions."""
    asked = Q(pk__in=[])
    for post in posts:
        if not post.agency.is_office:
            asked |= within(post.agency.path, "agency__path") if post.role in SEES_BELOW else Q(agency=post.agency_id)
    return Q(pk__in=Referral.objects.filter(asked).exclude(state=Referral.State.RETURNED).values("petition"))


def _not_an_accusation_or_open_to(actor: Actor) -> Q:
    ordinary = ~Q(purpose=Petition.Purpose.ACCUSATION)
    opened = [post for post in actor.posts if post.compartment and post.role in READS_PETITIONS]
    if not opened:
        return ordinary
    # Neither the accused unit nor whatever belongs to it may look.
    own = {
        part
        for post in actor.posts
        for part in post.agency.path.split(".")[:-1]
        if not _is_root(part, post.agency.path)
    }
    return ordinary | ~Q(accused__in=[int(part) for part in own]) | Q(accused=None)


def _is_root(part: str, path: str) -> bool:
    return path.startswith(f"{part}.") and path != f"{part}."
