"""The office's keys: one JSON file, ``keys/vault.json`` under ``YIWANG_VAR``, readable by its owner alone.

It holds versioned key-encryption keys (each row's own data key is wrapped by the current one), as many for the compartment
of accusations, which no other key opens, and one key each for blind indexes, entry and journal MACs, lookup codes and
Django's signatures. Whoever holds a copy of the database without this file can read no name; whoever loses it can read
none either: ``yiwang backup`` therefore keeps it apart.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

FILE_NAME = "vault.json"


class KeysMissing(Exception):
    """There is no key file where one is needed, or it cannot be read."""


@dataclass(frozen=True)
class Keys:
    """The keys of one office. All secrets are 32 random bytes; ``current`` names the version that wraps new data keys."""

    current: int
    wrapping: dict[int, bytes]
    compartment: dict[int, bytes]
    """What wraps the data keys of accusations, by the same versions as ``wrapping``."""
    blind: bytes
    mac: bytes
    lookup: bytes
    django_secret: str


def make_keys(folder: Path) -> Path:
    """Write a fresh key file into ``folder`` (0600) unless one is there, and return its path.

    The file is linked into place whole: of two that start at once, one wins and both use the same keys. One that was
    written before accusations had keys of their own gets these; nothing else in it is touched.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / FILE_NAME
    if path.exists():
        _add_compartment(path)
        return path
    fresh = {
        "current": 1,
        "wrapping": {"1": _text(secrets.token_bytes(32))},
        "compartment": {"1": _text(secrets.token_bytes(32))},
        "blind": _text(secrets.token_bytes(32)),
        "mac": _text(secrets.token_bytes(32)),
        "lookup": _text(secrets.token_bytes(32)),
        "django_secret": secrets.token_urlsafe(48),
    }
    draft = _written(folder, fresh)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def _add_compartment(path: Path) -> None:
    """Give an older key file the compartment's keys, one for each version; called by ``yiwang migrate`` alone."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        versions = list(raw["wrapping"])
    except (ValueError, KeyError, OSError):
        return  # load_keys says what is wrong with it
    if "compartment" not in raw:
        raw["compartment"] = {version: _text(secrets.token_bytes(32)) for version in versions}
        os.replace(_written(path.parent, raw), path)


def _written(folder: Path, content: dict[str, object]) -> Path:
    """Write and sync a draft of the key file, and return its path."""
    draft = folder / f".{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


@cache
def load_keys(folder: Path) -> Keys:
    """Read the key file of ``folder``; raises :class:`KeysMissing` with what to do when it is not there or damaged."""
    path = folder / FILE_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Keys(
            current=int(raw["current"]),
            wrapping={int(version): base64.b64decode(key) for version, key in raw["wrapping"].items()},
            compartment={int(version): base64.b64decode(key) for version, key in raw.get("compartment", {}).items()},
            blind=base64.b64decode(raw["blind"]),
            mac=base64.b64decode(raw["mac"]),
            lookup=base64.b64decode(raw["lookup"]),
            django_secret=str(raw["django_secret"]),
        )
    except FileNotFoundError as missing:
        raise KeysMissing(
            f"There is no key file at {path}. Run “yiwang migrate” for a new office, or put back the copy that was kept apart."
        ) from missing
    except (ValueError, KeyError, OSError) as damaged:
        raise KeysMissing(
            f"The key file {path} cannot be read ({damaged}). Put back the copy that was kept apart."
        ) from damaged


def office_keys() -> Keys:
    """Return the keys of the office that this process serves."""
    return _keys_of(settings.YIWANG_VAR)


@cache
def _keys_of(office: str) -> Keys:
    return load_keys(Path(office) / "keys")


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")
