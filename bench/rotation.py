"""How many rows a second `yiwang keys rotate` wraps anew: ``make bench``, or ``python -m bench.rotation``.

Petitioners alone, in an office of its own on each engine; what a row sealed is not touched, so that its length does not matter.
"""

import argparse
import json
import sys
import time

from bench import postgres
from bench.office import fresh

AT_ONCE = 5_000


def main() -> int:
    """Print a line for each engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return measure(given.rows)
    with postgres.running() as server:
        for engine, url in (("SQLite", ""), ("PostgreSQL", server.fresh("bench_rotation") if server else None)):
            if url is None:
                continue
            found = fresh(f"rotation-{engine.lower()}", url).module(
                "bench.rotation", "--inside", "--rows", str(given.rows)
            )
            print(
                f"{engine}: {found['rows']} rows wrapped anew, {found['rows_per_second']:.0f} a second; "
                f"the longest batch held its rows for {found['longest_batch_ms']:.0f} ms"
            )
    return 0


def measure(rows: int) -> int:
    """Fill the office, rotate, and print the figures as JSON."""
    import django

    django.setup()
    from django.conf import settings

    from bench.bulk import table
    from yiwang.cli.config import current_config
    from yiwang.people.models import Petitioner
    from yiwang.store.ids import new_id
    from yiwang.vault import key_changes, rotation
    from yiwang.vault.keys import Keys
    from yiwang.vault.sealing import DataKey, SealedRow

    name = Petitioner._meta.db_table
    for since in range(0, rows, AT_ONCE):
        people = []
        for _number in range(since, min(since + AT_ONCE, rows)):
            row_id = new_id()
            people.append(table(Petitioner).row(id=row_id, data_key=DataKey.fresh(name, row_id).wrapped))
        table(Petitioner).write(table(Petitioner).prepared(people))
    key_changes.add_version(current_config().keys_folder, settings.SEALING)
    batches: list[float] = []
    wrapped = rotation._rewrap

    def timed(model: type[SealedRow], ids: list[int], keys: Keys, run: rotation.Rotation) -> int:
        begun = time.perf_counter()
        found = wrapped(model, ids, keys, run)
        batches.append(time.perf_counter() - begun)
        return found

    rotation._rewrap = timed
    begun = time.perf_counter()
    run = rotation.rewrap_all(settle=0)
    seconds = time.perf_counter() - begun
    figures = {
        "rows": run.done, "seconds": seconds, "rows_per_second": run.done / seconds, "longest_batch_ms": max(batches) * 1000,
    }  # fmt: skip
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
