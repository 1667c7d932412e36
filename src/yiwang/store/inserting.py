"""Writing new rows with little work: the ORM compiles a model's INSERT once, only the values are new, and PostgreSQL gets
all of them in one message.

``save()`` and ``bulk_create()`` compile the same statement anew for every row, which is most of what a filing costs (ADR 0009).
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.sql.subqueries import InsertQuery

Statement = tuple[str, Sequence[Any]]
"""SQL with its values."""


def insert(*rows: models.Model | Statement) -> None:
    """Insert rows that have their ids, one statement each, in the order given; ready statements may stand among them.

    On PostgreSQL all go to the server in one message. Raises IntegrityError as ``save(force_insert=True)`` does. Fields
    that fill themselves when saved (``auto_now``), and models with a parent table, are not for this.
    """
    statements = [_filled(row) if isinstance(row, models.Model) else row for row in rows]
    if not statements:
        return
    with connection.cursor() as cursor:
        # Whoever counts statements is to see each of them.
        if connection.vendor == "postgresql" and not connection.queries_logged:
            cursor.execute(
                "; ".join(sql for sql, _values in statements), [v for _sql, values in statements for v in values]
            )
        else:
            for sql, values in statements:
                cursor.execute(sql, values)
    for row in rows:
        if isinstance(row, models.Model):
            row._state.adding, row._state.db = False, connection.alias


def _filled(row: models.Model) -> Statement:
    sql, fields = _statement(type(row), connection.vendor)
    return sql, [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


@cache
def _statement(model: type[models.Model], vendor: str) -> tuple[str, "tuple[models.Field[Any, Any], ...]"]:
    """Return the INSERT that the ORM compiles for a model on this engine, with the fields that its places are for."""
    fields = tuple(model._meta.concrete_fields)
    query = InsertQuery(model)
    query.insert_values(fields, [model()])
    [(statement, values)] = query.get_compiler(connection=connection).as_sql()
    if len(values) != len(fields):
        raise TypeError(f"{model.__name__} has fields that are no plain values")
    return statement, fields
