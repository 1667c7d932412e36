"""Makes an engine ready for very many rows, and brings it back into shape: as restoring a dump does, all within the time told."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection

from yiwang.petitions.index import PENDING_KB
from yiwang.petitions.search import PETITIONS, PUBLISHED

SEARCHED = (PETITIONS, PUBLISHED)
PORTION_MB = 64
"""PostgreSQL: new grams that are sorted into a search index at one go, while the other process goes on writing."""


@contextmanager
def loading() -> Iterator[None]:
    """Load within this block; indexes and references are whole again at its end."""
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            stack.enter_context(_without_references())
            stack.enter_context(_large_portions())
        else:
            for index in SEARCHED:
                stack.enter_context(index.loading())
        yield


def ready_to_write() -> None:
    """Give this process's connection the memory for large portions."""
    if connection.vendor == "postgresql":
        _execute(f"SET work_mem = '{PORTION_MB}MB'")


@contextmanager
def _without_references() -> Iterator[None]:
    """Drop the foreign keys, and let PostgreSQL check all rows at once at the end instead of each by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
        )
        references = cursor.fetchall()
    for table, name, _definition in references:
        _execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    for table, name, definition in references:
        _execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


@contextmanager
def _large_portions() -> Iterator[None]:
    """Keep the search indexes, but sort into them in larger portions: made at the end, they would keep one process alone busy."""
    for index in SEARCHED:
        _execute(f"ALTER INDEX {index.name}_grams SET (gin_pending_list_limit = {PORTION_MB * 1024})")
    yield
    for index in SEARCHED:
        _execute(f"ALTER INDEX {index.name}_grams SET (gin_pending_list_limit = {PENDING_KB})")
        _execute(f"SELECT gin_clean_pending_list('{index.name}_grams')")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
