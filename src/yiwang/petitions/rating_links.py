"""The link with which an answer is rated without number and code: signed, for one answer of one petition, for so many days.

It holds two ids, a day and a signature of 128 bits; no name, number or word. It opens nothing but the question how it was:
whoever finds it in somebody's messages can read nothing of the matter, and once rated it is used up, as the answer is.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from yiwang.vault.keys import office_keys
from yiwang.workdays.counting import office_date

DAYS = 90
"""How long it can be used after the message was written; the window of the office's rules may end before."""
PURPOSE = b"rate an answer by link 1\n"
"""Told apart from all else that is made with the same key."""
EPOCH = date(2020, 1, 1)
ID_BYTES, DAY_BYTES, SIGNATURE_BYTES = 8, 2, 16
BODY_BYTES = 2 * ID_BYTES + DAY_BYTES
LENGTH = 46
"""Signs of a token: 34 bytes in base64 without padding."""


@dataclass(frozen=True)
class Link:
    """What a token says: which answer of which petition, and the last day on which it can be used."""

    petition_id: int
    answer_id: int
    last_day: date

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time has passed."""
        return office_date(now) > self.last_day


def token_for(petition_id: int, answer_id: int, now: datetime | None = None) -> str:
    """Return the token of an answer, as letters, digits, ``-`` and ``_``."""
    last = office_date(now or datetime.now(UTC)) + timedelta(days=DAYS)
    body = petition_id.to_bytes(ID_BYTES, "big") + answer_id.to_bytes(ID_BYTES, "big")
    body += (last - EPOCH).days.to_bytes(DAY_BYTES, "big")
    return base64.urlsafe_b64encode(body + _signature(body)).rstrip(b"=").decode()


def read(token: str) -> Link | None:
    """Return what a token of ours says, its time passed or not; None for any other, in the same time for each. Asks no database."""
    try:
        content = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except (ValueError, UnicodeEncodeError):
        return None
    body, signature = content[:BODY_BYTES], content[BODY_BYTES:]
    if len(token) != LENGTH or not hmac.compare_digest(_signature(body), signature):
        return None
    petition_id, answer_id = (int.from_bytes(body[at : at + ID_BYTES], "big") for at in (0, ID_BYTES))
    return Link(petition_id, answer_id, EPOCH + timedelta(days=int.from_bytes(body[2 * ID_BYTES :], "big")))


def address_of(token: str) -> str:
    """Return the whole address, as a message carries it."""
    return f"{settings.BASE_URL}/rate/{token}/"


def without_link(text: str) -> str:
    """Return a message as staff may read it: the line with the link is the petitioner's alone."""
    mark = f"{settings.BASE_URL}/rate/"
    return "\n".join(line for line in text.split("\n") if mark not in line)


def _signature(body: bytes) -> bytes:
    return hmac.digest(office_keys().lookup, PURPOSE + body, "sha256")[:SIGNATURE_BYTES]
