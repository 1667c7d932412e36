"""Asking the same thing with every request, with little work: the ORM compiles a query once, only the values are new.

Compiling costs many times what such a query costs the database (ADR 0009).
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

MARK = -(1 << 62)
"""Stands in a compiled statement where a value belongs; the next place has the next number. No id is negative."""


Row = TypeVar("Row", bound=models.Model)


def the_one(rows: "models.QuerySet[Row]") -> Row | None:
    """Return the row that a unique condition finds, or None.

    ``first()`` would ask for an order as well, and for that Django compares every column of every joined table with it:
    with a dozen tables the longest part of the whole question.
    """
    return next(iter(rows.order_by()[:1]), None)


class Question:
    """A query for plain columns.

    ``make`` is given one whole number for each place, and returns a queryset of tuples (``values_list``). It must build
    the same query whatever the numbers are. Columns come as the engine has them: a condition is 0 or 1 on SQLite.
    """

    def __init__(self, places: int, make: Callable[..., "models.QuerySet[Any, tuple[Any, ...]]"]) -> None:
        self.places, self.make = places, make

    def ask(self, *values: int | None) -> list[tuple[Any, ...]]:
        """Return the rows for these values; None equals nothing. Raises TypeError when there are more or fewer than places."""
        if len(values) != self.places:
            raise TypeError(f"{self.places} values are wanted, not {len(values)}")
        sql, params = _compiled(self, connection.vendor)
        given = {MARK + place: value for place, value in enumerate(values)}
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(param, param) for param in params])
            return cursor.fetchall()


@cache
def _compiled(question: Question, vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Return the statement for this engine, marks standing among its values."""
    query = question.make(*(MARK + place for place in range(question.places))).query
    sql, params = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)
