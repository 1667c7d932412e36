"""Urging 催办: whoever owes something is reminded along the ladder, each step once for each limit, on working days in office hours.

A step is taken for a finding whose limit has come to it: a row that says who was urged, and an entry of the petition. Of
several steps that came due meanwhile the highest alone is taken. The people are told by one digest a day
(`supervision/digests.py`).
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Max

from yiwang.agencies.models import Staff
from yiwang.petitions.actions import Refused, Urge
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Petition
from yiwang.store.trees import ids_on
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.ladder import ladders, rungs
from yiwang.supervision.lease import Lease
from yiwang.supervision.models import Finding, Pause, Settings, Step, Urged, Urging
from yiwang.supervision.recipients import People
from yiwang.workdays.counting import end_of, known_days, office_date, office_zone, worked

BATCH = 100
SECONDS_OF_A_TURN = 10.0
"""Long enough that thousands of limits that are late when an office begins are urged about within the morning."""
KINDS_THAT_URGE = [kind.code for kind in KINDS.values() if kind.urges]


def in_office_hours(now: datetime, settings: Settings) -> bool:
    """Tell whether anybody is urged at an instant: on a working day, between the hours that the office has set; one statement."""
    today = office_date(now)
    works, _known = worked(known_days(today, today), today)
    return works and settings.urge_from <= now.astimezone(office_zone()).time() < settings.urge_until


def urge_due(lease: Lease, now: datetime, seconds: float = SECONDS_OF_A_TURN) -> tuple[int, bool]:
    """Urge about all limits that have come to a step, for so long at most; return how many steps were taken, and whether that was all."""
    until, done = time.monotonic() + seconds, 0
    settings, steps = Settings.current(), ladders()
    while True:
        batch = list(
            Finding.objects.filter(ended_at=None, urge_at__lte=now, kind__in=KINDS_THAT_URGE)
            .select_related("petition__office", "petition__handler")
            .order_by("urge_at", "pk")[:BATCH]
        )
        if not batch:
            return done, True
        limits = Deadline.objects.select_related("owed_by").in_bulk([row.about_id for row in batch])
        taken = _taken(limits)
        people = People.on(
            office_date(now), [*(one.owed_by for one in limits.values()), *(row.petition.office for row in batch)]
        )
        pauses = _pauses(batch, limits, now)
        for row in batch:
            if time.monotonic() >= until:
                return done, False
            limit = limits.get(row.about_id)
            with lease.writing():
                if limit is None or not limit.is_open:
                    row.urge_at = None
                elif row.pk in pauses:
                    row.urge_at = pauses[row.pk]
                else:
                    ladder = rungs(steps, limit.rule, limit.started_at, limit.due_on, settings)
                    left = [rung for rung in ladder if rung.step.number > taken.get(limit.pk, 0)]
                    reached = [rung for rung in left if rung.at <= now]
                    if reached:
                        done += _urge(row, limit, reached[-1].step, people, now)
                    # The next instant is known by now: of a limit that moves, the scan finds it anew.
                    row.urge_at = min((rung.at for rung in left if rung.at > now), default=None)
                row.save(update_fields=["urge_at"])


def _urge(row: Finding, limit: Deadline, step: Step, people: People, now: datetime) -> int:
    """Take a step: an entry of the petition, a row, and one for each person; nothing where nobody is there to be urged."""
    to, meant = people.for_step(step.to, row.petition, limit)
    if not meant:
        return 0
    try:
        Urge(rule=limit.rule, step=step.number, to=to).run(Actor.system(), row.petition_id)
    except Refused:  # it ended this very moment
        return 0
    note(row.petition, limit, step.number, to, meant, now)
    return 1


def note(
    petition: Petition, limit: Deadline, step: int | None, to: str, people: Sequence[Staff], now: datetime
) -> Urging:
    """Write down that people are urged about a limit, in the transaction of the entry that says so; the digest tells them."""
    urging = Urging.objects.create(
        petition=petition, deadline=limit, agency_id=limit.owed_by_id, rule=limit.rule, step=step, to=to, at=now
    )
    Urged.objects.bulk_create(Urged(urging=urging, staff=person) for person in people)
    return urging


def _taken(limits: Iterable[int]) -> dict[int, int]:
    """Return the highest step that was taken for each limit."""
    rows = Urging.objects.filter(deadline__in=limits, step__isnull=False).order_by().values_list("deadline")
    return dict(rows.annotate(highest=Max("step")))


def _pauses(batch: list[Finding], limits: dict[int, Deadline], now: datetime) -> dict[int, datetime]:
    """Return, for findings about which nobody is urged at present, when that ends."""
    running = list(Pause.objects.filter(ended_at=None, until__gte=office_date(now)).select_related("agency"))
    found: dict[int, datetime] = {}
    for row in batch:
        limit = limits.get(row.about_id)
        above = ids_on(limit.owed_by.path) if limit else []
        for pause in running:
            if pause.petition_id == row.petition_id or pause.agency_id in above:
                ends = end_of(pause.until)
                found[row.pk] = max(found.get(row.pk, ends), ends)
    return found
