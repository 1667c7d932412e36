"""Findings kept true for some petitions: what is found is written once, what is found no more is ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from yiwang.petitions.models import Entry
from yiwang.store.ids import instant_of
from yiwang.store.inserting import insert
from yiwang.supervision.detectors import Found
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.models import Finding, Settings

TAKES_UP = ("reopen", "remand")
"""The actions by which a petition is taken up again: what lay before is done with."""

TOGETHER = 50
"""New rows that go to the database as one statement."""
SET = ["agency", "since", "detail", "urge_at"]
Key = tuple[int, str, int]


@dataclass(frozen=True)
class Written:
    """How many findings were written (or opened again), and how many ended."""

    new: int
    ended: int


def find(
    rows: Sequence[tuple[int, bool]], now: datetime, kinds: Collection[str], *, history: bool = False
) -> list[Found]:
    """Return what the detectors of some kinds find at petitions, each given with whether it is imported history.

    In history nothing is looked for, unless it is asked for: then those kinds that say so. Events older than the office
    looks back are left out, so that an office which begins with supervision is not flooded by its past.
    """
    every = [pk for pk, _historical in rows]
    historical = {pk for pk, is_historical in rows if is_historical}
    present = [pk for pk in every if pk not in historical]
    earliest = now - timedelta(days=Settings.current().look_back_days)
    return [
        found
        for code, kind in KINDS.items()
        if code in kinds
        if (asked := every if history and kind.history else present)
        for found in kind.detector(asked, now)
        if not kind.lasting or found.since >= earliest or found.petition_id in historical
    ]


def write(petitions: Sequence[int], found: Sequence[Found], now: datetime, kinds: Collection[str]) -> Written:
    """Make the findings of these petitions, of these kinds, those that were found, within the caller's transaction.

    An event that somebody dealt with stays so, and one that lies before the petition was taken up again is none any more.
    """
    there = {(one.petition_id, one.kind, one.about_id): one for one in found}
    held: dict[Key, Finding] = {
        (row.petition_id, row.kind, row.about_id): row
        for row in Finding.objects.filter(petition__in=petitions, kind__in=kinds)
    }
    taken_up = _taken_up({pk for pk, kind, _about in {*there, *held} if KINDS[kind].lasting})
    fresh, changed, again, ended = [], [], [], []
    for key, one in there.items():
        row = held.get(key)
        if row is None:
            if not _is_past(one.kind, one.petition_id, one.about_id, one.since, taken_up):
                fresh.append(_row(one, now))
        elif row.is_open:
            if (row.agency_id, row.since, row.detail) != (one.agency_id, one.since, one.detail):
                changed.append(_set(row, one))
        elif not KINDS[row.kind].lasting:
            row.found_at, row.ended_at, row.ended_because = now, None, ""
            again.append(_set(row, one))
    for key, row in held.items():
        if not row.is_open:
            continue
        if KINDS[row.kind].lasting:
            if _is_past(row.kind, row.petition_id, row.about_id, row.since, taken_up):
                ended.append((row, Finding.Ended.TAKEN_UP))
        elif key not in there:
            ended.append((row, Finding.Ended.GONE))
    _insert(fresh)
    # Whether one is open is not written where it stays so: somebody may have dealt with it this very moment.
    Finding.objects.bulk_update(changed, SET, batch_size=50)
    Finding.objects.bulk_update(again, [*SET, "found_at", "ended_at", "ended_because"], batch_size=50)
    for because in Finding.Ended:
        ids = [row.pk for row, why in ended if why == because]
        if ids:
            Finding.objects.filter(pk__in=ids, ended_at=None).update(ended_at=now, ended_because=because)
    return Written(len(fresh) + len(again), len(ended))


def _insert(rows: Sequence[Finding]) -> None:
    """Write new rows; the lease keeps others from writing the same, and the unique constraint whoever lost it.

    In parts of one size, so that PostgreSQL has two statements to plan and not fifty.
    """
    whole = len(rows) - len(rows) % TOGETHER
    for start in range(0, whole, TOGETHER):
        insert(*rows[start : start + TOGETHER])
    for row in rows[whole:]:
        insert(row)


def _row(one: Found, now: datetime) -> Finding:
    return Finding(
        kind=one.kind, petition_id=one.petition_id, agency_id=one.agency_id, about_id=one.about_id, since=one.since,
        found_at=now, detail=one.detail, urge_at=_urge_at(one),
    )  # fmt: skip


def _set(row: Finding, one: Found) -> Finding:
    row.agency_id, row.since, row.detail, row.urge_at = one.agency_id, one.since, one.detail, _urge_at(one)
    return row


def _urge_at(one: Found) -> datetime | None:
    return one.since if KINDS[one.kind].urges else None


def _taken_up(petitions: set[int]) -> dict[int, int]:
    """Return for each petition that was taken up again the entry that did it last; one statement, or none."""
    if not petitions:
        return {}
    rows = Entry.objects.filter(petition__in=petitions, action__in=TAKES_UP).order_by().values_list("petition")
    return dict(rows.annotate(last=Max("pk")))


def _is_past(kind: str, petition: int, about: int, since: datetime, taken_up: dict[int, int]) -> bool:
    """Tell whether an event lies before the petition was taken up again, and is not that very taking up."""
    entry = taken_up.get(petition)
    return entry is not None and KINDS[kind].lasting and entry != about and instant_of(entry) > since
