"""A challenge 小计算: what is asked of everybody while traffic looks like an attack, and of nobody otherwise.

A browser with scripts computes a small proof of work by itself (SHA-256 with leading zero bits, after Hashcash); whoever has
none answers a sum in words, which few may do an hour, since a program can do it too; and the page names a telephone. There is no
picture to be deciphered. Nothing is stored for a challenge that was set; one that was used is remembered until it runs out.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing
from django.http import HttpRequest

from yiwang.doors.address import client_of
from yiwang.doors.limits import Wait, first_use, spend

BITS = 15
"""Leading zero bits: 33,000 digests on average, a second or two on a telephone of some years ago."""
GOOD_FOR = 10 * 60
LONGEST_WORK = 16
TOKEN, WORK, ANSWER = "challenge", "challenge_work", "challenge_answer"
"""Names of the fields that a form sends back."""


@dataclass(frozen=True)
class Challenge:
    """What is asked: a number that makes the digest of ``token:number`` begin with ``bits`` zeros, or the sum of two numbers."""

    token: str
    bits: int
    first: int
    second: int


def make(name: str) -> Challenge:
    """Set a challenge for one kind of doing (a `Limit.Name`)."""
    first, second = 11 + secrets.randbelow(60), 2 + secrets.randbelow(8)
    said = ".".join([name, secrets.token_urlsafe(12), str(BITS), str(first), str(second)])
    return Challenge(_signer().sign(said), BITS, first, second)


def solved(name: str, given: Mapping[str, str], address: str) -> bool:
    """Tell whether a form brings a right answer to a challenge for this, set within ten minutes and never used before."""
    token = given.get(TOKEN, "")
    try:
        said = _signer().unsign(token, max_age=GOOD_FOR).split(".")
    except signing.BadSignature:
        return False
    wanted, nonce, bits, first, second = said
    if wanted != name:
        return False
    work, answer = given.get(WORK, ""), given.get(ANSWER, "").strip()
    if work:
        right = _is_work(token, work, int(bits))
    else:
        right = answer.isdecimal() and len(answer) < 4 and int(answer) == int(first) + int(second)
        right = right and spend("question", address=address) is None
    return right and first_use("challenge", nonce, GOOD_FOR)


def knock(request: HttpRequest, name: str, *, account: str = "", telephone: str = "") -> Wait | None:
    """Spend for a request by its address (and account or number), taking along the answer to a challenge that its form brings."""
    address = client_of(request)
    proven = TOKEN in request.POST and solved(name, request.POST, address)
    return spend(name, proven=proven, address=address, account=account, telephone=telephone)


def _is_work(token: str, work: str, bits: int) -> bool:
    if len(work) > LONGEST_WORK:
        return False
    digest = sha256(f"{token}:{work}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits) == 0


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="yiwang.doors.challenge")
