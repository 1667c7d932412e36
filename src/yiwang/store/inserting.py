"""Writing new rows with little work: the ORM compiles a model's INSERT once, only the values are new, and PostgreSQL gets
all of them as one statement, which it has parsed and planned before.

``save()`` and ``bulk_create()`` compile the same statement anew for every row, which is most of what a filing costs (ADR 0009).
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import count
from typing import Any

from django.db import connection, models, transaction
from django.db.models.sql.subqueries import InsertQuery

Statement = tuple[str, Sequence[Any]]
"""SQL with its values."""


def insert(*rows: models.Model | Statement) -> None:
    """Insert rows that have their ids, one statement each, in the order given; ready statements may stand among them.

    On PostgreSQL all go to the server as one statement. Raises IntegrityError as ``save(force_insert=True)`` does. Fields
    that fill themselves when saved (``auto_now``), and models with a parent table, are not for this.
    """
    statements = [_filled(row) if isinstance(row, models.Model) else row for row in rows]
    if not statements:
        return
    if _as_one():
        _execute_prepared(
            _joined(tuple(sql for sql, _values in statements)), [v for _sql, values in statements for v in values]
        )
    else:
        with connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
    for row in rows:
        if isinstance(row, models.Model):
            row._state.adding, row._state.db = False, connection.alias


def insert_alone(*rows: models.Model | Statement) -> None:
    """Insert rows as ``insert`` does, all of them or none, where nothing else belongs to the transaction.

    One statement needs no BEGIN and COMMIT around it, which saves PostgreSQL two messages out of three.
    """
    if _as_one() and not connection.in_atomic_block:
        insert(*rows)
    else:
        with transaction.atomic():
            insert(*rows)


def _as_one() -> bool:
    """Tell whether rows go out as one statement. Whoever counts statements is to see each of them."""
    return connection.vendor == "postgresql" and not connection.queries_logged


def _execute_prepared(sql: str, values: Sequence[Any]) -> None:
    """Execute a statement with numbered places; PostgreSQL keeps it parsed and planned as long as the connection lasts."""
    from psycopg import RawCursor  # an office on SQLite does without

    connection.ensure_connection()
    with connection.make_cursor(RawCursor(connection.connection)) as cursor:  # type: ignore[arg-type] # as Django does
        cursor.execute(sql, values)


def ask_prepared(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Execute a statement as `_execute_prepared` does and return its rows."""
    from psycopg import RawCursor

    connection.ensure_connection()
    with connection.make_cursor(RawCursor(connection.connection)) as cursor:  # type: ignore[arg-type] # as Django does
        cursor.execute(sql, values)
        return cursor.fetchall()


@lru_cache(maxsize=50)
def numbered(sql: str) -> str:
    """Return a statement with its places numbered as PostgreSQL does."""
    return "".join(_numbered(sql, count(1)))


@lru_cache(maxsize=200)
def _joined(statements: tuple[str, ...]) -> str:
    """Return the statements as parts of one, their places numbered as PostgreSQL does."""
    numbers = count(1)
    *parts, last = ["".join(_numbered(sql, numbers)) for sql in statements]
    if not parts:
        return last
    return f"WITH {', '.join(f'part{number} AS ({part})' for number, part in enumerate(parts))} {last}"


def _numbered(sql: str, numbers: "count[int]") -> Iterator[str]:
    head, *tails = sql.split("%s")
    yield head
    for tail in tails:
        yield f"${next(numbers)}{tail}"


def _filled(row: models.Model) -> Statement:
    sql, fields = _statement(type(row), connection.vendor)
    return sql, [
        value
        if (value := getattr(row, field.attname)) is None or type(value) is plain
        else field.get_db_prep_save(value, connection)
        for field, plain in fields
    ]


PLAIN: dict[type["models.Field[Any, Any]"], type] = {
    models.CharField: str, models.TextField: str, models.IntegerField: int, models.BooleanField: bool,
    models.BinaryField: bytes,
}  # fmt: skip
"""The types that both engines take as they are, by kind of field: asking the field costs more than all the rest of a row.

A member of an enumeration is of its own type, and goes by way of its field.
"""


@cache
def _statement(
    model: type[models.Model], vendor: str
) -> "tuple[str, tuple[tuple[models.Field[Any, Any], type | None], ...]]":
    """Return the INSERT that the ORM compiles for a model on this engine, with the fields that its places are for.

    Beside each field stands the type of which its values need no preparing.
    """
    fields = tuple(model._meta.concrete_fields)
    query = InsertQuery(model)
    query.insert_values(fields, [model()])
    [(statement, values)] = query.get_compiler(connection=connection).as_sql()
    if len(values) != len(fields):
        raise TypeError(f"{model.__name__} has fields that are no plain values")
    return statement, tuple((field, _plain_type(field)) for field in fields)


def _plain_type(field: "models.Field[Any, Any]") -> type | None:
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    return next((plain for kind, plain in PLAIN.items() if isinstance(stored, kind)), None)
