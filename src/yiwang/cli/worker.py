"""The worker: what an office does by itself, over and over, beside answering requests.

Each job is a row of the table below. A job that fails is logged and tried again at its next turn, and keeps no other from
its turn. While the database is away the worker waits, longer each time up to a minute, and goes on when it is back.
"""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import structlog
from django.db import DatabaseError, InterfaceError, connections

from yiwang.cli.config import current_config
from yiwang.cli.databases import is_away

if TYPE_CHECKING:
    from yiwang.watch.heartbeats import Pulse

log = structlog.get_logger(__name__)

HEARTBEAT_FILE = "worker.json"
HEARTBEAT_SECONDS = 5.0
LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Job:
    """Something done every so many seconds: ``function`` is ``module:name``, takes nothing, and is safe to repeat.

    ``traced``: it returns how many things it changed, and a run that changed any leaves a line in the behaviour log.
    ``apart``: it has a thread of its own, so that no other job keeps it waiting.
    """

    name: str
    seconds: float
    function: str
    traced: bool = False
    apart: bool = False

    @property
    def code(self) -> str:
        """Its name in the behaviour log."""
        return self.name.replace(" ", "_")

    def run(self) -> Any:
        module, name = self.function.split(":")
        return getattr(import_module(module), name)()


def clear_sessions() -> None:
    """Remove the sessions of staff that have run out."""
    from django.core.management import call_command

    call_command("clearsessions", verbosity=0)


def sweep_uploads(older_than_seconds: float = 3600) -> None:
    """Remove uploads that a killed web process left behind: they lie there as they came, unsealed."""
    limit = time.time() - older_than_seconds
    for path in current_config().uploads_folder.glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()


JOBS: tuple[Job, ...] = (
    Job("order the journal", 1, "yiwang.journal.sequencer:go_on", apart=True),
    Job("append to the log of petitions", 2, "yiwang.transparency.sequencing:go_on", apart=True),
    Job("deliver messages", 2, "yiwang.outbox.delivery:deliver_due", traced=True),
    Job("make papers", 2, "yiwang.petitions.papers:make_owed", traced=True),
    Job("note what was delivered", 20, "yiwang.petitions.actions:note_deliveries", traced=True),
    Job("close what was delivered", 60, "yiwang.petitions.actions:close_delivered", traced=True),
    Job("open second looks", 30, "yiwang.satisfaction.second_looks:open_looks", traced=True),
    Job("rate what was left silent", 600, "yiwang.satisfaction.silent:rate_silently", traced=True),
    Job("count limits anew", 5, "yiwang.petitions.deadlines.recounting:go_on"),
    Job("warn of limits", 5, "yiwang.petitions.actions:warn_due", traced=True),
    Job("follow reports upward", 30, "yiwang.supervision.orders.reports:follow_reports", traced=True),
    Job("count orders anew", 300, "yiwang.supervision.orders.limits:recount", traced=True),
    Job("follow late reports", 3600, "yiwang.supervision.orders.reports:follow_late_reports", traced=True),
    Job("list call-backs", 300, "yiwang.satisfaction.callbacks.making:go_on", traced=True),
    Job("supervise", 60, "yiwang.supervision.turn:go_on", traced=True, apart=True),
    Job("scan files", 3, "yiwang.petitions.scanning:scan_waiting"),
    Job("forget what was counted", 600, "yiwang.doors.limits:sweep"),
    Job("dispose of what was confirmed", 60, "yiwang.petitions.disposal:go_on"),
    Job("make reports", 300, "yiwang.performance.reports.schedule:make_due", traced=True, apart=True),
    Job("watch for alerts", 30, "yiwang.watch.alerting:go_on", traced=True),
    Job("sum up how fast answers were", 60, "yiwang.watch.timings:fold"),
    Job("sum up how deliveries went", 3600, "yiwang.outbox.tally:fold"),
    Job("forget old alerts", 3600, "yiwang.watch.alerting:sweep"),
    Job("read the website's certificate", 3600, "yiwang.watch.outside:read_certificate", apart=True),
    Job("compute assessments", 20, "yiwang.performance.assessment.running:go_on", traced=True),
    Job("sweep orphaned files", 3600, "yiwang.petitions.attachments:sweep_orphans", traced=True),
    Job("sweep cut uploads", 3600, "yiwang.cli.worker:sweep_uploads"),
    Job("clear sessions", 3600, "yiwang.cli.worker:clear_sessions"),
)


@dataclass
class Worker:
    """Runs jobs until ``stop`` is set. ``now`` gives seconds that only ever grow; tests give their own.

    It beats into a file of its folder, for who looks on this machine while the database is away, and by ``pulse`` into the
    database, for everybody.
    """

    jobs: tuple[Job, ...]
    folder: Path
    pulse: "Pulse | None" = None
    stop: Event = field(default_factory=Event)
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._due = {job.name: self.now() for job in self.jobs if not job.apart}
        self._beat_at = float("-inf")
        self._failures = 0
        self._results: dict[str, dict[str, Any]] = {}

    def run(self) -> None:
        """Work until told to stop; the job under way is finished first."""
        apart = [Thread(target=self._repeat, args=(job,), name=job.name) for job in self.jobs if job.apart]
        for thread in apart:
            thread.start()
        try:
            while not self.stop.is_set():
                self.stop.wait(self.tick())
        finally:
            self.stop.set()
            for thread in apart:
                thread.join()
            (self.folder / HEARTBEAT_FILE).unlink(missing_ok=True)
            if self.pulse:
                with suppress(DatabaseError, InterfaceError):
                    self.pulse.end()
            connections.close_all()

    def _repeat(self, job: Job) -> None:
        """Run one job over and over, in a thread of its own."""
        failures = 0
        try:
            while not self.stop.is_set():
                failures = 0 if self._run(job) else failures + 1
                self.stop.wait(_pause(failures) if failures else job.seconds)
        finally:
            connections.close_all()

    def tick(self) -> float:
        """Run what is due, and return how many seconds to wait before the next tick."""
        away = False
        for job in self.jobs:
            if self.stop.is_set():
                break
            if job.apart:
                continue
            if self._due[job.name] > self.now():
                continue
            away = not self._run(job)
            if away:
                break
        self._failures = self._failures + 1 if away else 0
        self._beat(away)
        if away:
            return _pause(self._failures)
        return max(0.05, min([HEARTBEAT_SECONDS, *[due - self.now() for due in self._due.values()]]))

    def _run(self, job: Job) -> bool:
        """Run one job; return False when the database is away, so that the others need not ask it too."""
        try:
            done = job.run()
            if done and job.traced:
                self._trace(job, ok=True)
        except Exception as error:
            if is_away(error):
                log.warning("database away", job=job.name, exc_info=error)
                connections.close_all()
                self._note(job, ok=False)
                return False
            log.error("job failed", job=job.name, exc_info=error)
            if self._results.get(job.name, {}).get("ok", True):
                # The first time alone: what fails every two seconds would fill the log.
                with suppress(Exception):
                    self._trace(job, ok=False)
            self._note(job, ok=False)
        else:
            self._note(job, ok=True)
        self._due[job.name] = self.now() + job.seconds
        return True

    @staticmethod
    def _trace(job: Job, *, ok: bool) -> None:
        """Leave a line in the behaviour log; what the job did to a petition has its own, written with it."""
        from yiwang.journal import log as behaviour

        result = "done" if ok else "refused"
        line = behaviour.line("job", actor_kind="system", subject_kind="job", reason=job.code, result=result)
        behaviour.write([line])

    def _note(self, job: Job, *, ok: bool) -> None:
        self._results[job.name] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "ok": ok}

    def _beat(self, away: bool) -> None:
        if self.now() - self._beat_at < HEARTBEAT_SECONDS and not away:
            return
        self._beat_at = self.now()
        content = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "pid": os.getpid(),
            "database": "away" if away else "there",
            "jobs": dict(self._results),
        }
        path = self.folder / HEARTBEAT_FILE
        draft = path.with_suffix(".part")
        try:
            draft.write_text(json.dumps(content, ensure_ascii=False))
            draft.replace(path)
        except OSError as error:
            log.warning("heartbeat not written", exc_info=error)
        if self.pulse and not away:
            try:
                self.pulse.beat(dict(self._results))
            except (DatabaseError, InterfaceError) as error:
                log.warning("heartbeat not told", exc_info=error)


def _pause(failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row."""
    return min(2.0 ** min(failures - 1, 10), LONGEST_WAIT)


def last_heartbeat(folder: Path) -> dict[str, Any] | None:
    """Return what the worker last said of itself, or None when it was ended or never began."""
    try:
        content: dict[str, Any] = json.loads((folder / HEARTBEAT_FILE).read_text())
    except (OSError, ValueError):
        return None
    return content
