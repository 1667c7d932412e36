"""Loads petitions in bulk: ``python -m bench.generate COUNT`` into the office that the environment names (after migrate).

Two processes invent and write batches in turn, so that on SQLite one invents while the other writes. How the engine is made
ready for that is in ``bench/loading.py``, and counts within the time. What is loaded is
what petitions leave behind: petitioner, petition, referral, entries, deadlines, answer, ratings, published answer, and both
search indexes. Not loaded are attachments, notices long delivered, and the behaviour log.
"""

import argparse
import json
import os
import random
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import django

PROCESSES = 2
BATCH = 1_000
YEARS = 3
PLACES = 2_000_000
"""Numbers that one seed may use: two runs with seeds of their own can load the same office."""
OFFICE_HOURS = (8, 22)


def main() -> None:
    """Load the petitions and print a line of JSON: how many, in what time, and at what cost in processor time."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    _start_django()
    from django.db import connections

    from bench.city import build
    from bench.loading import loading

    build()
    connections.close_all()
    now = datetime.now(UTC)
    batches = [(first, min(BATCH, given.count - first)) for first in range(0, given.count, BATCH)]
    tasks = [(given.seed, given.count, now, first, size) for first, size in batches]
    started, before = time.monotonic(), os.times()
    with loading(), get_context("spawn").Pool(PROCESSES, _start_django) as pool:
        written = sum(pool.imap_unordered(write_batch, tasks))
        pool.close()
        pool.join()  # so that their processor time is known
    loaded, after = time.monotonic() - started, os.times()
    settle()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    report = {
        "petitions": written,
        "seconds": round(loaded, 1),
        "per_second": round(written / loaded),
        "processor_ms": round(1000 * processor / written, 2),
    }
    print(json.dumps(report))


def write_batch(task: tuple[int, int, datetime, int, int]) -> int:
    """Invent and write one batch: a slice of the three years, in one transaction; return how many petitions it has."""
    from bench.city import load
    from bench.lives import Lives
    from bench.loading import ready_to_write
    from bench.rows import write

    seed, count, now, first, size = task
    rows = Lives(load(), now, seed * 1_000_003 + first, seed * PLACES + first).at(
        instants(seed, count, now, first, size)
    )
    ready_to_write()
    write(rows)
    return size


def instants(seed: int, count: int, now: datetime, first: int, size: int) -> list[datetime]:
    """Return when the petitions ``first`` to ``first + size`` of ``count`` were received: evenly over three years, by day."""
    dice = random.Random(seed + first)
    span = timedelta(days=365 * YEARS)
    found = []
    for number in range(first, first + size):
        at = now - span + span * (number / count)
        hour = dice.uniform(*OFFICE_HOURS) - 8  # the office's hours, in UTC
        at = at.replace(hour=int(hour), minute=dice.randrange(60), second=dice.randrange(60))
        found.append(min(at, now - timedelta(minutes=1)))
    return sorted(found)


def settle() -> None:
    """Bring the planner's statistics up to date and fold the write-ahead log back, as a quiet night does."""
    from django.db import connection

    statements = (
        ["VACUUM ANALYZE"] if connection.vendor == "postgresql" else ["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"]
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.cli.settings")
    django.setup()


if __name__ == "__main__":
    main()
