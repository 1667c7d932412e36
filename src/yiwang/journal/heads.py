"""Signed heads of the journal, in the database and in a file outside it.

Whoever holds the database alone can take lines away, or build the whole chain anew; they can neither sign a head nor
reach the file ``heads/journal.log`` under ``YIWANG_VAR`` (and a second one in ``YIWANG_HEADS_FOLDER``, on another disk).
The database's row is committed first: a crash in between leaves the file behind by some heads, which the next turn adds.

The file has one JSON object a line, and only ever grows: a head, or the mark of a restored backup, after which the heads
that the backup did not hold count no more.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from yiwang.journal import appended
from yiwang.journal.appended import Line
from yiwang.journal.models import Closing, Head
from yiwang.vault.signing import office_signed, office_signing_keys

FOLDER, FILE = "heads", "journal.log"
HASH_BYTES = 32
NO_HEAD = bytes(HASH_BYTES)
"""What the first head names as the one before it."""

log = structlog.get_logger(__name__)


def message_of(head: Head) -> bytes:
    """Return what is signed of a head: every value but the signature."""
    return _message("head", _plain(head))


def link_of(head: Head) -> bytes:
    """Return what the next head names as its ``previous``: SHA-256 over all that was signed, and the signature."""
    return hashlib.sha256(message_of(head) + bytes(head.signature)).digest()


def sign(number: int, count: int, chain: bytes, root: bytes, previous: bytes, at: datetime) -> Head:
    """Return an unsaved head, signed with the office's present key. Raises KeysMissing."""
    keys = office_signing_keys()
    head = Head(number=number, count=count, chain=chain, root=root, at=at, previous=previous, key=keys.current)
    head.signature = keys.sign(message_of(head))[1]
    return head


def is_signed(head: Head) -> bool:
    """Tell whether the office signed this head. Raises KeysMissing."""
    return office_signed(head.key, message_of(head), bytes(head.signature))


def files() -> list[Path]:
    """Return where heads are written outside the database."""
    folders = [Path(settings.YIWANG_VAR) / FOLDER]
    if settings.YIWANG_HEADS_FOLDER:
        folders.append(Path(settings.YIWANG_HEADS_FOLDER))
    return [folder / FILE for folder in folders]


def catch_up() -> int:
    """Append to each file the heads that it lacks, and return how many; they are on disk when this returns.

    Raises OSError when a file cannot be written: the heads stay in the database, and the next turn tries again.
    """
    return sum(appended.append(path, _missing_after) for path in files())


def contradicted() -> list[Path]:
    """Return the files whose last head the database does not hold: a first sign that somebody changed it, at little cost."""
    found = []
    for path in files():
        line = appended.last(path)
        last = _of_line(line) if line else None
        if isinstance(last, Head):
            held = Head.objects.filter(number=last.number).first()
            gone = held is None and not Closing.objects.filter(head_number__gte=last.number).exists()
            if gone or (held is not None and link_of(held) != link_of(last)):
                found.append(path)
    return found


def _missing_after(last: Line | None) -> Iterator[Line]:
    """Yield the lines of the heads that a file lacks which ends with this line."""
    there = _of_line(last) if last else None
    if isinstance(there, Head):
        held = Head.objects.filter(number=there.number).first()
        if held is None or link_of(held) != link_of(there):
            log.error("the journal does not go on from its last head", number=there.number)
    since = there.number if isinstance(there, Head) else there.to if there else 0
    for head in Head.objects.filter(number__gt=since).order_by("number").iterator():
        yield {**_plain(head), "signature": bytes(head.signature).hex()}


@dataclass(frozen=True)
class Restored:
    """A mark in the file: at this time a backup was put back whose last head has the number ``to`` (0: it had none)."""

    to: int
    at: datetime
    key: str
    signature: bytes

    @property
    def message(self) -> bytes:
        return _message("restored", self._plain())

    def _plain(self) -> dict[str, Any]:
        return {"restored": self.to, "at": _instant(self.at), "key": self.key}

    @property
    def as_json(self) -> dict[str, Any]:
        return {**self._plain(), "signature": self.signature.hex()}

    @property
    def is_signed(self) -> bool:
        return office_signed(self.key, self.message, self.signature)


def note_restored(to: int, at: datetime | None = None) -> None:
    """Note in each file that a backup was put back, signed. Raises KeysMissing and OSError."""
    keys = office_signing_keys()
    mark = Restored(to, at or datetime.now(UTC), keys.current, b"")
    mark = Restored(mark.to, mark.at, mark.key, keys.sign(mark.message)[1])
    for path in files():
        appended.append(path, lambda _last: [mark.as_json])


def read(path: Path) -> Iterator[Head | Restored]:
    """Yield the lines of a file, in order; none when there is no file.

    A line that cannot be read is passed over: a crash may have torn the last one, and the heads that it should hold
    are missed by who counts them.
    """
    for line in appended.read(path):
        if (found := _of_line(line)) is not None:
            yield found


def _of_line(raw: Line) -> Head | Restored | None:
    try:
        at, key, signature = datetime.fromisoformat(raw["at"]), str(raw["key"]), bytes.fromhex(raw["signature"])
        if "restored" in raw:
            return Restored(int(raw["restored"]), at, key, signature)
        return Head(
            number=int(raw["number"]), count=int(raw["count"]), chain=bytes.fromhex(raw["chain"]),
            root=bytes.fromhex(raw["root"]), at=at, previous=bytes.fromhex(raw["previous"]), key=key, signature=signature,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


def _plain(head: Head) -> dict[str, Any]:
    return {
        "number": head.number,
        "count": head.count,
        "chain": bytes(head.chain).hex(),
        "root": bytes(head.root).hex(),
        "at": _instant(head.at),
        "previous": bytes(head.previous).hex(),
        "key": head.key,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _message(kind: str, plain: dict[str, Any]) -> bytes:
    return f"yiwang journal {kind}\n".encode() + json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
