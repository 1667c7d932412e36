"""Setting one column of many rows, each to a value of its own: one short statement sent many times.

``bulk_update()`` compiles a CASE with a branch for each row, which takes most of the time where rows are many and short.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def set_column(model: type[models.Model], column: str, values: Sequence[tuple[int, Any]]) -> None:
    """Set ``column`` of the rows whose ids are given, each with its value; within the caller's transaction."""
    if not values:
        return
    field, key = model._meta.get_field(column), model._meta.pk
    assert isinstance(field, models.Field)
    assert field.column
    assert key.column
    quoted = connection.ops.quote_name
    statement = f"UPDATE {quoted(model._meta.db_table)} SET {quoted(field.column)} = %s WHERE {quoted(key.column)} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(field.get_db_prep_save(value, connection), row_id) for row_id, value in values])
