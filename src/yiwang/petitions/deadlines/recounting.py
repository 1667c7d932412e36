"""Counting open limits anew when the calendar has changed: in short batches, taken up where it stood, begun again on a further change.

Only limits that hang on the calendar are looked at (`Deadline.by_calendar`), and of those the ones that run through the
days that changed. A batch holds a few hundred petitions for some tens of milliseconds, and waits for nobody that works
on one of them: those are counted one by one behind it.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from yiwang.petitions.deadlines.counting import Days, due
from yiwang.petitions.deadlines.keeping import COUNTED, Counted, rules_of, values_found
from yiwang.petitions.deadlines.rules import first_owed, is_duty
from yiwang.petitions.models import NEVER, Deadline, Extension, Petition, Recount, Suspension
from yiwang.store.ids import first_id_at
from yiwang.workdays.counting import FIRST_DAY, LAST_DAY, OfficeCalendar, end_of, office_date, start_of
from yiwang.workdays.models import ChangedDays

BATCH = 500
PAUSE = 0.005
"""Seconds between two batches, in which others write."""
SECONDS_OF_A_TURN = 2.0
SETTLED_AFTER = timedelta(seconds=5)
"""What counted with the calendar as it was is committed by then; PostgreSQL alone lets a writer go on beside the change."""
BEFORE = timedelta(minutes=1)
LOOK_AHEAD = 400
"""Days of the calendar that a batch reads at once."""

Progress = Callable[[Recount], object]
OPEN = Q(met_at=None, cancelled_at=None)


def waits() -> bool:
    """Tell whether something is to be counted anew; two short statements."""
    return ChangedDays.objects.exists() or Recount.objects.filter(finished_at=None).exists()


def ask_for_all() -> None:
    """Ask for every limit that hangs on the calendar to be counted anew, as if all its days had changed."""
    ChangedDays.objects.create(first_day=FIRST_DAY, last_day=LAST_DAY)


def provisional() -> int:
    """Return how many open limits are provisional 暂定; those of accusations are not told."""
    told = Deadline.objects.exclude(petition__purpose=Petition.Purpose.ACCUSATION)
    return told.filter(OPEN, by_calendar=True, provisional=True).count()


def go_on(seconds: float = SECONDS_OF_A_TURN, tell: Progress = lambda run: None) -> bool:
    """Count for so long at most, telling of each batch; return whether something is left. The worker calls it."""
    until = time.monotonic() + seconds
    while waits():
        run = _batch()
        if run is None:
            return waits()
        tell(run)
        if time.monotonic() >= until:
            return run.finished_at is None
        time.sleep(PAUSE)
    return False


def count_all(tell: Progress = lambda run: None) -> Recount | None:
    """Count until nothing is left, and return how it went; None when there was nothing. `yiwang recount-deadlines` calls it."""
    if not waits():
        return None
    while go_on(tell=tell):
        time.sleep(PAUSE)
    return Recount.objects.first()


def _batch() -> Recount | None:
    """Count the next limits, and return how far it is; None when all are counted, or the last are not yet settled."""
    with transaction.atomic():
        run = _taken_up()
        if run is None:
            return None
        found = list(
            _concerned(run.first_day, run.last_day)
            .filter(pk__gt=run.position)
            .order_by("pk")
            .values_list("pk", "petition")[:BATCH]
        )
        if not found:
            _end(run)
            return None
        petitions, until = {petition for _pk, petition in found}, found[-1][0]
        free = _locked(petitions, skip=True)
        run.changed += _count(run, until, free)
        before, run.position, run.looked_at = run.position, until, run.looked_at + len(found)
        busy = petitions - free
        run.save(update_fields=["changed"] if busy else ["changed", "position", "looked_at"])
    for petition in busy:
        with transaction.atomic():
            run.changed += _count(run, until, _locked({petition}), since=before)
    if busy:
        # Not when the calendar has changed meanwhile, and the count began again.
        Recount.objects.filter(pk=run.pk, started_at=run.started_at, position=before).update(
            position=run.position, looked_at=run.looked_at, changed=run.changed
        )
    return run


def _taken_up() -> Recount | None:
    """Return the count under way, locked: begun, or begun again over all days that changed, when the calendar has changed."""
    run = Recount.objects.select_for_update().first()
    changes = list(ChangedDays.objects.all())
    if not changes:
        return run if run and run.finished_at is None else None
    ChangedDays.objects.filter(pk__in=[change.pk for change in changes]).delete()
    first = min(change.first_day for change in changes)
    last = max(change.last_day for change in changes)
    if run and run.finished_at is None:
        first, last = min(first, run.first_day), max(last, run.last_day)
    begun = {"position": 0, "looked_at": 0, "changed": 0, "started_at": datetime.now(UTC), "finished_at": None}
    total = _concerned(first, last).count()
    run, _made = Recount.objects.update_or_create(
        pk=1, defaults={"first_day": first, "last_day": last, "total": total, **begun}
    )
    return run


def _concerned(first: date, last: date) -> QuerySet[Deadline]:
    """Return the open limits that run through the days that changed; later days do not move an end, nor do earlier ones."""
    return Deadline.objects.filter(OPEN, by_calendar=True, due_on__gte=first, started_at__lt=start_of(last))


def _end(run: Recount) -> None:
    """End the count, or look at the newest limits once more a little later: see `SETTLED_AFTER`."""
    if connection.features.has_select_for_update and datetime.now(UTC) < run.started_at + SETTLED_AFTER:
        run.position = min(run.position, first_id_at(run.started_at - BEFORE))
    else:
        run.finished_at = datetime.now(UTC)
    run.save(update_fields=["position", "finished_at"])


def _locked(petitions: set[int], *, skip: bool = False) -> set[int]:
    """Lock petitions as actions do, and return them: all, or those that nobody works on. SQLite's writers are alone anyway."""
    if not connection.features.has_select_for_update:
        return petitions
    rows = Petition.objects.select_for_update(skip_locked=skip).filter(pk__in=petitions)
    return set(rows.values_list("pk", flat=True))


def _count(run: Recount, until: int, petitions: set[int], since: int | None = None) -> int:
    """Count the limits of locked petitions up to a place anew, and return how many changed; those with the same end are written together."""
    since = run.position if since is None else since
    now, calendar, rules = datetime.now(UTC), OfficeCalendar(LOOK_AHEAD), cache(rules_of)

    @cache
    def counted(
        version: str, rule: str, began: date, rollover: bool, extended: int, suspended: tuple[Days, ...], warned: int,
        armed: bool,
    ) -> Counted:  # fmt: skip
        start = end_of(began) - timedelta(seconds=1)
        found = due(
            rules(version)[rule], start, extended=extended, suspended=suspended, rollover=rollover, calendar=calendar
        )
        return values_found(rule, found, warned, armed, now)

    between = {"deadline__gt": since, "deadline__lte": until}
    extended = dict(Extension.objects.filter(**between).values_list("deadline", "days"))
    suspended: dict[int, tuple[Days, ...]] = {}
    for limit, first, last in Suspension.objects.filter(**between).values_list("deadline", "first_day", "last_day"):
        suspended[limit] = (*suspended.get(limit, ()), (first, last))
    changed: dict[Counted, list[int]] = defaultdict(list)
    duties: set[int] = set()
    rows = _concerned(run.first_day, run.last_day).filter(pk__gt=since, pk__lte=until).order_by("started_at")
    for pk, petition, version, rule, start, rollover, *before in rows.values_list(
        "pk", "petition", "rule_version", "rule", "started_at", "rollover", *COUNTED
    ):
        if petition in petitions:
            values = counted(
                version, rule, office_date(start), rollover, extended.get(pk, 0), suspended.get(pk, ()), before[3],
                before[4] is not None,
            )  # fmt: skip
            if values != tuple(before):
                changed[values].append(pk)
                duties |= {petition} if is_duty(rule) else set()
    for values, ids in changed.items():
        Deadline.objects.filter(pk__in=ids).update(**dict(zip(COUNTED, values, strict=True)))
    _set_next(duties)
    return sum(len(ids) for ids in changed.values())


def _set_next(petitions: Collection[int]) -> None:
    """Set of petitions which duty ends first, as each action does of its own. Those with the same one are written together."""
    limits: dict[int, list[tuple[datetime, str]]] = {petition: [] for petition in petitions}
    for petition, at, rule in Deadline.objects.filter(OPEN, petition__in=petitions).values_list(
        "petition", "due_at", "rule"
    ):
        limits[petition].append((at, rule))
    together: dict[tuple[datetime, str], list[int]] = defaultdict(list)
    for petition, running in limits.items():
        together[first_owed(running) or (NEVER, "")].append(petition)
    for (at, rule), ids in together.items():
        Petition.objects.filter(pk__in=ids).update(next_due_at=at, next_due_rule=rule)
