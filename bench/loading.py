"""Makes an engine ready for very many rows, and brings it back into shape: as restoring a dump does, all within the time told."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection

from bench.rows import ORDER
from yiwang.petitions.index import PENDING_KB
from yiwang.petitions.search import PETITIONS, PUBLISHED

SEARCHED = (PETITIONS, PUBLISHED)
LOADED = [*(model._meta.db_table for model in ORDER), *(index.name for index in SEARCHED)]
BUILD_MEMORY = "512MB"
PORTION_MB = 64
"""PostgreSQL: new grams that are sorted into a search index at one go, while the other process goes on writing."""


@contextmanager
def loading() -> Iterator[None]:
    """Load within this block; at its end indexes and references are whole, and all rows are safe on the disk."""
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            stack.enter_context(_bare_tables())
            stack.enter_context(_large_portions())
        else:
            stack.callback(_sync)
            for index in SEARCHED:
                stack.enter_context(index.loading())
        yield


def ready_to_write() -> None:
    """Let this process's connection not wait for the disk (the end of ``loading`` does), and give it memory."""
    if connection.vendor == "postgresql":
        _execute("SET synchronous_commit = off")
        _execute(f"SET work_mem = '{PORTION_MB}MB'")
    else:
        _execute("PRAGMA synchronous = OFF")


def _sync() -> None:
    """Write SQLite's log back into the database and wait for the disk, since the loading processes did not."""
    _execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _bare_tables() -> Iterator[None]:
    """Drop keys, references and indexes; from all rows together PostgreSQL makes and checks them in a fraction of the time.

    The search indexes stay: made at the end, they would keep one core alone busy for as long as the loading takes.
    """
    references = _constraints("f", [])
    keys = _constraints("pu", LOADED)
    indexes = _rows(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s) "
        "AND indexdef NOT LIKE '%% USING gin %%' AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        LOADED,
    )
    for table, name, _definition in (*references, *keys):
        _execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        _execute(f'DROP INDEX "{name}"')
    yield
    _execute(f"SET maintenance_work_mem = '{BUILD_MEMORY}'")
    for _name, definition in indexes:
        _execute(definition)
    for table, name, definition in (*keys, *references):
        _execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _constraints(kinds: str, tables: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return table, name and definition of constraints of these kinds (PostgreSQL's letters); no tables: of all."""
    return _rows(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND contype::text = ANY(%s) "
        "AND (cardinality(%s::text[]) = 0 OR conrelid::regclass::text = ANY(%s))",
        list(kinds),
        list(tables),
        list(tables),
    )


@contextmanager
def _large_portions() -> Iterator[None]:
    """Let the search indexes take new grams in larger portions than a single filing could wait for."""
    for index in SEARCHED:
        _execute(f"ALTER INDEX {index.name}_grams SET (gin_pending_list_limit = {PORTION_MB * 1024})")
    yield
    _execute(f"SET maintenance_work_mem = '{BUILD_MEMORY}'")
    for index in SEARCHED:
        _execute(f"ALTER INDEX {index.name}_grams SET (gin_pending_list_limit = {PENDING_KB})")
        _execute(f"SELECT gin_clean_pending_list('{index.name}_grams')")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
