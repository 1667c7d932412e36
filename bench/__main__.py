"""``python -m bench``: the whole benchmark, one table. Needs Linux; PostgreSQL and the peer where they can be had."""

import argparse
import shutil
import sys
import time
from dataclasses import dataclass
from statistics import median

from bench import filing_rows, office, postgres, table
from bench.contestants import Contestant, floor, peer, yiwang
from bench.figures import Row
from bench.filing import compare
from bench.machine import busy_share, cpu_model, memory_gib
from bench.postgres import Postgres
from bench.servers import VAR
from bench.texts import learn


@dataclass(frozen=True)
class Options:
    """What one run is asked to do."""

    petitions: int
    rounds: int
    requests: int
    parts: tuple[str, ...]


PARTS = ("filing",)


def main() -> int:
    """Run the parts that were asked for, print the table and write it to bench/var/; 1 when a target was missed."""
    options = _options()
    started = time.monotonic()
    VAR.mkdir(parents=True, exist_ok=True)
    with postgres.running() as server:
        circumstances = {
            "machine": f"{cpu_model()}, {memory_gib():.0f} GiB",
            "busy with other things before the run": f"{busy_share(3):.0%}",
            "PostgreSQL": server.version() if server else "none on this machine: its rows are missing",
            "petitions": f"{options.petitions:,} (texts invented from {learn().source})",
            "filing": f"{options.rounds} rounds of {options.requests} requests in turn, 8 connections; medians",
        }
        rows: list[Row] = []
        others: list[float] = []
        if "filing" in options.parts:
            found, busy = _filing(options, server)
            rows += found
            others += busy
    if others:
        circumstances["busy with other things between rounds"] = f"median {median(others):.0%}, worst {max(others):.0%}"
    circumstances["took"] = f"{(time.monotonic() - started) / 60:.1f} minutes"
    name = "large" if options.petitions > 100_000 else "result"
    paths = table.write(VAR, name, rows, circumstances)
    print(table.markdown(rows, circumstances))
    print("written:", *paths)
    return int(any(row.verdict == "missed" for row in rows))


def _filing(options: Options, server: Postgres | None) -> tuple[list[Row], list[float]]:
    rows: list[Row] = []
    others: list[float] = []
    for engine in ("SQLite", "PostgreSQL"):
        contestants = _contestants(engine, options, server)
        if not contestants:
            continue
        _say(f"filing on {engine}: {', '.join(one.name for one in contestants)}")
        comparison = compare(contestants, options.rounds, options.requests)
        rows += filing_rows.rows(engine, comparison.filings)
        others += comparison.others_busy
    return rows, others


def _contestants(engine: str, options: Options, server: Postgres | None) -> list[Contestant]:
    if engine == "SQLite":
        folder = VAR / "floor"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return [floor(engine, str(folder / "floor.sqlite3")), yiwang(office.fresh("office-sqlite"))]
    if server is None:
        return []
    _say(f"loading {options.petitions:,} tickets into django-helpdesk")
    return [
        floor(engine, server.fresh("bench_floor")),
        peer(server.fresh("bench_peer"), options.petitions),
        yiwang(office.fresh("office-postgresql", server.fresh("bench_office"))),
    ]


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--petitions", type=int, default=100_000, help="how many are loaded (default 100,000)")
    parser.add_argument("--large", action="store_true", help="the pages at 1,000,000 petitions as well")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of filing for each server")
    parser.add_argument("--requests", type=int, default=600, help="requests of one round")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone (may be repeated)")
    given = parser.parse_args()
    return Options(given.petitions, given.rounds, given.requests, tuple(given.only or PARTS))


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
