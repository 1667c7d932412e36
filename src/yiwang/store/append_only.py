"""Tables to which rows are added and in which none is changed or taken away, and who may do what in the database.

The database itself refuses UPDATE, DELETE and TRUNCATE by triggers, on both engines. On PostgreSQL an office may go
further: a role that owns the tables and runs `yiwang migrate`, and another under which the program serves, which then has
no right to change such a table and cannot lift the triggers either.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, migrations, transaction

TRIGGER = "append_only"
FUNCTION = "refuse_append_only"
REFUSAL = "this table is append-only"


def guarding(*tables: str) -> migrations.RunPython:
    """Return the operation by which a migration makes tables append-only."""
    return migrations.RunPython(
        lambda _apps, editor: guard(*tables, editor=editor),
        lambda _apps, editor: unguard(*tables, editor=editor),
    )


def guard(*tables: str, editor: Any = None) -> None:
    """Let the database refuse to change or remove rows of these tables."""
    _execute(_guards(tables), editor)


def unguard(*tables: str, editor: Any = None) -> None:
    """Lift what :func:`guard` did. On PostgreSQL only the tables' owner can."""
    _execute(_lifts(tables), editor)


@contextmanager
def lifted(*tables: str) -> Iterator[None]:
    """Run a transaction within which rows of these tables may be removed: for retention alone, by the tables' owner."""
    with transaction.atomic():
        unguard(*tables)
        yield
        guard(*tables)


def guarded() -> list[str]:
    """Return the tables of this database that are append-only."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE tgname = %s AND relnamespace = current_schema()::regnamespace",
                [TRIGGER],
            )
        else:
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{TRIGGER}%"]
            )
        return sorted({name for (name,) in cursor.fetchall()})


def changeable() -> list[str]:
    """Return those of the append-only tables that the present role of the database could change, guarded or not.

    On SQLite there are no roles: whoever may write to the file may lift the triggers, so this returns all of them.
    """
    tables = guarded()
    if connection.vendor != "postgresql":
        return tables
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace "
            "AND has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE')",
            [tables],
        )
        return sorted(name for (name,) in cursor.fetchall())


def grant_to(role: str) -> None:
    """Give a role of PostgreSQL what the program needs to serve, and no right to change append-only tables.

    Called as the owner of the tables. Raises ValueError when that is the role itself, for an owner can do everything.
    """
    name = connection.ops.quote_name(role)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        owner, schema = cursor.fetchone()
        if owner == role:
            raise ValueError("the role is the owner itself")
        schema = connection.ops.quote_name(schema)
        tables = ", ".join(connection.ops.quote_name(table) for table in guarded())
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}")
        if tables:
            cursor.execute(f"REVOKE ALL ON {tables} FROM {name}")
            cursor.execute(f"GRANT SELECT, INSERT ON {tables} TO {name}")


def _guards(tables: Iterable[str]) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield (
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'insufficient_privilege'; END $$"
        )
        for table in tables:
            yield (
                f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
            )
        return
    for table in tables:
        for change in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {TRIGGER}_{table}_{change} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def _lifts(tables: Iterable[str]) -> Iterator[str]:
    for table in tables:
        if connection.vendor == "postgresql":
            yield f"DROP TRIGGER IF EXISTS {TRIGGER} ON {table}"
        else:
            yield from (f"DROP TRIGGER IF EXISTS {TRIGGER}_{table}_{change}" for change in ("UPDATE", "DELETE"))


def _execute(statements: Iterable[str], editor: Any) -> None:
    if editor is not None:
        for statement in statements:
            editor.execute(statement)
        return
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
