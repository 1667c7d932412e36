"""What people may change of the outbox: try again at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from yiwang.journal import log
from yiwang.outbox.models import Notice


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
