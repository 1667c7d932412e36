"""Changing a limit: one transaction, one line of the behaviour log."""

from django.db import transaction

from yiwang.doors.models import Limit, Spent
from yiwang.journal import log


def change_limit(limit: Limit, by_id: int, *, most: int, seconds: int, then: str, active: bool) -> bool:
    """Set what a limit allows; return whether anything changed. Counting by it begins anew.

    Raises ValidationError for numbers out of range, or where another limit for the same has the same length.
    """
    given = {"most": most, "seconds": seconds, "then": then, "active": active}
    if all(getattr(limit, name) == value for name, value in given.items()):
        return False
    for name, value in given.items():
        setattr(limit, name, value)
    limit.full_clean()
    with transaction.atomic():
        limit.save(update_fields=list(given))
        Spent.objects.filter(limit_id=limit.pk).delete()
        reason = f"{limit.name} {limit.per} {most}/{seconds}s {then}" if active else f"{limit.name} {limit.per} off"
        log.write(
            [
                log.line(
                    "change_door_limit", actor_kind="staff", actor_id=by_id, subject_kind="door_limit", subject_id=limit.pk,
                    reason=reason,
                )
            ]
        )  # fmt: skip
    return True
