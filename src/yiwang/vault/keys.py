"""The office's keys: one JSON file, ``keys/vault.json`` under ``YIWANG_VAR``, readable by its owner alone; or what an external
command (``YIWANG_KEY_COMMAND``) prints, which is the same JSON.

They are versioned key-encryption keys (each row's own data key is wrapped by the current one), as many for the compartment of
accusations, which no other key opens, and one key each for blind indexes, entry and journal MACs, lookup codes and Django's
signatures. Whoever holds a copy of the database without them can read no name; whoever loses them can read none either:
``yiwang backup`` therefore keeps them apart.
"""

import base64
import json
import os
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from yiwang.vault import ciphers
from yiwang.vault.key_command import KeysMissing as KeysMissing
from yiwang.vault.key_command import printed_by

FILE_NAME = "vault.json"
FRESH_SECONDS = 5.0
"""How long a process may go on with the keys it has read before it looks whether the file has changed."""
ASK_AGAIN_SECONDS = 60.0
"""How long until an external command is asked again for a key that it did not give."""
SECRET_BYTES = 32
COMMAND_SOURCE, COMMAND_MEND = "What YIWANG_KEY_COMMAND printed", "See what the command prints: docs/operations.md."


@dataclass(frozen=True)
class Keys:
    """The keys of one office. ``current`` names the version that wraps new data keys; a key carries its algorithm."""

    current: int
    wrapping: dict[int, bytes]
    compartment: dict[int, bytes]
    """What wraps the data keys of accusations, by the same versions as ``wrapping``."""
    blind: bytes
    mac: bytes
    lookup: bytes
    django_secret: str
    former_blind: bytes | None = None
    """The key of blind indexes before this one, while these are being made anew: values are looked for by both."""
    signing: dict[str, Any] | None = field(default=None, repr=False)
    """The keys that sign, where the external command gives these too (yiwang/vault/signing.py)."""


def make_keys(folder: Path, algorithm: str = ciphers.AES) -> Path:
    """Write a fresh key file into ``folder`` (0600) unless one is there, and return its path.

    The file is linked into place whole: of two that start at once, one wins and both use the same keys. One that was
    written before accusations had keys of their own gets these; nothing else in it is touched.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / FILE_NAME
    if path.exists():
        _add_compartment(path)
        return path
    draft = draft_of(folder, fresh_keys(algorithm))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def fresh_keys(algorithm: str) -> dict[str, Any]:
    """Return the content of a new key file."""
    return {
        "current": 1,
        "wrapping": {"1": text_of(ciphers.fresh_key(algorithm))},
        "compartment": {"1": text_of(ciphers.fresh_key(algorithm))},
        "blind": text_of(secrets.token_bytes(SECRET_BYTES)),
        "mac": text_of(secrets.token_bytes(SECRET_BYTES)),
        "lookup": text_of(secrets.token_bytes(SECRET_BYTES)),
        "django_secret": secrets.token_urlsafe(48),
    }


def _add_compartment(path: Path) -> None:
    """Give an older key file the compartment's keys, one for each version; called by ``yiwang migrate`` alone."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        versions = list(raw["wrapping"])
    except (ValueError, KeyError, OSError):
        return  # load_keys says what is wrong with it
    if "compartment" not in raw:
        raw["compartment"] = {version: text_of(ciphers.fresh_key(ciphers.AES)) for version in versions}
        draft_of(path.parent, raw).replace(path)


def draft_of(folder: Path, content: dict[str, Any]) -> Path:
    """Write and sync a draft of the key file, and return its path."""
    draft = folder / f".{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


def load_keys(folder: Path, command: str = "") -> Keys:
    """Return the keys of ``folder``, or those that ``command`` prints; raises :class:`KeysMissing` with what to do.

    They are read once and kept. A file that was changed meanwhile is read again within FRESH_SECONDS, so that every
    process of an office learns of a new key without being started anew.
    """
    return _held(str(folder), command)


def office_keys() -> Keys:
    """Return the keys of the office that this process serves."""
    return _held(f"{settings.YIWANG_VAR}/keys", settings.KEY_COMMAND)


def reloaded_keys() -> Keys:
    """Return the office's keys, looked at once more: for whoever met a version that is not among them."""
    return _held(f"{settings.YIWANG_VAR}/keys", settings.KEY_COMMAND, again=True)


@dataclass
class _Kept:
    keys: Keys
    mark: tuple[int, int, int] | None
    looked_at: float


_kept: dict[tuple[str, str], _Kept] = {}
_turn = threading.Lock()


def _held(folder: str, command: str, *, again: bool = False) -> Keys:
    found = _kept.get((folder, command))
    if found and not again and (command or time.monotonic() - found.looked_at < FRESH_SECONDS):
        return found.keys
    with _turn:
        found = _kept.get((folder, command))
        now = time.monotonic()
        if found is None:
            mark = None if command else _mark(folder)
            found = _kept[folder, command] = _Kept(_read(folder, command), mark, now)
        elif command:
            if now - found.looked_at >= ASK_AGAIN_SECONDS:
                found.looked_at = now
                _refresh(found, folder, command)
        else:
            found.looked_at, mark = now, _mark(folder)
            if mark and mark != found.mark:
                found.mark = mark
                _refresh(found, folder, command)
        return found.keys


def _refresh(found: _Kept, folder: str, command: str) -> None:
    """Read the keys again; with what cannot be read, a process that has keys goes on with these."""
    try:
        found.keys = _read(folder, command)
    except KeysMissing:
        return


def _mark(folder: str) -> tuple[int, int, int] | None:
    """Return what tells that the key file is another one."""
    try:
        facts = os.stat(f"{folder}/{FILE_NAME}")
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def _read(folder: str, command: str) -> Keys:
    if command:
        keys = _keys_of(printed_by(command), COMMAND_SOURCE, COMMAND_MEND)
        if keys.current not in keys.compartment:
            raise KeysMissing(
                f"{COMMAND_SOURCE} cannot be used (“compartment” has no key {keys.current}). {COMMAND_MEND}"
            )
        return keys
    path, mend = Path(folder) / FILE_NAME, "Put back the copy that was kept apart."
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise KeysMissing(
            f"There is no key file at {path}. Run “yiwang migrate” for a new office, or put back the copy that was kept apart."
        ) from missing
    except (OSError, ValueError) as damaged:
        raise KeysMissing(f"The key file {path} cannot be read ({type(damaged).__name__}). {mend}") from None
    return _keys_of(text, f"The key file {path}", mend)


def _keys_of(text: str, source: str, mend: str) -> Keys:
    """Return the keys that a text holds; raises KeysMissing, which names what is wrong and repeats nothing of the text."""
    member = ""
    try:
        raw = json.loads(text)
        member = "wrapping"
        wrapping = _versions(raw["wrapping"])
        member = "compartment"
        compartment = _versions(raw.get("compartment", {}))
        member = "current"
        current = int(raw["current"])
        _ = wrapping[current]
        plain = {}
        for member in ("blind", "mac", "lookup"):
            plain[member] = _secret(raw[member])
        member = "former_blind"
        former = _secret(raw["former_blind"]) if "former_blind" in raw else None
        member = "django_secret"
        django_secret = str(raw["django_secret"])
    except (ValueError, KeyError, TypeError, AttributeError):
        wrong = f"“{member}” is missing or no key" if member else "it is no JSON"
        raise KeysMissing(f"{source} cannot be used ({wrong}). {mend}") from None
    return Keys(
        current, wrapping, compartment, **plain, django_secret=django_secret, former_blind=former,
        signing=raw.get("signing"),
    )  # fmt: skip


def _versions(raw: dict[str, str]) -> dict[int, bytes]:
    return {int(version): bytes_of(key) for version, key in raw.items()}


def _secret(text: str) -> bytes:
    found = base64.b64decode(text, validate=True)
    if len(found) != SECRET_BYTES:
        raise ValueError
    return found


def text_of(secret: bytes) -> str:
    """Return a key as the file holds it: base64, after the name of the algorithm where that is SM4."""
    plain = base64.b64encode(secret.removeprefix(ciphers.SM4_MARK) if _is_sm4(secret) else secret).decode("ascii")
    return f"{ciphers.SM4}:{plain}" if _is_sm4(secret) else plain


def bytes_of(text: str) -> bytes:
    """Return the key that :func:`text_of` wrote; raises ValueError."""
    name, _colon, rest = text.rpartition(":")
    key = base64.b64decode(rest, validate=True)
    key = ciphers.SM4_MARK + key if name == ciphers.SM4 else key
    if ciphers.algorithm_of(key) != (name or ciphers.AES):
        raise ValueError
    return key


def _is_sm4(key: bytes) -> bool:
    return len(key) != SECRET_BYTES and ciphers.algorithm_of(key) == ciphers.SM4
