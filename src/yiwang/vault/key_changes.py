"""Changing the key file: a further version, one taken away, a new key for blind indexes. The file is replaced whole, under a lock.

Keys that an external command prints are changed where it has them from; what is here then refuses.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from yiwang.vault import ciphers
from yiwang.vault.keys import FILE_NAME, SECRET_BYTES, KeysMissing, draft_of, load_keys, text_of

SETTLED = timedelta(minutes=10)
"""How long a former version stays after a rotation: by then no process writes with the keys that it had read before."""


class KeyKept(Exception):
    """The key file is left as it is; the message says why."""


def add_version(folder: Path, algorithm: str) -> int:
    """Give the office a further wrapping key, and one for the compartment, and let it wrap from now on; returns its version."""
    with _changing(folder) as raw:
        version = max(int(known) for known in raw["wrapping"]) + 1
        raw["wrapping"][str(version)] = text_of(ciphers.fresh_key(algorithm))
        raw.setdefault("compartment", {})[str(version)] = text_of(ciphers.fresh_key(algorithm))
        raw["current"] = version
        raw["changed_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    return version


def retire(folder: Path, version: int, *, settled: timedelta = SETTLED) -> None:
    """Take a former version out of the key file for good: nothing that it wrapped can be read again.

    The caller has seen that no row bears it. Raises :class:`KeyKept` for the current version, an unknown one, and so soon
    after a rotation that some process may still write with it.
    """
    with _changing(folder) as raw:
        if str(version) not in raw["wrapping"]:
            raise KeyKept(f"There is no wrapping key {version}.")
        if version == int(raw["current"]):
            raise KeyKept(f"Wrapping key {version} is the current one: “yiwang keys rotate” makes another first.")
        changed = datetime.fromisoformat(raw.get("changed_at", "1970-01-01T00:00:00+00:00"))
        if datetime.now(UTC) < changed + settled:
            raise KeyKept(
                f"The keys were changed less than {settled.seconds // 60} minutes ago, and some process may not know yet. "
                "Nothing was changed: try again later."
            )
        del raw["wrapping"][str(version)]
        raw.get("compartment", {}).pop(str(version), None)


def begin_blind(folder: Path) -> None:
    """Give the office a new key for blind indexes; the former stays until :func:`end_blind`. Does nothing when one is under way."""
    with _changing(folder) as raw:
        if "former_blind" not in raw:
            raw["former_blind"], raw["blind"] = raw["blind"], text_of(secrets.token_bytes(SECRET_BYTES))


def end_blind(folder: Path) -> None:
    """Take the former key of blind indexes away."""
    with _changing(folder) as raw:
        raw.pop("former_blind", None)


@contextmanager
def _changing(folder: Path) -> Iterator[dict[str, Any]]:
    """Give the content of the key file, to be changed in place; it is written, synced and put in place at the end."""
    load_keys(folder)  # raises KeysMissing, with what to do
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        path = folder / FILE_NAME
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise KeysMissing(f"The key file {path} cannot be read. Put back the copy that was kept apart.") from None
        yield raw
        draft_of(folder, raw).replace(path)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
