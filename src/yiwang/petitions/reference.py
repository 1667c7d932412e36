"""What stands on petitions' reference rows: who uses them, standard answers, and limits that waited for a calendar."""

from django.db import transaction
from django.db.models import Q

from yiwang.agencies.models import Agency, Named, Region, Staff
from yiwang.journal import log
from yiwang.petitions.actions import HandOver
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import RULES, Unit, due, first_owed
from yiwang.petitions.lifecycle import BY_ACTION, OPEN
from yiwang.petitions.models import NEVER, Category, Deadline, Petition, Referral, StandardAnswer
from yiwang.petitions.visibility import visible_to


def open_with(node: Named) -> int:
    """Return how many open petitions an agency has or was asked for, or lie in a category or region itself."""
    waiting = visible_to(Actor.system()).filter(state__in=OPEN, closed_at__isnull=True)
    if isinstance(node, Agency):
        asked = Referral.objects.filter(agency=node, state__in=Referral.OPEN).values("petition")
        return waiting.filter(Q(lead_agency=node) | Q(office=node) | Q(pk__in=asked)).count()
    if isinstance(node, Category):
        return waiting.filter(category=node).count()
    if isinstance(node, Region):
        return waiting.filter(region=node).count()
    raise TypeError(f"petitions do not refer to {node!r}")


def held_by(staff: Staff) -> list[Petition]:
    """Return the open petitions that somebody handles, by agency: what is to be handed over when they leave."""
    return list(
        visible_to(Actor.system())
        .filter(handler=staff, state__in=BY_ACTION["hand_over"].start)
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


@transaction.atomic
def recount_provisional() -> int:
    """Count provisional limits 暂定 anew, once the calendar has the year they waited for; return how many are now certain."""
    waiting = Deadline.objects.select_for_update(of=("self",)).filter(provisional=True, met_at=None, cancelled_at=None)
    counted = [row for row in waiting if row.rule in RULES and RULES[row.rule].unit == Unit.WORKING_DAYS]
    certain = 0
    for row in counted:
        found = due(RULES[row.rule], row.started_at)
        row.due_on, row.due_at, row.provisional = found.on, found.at, found.provisional
        certain += not found.provisional
    Deadline.objects.bulk_update(counted, ["due_on", "due_at", "provisional"], batch_size=200)
    for petition in Petition.objects.select_for_update(of=("self",)).filter(
        pk__in={row.petition_id for row in counted}
    ):
        still_open = petition.deadlines.filter(met_at=None, cancelled_at=None).values_list("due_at", "rule")
        petition.next_due_at, petition.next_due_rule = first_owed(still_open) or (NEVER, "")
        petition.save(update_fields=["next_due_at", "next_due_rule"])
    return certain
