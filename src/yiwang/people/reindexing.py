"""Making the blind indexes of petitioners anew, after their key was changed: each value is unsealed for it, and nothing shown.

It may be stopped at any time and begins again: a row whose indexes are right already is not written. Meanwhile people are
found by the former key as well as by the new one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from yiwang.people.models import FOUND_BY, Petitioner
from yiwang.vault.keys import FRESH_SECONDS, reloaded_keys
from yiwang.vault.sealing import SealBroken, blind_index

BATCH = 200
PAUSE = 0.01
SETTLE = FRESH_SECONDS + 1
"""Seconds between the two passes: by the second every process has read the new key."""
INDEXES = tuple(f"blind_{what}" for what in FOUND_BY)


@dataclass
class Reindexing:
    """How far it is. ``broken`` holds the ids of rows that do not open: their indexes stay as they are."""

    total: int
    looked_at: int = 0
    changed: int = 0
    broken: list[int] = field(default_factory=list)


def reindex_all(tell: Callable[[Reindexing], None] = lambda run: None, *, settle: float | None = None) -> Reindexing:
    """Make all indexes anew with the present key, and return how it went.

    It goes through all rows twice, ``settle`` seconds apart: rows that somebody worked on, or wrote with the former key
    before their process had read the new one, are met the second time.
    """
    reloaded_keys()
    rows = Petitioner.objects.exclude(data_key=b"")
    run = Reindexing(2 * rows.count())
    for wait in (SETTLE if settle is None else settle, 0.0):
        after = -1
        while ids := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            after = ids[-1]
            _batch(ids, run)
            run.looked_at += len(ids)
            tell(run)
            time.sleep(PAUSE)
        time.sleep(wait)
    return run


def _batch(ids: list[int], run: Reindexing) -> None:
    with transaction.atomic():
        changed = []
        for person in Petitioner.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=ids):
            if not person.data_key:
                continue  # destroyed meanwhile
            try:
                indexes = [blind_index(what, person.unseal(what)) for what in FOUND_BY]
            except SealBroken:
                run.broken += [] if person.pk in run.broken else [person.pk]
                continue
            before = [bytes(held) if (held := getattr(person, name)) is not None else None for name in INDEXES]
            if indexes != before:
                for name, index in zip(INDEXES, indexes, strict=True):
                    setattr(person, name, index)
                changed.append(person)
        Petitioner.objects.bulk_update(changed, INDEXES)
    run.changed += len(changed)
