"""The scan 督查扫描: finds what is late or careless, writes each finding once, and ends those that are gone (ADR 0023).

Incremental: it looks at the petitions of which something was recorded since it last looked, and at those of which a limit
passed a mark meanwhile. A slow walk through all petitions finds what that could miss, once a day. Both may be stopped or
killed at any point and run again: what was found is there once, whoever finds it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.journal.models import Record
from yiwang.petitions.lifecycle import BY_ACTION
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
AFTERMATH = timedelta(days=90)
"""So long after it was closed, something may still happen to a petition; the walk leaves those that rest for longer."""
SECONDS_OF_A_FIRST_WALK = 3.0
MOST_ROUNDS = 5

Row = tuple[int, bool]
"""A petition's id, and whether it is imported history."""
Progress = Callable[[int], object]


@dataclass
class Result:
    """What a scan did: petitions looked at, findings open when it ended, findings written and ended by it."""

    looked_at: set[int] = field(default_factory=set, repr=False)
    found: int = 0
    new: int = 0
    ended: int = 0

    @property
    def checked(self) -> int:
        """How many petitions were looked at, each counted once."""
        return len(self.looked_at)

    def add(self, petitions: Iterable[int], written: Written) -> None:
        self.looked_at.update(petitions)
        self.new += written.new
        self.ended += written.ended


def scan(tell: Progress = lambda checked: None, *, everything: bool = False, history: bool = False) -> Result:
    """Scan for what changed; ``everything``: walk through all petitions besides; ``history``: imported ones too.

    `yiwang supervise scan` calls it. What is found in history stays until somebody deals with it; nobody is urged for it.

    The very first scan looks at what is late of all that is open, and begins to walk through the rest for some seconds; the
    worker goes on with that. Raises Busy when another keeps the lease for minutes.
    """
    with leased_in_time() as lease:
        result, now = Result(), datetime.now(UTC)
        first = Scan.objects.get(pk=1).walk_began_at is None
        follow(lease, result, now, tell)
        everything = everything or history
        if everything:
            with lease.writing(**_begun(now)):
                pass
        if everything or first:
            walk(lease, result, now, None if everything else SECONDS_OF_A_FIRST_WALK, tell, history=history)
        _settle(lease, result, now)
        result.found = Finding.objects.filter(ended_at=None, kind__in=KINDS).count()
        return result


def _settle(lease: Lease, result: Result, now: datetime) -> None:
    """Look once more at what changed lately, until nothing is new: one petition may become a finding by those looked at after it."""
    new = result.new
    for _round in range(MOST_ROUNDS):
        if not new:
            return
        again = Result()
        follow(lease, again, now)
        new = again.new
        result.new += again.new
        result.ended += again.ended


def walk_anew() -> None:
    """Let the next turns walk through all petitions again, as after a change of what is looked for."""
    Scan.objects.filter(pk=1).update(**_begun(datetime.now(UTC)))


def _begun(now: datetime) -> dict[str, object]:
    return {"walked": 0, "walk_began_at": now, "walk_ended_at": None}


def follow(lease: Lease, result: Result, now: datetime, tell: Progress = lambda checked: None) -> None:
    """Look at what happened since the last scan; only when all of it was looked at does the next one begin later."""
    since = Scan.objects.get(pk=1).seen_until
    # The first time, what is late and soon will be of all that is open; all the rest is found by the walk.
    kinds = [code for code, kind in KINDS.items() if kind.urges] if since is None else list(KINDS)
    for ids in _cut(_touched(since, now)):
        rows = Petition.objects.filter(pk__in=ids, disposed_at=None).order_by("pk").values_list("pk", "historical")
        _look(lease, list(rows), result, now, kinds)
        tell(result.checked)
    with lease.writing(seen_until=now):
        pass


def _touched(since: datetime | None, now: datetime) -> list[int]:
    """Return the petitions to look at: those with new entries, and those of which a limit passed a mark."""
    duties = limits.duties().order_by()
    if since is None:
        return sorted(set(duties.values_list("petition", flat=True)))
    first_id = first_id_at(since - OVERLAP)
    touched = set(Entry.objects.filter(pk__gte=first_id).order_by().values_list("petition", flat=True))
    # The entry of what an import tells of the past has an id of then; its line of the behaviour log is of now.
    lines = Record.objects.filter(
        pk__gte=first_id, subject_kind="petition", act__in=BY_ACTION, result=Record.Result.DONE
    )
    touched.update(lines.order_by().values_list("subject_id", flat=True))
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
    lease: Lease,
    result: Result,
    now: datetime,
    seconds: float | None,
    tell: Progress = lambda checked: None,
    *,
    history: bool = False,
) -> None:
    """Go on with the walk through all petitions, for so long at most; begin a new round when the last is a day old."""
    state = Scan.objects.get(pk=1)
    if state.walk_ended_at is not None or state.walk_began_at is None:
        if state.walk_began_at and now - state.walk_began_at < WALK_EVERY:
            return
        with lease.writing(**_begun(now)):
            state.walked = 0
    until, position = time.monotonic() + (seconds or 0), state.walked
    stirring = _stirring(now, history)
    while True:
        ahead = Petition.objects.filter(stirring, pk__gt=position, disposed_at=None).order_by("pk")
        rows = list(ahead.values_list("pk", "historical")[:BATCH])
        if not rows:
            with lease.writing(walk_ended_at=now):
                return
        position = rows[-1][0]
        _look(lease, rows, result, now, list(KINDS), history=history, walked=position)
        tell(result.checked)
        if seconds is not None and time.monotonic() >= until:
            return


def _stirring(now: datetime, history: bool) -> Q:
    """Return the condition of what the walk looks at: not what was closed before anything that would still count, and owes nothing."""
    rested = now - timedelta(days=Settings.current().look_back_days) - AFTERMATH
    owing = limits.duties().filter(petition=OuterRef("pk"))
    found = Q(closed_at=None) | Q(closed_at__gte=rested) | Q(Exists(owing))
    return found | Q(historical=True) if history else found & Q(historical=False)


def _look(
    lease: Lease,
    rows: Sequence[Row],
    result: Result,
    now: datetime,
    kinds: Sequence[str],
    *,
    history: bool = False,
    **progress: object,
) -> None:
    """Look at some petitions and write what changed, with how far the walk is, in one short transaction."""
    found = holding.find(rows, now, kinds, history=history)
    with lease.writing(**progress):
        petitions = [pk for pk, _historical in rows]
        result.add(petitions, holding.write(petitions, found, now, kinds))


def _cut(ids: Iterable[int]) -> Iterator[list[int]]:
    ahead = iter(ids)
    while batch := list(islice(ahead, BATCH)):
        yield batch
