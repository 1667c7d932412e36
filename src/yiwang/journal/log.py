"""Writing and checking the behaviour log. If it cannot be written, the thing is not done: callers write it in their transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from yiwang.journal.models import Record
from yiwang.vault.sealing import keyed_mac

STAFF = "staff"
LONGEST_ORIGIN = 45
"""Signs of the longest network address, an IPv4 address within an IPv6 one."""

_origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Let the lines that are made within say of members of staff that they came from this network address."""
    token = _origin.set(address[:LONGEST_ORIGIN])
    try:
        yield
    finally:
        _origin.reset(token)


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
    origin: str = "",
) -> Record:
    """Return an unsaved line with its MAC. ``actor_kind`` is staff, citizen or system; ``reason`` is a code, not prose.

    ``origin`` is the network address of a member of staff, by default that of :func:`coming_from`. Whoever petitions is
    never tracked: of anybody but staff no address is kept, even when one is given.
    """
    record = Record(
        at=at or datetime.now(UTC),
        actor_kind=actor_kind,
        actor_id=actor_id,
        act=act,
        subject_kind=subject_kind,
        subject_id=subject_id,
        reason=reason,
        result=result,
        origin=(origin or _origin.get())[:LONGEST_ORIGIN] if actor_kind == STAFF else "",
    )
    record.mac = mac_of(record)
    return record


def write(records: Iterable[Record]) -> None:
    """Append lines in one statement, within the caller's transaction."""
    Record.objects.bulk_create(list(records))


MACED = ("id", "at", "actor_kind", "actor_id", "act", "subject_kind", "subject_id", "reason", "result", "origin")
"""The columns that a line's MAC covers: all of them."""


def mac_of(record: Record) -> bytes:
    """Return the MAC that a line must bear: over every column, time in microseconds of UTC."""
    return mac_of_values(*(getattr(record, column) for column in MACED))


def mac_of_values(
    row_id: int, at: datetime, actor_kind: str, actor_id: int | None, act: str, subject_kind: str, subject_id: int | None,
    reason: str, result: str, origin: str,
) -> bytes:  # fmt: skip
    """Return the MAC of a line that is given as the values of the columns :data:`MACED`.

    A line without an origin has the MAC that lines had before there were origins; the names that are covered are part of
    the message, so that neither form passes for the other.
    """
    parts: dict[str, object] = {
        "id": row_id,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": actor_kind,
        "actor_id": actor_id,
        "act": act,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "reason": reason,
        "result": str(result),
    }
    if origin:
        parts["origin"] = origin
    return keyed_mac(parts)
