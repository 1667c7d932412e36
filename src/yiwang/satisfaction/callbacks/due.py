"""Whom an operator may call, and what still stands to be asked: every query for call-backs starts here.

Operators are the office's intake clerks and handlers 回访员, each for petitions of their office and of those below it. Nobody
calls about what their own unit handled, or one above it. Accusations 检举控告 are there for readers of the compartment alone, since the
petitions are those that `visible_to` lets the operator see.
"""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from yiwang.agencies.models import Agency, Role
from yiwang.people.models import Petitioner
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION
from yiwang.petitions.models import Rating, Referral
from yiwang.petitions.visibility import visible_to
from yiwang.satisfaction.models import Callback, NoCalls
from yiwang.store.trees import ids_on, within

OPERATORS = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)
OVERSEERS = (Role.SUPERVISOR, Role.LEADER)
"""Who sees how the calls went, by agency; samples are announced and drawn by supervisors alone."""
KINDS = Callback.Kind


def seen_by(actor: Actor) -> QuerySet[Callback]:
    """Return the call-backs about petitions that an actor may see."""
    return Callback.objects.filter(Exists(visible_to(actor).filter(pk=OuterRef("petition_id"))))


def for_operator(actor: Actor) -> QuerySet[Callback]:
    """Return the open call-backs that an operator may make; none for anybody else."""
    below = Q(pk__in=[])
    for post in actor.posts:
        if post.agency.is_office and post.role in OPERATORS:
            below |= within(post.agency.path)
    own = sorted({part for post in actor.posts for part in ids_on(post.agency.path)})
    handled = Referral.objects.filter(petition=OuterRef("petition_id"), agency__in=own)
    offices = Agency.objects.filter(below)
    found = seen_by(actor).filter(Q(agency=None) | ~Q(agency__in=own), ended_as="", office__in=offices.values("pk"))
    return found.exclude(Exists(handled))


def still_asked() -> Q:
    """Return the condition on an open call-back that its question still stands.

    The answer is the petition's present one, nobody asked not to be called, and (a check is made whatever was rated before) nobody
    has rated it meanwhile.
    """
    rated = Exists(Rating.objects.filter(petition=OuterRef("petition_id"), answer=OuterRef("answer_id")))
    asked_not = Exists(NoCalls.objects.filter(petition=OuterRef("petition_id")))
    return present() & ~Q(asked_not) & (Q(kind=KINDS.CHECK) | ~Q(rated))


def present() -> Q:
    """Return the condition that the answer asked about is the petition's present one, and may be rated where the petition stands."""
    return Q(
        petition__answer=F("answer"), petition__state__in=BY_ACTION["rate"].start, petition__disposed_at=None,
        petition__petitioner__blind_phone__isnull=False,
    )  # fmt: skip


def free(actor: Actor, now: datetime) -> Q:
    """Return the condition that nobody else has the call, nor is ringing the same number about another petition."""
    with_others = Callback.objects.filter(taken_by__isnull=False, leased_until__gt=now).exclude(taken_by=actor.staff_id)
    ringing = Petitioner.objects.filter(petition__callbacks__in=with_others, blind_phone__isnull=False)
    mine_or_free = Q(taken_by=None) | Q(leased_until__lte=now) | Q(taken_by=actor.staff_id)
    return mine_or_free & ~Q(petition__petitioner__blind_phone__in=ringing.values("blind_phone"))


def waiting(actor: Actor, now: datetime) -> QuerySet[Callback]:
    """Return what this operator may dial now, the longest due first; those that somebody else has are left out."""
    return for_operator(actor).filter(still_asked(), free(actor, now), due_at__lte=now).order_by("due_at", "id")


def later(actor: Actor, now: datetime) -> QuerySet[Callback]:
    """Return what this operator may dial later, the next first."""
    return for_operator(actor).filter(still_asked(), due_at__gt=now).order_by("due_at", "id")


def held(actor: Actor) -> Callback | None:
    """Return the call that this operator has, even when its lease has run out and nobody has taken it since."""
    return Callback.objects.filter(taken_by=actor.staff_id, ended_as="").first() if actor.staff_id else None
