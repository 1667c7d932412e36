"""The worker's half of the outbox: lease, hand over, note the result; retry with back-off.

A notice is leased in one transaction, sent outside any, and marked in another. If the worker dies in between, the lease
runs out and the notice is sent again under the same idempotency key, which the sender passes on (Message-ID for mail).
"""

import time
from datetime import UTC, datetime, timedelta

import structlog
from django.db import models, transaction

from yiwang.outbox import tally
from yiwang.outbox.models import Notice
from yiwang.outbox.senders import DeliveryFailed, Message, sender_for

LEASE = timedelta(minutes=5)
BATCH_SECONDS = 120.0
"""How long a worker goes on with what it leased: well below the lease, so that no other takes the rest meanwhile."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)

log = structlog.get_logger(__name__)


def deliver_due(now: datetime | None = None, limit: int = 50) -> int:
    """Try every notice that is due, at most ``limit``; return how many were delivered."""
    now = now or datetime.now(UTC)
    begun, delivered = time.monotonic(), 0
    leased = _lease(now, limit)
    for place, notice in enumerate(leased):
        if time.monotonic() - begun > BATCH_SECONDS:
            Notice.objects.filter(pk__in=[rest.pk for rest in leased[place:]]).update(leased_until=None)
            break
        delivered += _deliver(notice, now)
    return delivered


def _lease(now: datetime, limit: int) -> list[Notice]:
    free = models.Q(leased_until=None) | models.Q(leased_until__lte=now)
    with transaction.atomic():
        due = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(free, state=Notice.State.PENDING, next_attempt_at__lte=now)
            .exclude(route=Notice.PERSON)
            .order_by("next_attempt_at", "id")[:limit]
        )
        Notice.objects.filter(pk__in=[notice.pk for notice in due]).update(leased_until=now + LEASE)
    return due


def _deliver(notice: Notice, now: datetime) -> bool:
    sender = sender_for(notice.route)
    try:
        if sender is None:
            raise DeliveryFailed("no-sender")
        sender.send(
            Message(
                address=notice.unseal("address"),
                subject=notice.unseal("subject"),
                body=notice.unseal("body"),
                language=notice.language,
                idempotency_key=notice.idempotency_key,
            )
        )
    except DeliveryFailed as failure:
        _note_failure(notice, failure, now)
        return False
    except Exception as error:
        # A fault with this one (its key was destroyed) must not keep those behind it from leaving.
        log.error("notice not sent", notice=notice.pk, exc_info=error)
        _note_failure(notice, DeliveryFailed(type(error).__name__), now)
        return False
    notice.state, notice.delivered_at, notice.leased_until, notice.last_error = Notice.State.DELIVERED, now, None, ""
    notice.attempts += 1
    with transaction.atomic():
        notice.save(update_fields=["state", "delivered_at", "leased_until", "last_error", "attempts"])
        tally.count(notice.route, "", lasting=False, now=now)
    return True


def _note_failure(notice: Notice, failure: DeliveryFailed, now: datetime) -> None:
    tried = notice.route
    notice.attempts += 1
    notice.leased_until = None
    notice.last_error = failure.code[:200]
    notice.next_attempt_at = now + min(FIRST_WAIT * 2 ** min(notice.attempts - 1, 10), LONGEST_WAIT)
    if failure.lasting or now - notice.created_at > GIVE_UP_AFTER:
        if (
            notice.petition_id is None
        ):  # about somebody's login: for no other eyes, and an administrator can do it again
            notice.state = Notice.State.GIVEN_UP
        else:  # nothing is given up silently: staff find it on the list “to tell by telephone or post”
            notice.route = Notice.PERSON
    with transaction.atomic():
        notice.save(update_fields=["attempts", "leased_until", "last_error", "next_attempt_at", "route", "state"])
        tally.count(tried, notice.last_error, lasting=failure.lasting, now=now)


def mark_told(notice: Notice, staff_id: int, how: str, now: datetime | None = None) -> bool:
    """Tick off a notice that a person told; return False when another had done so already."""
    return bool(
        Notice.objects.filter(pk=notice.pk, state=Notice.State.PENDING, route=Notice.PERSON).update(
            state=Notice.State.DELIVERED, delivered_at=now or datetime.now(UTC), told_by_id=staff_id, told_how=how
        )
    )
