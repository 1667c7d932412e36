"""What is put into the outbox from outside the petitions, and what people may change of it: try again at once."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language

from yiwang.journal import log
from yiwang.outbox.models import Notice


def write_to(
    kind: str, key: str, address: str, subject: str, body: str, now: datetime, *, route: str = "mail"
) -> Notice:
    """Owe somebody a message that is about no petition, in the caller's transaction. ``key`` makes a repeat the same one.

    It is for its owner's eyes alone: when it cannot be delivered, nobody is asked to tell it instead.
    """
    notice = Notice(
        kind=kind, route=route, idempotency_key=f"{kind}-{key}", created_at=now, next_attempt_at=now,
        language=get_language() or settings.LANGUAGE_CODE,
    )  # fmt: skip
    notice.seal("address", address)
    notice.seal("subject", subject)
    notice.seal("body", body)
    notice.save()
    return notice


def forget(petition_id: int) -> None:
    """Remove every message of a petition, within the caller's transaction: the end of its retention."""
    Notice.objects.filter(petition_id=petition_id).delete()


@transaction.atomic
def retry_now(by_id: int, notice_id: int | None, now: datetime, *, told: Q) -> int:
    """Let the worker try one notice, or all that wait, without waiting longer; return how many of those that ``told`` names.

    One that is being sent this very moment is left alone, so that it is never sent twice.
    """
    waiting = Notice.objects.filter(
        Q(leased_until=None) | Q(leased_until__lte=now), state=Notice.State.PENDING
    ).exclude(route=Notice.PERSON)
    if notice_id is not None:
        waiting = waiting.filter(pk=notice_id)
    tried = waiting.filter(told).update(next_attempt_at=now)
    if notice_id is None:
        waiting.filter(~told).update(next_attempt_at=now)
    log.write(
        [log.line("retry_notices", actor_kind="staff", actor_id=by_id, subject_kind="notice", subject_id=notice_id)]
    )
    return tried
