"""What is committed to at a filing: number, time of receipt and words, in one hash that tells nothing without its salt.

The encoding is fixed for good (docs/transparency.md); whoever changes it takes the next version.

    words       = SHA-256(0x02 | salt | length of subject | subject | length of text | text)
    commitment  = SHA-256(0x01 | length of number | number | length of time | time | words)

Lengths are four bytes, big-endian, of the UTF-8; the time is ISO 8601 in UTC with microseconds. The salt goes into the
words alone: with number, time and the hash of the words one can show that a petition was in the log without showing what it said.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

VERSION = 1
SALT_BYTES = 32
HASH_BYTES = 32
COMMITMENT_MARK, WORDS_MARK = b"\1", b"\2"


@dataclass(frozen=True)
class Opening:
    """What opens the commitment of one petition beside its number and time of receipt; kept sealed under its key."""

    salt: bytes
    words: bytes
    """Hash of subject and text as they were filed."""
    filed_at: datetime
    """When it was written; the promise is given from then. To the millisecond."""

    @classmethod
    def fresh(cls, subject: str, text: str, filed_at: datetime) -> "Opening":
        """Draw a salt for a filing."""
        salt = secrets.token_bytes(SALT_BYTES)
        whole = filed_at.replace(microsecond=filed_at.microsecond // 1000 * 1000)
        return cls(salt, hash_of_words(salt, subject, text), whole.astimezone(UTC))

    @classmethod
    def from_text(cls, text: str) -> "Opening":
        """Read what :attr:`as_text` wrote. Raises ValueError."""
        raw = base64.b64decode(text, validate=True)
        if len(raw) != 1 + SALT_BYTES + HASH_BYTES + 8 or raw[0] != VERSION:
            raise ValueError("this is no opening of a commitment")
        milliseconds = int.from_bytes(raw[-8:], "big")
        at = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)
        return cls(raw[1 : 1 + SALT_BYTES], raw[1 + SALT_BYTES : -8], at)

    @property
    def as_text(self) -> str:
        """The opening as text, to be sealed."""
        milliseconds = int(self.filed_at.timestamp()) * 1000 + self.filed_at.microsecond // 1000
        return base64.b64encode(bytes([VERSION]) + self.salt + self.words + milliseconds.to_bytes(8, "big")).decode()

    def fits(self, subject: str, text: str) -> bool:
        """Tell whether these are the words that were filed."""
        return hash_of_words(self.salt, subject, text) == self.words

    def commitment(self, number: str, received_at: datetime) -> bytes:
        """Return the commitment."""
        return commitment_of(number, spelt(received_at), self.words)


def hash_of_words(salt: bytes, subject: str, text: str) -> bytes:
    """Return the salted hash of what was filed."""
    return sha256(WORDS_MARK + salt + _measured(subject) + _measured(text)).digest()


def commitment_of(number: str, received_at: str, words: bytes) -> bytes:
    """Return the commitment to a number, a time that is spelt, and the hash of the words."""
    return sha256(COMMITMENT_MARK + _measured(number) + _measured(received_at) + words).digest()


def spelt(at: datetime) -> str:
    """Return an instant as commitments and signed statements spell it: 2026-11-23T04:05:06.000007+00:00."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _measured(text: str) -> bytes:
    content = text.encode()
    return len(content).to_bytes(4, "big") + content
