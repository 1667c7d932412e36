"""What the office signs: a promise with each receipt, and the heads of the tree.

Signed is a line that says what it is, and JSON without blanks, its names in order, of all values but the signature. Keys
are those that sign papers too; a head names its key, and a key is never taken away (vault/signing.py).
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from yiwang.transparency.commitments import spelt
from yiwang.transparency.models import Head
from yiwang.vault.signing import office_signed, office_signing_keys

LONGEST_DELAY = timedelta(hours=24)
"""By when at the latest a commitment that was promised is in the log: the same as is usual for certificates' logs.

It takes seconds while the worker runs. The promise holds out a weekend's failure of a machine that is noticed the next day.
"""

HEAD, PROMISE, RESTORED = "head", "promise", "restored"
Signed = dict[str, Any]
"""A statement as it is published: its values as JSON has them, with ``signature`` in hexadecimal digits."""


def promise(commitment: bytes, filed_at: datetime) -> Signed:
    """Return the signed promise that a commitment will be in the log. Ed25519 gives the same one each time. Raises KeysMissing."""
    by = filed_at + LONGEST_DELAY
    return _signed(PROMISE, {"commitment": commitment.hex(), "at": spelt(filed_at), "by": spelt(by)})


def restored(size: int, at: datetime) -> Signed:
    """Return the signed mark that a backup was put back whose last head has that size (-1: it has none). Raises KeysMissing."""
    return _signed(RESTORED, {"restored": size, "at": spelt(at)})


def sign_head(size: int, root: bytes, at: datetime) -> Head:
    """Return an unsaved, signed head. Raises KeysMissing."""
    signed = _signed(HEAD, {"size": size, "root": root.hex(), "at": spelt(at)})
    return Head(size=size, root=root, at=at, key=signed["key"], signature=bytes.fromhex(signed["signature"]))


def as_published(head: Head) -> Signed:
    """Return a head as it is published."""
    return {
        "size": head.size, "root": bytes(head.root).hex(), "at": spelt(head.at), "key": head.key,
        "signature": bytes(head.signature).hex(),
    }  # fmt: skip


def is_signed(kind: str, statement: Mapping[str, Any]) -> bool:
    """Tell whether the office signed a statement that somebody brings; no for anything ill-formed. Raises KeysMissing."""
    try:
        plain = {name: value for name, value in statement.items() if name != "signature"}
        return office_signed(str(statement["key"]), message_of(kind, plain), bytes.fromhex(statement["signature"]))
    except (KeyError, ValueError, TypeError):
        return False


def message_of(kind: str, plain: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed. Raises ValueError and TypeError for what JSON cannot say."""
    content = json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"yiwang transparency {kind}\n{content}".encode()


def public_keys() -> dict[str, dict[str, str]]:
    """Return the office's public keys by name. Raises KeysMissing."""
    keys = office_signing_keys().keys.values()
    return {key.name: {"algorithm": key.algorithm, "public": key.public.hex()} for key in keys}


def _signed(kind: str, plain: Signed) -> Signed:
    keys = office_signing_keys()
    plain = {**plain, "key": keys.current}
    return {**plain, "signature": keys.sign(message_of(kind, plain))[1].hex()}
