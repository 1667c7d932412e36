"""Who may see is one function: every query for petitions starts here (DESIGN.md)."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from yiwang.agencies.models import ADMINISTRATORS, Agency, Post, Role
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.papers.models import Paper
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.compartment import units_of
from yiwang.petitions.models import AccusedPerson, Petition, Referral
from yiwang.store.trees import within

SEES_BELOW = frozenset({Role.APPROVER, Role.LEADER, Role.SUPERVISOR})
ACCUSATION = Q(purpose=Petition.Purpose.ACCUSATION)


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
    - Accusations 检举控告 are seen only from posts that the compartment is open to, each as far as that post itself sees;
      never from the accused unit or what lies below it, and never by whom they name (arts. 30, 46).
    - Administrators 三员 see none; nor would somebody who held such a post and another, which agencies/apart.py refuses.
    """
    petitions = Petition.objects.all()
    if actor.kind == "system":
        return petitions
    if actor.kind == "citizen":
        return petitions.filter(pk=actor.petition_id or 0)
    posts = [post for post in actor.posts if post.role in READS_PETITIONS]
    if not posts or actor.has(*ADMINISTRATORS):
        return petitions.none()
    if not actor.opened:
        return _seen_from(petitions, actor, posts, counted_from).filter(~ACCUSATION)
    if _reach(posts) == _reach(actor.opened):
        return _seen_from(petitions, actor, posts, counted_from).filter(~ACCUSATION | _against_others(actor))
    ordinary, apart = (_condition(actor, part, counted_from) for part in (posts, actor.opened))
    return petitions.filter((ordinary & ~ACCUSATION) | (apart & ACCUSATION & _against_others(actor)))


def hidden_from_auditor(actor: Actor) -> QuerySet[Petition]:
    """Return the petitions of which an auditor may read no line: accusations, unless the compartment is open to the auditor's post.

    Then those against the auditor's own unit, those above it, or the auditor.
    """
    apart = Petition.objects.filter(ACCUSATION)
    if any(post.compartment and post.role == Role.AUDITOR and post.staff_id == actor.staff_id for post in actor.posts):
        apart = apart.exclude(_against_others(actor))
    return apart


def visible_lines(actor: Actor, lines: QuerySet[Record]) -> QuerySet[Record]:
    """Return, of lines of the behaviour log, those that an auditor may read.

    The statement is the same, be there such lines or none.
    """
    apart = hidden_from_auditor(actor)
    hidden: Q = Q(subject_kind="petition") & Q(Exists(apart.filter(pk=OuterRef("subject_id"))))
    for kind, model in (("paper", Paper), ("notice", Notice)):
        about = model._default_manager.filter(petition_id__in=apart.values("pk"), pk=OuterRef("subject_id"))
        hidden |= Q(subject_kind=kind) & Q(Exists(about))
    return lines.filter(~hidden)


def _reach(posts: "list[Post] | tuple[Post, ...]") -> object:
    """Return what tells how far posts see: two lists of posts with the same reach see the same petitions."""
    if any(post.agency.is_office and post.agency.depth == 0 for post in posts):
        return "everything"
    return frozenset(
        (post.agency_id, "office" if post.agency.is_office else "below" if post.role in SEES_BELOW else "own")
        for post in posts
    )


def _seen_from(
    petitions: QuerySet[Petition], actor: Actor, posts: "list[Post] | tuple[Post, ...]", counted_from: int | None
) -> QuerySet[Petition]:
    return petitions.filter(_condition(actor, posts, counted_from)) if _reach(posts) != "everything" else petitions


def _condition(actor: Actor, posts: "list[Post] | tuple[Post, ...]", counted_from: int | None) -> Q:
    """Return the condition “seen from these posts”, whatever its purpose; without any limit from the office at the root."""
    if _reach(posts) == "everything":
        return Q()
    return _brought_or_asked(_branch(actor, posts), counted_from) | _asked_of(posts)


def _branch(actor: Actor, posts: "list[Post] | tuple[Post, ...]") -> tuple[int, ...]:
    """Return the ids of the offices of these posts, and of all below them: one statement where they are not all of the actor's."""
    offices = {post.agency_id: post.agency for post in posts if post.agency.is_office}
    if len(offices) == len(actor.offices):
        return actor.branch
    below = Q(pk__in=[])
    for office in offices.values():
        below |= within(office.path)
    return tuple(Agency.objects.filter(below).order_by("pk").values_list("pk", flat=True)) if offices else ()


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


def _asked_of(posts: "list[Post] | tuple[Post, ...]") -> Q:
    """Return what agencies were asked. That is little: the lists begin at the referrals, and never walk all petitions."""
    asked = Q(pk__in=[])
    for post in posts:
        if not post.agency.is_office:
            asked |= within(post.agency.path, "agency__path") if post.role in SEES_BELOW else Q(agency=post.agency_id)
    return Q(pk__in=Referral.objects.filter(asked).exclude(state=Referral.State.RETURNED).values("petition"))


def _against_others(actor: Actor) -> Q:
    """Return the condition that an accusation is not against a unit of the actor's or one above it, nor names the actor.

    Whoever stands in for somebody whom it names does not see it either. An accusation against nobody yet is against others.
    """
    own = {part for post in actor.posts for part in units_of(post.agency)}
    people = {actor.staff_id, *(post.staff_id for post in actor.opened)}
    named = AccusedPerson.objects.filter(petition=OuterRef("pk"), staff__in=people)
    return (Q(accused=None) | ~Q(accused__in=own)) & ~Q(Exists(named))
