"""Writing and checking the behaviour log. If it cannot be written, the thing is not done: callers write it in their transaction."""

from collections.abc import Iterable
from datetime import UTC, datetime

from yiwang.journal.models import Record
from yiwang.vault.sealing import keyed_mac


def line(
    act: str,
    *,
    actor_kind: str,
    actor_id: int | None = None,
    subject_kind: str = "",
    subject_id: int | None = None,
    reason: str = "",
    result: str = Record.Result.DONE,
    at: datetime | None = None,
) -> Record:
    """Return an unsaved line with its MAC. ``actor_kind`` is staff, citizen or system; ``reason`` is a code, not prose."""
    record = Record(
        at=at or datetime.now(UTC),
        actor_kind=actor_kind,
        actor_id=actor_id,
        act=act,
        subject_kind=subject_kind,
        subject_id=subject_id,
        reason=reason,
        result=result,
    )
    record.mac = mac_of(record)
    return record


def write(records: Iterable[Record]) -> None:
    """Append lines in one statement, within the caller's transaction."""
    Record.objects.bulk_create(list(records))


def mac_of(record: Record) -> bytes:
    """Return the MAC that a line must bear: over every column, time in microseconds of UTC."""
    return keyed_mac(
        {
            "id": record.pk,
            "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor_kind": record.actor_kind,
            "actor_id": record.actor_id,
            "act": record.act,
            "subject_kind": record.subject_kind,
            "subject_id": record.subject_id,
            "reason": record.reason,
            "result": str(record.result),
        }
    )
