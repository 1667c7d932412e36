"""Heartbeats of workers, one row each, in the database: any number of workers on any number of machines.

A worker that cannot reach the database leaves no beat there: it falls silent, which is what others are to notice.
"""

import os
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.functions import Now

from yiwang.store.ids import new_id
from yiwang.watch.models import Heartbeat

FRESH = timedelta(seconds=120)
"""How long a worker counts as alive after its last beat; it beats every five seconds, a long job may keep it."""
EXPIRES = timedelta(hours=24)
"""How long a silent worker is remembered, and so told of."""


@dataclass
class Pulse:
    """The heart of one worker: keeps its row up to date, and takes it away at the end."""

    folder: Path
    host: str = field(default_factory=lambda: socket.gethostname()[:80])
    pid: int = field(default_factory=os.getpid)
    id: int = field(default_factory=new_id)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def beat(self, jobs: Mapping[str, Any], now: datetime | None = None) -> None:
        """Write the row: how its jobs fare, its disk and its clock. Sweeps rows that ran out, and those of dead workers of its host.

        Raises DatabaseError where the database is away.
        """
        now = now or datetime.now(UTC)
        values = {"at": now, "jobs": dict(jobs), "disk_free_mb": free_mb(self.folder), "clock_off_ms": clock_off_ms()}
        if Heartbeat.objects.filter(pk=self.id).update(**values):
            return
        Heartbeat.objects.create(pk=self.id, host=self.host, pid=self.pid, started_at=self.started_at, **values)
        gone = [row.pk for row in Heartbeat.objects.filter(host=self.host).exclude(pk=self.id) if not _runs(row.pid)]
        Heartbeat.objects.filter(pk__in=gone).delete()
        sweep(now)

    def end(self) -> None:
        """Take the row away: this worker was told to end, and nobody is to look for it."""
        Heartbeat.objects.filter(pk=self.id).delete()


@dataclass(frozen=True)
class Worker:
    """One worker as others see it."""

    row: Heartbeat
    fresh: bool
    silent_seconds: int

    @property
    def failing(self) -> list[str]:
        """The jobs whose last run failed."""
        return sorted(name for name, result in self.row.jobs.items() if not result.get("ok"))

    @property
    def clock_off(self) -> str | None:
        """How many seconds its clock is ahead of the database's, as people read it."""
        return None if self.row.clock_off_ms is None else f"{self.row.clock_off_ms / 1000:+.1f}"


def workers(now: datetime | None = None) -> list[Worker]:
    """Return the workers that beat within the last day and were not ended; one statement."""
    now = now or datetime.now(UTC)
    rows = Heartbeat.objects.filter(at__gt=now - EXPIRES).order_by("host", "started_at", "pk")
    return [Worker(row, now - row.at <= FRESH, max(int((now - row.at).total_seconds()), 0)) for row in rows]


def sweep(now: datetime | None = None) -> int:
    """Remove rows that ran out, and return how many."""
    return Heartbeat.objects.filter(at__lte=(now or datetime.now(UTC)) - EXPIRES).delete()[0]


def clock_off_ms() -> int | None:
    """Return how many milliseconds this machine's clock is ahead of the database's; None where nothing can be asked. One statement."""
    found = ContentType.objects.annotate(clock=Now()).order_by("pk").values_list("clock", flat=True)[:1]
    before = datetime.now(UTC)
    for theirs in found:  # asked here, so that the answer lies between the two looks at our own clock
        middle = before + (datetime.now(UTC) - before) / 2
        return round((middle - theirs).total_seconds() * 1000)
    return None


def free_mb(folder: Path) -> int | None:
    """Return how many megabytes are free where a folder lies."""
    try:
        return shutil.disk_usage(folder).free // 1_000_000
    except OSError:
        return None


def _runs(pid: int) -> bool:
    """Return whether a process of this machine runs. One in another container beats again, and is back."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
