"""Counting against limits, in one statement and for all processes alike: a generic cell rate algorithm (GCRA, ITU-T I.371).

Two tables take part, whose columns are those of `yiwang.doors.models`: the limits, and one row for each key and limit that
says until when what was spent is paid back. The statement reads the limits, judges, and writes down what it judged. Where
one limit refuses, nothing is taken from the others: whoever is sent away cannot use up what belongs to all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, models

from yiwang.store.inserting import ask_prepared, numbered

OVER = "{spent}.until + excluded.cost > %s + excluded.span"


@dataclass(frozen=True)
class Judged:
    """What the statement says of one limit. ``wait`` is in milliseconds, 0 when it lets pass."""

    wait: int
    challenge: bool


def take(
    limits: type[models.Model], spent: type[models.Model], name: str, keys: Mapping[str, bytes], now: int, proven: bool
) -> list[Judged]:
    """Take one from each limit of that name for which there is a key, unless one of them refuses.

    ``keys`` gives the key for each value of the limits' column ``per``; ``now`` is in milliseconds. Who has ``proven`` it is
    not asked by those limits that would set a challenge. One statement. Outside a transaction its rows are locked for that
    long alone.
    """
    sql = _statement(limits._meta.db_table, spent._meta.db_table, len(keys), proven, connection.vendor)
    cases = [part for pair in keys.items() for part in pair]
    values = [now, now, *cases, name, *keys, now, now, now, now]
    return [
        Judged(max(until + cost - span - now, 0) if refused else 0, bool(challenge))
        for until, cost, span, challenge, refused in _rows(sql, values)
    ]


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    if connection.vendor == "postgresql":
        if connection.queries_logged:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()
        return ask_prepared(numbered(sql), values)
    with connection.cursor() as cursor, connection.unsynced():  # type: ignore[attr-defined]  # yiwang.store.sqlite
        cursor.execute(sql, values)
        return cursor.fetchall()


@lru_cache(maxsize=50)
def _statement(limits: str, spent: str, keys: int, proven: bool, vendor: str) -> str:
    quote = connection.ops.quote_name
    limits, spent = quote(limits), quote(spent)
    over = OVER.format(spent=spent)
    cases = " ".join([f"WHEN %s THEN {'%s::bytea' if vendor == 'postgresql' else '%s'}"] * keys)
    then = quote("then")  # a word of SQL
    unless = f"AND {then} <> 'challenge'" if proven else ""
    # Names of our own tables and counted places; every value goes by way of the driver.
    return f"""
INSERT INTO {spent} (key, limit_id, until, cost, span, challenge, refused)
SELECT key, id, %s + CASE WHEN held = 1 THEN 0 ELSE cost END, cost, span, challenge, held FROM (
  SELECT asked.*, MAX(CASE WHEN COALESCE({spent}.until, 0) + asked.cost > %s + asked.span THEN 1 ELSE 0 END) OVER () AS held
  FROM (
    SELECT id, CASE per {cases} END AS key, seconds * 1000 / most AS cost, seconds * 1000 AS span,
      CASE {then} WHEN 'challenge' THEN 1 ELSE 0 END AS challenge
    FROM {limits} WHERE name = %s AND active AND per IN ({", ".join(["%s"] * keys)}) {unless}
  ) asked LEFT JOIN {spent} ON {spent}.key = asked.key AND {spent}.limit_id = asked.id
) judged WHERE true ORDER BY id
ON CONFLICT (key, limit_id) DO UPDATE SET cost = excluded.cost, span = excluded.span, challenge = excluded.challenge,
  until = CASE WHEN excluded.refused = 1 OR {over} THEN {spent}.until
    WHEN {spent}.until > %s THEN {spent}.until + excluded.cost ELSE %s + excluded.cost END,
  refused = CASE WHEN excluded.refused = 1 OR {over} THEN 1 ELSE 0 END
RETURNING until, cost, span, challenge, refused"""  # noqa: S608
