"""The scan 督查扫描: finds what is late or careless, writes each finding once, and ends those that are gone (ADR 0023).

Incremental: it looks at the petitions of which something was recorded since it last looked, and at those of which a limit
passed a mark meanwhile. A slow walk through all petitions finds what that could miss, once a day. Both may be stopped or
killed at any point and run again: what was found is there once, whoever finds it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db.models import QuerySet

from yiwang.petitions.models import Entry, Petition
from yiwang.store.ids import first_id_at
from yiwang.supervision import holding
from yiwang.supervision.detectors import limits
from yiwang.supervision.holding import Written
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.lease import Lease, leased_in_time
from yiwang.supervision.models import Finding, Scan, Settings
from yiwang.workdays.counting import office_date

BATCH = 1_000
"""Petitions looked at together: one round of the detectors' statements."""
OVERLAP = timedelta(minutes=10)
"""Each scan looks again at what was recorded so long before the last one: no transaction should take longer to commit."""
WALK_EVERY = timedelta(days=1)

Row = tuple[int, bool]
"""A petition's id, and whether it is imported history."""
Progress = Callable[[int], object]


@dataclass
class Result:
    """What a scan did: petitions looked at, findings open when it ended, findings written and ended by it."""

    checked: int = 0
    found: int = 0
    new: int = 0
    ended: int = 0

    def add(self, petitions: int, written: Written) -> None:
        self.checked += petitions
        self.new += written.new
        self.ended += written.ended


def scan(tell: Progress = lambda checked: None, *, everything: bool = False) -> Result:
    """Scan to the end, first walking through all petitions where that was never done, or when ``everything`` is asked for.

    `yiwang supervise scan` calls it. Raises Busy when another keeps the lease for minutes.
    """
    with leased_in_time() as lease:
        result = Result()
        now = datetime.now(UTC)
        state = Scan.objects.get(pk=1)
        follow(lease, result, now, tell)
        if everything or state.walk_ended_at is None:
            with lease.writing(**_begun(now) if everything or state.walk_began_at is None else {}):
                pass
            walk(lease, result, now, None, tell)
        result.found = Finding.objects.filter(ended_at=None, kind__in=KINDS).count()
        return result


def walk_anew() -> None:
    """Let the next turns walk through all petitions again, as after a change of what is looked for."""
    Scan.objects.filter(pk=1).update(**_begun(datetime.now(UTC)))


def _begun(now: datetime) -> dict[str, object]:
    return {"walked": 0, "walk_began_at": now, "walk_ended_at": None}


def follow(lease: Lease, result: Result, now: datetime, tell: Progress = lambda checked: None) -> None:
    """Look at what happened since the last scan; only when all of it was looked at does the next one begin later."""
    since = Scan.objects.get(pk=1).seen_until
    for ids in _cut(_touched(since, now)):
        rows = Petition.objects.filter(pk__in=ids, disposed_at=None).order_by("pk").values_list("pk", "historical")
        _look(lease, list(rows), result, now)
        tell(result.checked)
    with lease.writing(seen_until=now):
        pass


def _touched(since: datetime | None, now: datetime) -> list[int]:
    """Return the petitions to look at: those with new entries, and those of which a limit passed a mark."""
    duties = limits.duties().order_by()
    if since is None:  # all that somebody still owes something of; what is over is left to the walk
        return sorted(set(duties.values_list("petition", flat=True)))
    touched = set(
        Entry.objects.filter(pk__gte=first_id_at(since - OVERLAP)).order_by().values_list("petition", flat=True)
    )
    touched.update(duties.filter(due_at__gt=since - OVERLAP, due_at__lte=now).values_list("petition", flat=True))
    first, last = office_date(since - OVERLAP), office_date(now)
    if first != last:
        touched.update(_soon(duties, since - OVERLAP, now))
    return sorted(touched)


def _soon(duties: QuerySet, since: datetime, now: datetime) -> Iterator[int]:
    """Yield the petitions of which a limit is about to be late since then. Such marks lie at midnights, so that this is asked once a day."""
    percent = Settings.current().soon_percent
    ahead = duties.filter(due_at__gt=now).values_list("petition", "started_at", "due_on")
    for petition, started_at, due_on in ahead.iterator(chunk_size=5_000):
        if since < limits.mark(office_date(started_at), due_on, percent) <= now:
            yield petition


def walk(
    lease: Lease, result: Result, now: datetime, seconds: float | None, tell: Progress = lambda checked: None
) -> None:
    """Go on with the walk through all petitions, for so long at most; begin a new round when the last is a day old."""
    state = Scan.objects.get(pk=1)
    if state.walk_ended_at is not None or state.walk_began_at is None:
        if state.walk_began_at and now - state.walk_began_at < WALK_EVERY:
            return
        with lease.writing(**_begun(now)):
            state.walked = 0
    until, position = time.monotonic() + (seconds or 0), state.walked
    while True:
        ahead = Petition.objects.filter(pk__gt=position, disposed_at=None).order_by("pk")
        rows = list(ahead.values_list("pk", "historical")[:BATCH])
        if not rows:
            with lease.writing(walk_ended_at=now):
                return
        position = rows[-1][0]
        _look(lease, rows, result, now, walked=position)
        tell(result.checked)
        if seconds is not None and time.monotonic() >= until:
            return


def _look(lease: Lease, rows: Sequence[Row], result: Result, now: datetime, **progress: object) -> None:
    """Look at some petitions and write what changed, with how far the walk is, in one short transaction."""
    found = holding.find(rows, now)
    with lease.writing(**progress):
        result.add(len(rows), holding.write([pk for pk, _historical in rows], found, now))


def _cut(ids: Iterable[int]) -> Iterator[list[int]]:
    ahead = iter(ids)
    while batch := list(islice(ahead, BATCH)):
        yield batch
