"""The product without what guards it, served to learn what that costs: no sealing, no behaviour log, no log of petitions.

The product has no such switch. Here, in a process of the benchmark, the functions are replaced before the first request:
what was sealed lies open, and the rows of the two logs are not written. Never point it at a real office.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from yiwang.cli.wsgi import application  # first: it starts Django as a web process, with its pool of connections

# isort: split
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions import receipts
from yiwang.petitions.actions import filing
from yiwang.transparency.models import Waiting
from yiwang.vault import ciphers, sealing

__all__ = ["application"]


def _without_logs(write: Callable[..., Any]) -> Callable[..., Any]:
    def insert(*rows: Any) -> Any:
        return write(*(row for row in rows if not isinstance(row, Record | Waiting)))

    return insert


def _open_index(key: bytes, kind: str, value: str) -> bytes | None:
    plain = sealing.normalise(kind, value)
    return blake2b(plain.encode(), digest_size=sealing.BLIND_BYTES).digest() if plain else None


ciphers.encrypt = lambda key, content, binding: content
ciphers.decrypt = lambda key, sealed, binding: sealed
sealing._blind = _open_index
log.keyed_mac = lambda parts: bytes(32)
receipts.commit = lambda petition, now: Waiting(commitment=b"")
filing.insert_alone = _without_logs(filing.insert_alone)
