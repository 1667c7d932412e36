"""Writing new rows with little work: the ORM compiles a model's INSERT once, and only the values are new.

``save()`` and ``bulk_create()`` compile the same statement anew for every row, which is most of what a filing costs (ADR 0009).
"""

from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.sql.subqueries import InsertQuery


def insert(*rows: models.Model) -> None:
    """Insert rows that have their ids, one statement each, in the order given.

    Raises IntegrityError as ``save(force_insert=True)`` does. Fields that fill themselves when saved (``auto_now``), and
    models with a parent table, are not for this.
    """
    with connection.cursor() as cursor:
        for row in rows:
            statement, fields = _statement(type(row), connection.vendor)
            cursor.execute(
                statement, [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
            )
            row._state.adding, row._state.db = False, connection.alias


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
