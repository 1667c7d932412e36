"""Checking a receipt file that somebody brings, against the log as it is now.

It comes from a stranger, and is looked at piece by piece. The stand-alone program that the portal gives out
(portal/static/portal/verify_receipt.py) does the same by itself, and shares no line with this.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from yiwang.journal import merkle
from yiwang.transparency import statements, tree
from yiwang.transparency.commitments import commitment_of, hash_of_words
from yiwang.transparency.models import Head

LARGEST = 400_000
"""Bytes of a file: the longest petition in its longest spelling takes a third of it."""
LARGEST_SIZE = 1 << 47
LONGEST_PATH = 64


class NoReceipt(Exception):
    """This is no receipt file of this kind."""


class Outcome(StrEnum):
    """What comes of it, the first that applies."""

    ALTERED = "altered"
    """The file contradicts itself, or bears a signature that is not this office's."""
    FORKED = "forked"
    """The office signed a head that its log does not go on from: the log was changed."""
    IN_LOG = "in_log"
    AWAITED = "awaited"
    """Promised, and not there yet; the time is not over."""
    BROKEN = "broken"
    """Promised, and not there though the time is over."""


@dataclass(frozen=True)
class Verdict:
    """What was found. ``step`` names where an altered file fails; ``words`` whether it shows what was written."""

    outcome: Outcome
    number: str
    received_at: datetime | None
    step: str = ""
    words: bool = False
    seen_at: datetime | None = None
    """Time of the head that the file proves it against; of the present one, when it brings none."""
    by: datetime | None = None
    size: int = 0
    """Size of that head's tree."""
    present: Head | None = None
    """The log's latest head."""


@dataclass(frozen=True)
class _File:
    number: str
    received_at: str
    words: bytes
    commitment: bytes
    promise: dict[str, Any]
    salt: bytes | None
    subject: str
    text: str
    inclusion: tuple[int, int, list[bytes]] | None
    head: dict[str, Any] | None


def check(content: str | bytes, now: datetime | None = None) -> Verdict:
    """Check the content of a file. Raises NoReceipt and KeysMissing. At most six statements."""
    file = _read(content)
    found = _contradiction(file)
    by, received_at = _instant(file.promise.get("by")), _instant(file.received_at)
    present = tree.last_head()

    def verdict(outcome: Outcome, step: str = "", at: datetime | None = None, size: int = 0) -> Verdict:
        return Verdict(
            outcome,
            file.number,
            received_at,
            step,
            words=file.salt is not None,
            seen_at=at,
            by=by,
            size=size,
            present=present,
        )

    if found:
        return verdict(Outcome.ALTERED, found)
    if file.head is not None:
        size, at = int(file.head["size"]), _instant(file.head["at"])
        return verdict(Outcome.IN_LOG if _goes_on(file.head, present) else Outcome.FORKED, "", at, size)
    index = tree.index_of(merkle.leaf_hash(file.commitment))
    if index is not None and present is not None and index < present.size:
        return verdict(Outcome.IN_LOG, "", present.at, present.size)
    late = by is None or by < (now or datetime.now(UTC))
    return verdict(Outcome.BROKEN if late and index is None else Outcome.AWAITED)


def _contradiction(file: _File) -> str:
    """Return the first step at which the file does not hold by itself; "" when it does."""
    if file.salt is not None and hash_of_words(file.salt, file.subject, file.text) != file.words:
        return "words"
    if commitment_of(file.number, file.received_at, file.words) != file.commitment:
        return "commitment"
    promised = file.promise.get("commitment") == file.commitment.hex()
    if not promised or not statements.is_signed(statements.PROMISE, file.promise):
        return "promise"
    if file.head is None or file.inclusion is None:
        return ""
    if not statements.is_signed(statements.HEAD, file.head):
        return "head"
    index, size, path = file.inclusion
    root = _hash(file.head, "root")
    if size != file.head["size"] or not merkle.verify_inclusion(
        merkle.leaf_hash(file.commitment), index, size, path, root
    ):
        return "inclusion"
    return ""


def _goes_on(head: dict[str, Any], present: Head | None) -> bool:
    """Tell whether the log as it is now begins with the tree of that head."""
    if present is None or head["size"] > present.size:
        return False
    try:
        path = tree.consistency(head["size"], present.size)
    except tree.NotThere:
        return False
    root = bytes.fromhex(head["root"])
    return merkle.verify_consistency(head["size"], root, present.size, bytes(present.root), path)


def _read(content: str | bytes) -> _File:
    if len(content) > LARGEST:
        raise NoReceipt
    try:
        raw = json.loads(content)
        if not isinstance(raw, dict) or raw.get("format") != "yiwang-receipt-1":
            raise NoReceipt
        head, inclusion, promise = raw.get("head"), raw.get("inclusion"), raw["promise"]
        salt = raw.get("salt")
        if (head is None) != (inclusion is None) or not isinstance(promise, dict):
            raise NoReceipt
        return _File(
            number=_text(raw["number"]), received_at=_text(raw["received_at"]), words=_hash(raw, "words"),
            commitment=_hash(raw, "commitment"), promise=promise, salt=None if salt is None else _hash(raw, "salt"),
            subject=_text(raw.get("subject", "")), text=_text(raw.get("text", "")),
            inclusion=None if inclusion is None else _inclusion(inclusion), head=None if head is None else _head(head),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise NoReceipt from wrong


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # halves of broken characters are a ValueError
    return value


def _hash(raw: dict[str, Any], name: str) -> bytes:
    value = bytes.fromhex(_text(raw[name]))
    if len(value) != merkle.HASH_BYTES:
        raise ValueError
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST_SIZE:
        raise ValueError
    return value


def _inclusion(raw: dict[str, Any]) -> tuple[int, int, list[bytes]]:
    path = raw["path"]
    if not isinstance(path, list) or len(path) > LONGEST_PATH:
        raise ValueError
    return _count(raw["index"]), _count(raw["size"]), [bytes.fromhex(_text(node)) for node in path]


def _head(raw: dict[str, Any]) -> dict[str, Any]:
    _count(raw["size"])
    _hash(raw, "root")
    return raw


def _instant(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(_text(value))
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo else None
