"""How often: one call before the thing is done, one statement, shared by all processes through the database (ADR 0018).

    if wait := spend("lookup", address=client_of(request)):
        …answer 429…

What is stored are keyed hashes and instants; they name neither who nor which petition, and go when they are paid back.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db import IntegrityError, transaction

from yiwang.doors.address import household
from yiwang.doors.models import Limit, Spent
from yiwang.store import allowances
from yiwang.vault.sealing import blind_index, normalise

OF_ONE = ("address", "account", "telephone")
PAIR, EVERYBODY = "pair", "everybody"
USED = 0
"""Stands where a limit's id stands, for something that was used up."""
SHARED = frozenset({"address", EVERYBODY})
"""What many share: one of them who does a thing rightly is no reason to forget what the others did."""


@dataclass(frozen=True)
class Wait:
    """It is not to be done now. Try again after ``seconds``; or at once, where ``challenge``, with the answer to a challenge."""

    seconds: int
    challenge: bool = False


def spend(name: str, *, at: datetime | None = None, proven: bool = False, **keys: str) -> Wait | None:
    """Count one doing of ``name`` (a `Limit.Name`) against all its limits; None: go on.

    ``keys`` are ``address``, ``account``, ``telephone``, as far as known; address and account make the pair by themselves.
    ``proven`` says that a challenge was answered (`yiwang.doors.challenges`), so that none is asked. A refused attempt costs nothing.
    Call it outside a transaction. Raises TypeError for an unknown key, DatabaseError where the database is away.
    """
    now = int((at.timestamp() if at else time.time()) * 1000)
    judged = allowances.take(Limit, Spent, name, _hashed(name, keys), now, proven)
    waits = [one for one in judged if one.wait > 0]
    if not waits:
        return None
    longest = max(one.wait for one in waits)
    return Wait(max(ceil(longest / 1000), 1), challenge=all(one.challenge for one in waits))


def forgive(name: str, **keys: str) -> None:
    """Forget what was spent by an account, a telephone number or a pair: it was done rightly. One statement.

    What an address shares with others stays counted.
    """
    hashes = [key for per, key in _hashed(name, keys).items() if per not in SHARED]
    Spent.objects.filter(key__in=hashes).delete()


def first_use(what: str, name: str, seconds: int) -> bool:
    """Return whether something that may be used once, within so many seconds, is used for the first time now. One statement.

    What is remembered is a keyed hash, and goes when the time is over.
    """
    row = Spent(
        key=blind_index(f"used {what}", name), limit_id=USED, until=int((time.time() + seconds) * 1000), cost=0, span=0,
        challenge=0, refused=0,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def sweep(at: datetime | None = None) -> int:
    """Remove what was paid back, and return how many rows; the worker does it every ten minutes."""
    now = int((at.timestamp() if at else time.time()) * 1000)
    return Spent.objects.filter(until__lte=now).delete()[0]


def _hashed(name: str, keys: dict[str, str]) -> dict[str, bytes]:
    """Return the key of each way in which doings are counted together; without those of which nothing is known."""
    if unknown := set(keys) - set(OF_ONE):
        raise TypeError(f"no limit counts by {', '.join(sorted(unknown))}")
    plain = {per: _plain(per, value) for per, value in keys.items() if value}
    if plain.get("address") and plain.get("account"):
        plain[PAIR] = f"{plain['address']} {plain['account']}"
    plain[EVERYBODY] = EVERYBODY
    return {per: hashed for per, value in plain.items() if (hashed := blind_index(f"limit {name} {per}", value))}


def _plain(per: str, value: str) -> str:
    if per == "address":
        return household(value)
    return normalise("phone", value) if per == "telephone" else value
