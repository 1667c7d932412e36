"""How long the open limits take to be counted anew when a day of the calendar changes: ``make bench``, or ``python -m bench.recount``.

The worst case: every petition has two limits in working days, both run through the day, both move, and one of them is the
petition's next. Run on each engine in an office of its own; the aim is 60 s for 100 000 open petitions.
"""

import argparse
import json
import sys
import time
from datetime import UTC, date, datetime, timedelta

from bench import postgres
from bench.office import fresh

AIM_SECONDS = 60
DAYS = 200
"""Over how many days the petitions were received."""
AT_ONCE = 5_000


def main() -> int:
    """Print a line for each engine, and return 1 when one missed the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--petitions", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return measure(given.petitions)
    missed = False
    with postgres.running() as server:
        for engine, url in (("SQLite", ""), ("PostgreSQL", server.fresh("bench_recount") if server else None)):
            if url is None:
                continue
            office = fresh(f"recount-{engine.lower()}", url)
            found = office.module("bench.recount", "--inside", "--petitions", str(given.petitions))
            missed |= found["seconds"] > AIM_SECONDS
            print(
                f"{engine}: {found['limits']} limits of {given.petitions} open petitions counted anew in {found['seconds']:.1f} s, "
                f"{found['changed']} changed; the longest batch held its rows for {found['longest_batch_ms']:.0f} ms"
            )
    return int(missed)


def measure(petitions: int) -> int:
    """Fill the office, change a day, count anew, and print the figures as JSON."""
    import django

    django.setup()
    from yiwang.petitions.deadlines import recounting
    from yiwang.petitions.models import Recount
    from yiwang.workdays.changes import set_day

    recounting.count_all()
    last_day = fill(petitions)
    batches: list[float] = []
    counted = recounting._batch

    def timed() -> Recount | None:
        begun = time.perf_counter()
        run = counted()
        batches.append(time.perf_counter() - begun)
        return run

    recounting._batch = timed
    set_day(last_day, False, "停电", by_id=1)
    begun = time.perf_counter()
    done = recounting.count_all()
    assert done
    figures = {
        "seconds": time.perf_counter() - begun,
        "limits": done.total,
        "changed": done.changed,
        "longest_batch_ms": max(batches) * 1000,
    }
    print(json.dumps(figures))
    return 0


def fill(petitions: int) -> date:
    """Write open petitions with two limits each that run through one day, and return that day."""
    from django.db import transaction

    from bench.bulk import table
    from yiwang.agencies.seed import root_office
    from yiwang.people.models import Petitioner
    from yiwang.petitions.deadlines import RULES, due
    from yiwang.petitions.models import Deadline, Petition
    from yiwang.store.ids import new_id

    office, first = root_office(), datetime(2026, 1, 5, 1, tzinfo=UTC)
    ends = {}
    through = date(2026, 8, 12)  # a Wednesday that is worked
    starts = [first + timedelta(days=213 + number % 7, minutes=number % 600) for number in range(DAYS)]
    for since in range(0, petitions, AT_ONCE):
        people, rows, limits = [], [], []
        for number in range(since, min(since + AT_ONCE, petitions)):
            start = starts[number * DAYS // petitions]
            person = table(Petitioner).row(id=new_id(start), data_key=b"-")
            row = table(Petition).row(
                id=new_id(start), data_key=b"-", number=f"{number:019d}", channel="portal", subject="路灯", text="坏了",
                petitioner_id=person["id"], office_id=office.pk, lead_agency_id=office.pk, state="accepted",
                received_at=start, received_on=start.date(), accepted_at=start, turn_agency_id=office.pk,
                turn_role="agency_handler",
            )  # fmt: skip
            for code in ("simple-handling", "objection"):
                key = (code, start.date())
                if key not in ends:
                    ends[key] = due(RULES[code], start)
                found = ends[key]
                limits.append(
                    table(Deadline).row(
                        id=new_id(start), petition_id=row["id"], rule=code, rule_version="2022", owed_by_id=office.pk,
                        started_at=start, due_on=found.on, due_at=found.at, by_calendar=True, next_warning_at=found.at,
                    )
                )  # fmt: skip
            row["next_due_at"], row["next_due_rule"] = ends["simple-handling", start.date()].at, "simple-handling"
            people.append(person)
            rows.append(row)
        with transaction.atomic():
            for model, made in ((Petitioner, people), (Petition, rows), (Deadline, limits)):
                table(model).write(table(model).prepared(made))
    return through


if __name__ == "__main__":
    sys.exit(main())
