"""Rotation of the wrapping keys: every row's data key wrapped anew, in small transactions, while the office works.

What is left to do is read off the rows themselves: each wrapped key begins with the version that wrapped it. So it may be
stopped or killed at any point, and goes on where it stood. What the rows sealed stays as it is.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import BinaryField, Count, QuerySet
from django.db.models.functions import Substr

from yiwang.store.updating import set_column
from yiwang.vault.keys import FRESH_SECONDS, Keys, office_keys, reloaded_keys
from yiwang.vault.sealing import IN_COMPARTMENT, VERSION_BYTES, DataKey, SealBroken, SealedRow, version_of_new

BATCH = 200
"""Rows of one transaction: some milliseconds, in which nobody else writes on SQLite."""
PAUSE = 0.01

Progress = Callable[["Rotation"], None]


@dataclass
class Rotation:
    """How far a rotation is. ``broken`` names rows, as table and id, whose key does not open: they stay as they are."""

    total: int
    done: int = 0
    broken: list[str] = field(default_factory=list)


def sealed_models() -> list[type[SealedRow]]:
    """Return every kind of row that has a data key of its own, whatever room it is of."""
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]


def usage() -> dict[str, Counter[int]]:
    """Return how many rows of each table are wrapped by which version (IN_COMPARTMENT added for those of the compartment)."""
    found: dict[str, Counter[int]] = {}
    for model in sealed_models():
        heads = _with_head(model).values_list("head").annotate(rows=Count("pk")).order_by()
        found[model._meta.db_table] = Counter({int.from_bytes(bytes(head), "big"): rows for head, rows in heads})
    return found


def rows_by(version: int) -> int:
    """Return how many rows a wrapping key, or the compartment's of the same version, still opens."""
    return sum(count[version] + count[version | IN_COMPARTMENT] for count in usage().values())


def waiting() -> int:
    """Return how many rows are not wrapped by the current keys."""
    return sum(_not_current(model, office_keys()).count() for model in sealed_models())


def rewrap_all(tell: Progress = lambda run: None, *, settle: float = FRESH_SECONDS + 1) -> Rotation:
    """Wrap every row's data key with the current key, and return how it went. May be repeated at any time.

    Rows that somebody works on are left and come at the end. ``settle`` is how many seconds after the first pass it looks
    once more: by then every process has read the new keys, and writes no row with the former.
    """
    keys = reloaded_keys()
    run = Rotation(waiting())
    tell(run)
    for wait in (settle, PAUSE):
        while _pass(keys, run, tell):
            time.sleep(PAUSE)
        time.sleep(wait)
    return run


def _pass(keys: Keys, run: Rotation, tell: Progress) -> bool:
    """Go once through all tables; return whether rows were left because somebody worked on them."""
    left = False
    for model in sealed_models():
        for found, free in _batches(model, keys, run):
            left |= free < found
            tell(run)
            time.sleep(PAUSE)
    return left


def _batches(model: type[SealedRow], keys: Keys, run: Rotation) -> Iterator[tuple[int, int]]:
    """Wrap batch after batch, and yield how many were to be done and how many of them were free."""
    after = -1
    while True:
        ids = list(_not_current(model, keys).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        after = ids[-1]
        yield len(ids), _rewrap(model, ids, keys, run)


def _rewrap(model: type[SealedRow], ids: list[int], keys: Keys, run: Rotation) -> int:
    table = model._meta.db_table
    with transaction.atomic():
        locked = model._base_manager.select_for_update(skip_locked=True, no_key=True).filter(pk__in=ids)
        rows = list(locked.only("pk", "data_key"))
        wrapped: list[tuple[int, bytes]] = []
        for row in rows:
            held = bytes(row.data_key)
            if not held:
                continue  # destroyed meanwhile
            try:
                secret = DataKey.unwrap(held, table, row.pk).secret
                compartment = bool(int.from_bytes(held[:VERSION_BYTES], "big") & IN_COMPARTMENT)
                wrapped.append((row.pk, DataKey.wrap(secret, table, row.pk, compartment=compartment).wrapped))
            except SealBroken:
                name = f"{table} {row.pk}"
                run.broken += [] if name in run.broken else [name]
        set_column(model, "data_key", wrapped)
    run.done += len(wrapped)
    return len(rows)


def _with_head(model: type[SealedRow]) -> "QuerySet[Any]":
    rows = model._base_manager.exclude(data_key=b"")
    return rows.annotate(head=Substr("data_key", 1, VERSION_BYTES, output_field=BinaryField()))


def _not_current(model: type[SealedRow], keys: Keys) -> "QuerySet[Any]":
    current = [version_of_new(keys, compartment=inside) for inside in (False, True)]
    return _with_head(model).exclude(head__in=[version.to_bytes(VERSION_BYTES, "big") for version in current])
