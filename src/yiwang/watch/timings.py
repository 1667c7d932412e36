"""How long answers take, of all processes together, without a statement in any request.

Each process counts in its own memory: for each page and status how many answers fell into which bucket. A thread of it
adds what was counted to the database every ten seconds, as one row. Whoever asks sums up the rows; old ones are folded
into one, so that totals never fall and the table stays small. A process that is killed takes up to ten seconds of
figures along, and nothing else.

A page is the name of its address (`desk:petition`), so that no petition's number and nobody can stand here.
"""

import logging
import os
import socket
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread

from django.db import DatabaseError, InterfaceError, connections, transaction

from yiwang.watch.models import Timing

BOUNDS_MS = (5, 10, 20, 50, 100, 200, 300, 500, 750, 1_000, 2_000, 3_000, 5_000, 10_000)
"""Upper ends of the buckets; one more bucket takes what took longer."""
FLUSH_SECONDS = 10.0
LATELY = timedelta(minutes=5)
FOLD_AFTER = timedelta(minutes=10)

Key = tuple[str, int]
log = logging.getLogger(__name__)


@dataclass
class Histogram:
    """How many answers fell into each bucket, and how many microseconds they took together."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))
    microseconds: int = 0

    @property
    def number(self) -> int:
        return sum(self.buckets)

    def add(self, seconds: float) -> None:
        self.buckets[bisect_left(BOUNDS_MS, seconds * 1000)] += 1
        self.microseconds += int(seconds * 1_000_000)

    def merge(self, other: "Histogram") -> None:
        self.buckets = [one + two for one, two in zip(self.buckets, other.buckets, strict=True)]
        self.microseconds += other.microseconds

    def quantile(self, share: float) -> float | None:
        """Return below which milliseconds that share of the answers stayed, read off straight within a bucket; None of none.

        Of what took longer than the last bucket's end no more is known than that end.
        """
        wanted, passed, low = share * self.number, 0, 0
        if not self.number:
            return None
        for high, count in zip(BOUNDS_MS, self.buckets, strict=False):
            if count and passed + count >= wanted:
                return low + (high - low) * (wanted - passed) / count
            passed, low = passed + count, high
        return float(BOUNDS_MS[-1])


class Recorder:
    """What one process counted and has not yet told."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[Key, Histogram] = defaultdict(Histogram)

    def add(self, page: str, status: int, seconds: float) -> None:
        with self._lock:
            self._counts[page, status].add(seconds)

    def take(self) -> dict[Key, Histogram]:
        """Return what was counted, and begin anew."""
        with self._lock:
            counts, self._counts = self._counts, defaultdict(Histogram)
        return dict(counts)

    def put_back(self, counts: dict[Key, Histogram]) -> None:
        """Take again what could not be told."""
        with self._lock:
            for key, histogram in counts.items():
                self._counts[key].merge(histogram)


recorder = Recorder()
"""This process's. Counts of the process itself, and no rows."""


def flush(now: datetime | None = None) -> bool:
    """Tell what this process counted, as one row; return whether there was anything. Raises DatabaseError, with all kept."""
    counts = recorder.take()
    if not counts:
        return False
    try:
        Timing.objects.create(
            process=f"{socket.gethostname()[:80]}-{os.getpid()}", at=now or datetime.now(UTC), counts=packed(counts)
        )
    except (DatabaseError, InterfaceError):
        recorder.put_back(counts)
        raise
    return True


class Flusher(Thread):
    """The thread that tells, every ten seconds."""

    def __init__(self, seconds: float = FLUSH_SECONDS) -> None:
        super().__init__(name="timings", daemon=True)
        self.seconds = seconds
        self.stop = Event()

    def run(self) -> None:
        while not self.stop.wait(self.seconds):
            try:
                flush()
            except (DatabaseError, InterfaceError) as error:
                log.debug("timings not told yet: %s", type(error).__name__)  # the pages say loudly that it is away
            finally:
                connections.close_all()


def packed(counts: dict[Key, Histogram]) -> dict[str, dict[str, list[int]]]:
    """Return counts as a row holds them: page, status, the buckets and the microseconds."""
    found: dict[str, dict[str, list[int]]] = {}
    for (page, status), histogram in sorted(counts.items()):
        found.setdefault(page, {})[str(status)] = [*histogram.buckets, histogram.microseconds]
    return found


def unpacked(rows: Iterable[dict[str, dict[str, list[int]]]]) -> dict[Key, Histogram]:
    """Return the sum of what rows hold. A row of another version, with other buckets, is left out."""
    found: dict[Key, Histogram] = defaultdict(Histogram)
    for row in rows:
        for page, statuses in row.items():
            for status, numbers in statuses.items():
                if len(numbers) == len(BOUNDS_MS) + 2:
                    found[page, int(status)].merge(Histogram(numbers[:-1], numbers[-1]))
    return dict(found)


@dataclass(frozen=True)
class Speed:
    """How fast answers were lately, in milliseconds; None where none was given."""

    number: int
    p50: float | None
    p95: float | None
    errors: int
    """Answers with 5xx."""


def speed(now: datetime | None = None) -> Speed:
    """Return how fast the answers of the last five minutes were, of all processes; one statement."""
    now = now or datetime.now(UTC)
    rows = Timing.objects.filter(at__gt=now - LATELY, at__lte=now).exclude(process="").values_list("counts", flat=True)
    total, errors = Histogram(), 0
    for (_page, status), histogram in unpacked(rows).items():
        total.merge(histogram)
        errors += histogram.number if status >= 500 else 0
    return Speed(total.number, total.quantile(0.5), total.quantile(0.95), errors)


def totals() -> dict[Key, Histogram]:
    """Return all that was ever counted; one statement, so that a fold at the same time neither adds nor takes."""
    return unpacked(Timing.objects.values_list("counts", flat=True))


def fold(now: datetime | None = None) -> int:
    """Sum up rows that are older than ten minutes in one, and return how many went; the worker does it every minute.

    In one transaction, with the rows locked: killed in the middle, or done by two at once, nothing is lost or doubled.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        old = list(Timing.objects.select_for_update(skip_locked=True).filter(at__lte=now - FOLD_AFTER).order_by("pk"))
        if len(old) < 2:
            return 0
        Timing.objects.create(at=max(row.at for row in old), counts=packed(unpacked(row.counts for row in old)))
        return Timing.objects.filter(pk__in=[row.pk for row in old]).delete()[0]
