"""The keys that sign papers: one JSON file, ``keys/signing.json`` beside the vault's, readable by its owner alone; or the same
JSON as the member ``signing`` of what ``YIWANG_KEY_COMMAND`` prints.

Each paper names the key that signed it. A key is never taken away, so that old papers stay provable when another algorithm
is chosen; the public halves are kept here too, where nobody who can write to the database can put another.
"""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gmalg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from yiwang.vault.keys import KeysMissing, office_keys

FILE_NAME = "signing.json"
ED25519, SM2 = "ed25519", "sm2"
ALGORITHMS = (ED25519, SM2)
SM2_IDENTITY = b"1234567812345678"
"""The signer's identity where none was agreed on (GB/T 32918.2, GM/T 0009)."""
SM2_HALF = 32


@dataclass(frozen=True)
class SigningKey:
    """One pair of keys. ``name`` is written on what it signed."""

    name: str
    algorithm: str
    private: bytes
    public: bytes

    @classmethod
    def fresh(cls, algorithm: str) -> "SigningKey":
        """Make a pair; the randomness is the system's own."""
        name = f"{algorithm[:3]}-{secrets.token_hex(4)}"
        if algorithm == ED25519:
            pair = Ed25519PrivateKey.generate()
            return cls(name, algorithm, pair.private_bytes_raw(), pair.public_key().public_bytes_raw())
        private, public = gmalg.SM2().generate_keypair()
        return cls(name, algorithm, private, public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature: 64 bytes with either algorithm (SM2: r and s, each padded to 32)."""
        if self.algorithm == ED25519:
            return Ed25519PrivateKey.from_private_bytes(self.private).sign(message)
        r, s = gmalg.SM2(self.private, SM2_IDENTITY, self.public).sign(message)
        return r.rjust(SM2_HALF, b"\0") + s.rjust(SM2_HALF, b"\0")

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this key made that signature of that message."""
        if len(signature) != 2 * SM2_HALF:
            return False
        if self.algorithm == ED25519:
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
            except InvalidSignature:
                return False
            return True
        verifier = gmalg.SM2(uid=SM2_IDENTITY, pk=self.public)
        return bool(verifier.verify(message, signature[:SM2_HALF], signature[SM2_HALF:]))


@dataclass(frozen=True)
class SigningKeys:
    """All signing keys of an office; ``current`` names the one that signs from now on."""

    current: str
    keys: dict[str, SigningKey]

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """Return the name of the key and the signature."""
        key = self.keys[self.current]
        return key.name, key.sign(message)

    def signed(self, name: str, message: bytes, signature: bytes) -> bool:
        """Tell whether the key of that name made that signature; no for a name that is unknown."""
        key = self.keys.get(name)
        return key is not None and key.signed(message, signature)


def make_signing_key(folder: Path, algorithm: str = ED25519) -> Path:
    """Give the office a signing key of that algorithm and return the file's path; nothing is done when it has one.

    Keys that are there stay. The file is replaced whole, and two that start at once take turns.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / FILE_NAME
    with _turn(folder):
        held = _read(path) if path.exists() else SigningKeys("", {})
        if held.current and held.keys[held.current].algorithm == algorithm:
            return path
        own = [key for key in held.keys.values() if key.algorithm == algorithm]
        key = own[-1] if own else SigningKey.fresh(algorithm)
        _write(path, SigningKeys(key.name, {**held.keys, key.name: key}))
    load_signing_keys.cache_clear()
    return path


@cache
def load_signing_keys(folder: Path) -> SigningKeys:
    """Read the signing keys of ``folder``; raises KeysMissing with what to do."""
    return _read(folder / FILE_NAME)


def office_signing_keys() -> SigningKeys:
    """Return the signing keys of the office that this process serves; raises KeysMissing."""
    if settings.KEY_COMMAND and (given := office_keys().signing) is not None:
        return _given(json.dumps(given))
    return load_signing_keys(Path(settings.YIWANG_VAR) / "keys")


@cache
def _given(text: str) -> SigningKeys:
    return _parse(text, "What YIWANG_KEY_COMMAND printed of “signing”", "See what the command prints.")


def office_signed(name: str, message: bytes, signature: bytes) -> bool:
    """Tell whether the office's key of that name made that signature; raises KeysMissing.

    A key that this process has not seen yet may have been made since it started: the file is then read once more.
    """
    if name not in office_signing_keys().keys:
        load_signing_keys.cache_clear()
    return office_signing_keys().signed(name, message, signature)


def _read(path: Path) -> SigningKeys:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise KeysMissing(f"There is no signing key at {path}. Run “yiwang migrate”, which makes one.") from missing
    except (OSError, ValueError) as damaged:
        raise KeysMissing(
            f"The signing keys in {path} cannot be read ({type(damaged).__name__}). Put back the copy that was kept apart."
        ) from None
    return _parse(text, f"The file {path} of signing keys", "Put back the copy that was kept apart.")


def _parse(text: str, source: str, mend: str) -> SigningKeys:
    try:
        raw = json.loads(text)
        keys = {
            name: SigningKey(
                name, str(row["algorithm"]), base64.b64decode(row["private"]), base64.b64decode(row["public"])
            )
            for name, row in raw["keys"].items()
        }
        current = str(raw["current"])
        _ = keys[current]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeysMissing(f"{source} cannot be used: something in it is missing or no key. {mend}") from None
    return SigningKeys(current, keys)


def fresh_signing_keys(algorithm: str) -> SigningKeys:
    """Return a first pair of keys, for an office that has none."""
    key = SigningKey.fresh(algorithm)
    return SigningKeys(key.name, {key.name: key})


def as_json(held: SigningKeys) -> dict[str, object]:
    """Return signing keys as the file, or the external command, holds them."""
    return {
        "current": held.current,
        "keys": {
            key.name: {
                "algorithm": key.algorithm,
                "private": base64.b64encode(key.private).decode(),
                "public": base64.b64encode(key.public).decode(),
            }
            for key in held.keys.values()
        },
    }


def _write(path: Path, held: SigningKeys) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(as_json(held), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
