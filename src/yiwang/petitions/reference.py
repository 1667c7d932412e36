"""What stands on petitions' reference rows: who uses them, and standard answers."""

from django.db import transaction
from django.db.models import Q

from yiwang.agencies.models import Agency, Named, Region, Staff
from yiwang.journal import log
from yiwang.petitions.actions import HandOver
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION, OPEN
from yiwang.petitions.models import Category, Petition, RatingReason, Referral, StandardAnswer
from yiwang.petitions.visibility import visible_to

NOT_ACCUSATIONS = ~Q(purpose=Petition.Purpose.ACCUSATION)
"""Administrators read no petition, and are told of no accusation by any number or error either."""


def open_with(node: Named) -> int:
    """Return how many open petitions an agency has or was asked for, or lie in a category or region itself.

    Accusations are not counted; an agency whose posts read them is kept in use otherwise (agencies/changes.py).
    """
    waiting = visible_to(Actor.system()).filter(NOT_ACCUSATIONS, state__in=OPEN, closed_at__isnull=True)
    if isinstance(node, Agency):
        asked = Referral.objects.filter(agency=node, state__in=Referral.OPEN).values("petition")
        return waiting.filter(Q(lead_agency=node) | Q(office=node) | Q(pk__in=asked)).count()
    if isinstance(node, Category):
        return waiting.filter(category=node).count()
    if isinstance(node, Region):
        return waiting.filter(region=node).count()
    if isinstance(node, RatingReason):
        return 0  # a rating keeps its reason, and nothing waits for it
    raise TypeError(f"petitions do not refer to {node!r}")


def held_by(staff: Staff) -> list[Petition]:
    """Return the open petitions that somebody handles, by agency: what is to be handed over when they leave.

    Accusations are handed over by those who read them, before or after.
    """
    return list(
        visible_to(Actor.system())
        .filter(NOT_ACCUSATIONS, handler=staff, state__in=BY_ACTION["hand_over"].start)
        .select_related("lead_agency")
        .order_by("lead_agency", "id")
    )


def hand_over_all(staff: Staff, to: dict[int, Staff], by: Staff) -> int:
    """Hand over what somebody holds, by agency, to the one named for it; return how many were handed over.

    Each is an action of the platform on behalf of the administrator: they name who goes on, and open nothing.
    Raises Refused when somebody named has no post in the agency; then nothing is handed over.
    """
    actor = Actor("system", staff=by)
    handed = 0
    with transaction.atomic():
        for petition in held_by(staff):
            if petition.lead_agency_id in to:
                HandOver(to=to[petition.lead_agency_id], reason="").run(actor, petition.pk)
                handed += 1
    return handed


@transaction.atomic
def save_standard_answer(answer: StandardAnswer, by: Staff) -> StandardAnswer:
    """Add or change a standard answer 标准答复."""
    act = "add_standard_answer" if answer._state.adding else "change_standard_answer"
    answer.save()
    log.write([log.line(act, actor_kind="staff", actor_id=by.pk, subject_kind="standardanswer", subject_id=answer.pk)])
    return answer
