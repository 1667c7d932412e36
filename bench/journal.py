"""How many lines of the behaviour log are ordered in a second, and how many verified: ``make bench``, or ``python -m bench.journal``.

Lines are written as the program writes them, with their MACs; then they are given places, chain, Merkle leaves and a signed
head, and the whole journal is verified. Run on each engine in an office of its own. The aims: 5 000 lines a second
ordered, a million verified in 60 s, and memory that does not grow with the
journal (of SQLite's file up to 64 MB are mapped, which counts as memory).
"""

import argparse
import json
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import postgres
from bench.office import fresh

AIM_ORDERED = 5_000
AIM_VERIFIED = 1_000_000 / 60
AT_ONCE = 5_000


def main() -> int:
    """Print a line for each engine, and return 1 when one missed an aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return measure(given.lines)
    missed = False
    with postgres.running() as server:
        for engine, url in (("SQLite", ""), ("PostgreSQL", server.fresh("bench_journal") if server else None)):
            if url is None:
                continue
            office = fresh(f"journal-{engine.lower()}", url)
            found = office.module("bench.journal", "--inside", "--lines", str(given.lines))
            missed |= found["ordered"] < AIM_ORDERED or found["verified"] < AIM_VERIFIED or not found["ok"]
            print(
                f"{engine}: {found['lines']} lines ordered at {found['ordered']:,.0f}/s, verified at {found['verified']:,.0f}/s, "
                f"memory grew by {found['grown_mb']:.0f} MB"
            )
    return int(missed)


def measure(lines: int) -> int:
    """Write lines, order and verify them, and print the figures as JSON."""
    import django

    django.setup()
    from yiwang.journal import log, sequencer
    from yiwang.journal.verify import verify

    sequencer.seal()
    begun_at = datetime.now(UTC) - timedelta(milliseconds=lines)
    for since in range(0, lines, AT_ONCE):
        log.write(_line(number, begun_at) for number in range(since, min(since + AT_ONCE, lines)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    sequencer.seal()
    ordered = time.perf_counter() - begun
    begun = time.perf_counter()
    verdict = verify()
    verified = time.perf_counter() - begun
    figures = {
        "lines": lines,
        "ordered": lines / ordered,
        "verified": verdict.checked / verified,
        "ok": verdict.ok,
        "grown_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }
    print(json.dumps(figures))
    return 0


def _line(number: int, begun_at: datetime) -> Any:
    """Return one line; each has a millisecond of its own, since ids made by the ten thousand in a second would clash."""
    from yiwang.journal import log
    from yiwang.store.ids import new_id

    at = begun_at + timedelta(milliseconds=number)
    line = log.line(
        "look", actor_kind="staff", actor_id=number % 500, subject_kind="petition", subject_id=number // 7, at=at,
        origin=f"10.0.{number % 200}.{number % 250}",
    )  # fmt: skip
    line.pk = new_id(at)
    line.mac = log.mac_of(line)
    return line


if __name__ == "__main__":
    sys.exit(main())
