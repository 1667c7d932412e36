"""Lengthening the list: the worker's half of call-backs.

It walks the entries by which answers were given, each once, as soon as the days are over in which petitioners may rate by themselves. How
far it is stands in one row, written with the call-backs themselves: it may be killed at any point, and run twice or at two places
at once. After a week's pause it goes on where it stood; about answers older than `forget_days` nobody is called any more.
"""

import time
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION, TRANSITIONS
from yiwang.petitions.models import Entry, Petition, Rating
from yiwang.petitions.visibility import visible_to
from yiwang.satisfaction.callbacks import due, rules
from yiwang.satisfaction.models import Callback, CallDesk, CallRules, NoCalls
from yiwang.store.ids import first_id_at, new_id

ANSWERING = tuple(row.action for row in TRANSITIONS if row.end == Petition.State.ANSWERED)
BATCH = 500
SECONDS_OF_A_TURN = 2.0


def go_on(now: datetime | None = None, seconds: float = SECONDS_OF_A_TURN) -> int:
    """Enter what has come due, end what is no longer asked; return how many rows that were. The worker calls it."""
    now = now or datetime.now(UTC)
    until = time.monotonic() + seconds
    holding = rules.current()
    changed = 0
    more = True
    while more and time.monotonic() < until:
        made, more = _enter(holding, now)
        changed += made
    return changed + _end_what_is_over(holding, now)


@transaction.atomic
def _enter(holding: CallRules, now: datetime) -> tuple[int, bool]:
    """Enter the call-backs of the next answers; return how many, and whether there are more."""
    desk = locked_desk()
    ripe = now - timedelta(days=holding.wait_days)
    start = max(desk.position, first_id_at(now - timedelta(days=holding.forget_days)) - 1)
    entries = list(
        Entry.objects.filter(pk__gt=start, pk__lt=first_id_at(ripe), action__in=ANSWERING)
        .order_by("pk")
        .values_list("pk", "petition")[:BATCH]
    )
    more = len(entries) == BATCH
    made = _call_about({petition for _pk, petition in entries}, holding, ripe, now)
    desk.position = entries[-1][0] if more else max(desk.position, first_id_at(ripe) - 1)
    desk.save(update_fields=["position"])
    return made, more


def _call_about(petitions: set[int], holding: CallRules, ripe: datetime, now: datetime) -> int:
    asked = Callback.objects.filter(petition=OuterRef("pk"), answer=OuterRef("answer"))
    rated = Rating.objects.filter(petition=OuterRef("pk"), answer=OuterRef("answer"))
    asked_not = NoCalls.objects.filter(petition=OuterRef("pk"))
    found = (
        visible_to(Actor.system())
        .filter(
            ~Q(Exists(asked)), ~Q(Exists(rated)), ~Q(Exists(asked_not)),
            pk__in=petitions, state__in=BY_ACTION["rate"].start, historical=False, disposed_at=None,
            answer__decided_at__lt=ripe, petitioner__blind_phone__isnull=False,
        )
        .order_by("pk")
        .values_list("pk", "answer", "office", "lead_agency")
    )  # fmt: skip
    due_at = rules.hours_of(holding).first_within(now, rules.calendar())
    made = Callback.objects.bulk_create(
        Callback(
            id=new_id(),
            petition_id=petition,
            answer_id=answer,
            office_id=office,
            agency_id=agency,
            made_at=now,
            due_at=due_at,
        )
        for petition, answer, office, agency in found
        if answer is not None
    )
    return len(made)


def _end_what_is_over(holding: CallRules, now: datetime) -> int:
    """End the open call-backs that nobody is making and whose question no longer stands."""
    idle = Callback.objects.filter(Q(taken_by=None) | Q(leased_until__lte=now), ended_as="")
    rated = Exists(Rating.objects.filter(petition=OuterRef("petition_id"), answer=OuterRef("answer_id")))
    asked_not = Exists(NoCalls.objects.filter(petition=OuterRef("petition_id")))
    old = Q(kind=due.KINDS.RATING, answer__decided_at__lt=now - timedelta(days=holding.forget_days))
    ended = 0
    for condition, end in (
        (Q(asked_not), Callback.End.ASKED_NOT),
        (Q(rated, kind=due.KINDS.RATING), Callback.End.RATED_MEANWHILE),
        (~due.present() | old, Callback.End.MOOT),
    ):
        over = list(idle.filter(condition).order_by("pk").values_list("pk", flat=True)[:BATCH])
        ended += idle.filter(pk__in=over).update(ended_as=end, ended_at=now, taken_by=None, leased_until=None)
    return ended


def locked_desk() -> CallDesk:
    """Return the one row that stands for the desk, locked until the caller's transaction ends."""
    CallDesk.objects.get_or_create(pk=1)
    return CallDesk.objects.select_for_update().get(pk=1)
