"""What the health page and `yiwang doctor` both look at: quick checks that ask little of anything, one function each."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from yiwang.cli.config import Config
from yiwang.cli.findings import Finding, seconds_since

HEARTBEAT_LIMIT = 120
"""Seconds after which a silent worker counts as ended."""
DOWN_AFTER = timedelta(minutes=15)
"""For how long a way out may fail before it counts as down: mail servers are busy now and then."""
CLOCK_SLACK = timedelta(minutes=2)
DATABASE_SLACK_MS = 5_000
"""How far two clocks may differ: well below the shortest time that anything is counted in."""
JUMP_SECONDS = 5.0
JUMP_REMEMBERED = 600.0


def ready(config: Config) -> Iterator[Finding]:
    """Yield what this machine needs to answer requests: storage, room on the disk, and the database."""
    yield check_storage(config)
    yield check_disk(config)
    yield check_answering()


def whole(config: Config) -> Iterator[Finding]:
    """Yield that, and what the office needs besides: a worker, right clocks, and ways out that deliver."""
    found = list(ready(config))
    yield from found
    answers = found[-1].well
    yield check_worker(config)
    if answers:
        yield check_clock()
        yield from check_channels()


def check_answering() -> Finding:
    """Whether the database answers a question."""
    from django.db import DatabaseError, InterfaceError

    from yiwang.cli.databases import place_of
    from yiwang.watch.models import Heartbeat

    begun = time.perf_counter()
    try:
        Heartbeat.objects.exists()
    except (DatabaseError, InterfaceError) as error:
        mend = "Check YIWANG_DATABASE_URL and that its server runs."
        return Finding("database", False, f"{place_of()} does not answer: {type(error).__name__}", mend)
    return Finding("database", True, f"{place_of()}, {(time.perf_counter() - begun) * 1000:.0f} ms")


def check_storage(config: Config) -> Finding:
    """Whether a file can be written, synced, read again and removed where petitioners' files are kept."""
    folder = config.files_folder if config.files_folder.is_dir() else config.var
    path, content = folder / f".probe-{os.getpid()}-{secrets.token_hex(4)}", secrets.token_bytes(64)
    try:
        try:
            with path.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            same = path.read_bytes() == content
        finally:
            with suppress(FileNotFoundError):
                path.unlink()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        return Finding(
            "storage", False, f"{folder} cannot be written: {reason}", "Make it writable, or free some room."
        )
    if not same:
        return Finding(
            "storage", False, f"{folder} gives back other bytes than it took", "Look at the disk: it is failing."
        )
    return Finding("storage", True, str(folder))


def check_disk(config: Config) -> Finding:
    """Free space where the office lies."""
    free = shutil.disk_usage(config.var if config.var.exists() else config.var.parent).free // 1_000_000
    if free < config.disk_megabytes:
        return Finding(
            "disk",
            False,
            f"{free} MB free, less than {config.disk_megabytes}",
            "Free some, or move YIWANG_VAR to a larger disk.",
        )
    return Finding("disk", True, f"{free} MB free")


def check_worker(config: Config) -> Finding:
    """Whether a worker runs, reaches the database, and every job goes well.

    Workers of all machines beat in the database; while that is away, the file of this machine's worker is read.
    """
    from django.db import DatabaseError, InterfaceError

    from yiwang.cli.worker import last_heartbeat

    start = "Start “yiwang worker”: until then no message is delivered."
    try:
        found = _beating()
    except (DatabaseError, InterfaceError):
        found = None
    if found:
        return found
    beat = last_heartbeat(config.var)
    if beat is None or seconds_since(beat["at"]) > HEARTBEAT_LIMIT:
        return Finding("worker", False, f"silent since {beat['at']}" if beat else "not running", start)
    failing = [name for name, result in beat["jobs"].items() if not result["ok"]]
    if beat["database"] != "there" or failing:
        reason = "it cannot reach the database" if beat["database"] != "there" else f"failing: {', '.join(failing)}"
        return Finding("worker", False, reason, "Read its log; it goes on by itself once the cause is gone.")
    return Finding("worker", True, f"seen {int(seconds_since(beat['at']))} s ago")


def _beating() -> Finding | None:
    """Return what the heartbeats in the database tell; None where there is none."""
    from yiwang.watch.heartbeats import workers

    found = workers()
    if not found:
        return None
    silent = [f"{worker.row.host} (silent for {worker.silent_seconds} s)" for worker in found if not worker.fresh]
    fresh = [worker for worker in found if worker.fresh]
    if silent:
        mend = "Start “yiwang worker” there: until one runs no message is delivered."
        return Finding("worker", False, f"{len(fresh)} of {len(found)} beat; not {', '.join(silent)}", mend)
    failing = sorted({job for worker in fresh for job in worker.failing})
    if failing:
        mend = "Read its log; it goes on by itself once the cause is gone."
        return Finding("worker", False, f"failing: {', '.join(failing)}", mend)
    seen = min(worker.silent_seconds for worker in fresh)
    return Finding("worker", True, f"{len(fresh)} running, seen {seen} s ago")


_clocks = (time.time(), time.monotonic())
"""This process's two clocks when they were last compared: the one that can be set, and the one that cannot."""


def check_clock() -> Finding:
    """Whether the clock stands before what was written down, apart from the database's, or was set while this process ran."""
    from yiwang.journal.models import Record
    from yiwang.watch.heartbeats import clock_off_ms

    mend = "Set the machine's clock (timedatectl set-ntp true): all limits run by it."
    last = Record.objects.order_by("-pk").values_list("at", flat=True).first()
    if last and last - datetime.now(UTC) > CLOCK_SLACK:
        found = f"the last record is of {last.isoformat(timespec='seconds')}, which is yet to come"
        return Finding("clock", False, found, mend)
    off = clock_off_ms()
    if off is not None and abs(off) > DATABASE_SLACK_MS:
        found = f"{abs(off) / 1000:.1f} s {'ahead of' if off > 0 else 'behind'} the database's"
        return Finding("clock", False, found, mend)
    jumped = clock_jump(time.time(), time.monotonic())
    if abs(jumped) > JUMP_SECONDS:
        return Finding("clock", False, f"it was set by {jumped:+.0f} s within ten minutes", mend)
    return Finding("clock", True, datetime.now(UTC).isoformat(timespec="seconds"))


def clock_jump(wall: float, steady: float) -> float:
    """Return by how many seconds the clock was set since it was last compared, which is at most ten minutes ago or the last look."""
    global _clocks
    jumped = (wall - _clocks[0]) - (steady - _clocks[1])
    if steady - _clocks[1] > JUMP_REMEMBERED:
        _clocks = (wall, steady)
    return jumped


def check_channels() -> Iterator[Finding]:
    """Yield how each way out stands: whether it has its settings, and whether it delivers.

    What waits about an accusation is left out, so that nobody learns of one by this page.
    """
    from yiwang.outbox import senders, tally
    from yiwang.watch import queues

    now, standings = datetime.now(UTC), tally.standings()
    old = queues.pending(queues.ordinary()).filter(created_at__lt=now - DOWN_AFTER).order_by()
    waiting = set(old.values_list("route", flat=True).distinct())
    for sender in senders.registered():
        name, standing = f"channel {sender.route}", standings.get(sender.route)
        if not sender.ready():
            well = sender.route not in waiting
            mend = "" if well else "Give it its settings (docs/settings.md): messages wait for it."
            yield Finding(name, well, "not set up" if well else "not set up, and messages wait for it", mend)
        elif standing and standing.failing_since and now - standing.failing_since > DOWN_AFTER:
            found = f"only failures since {standing.failing_since:%Y-%m-%d %H:%M} UTC, the last: {standing.code}"
            yield Finding(
                name,
                False,
                found,
                "See whether the other side runs, and the settings are right; it is tried again by itself.",
            )
        else:
            delivered = f"{standing.delivered_at:%Y-%m-%d %H:%M} UTC" if standing and standing.delivered_at else "never"
            failed = (
                f", last failure {standing.failed_at:%Y-%m-%d %H:%M} UTC" if standing and standing.failed_at else ""
            )
            yield Finding(name, True, f"last delivered {delivered}{failed}")
