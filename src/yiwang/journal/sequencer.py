"""The sequencer: gives each line its place in the journal, the chain and its Merkle leaf, and signs heads.

Lines are committed with what they tell of and wait for nobody; their order is given here, by one at a time under a lease,
within two seconds. A transaction may commit late, with lower ids than others that were there before it: what counts is
that a line has no place yet, never that its id is the highest. Each batch is one transaction, places and progress
together, so that a sequencer that is killed leaves nothing by half.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from yiwang.journal import heads, merkle
from yiwang.journal.models import Closing, Head, Place, Record, Sequencer
from yiwang.store.ids import first_id_at

BATCH = 5_000
LEASE = timedelta(seconds=5)
"""How long the lease of a sequencer that died keeps others waiting; one that lives renews it with each batch."""
HEAD_EVERY = timedelta(seconds=5)
"""The shortest time between two heads while lines come; a line that comes after a pause gets its head at once."""
SETTLED_AFTER = timedelta(minutes=2)
"""Each turn looks for lines from so long before the last one on: no transaction should take longer."""
SWEEP_EVERY = timedelta(hours=1)
SWEEP_BACK = timedelta(days=7)
"""Once an hour it looks so much further back, for the one that did."""
PATIENCE = timedelta(seconds=30)
"""How long a command waits for a sequencer that has the lease."""

START = bytes(heads.HASH_BYTES)
"""The chain before the first line."""

log = structlog.get_logger(__name__)
_holder = f"{os.getpid()}-{secrets.token_hex(8)}"
_files_are_current = False


class Busy(Exception):
    """Another sequencer has the lease."""


def go_on(now: datetime | None = None) -> int:
    """Give every waiting line its place, sign a head when one is due, and return how many lines got theirs.

    The worker calls it every second. Does nothing while another has the lease, or has the row locked.
    """
    try:
        return _run(now or datetime.now(UTC), everything=False, sign_now=False)
    except Busy:
        return 0


def seal(*, everything: bool = True) -> int:
    """Give every waiting line its place and sign a head over them at once: how a command ends. Return how many lines.

    ``everything`` looks through the whole journal for lines without a place, and not only through its end. Raises
    TimeoutError when another sequencer keeps the lease for half a minute.
    """
    until = time.monotonic() + PATIENCE.total_seconds()
    while True:
        try:
            return _run(datetime.now(UTC), everything=everything, sign_now=True)
        except Busy:
            if time.monotonic() > until:
                raise TimeoutError("another sequencer keeps the journal; the worker will order what is left") from None
            time.sleep(0.1)


@contextmanager
def sealed(*, everything: bool = True) -> Iterator[None]:
    """Seal what is written within, also when it ends with an error: whatever was committed is in the journal."""
    try:
        yield
    finally:
        seal(everything=everything)


def waiting(since: int = 0) -> QuerySet[Record]:
    """Return the lines from that id on that have no place yet, in the order of their ids."""
    placed = Place.objects.filter(record_id=OuterRef("pk"), record_id__gte=since)
    return Record.objects.filter(~Exists(placed), pk__gte=since).order_by("pk")


def leaf_of(record_id: int, mac: bytes) -> bytes:
    """Return the Merkle leaf of a line: of its id and its MAC, which covers all the rest."""
    return merkle.leaf_hash(record_id.to_bytes(8, "big") + mac)


def chained(chain: bytes, leaf: bytes) -> bytes:
    """Return the chain with one more line."""
    return hashlib.sha256(chain + leaf).digest()


def _run(now: datetime, *, everything: bool, sign_now: bool) -> int:
    global _files_are_current
    state = Sequencer.objects.filter(pk=1).first() or _begin(now)
    sweep = everything or not timedelta(0) <= now - state.swept_at < SWEEP_EVERY
    # The floor may lie ahead of a clock that was set back.
    since = min(state.floor, first_id_at(now - SETTLED_AFTER))
    if sweep:
        since = 0 if everything else max(0, min(since, first_id_at(state.swept_at - SWEEP_BACK)))
    done = 0
    signed = False
    if sweep or sign_now or _head_is_due(state, now) or waiting(since).exists():
        more = True
        while more:
            batch = _batch(since, sweep=sweep, sign_now=sign_now)
            done, since, more, signed = done + batch.placed, batch.since, batch.more, batch.signed
    if signed or not _files_are_current:
        heads.catch_up()
        _files_are_current = True
    return done


def _head_is_due(state: Sequencer, now: datetime) -> bool:
    return state.count > state.signed_count and not timedelta(0) <= now - state.signed_at < HEAD_EVERY


def _begin(now: datetime) -> Sequencer:
    """Make the row of an office whose journal was never ordered, or whose row was lost."""
    return Sequencer.objects.get_or_create(
        pk=1, defaults={"until": now, "chain": START, "frontier": b"", "swept_at": now, "signed_at": now - HEAD_EVERY}
    )[0]


@dataclass(frozen=True)
class _Batch:
    """What one transaction did. ``since`` is where the next one looks on: what commits below it meanwhile, the next turn finds."""

    placed: int
    since: int
    more: bool
    signed: bool


def _batch(since: int, *, sweep: bool, sign_now: bool) -> _Batch:
    """Give up to :data:`BATCH` lines their places, and sign a head when that was the last of them. Raises :class:`Busy`."""
    with transaction.atomic():
        now = datetime.now(UTC)
        state = Sequencer.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if state is None or (state.holder != _holder and state.until > now):
            raise Busy
        _agree_with_places(state)
        found = list(waiting(since).values_list("pk", "mac")[:BATCH])
        more = len(found) == BATCH
        frontier, chain = subtrees(state.frontier), bytes(state.chain)
        places = []
        for record_id, mac in found:
            leaf = leaf_of(record_id, bytes(mac))
            merkle.append(frontier, state.count, leaf)
            state.count += 1
            chain = chained(chain, leaf)
            places.append(Place(seq=state.count, record_id=record_id, leaf=leaf, chain=chain))
        Place.objects.bulk_create(places)
        state.frontier, state.chain = b"".join(frontier), chain
        if not more:
            state.floor = first_id_at(now - SETTLED_AFTER)
            if sweep:
                state.swept_at = now
        signed = not more and (_head_is_due(state, now) or (sign_now and state.count > state.signed_count))
        if signed:
            _sign(state, merkle.root(frontier), now)
        state.holder, state.until = _holder, now + LEASE if more else now
        state.save()
    return _Batch(len(found), found[-1][0] + 1 if found else since, more, signed)


def _sign(state: Sequencer, root: bytes, now: datetime) -> None:
    last = Head.objects.order_by("-number").first()
    if last is None and (closing := Closing.objects.order_by("-count").first()):
        number, previous = closing.head_number, bytes(closing.head_link)
    else:
        number, previous = (last.number, heads.link_of(last)) if last else (0, heads.NO_HEAD)
    heads.sign(number + 1, state.count, bytes(state.chain), root, previous, now).save(force_insert=True)
    state.signed_count, state.signed_at = state.count, now


def _agree_with_places(state: Sequencer) -> None:
    """Count the row anew where it does not fit the last place: it was lost, or somebody changed one of them.

    Whether they should have is for `verify` to tell, by the heads; lines go on being ordered meanwhile.
    """
    state.chain = bytes(state.chain)
    last = Place.objects.order_by("-seq").values_list("seq", "chain").first()
    closing = Closing.objects.order_by("-count").first()
    begin = (closing.count, bytes(closing.chain)) if closing else (0, START)
    count, chain = (last[0], bytes(last[1])) if last else begin
    if (state.count, state.chain) == (count, chain):
        return
    log.error("the sequencer does not fit the journal", counted=state.count, found=count)
    frontier = subtrees(closing.frontier) if closing else []
    size = begin[0]
    for seq, leaf in Place.objects.filter(seq__gt=size).order_by("seq").values_list("seq", "leaf").iterator():
        while size < seq:  # once, but where somebody took places away
            merkle.append(frontier, size, bytes(leaf))
            size += 1
    state.count, state.chain, state.frontier = count, chain, b"".join(frontier)
    state.signed_count = max(0, min(state.signed_count, count - 1))


def subtrees(joined: bytes | memoryview) -> list[bytes]:
    """Return the roots that a column ``frontier`` holds one after the other."""
    joined = bytes(joined)
    return [joined[at : at + heads.HASH_BYTES] for at in range(0, len(joined), heads.HASH_BYTES)]
