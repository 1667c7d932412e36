"""``python -m bench``: the whole benchmark, one table. Needs Linux; PostgreSQL and the peer where they can be had."""

import argparse
import sys
import time
from statistics import median

from bench import postgres, table
from bench.machine import busy_share, cpu_model, memory_gib
from bench.plan import PARTS, TIMES, Options, Plan
from bench.servers import VAR
from bench.texts import learn


def main() -> int:
    """Run what was asked for, print the table and write it to bench/var/; 1 when a target was missed."""
    options = _options()
    started = time.monotonic()
    VAR.mkdir(parents=True, exist_ok=True)
    with postgres.running() as server:
        circumstances: dict[str, object] = {
            "machine": f"{cpu_model()}, {memory_gib():.0f} GiB",
            "busy with other things before the run": f"{busy_share(3):.0%}",
            "PostgreSQL": server.version() if server else "none on this machine: its rows are missing",
            "petitions": f"{options.petitions:,} (texts invented from {learn().source})",
            "filing": f"{options.rounds} rounds of {options.requests} requests in turn, 8 connections; medians",
        }
        plan = Plan(options, server)
        plan.run()
    if plan.others_busy:
        busy = plan.others_busy
        circumstances["busy with other things between rounds"] = f"median {median(busy):.0%}, worst {max(busy):.0%}"
    circumstances["took"] = f"{(time.monotonic() - started) / 60:.1f} minutes"
    paths = table.write(VAR, "large" if options.large else "result", plan.rows, circumstances)
    print(table.markdown(plan.rows, circumstances))
    print("written:", *paths)
    return int(any(row.verdict == "missed" for row in plan.rows))


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--petitions", type=int, default=100_000, help="how many are loaded (default 100,000)")
    parser.add_argument("--large", action="store_true", help="then the pages among ten times as many")
    parser.add_argument("--times", type=int, default=TIMES, help="with --large: how many times as many (default 10)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of filing for each server")
    parser.add_argument("--requests", type=int, default=600, help="requests of one round")
    parser.add_argument("--engine", choices=("SQLite", "PostgreSQL"), action="append", help="this engine alone")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone (may be repeated)")
    given = parser.parse_args()
    engines = tuple(given.engine or ("SQLite", "PostgreSQL"))
    parts = tuple(given.only or PARTS)
    return Options(given.petitions, given.large, given.rounds, given.requests, engines, parts, given.times)


if __name__ == "__main__":
    sys.exit(main())
