"""How long the scan of supervision takes: ``make bench``, or ``python -m bench.supervision``.

Open petitions whose limits of 60 days began evenly over the last 66: one in eleven is late, one in five soon will be. Run on each
engine in an office of its own. ``--walk SECONDS`` scans the office that the environment names, and walks through it for so long.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime, timedelta

from bench import postgres
from bench.office import fresh

AIM_SECONDS = 5
DAYS = 66
AT_ONCE = 5_000
TOUCHED = 1_000
"""Petitions with which something was done since the last scan."""


def main() -> int:
    """Print a line for each engine, and return 1 when one missed the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--petitions", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--walk", type=float, metavar="SECONDS")
    given = parser.parse_args()
    if given.walk is not None:
        return walk(given.walk)
    if given.inside:
        return measure(given.petitions)
    missed = False
    with postgres.running() as server:
        for engine, url in (("SQLite", ""), ("PostgreSQL", server.fresh("bench_scan") if server else None)):
            if url is None:
                continue
            office = fresh(f"scan-{engine.lower()}", url)
            found = office.module("bench.supervision", "--inside", "--petitions", str(given.petitions))
            missed |= max(found["first_s"], found["daily_s"]) > AIM_SECONDS
            print(
                f"{engine}: {given.petitions} open petitions first scanned in {found['first_s']:.1f} s, {found['new']} findings; "
                f"on a new day in {found['daily_s']:.1f} s; with nothing new in {found['idle_s']:.2f} s"
            )
    return int(missed)


def measure(petitions: int) -> int:
    """Fill the office, scan it three times, and print the figures as JSON."""
    import django

    django.setup()
    from yiwang.petitions.models import Petition
    from yiwang.supervision import scan
    from yiwang.supervision.lease import leased
    from yiwang.supervision.models import Scan

    fill(petitions)
    now = datetime.now(UTC)

    def scanned(at: datetime) -> tuple[float, float, scan.Result]:
        begun, used, result = time.perf_counter(), time.process_time(), scan.Result()
        with leased() as lease:
            scan.follow(lease, result, at)
        return time.perf_counter() - begun, time.process_time() - used, result

    first, processor, found = scanned(now)
    Scan.objects.update(walk_began_at=now, walk_ended_at=now)
    touch(list(Petition.objects.order_by("pk").values_list("pk", flat=True)[: min(TOUCHED, petitions)]))
    daily, _used, on_the_day = scanned(now + timedelta(days=1))
    Scan.objects.update(seen_until=now + timedelta(days=1, hours=1))
    idle, _used, _nothing = scanned(now + timedelta(days=1, hours=1))
    figures = {
        "first_s": first,
        "first_processor_s": processor,
        "new": found.new,
        "daily_s": daily,
        "daily_new": on_the_day.new,
        "touched": min(TOUCHED, petitions),
        "idle_s": idle,
    }
    print(json.dumps(figures))
    return 0


def walk(seconds: float) -> int:
    """Scan, walk through all petitions for so long, and print how far that was as JSON."""
    import django

    django.setup()
    from yiwang.supervision import scan
    from yiwang.supervision.lease import leased
    from yiwang.supervision.models import Finding

    result, begun = scan.Result(), time.perf_counter()
    with leased() as lease:
        scan.follow(lease, result, datetime.now(UTC))
        followed = time.perf_counter() - begun
        scan.walk(lease, result, datetime.now(UTC), seconds)
    figures = {
        "followed_s": followed,
        "seconds": time.perf_counter() - begun,
        "checked": result.checked,
        "found": Finding.objects.filter(ended_at=None).count(),
    }
    print(json.dumps(figures))
    return 0


def fill(petitions: int) -> None:
    """Write open petitions that were accepted evenly over the last days, with the 60 days of each."""
    from django.db import transaction

    from bench.bulk import table
    from yiwang.agencies.seed import root_office
    from yiwang.people.models import Petitioner
    from yiwang.petitions.deadlines import RULES, due
    from yiwang.petitions.models import Deadline, Petition
    from yiwang.store.ids import new_id

    office, today = root_office(), datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=DAYS - day) for day in range(DAYS)]
    ends = [due(RULES["handling"], start) for start in starts]
    for since in range(0, petitions, AT_ONCE):
        people, rows, limits = [], [], []
        for number in range(since, min(since + AT_ONCE, petitions)):
            start, end = starts[number * DAYS // petitions], ends[number * DAYS // petitions]
            person = table(Petitioner).row(id=new_id(start), data_key=b"-")
            row = table(Petition).row(
                id=new_id(start), data_key=b"-", number=f"{number:019d}", channel="portal", subject="路灯", text="坏了",
                petitioner_id=person["id"], office_id=office.pk, lead_agency_id=office.pk, state="accepted",
                received_at=start, received_on=start.date(), accepted_at=start, turn_agency_id=office.pk,
                turn_role="agency_handler", next_due_at=end.at, next_due_rule="handling",
            )  # fmt: skip
            limits.append(
                table(Deadline).row(
                    id=new_id(start), petition_id=row["id"], rule="handling", rule_version="2022", owed_by_id=office.pk,
                    started_at=start, due_on=end.on, due_at=end.at, next_warning_at=end.at,
                )
            )  # fmt: skip
            people.append(person)
            rows.append(row)
        with transaction.atomic():
            for model, made in ((Petitioner, people), (Petition, rows), (Deadline, limits)):
                table(model).write(table(model).prepared(made))


def touch(petitions: list[int]) -> None:
    """Write an entry of each, as if something had just been done with it."""
    from django.db import transaction

    from bench.bulk import table
    from yiwang.petitions.models import Entry
    from yiwang.store.ids import new_id

    now = datetime.now(UTC)
    rows = [
        table(Entry).row(
            id=new_id(now), petition_id=pk, action="note", actor_kind="system", to_state="accepted", happened_at=now,
            recorded_at=now,
        )
        for pk in petitions
    ]  # fmt: skip
    with transaction.atomic():
        table(Entry).write(table(Entry).prepared(rows))


if __name__ == "__main__":
    sys.exit(main())
