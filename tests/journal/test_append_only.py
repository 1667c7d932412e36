"""The database itself refuses to change or remove what the behaviour log holds, whoever asks; a role that serves cannot lift that."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from yiwang.journal import log, sequencer
from yiwang.journal.models import Record
from yiwang.journal.verify import verify
from yiwang.store import append_only

TABLES = ["journal_closing", "journal_head", "journal_place", "journal_record"]
PRIMARY = {"journal_closing": "count", "journal_head": "number", "journal_place": "seq", "journal_record": "id"}
CHANGES = ("UPDATE {table} SET {key} = {key} + 1", "DELETE FROM {table}")

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded() -> None:
    """A database as the migrations make it (the suite lifts the guard, so that it can empty tables) with two ordered lines."""
    log.write(log.line("look", actor_kind="staff", actor_id=1) for _number in range(2))
    sequencer.seal()
    append_only.guard(*TABLES)


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


def test_migrations_guard_these_tables() -> None:
    """Given the journal's migrations, then each of its tables but the sequencer's progress is made append-only by one of them."""
    from importlib import import_module

    [operation] = import_module("yiwang.journal.migrations.0003_append_only").Migration.operations
    assert operation.code.__closure__[0].cell_contents == (
        "journal_record",
        "journal_place",
        "journal_head",
        "journal_closing",
    )


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_changed_or_removed(guarded: None, table: str, change: str) -> None:
    """Given rows, when any of them is to be changed or removed, then the database refuses, and all verifies."""
    if table == "journal_closing" and connection.vendor != "postgresql":
        return  # it has no row, for which alone SQLite's triggers run
    assert refused(change.format(table=table, key=PRIMARY[table]))
    assert Record.objects.count() == 2
    assert verify().ok


def test_rows_are_added_all_the_same(guarded: None) -> None:
    """Given guarded tables, when a line is written and ordered, then nothing hinders that."""
    log.write([log.line("look", actor_kind="staff", actor_id=1)])
    assert sequencer.seal() == 1
    assert verify().ok


def test_retention_lifts_the_guard_for_its_transaction_alone(guarded: None) -> None:
    """Given guarded tables, when the guard was lifted within a transaction, then it stands again behind it, also after an error."""
    with append_only.lifted(*TABLES):
        assert append_only.guarded() == []
    assert append_only.guarded() == TABLES
    with pytest.raises(ZeroDivisionError), append_only.lifted(*TABLES):
        _ = 1 / 0
    assert append_only.guarded() == TABLES
    assert refused("DELETE FROM journal_record")


@contextmanager
def serving_as(role: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


@pytest.fixture
def role(guarded: None) -> str:
    """A role that serves, with the rights that `yiwang migrate` gives it; PostgreSQL's alone."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE yiwang_serves")
    append_only.grant_to("yiwang_serves")
    return "yiwang_serves"


if connection.vendor == "postgresql":  # SQLite has no roles

    @pytest.mark.parametrize("change", [*CHANGES, "TRUNCATE {table} CASCADE", "DROP TABLE {table} CASCADE"])
    @pytest.mark.parametrize("table", TABLES)
    def test_the_role_that_serves_changes_nothing(role: str, table: str, change: str) -> None:
        """Given the role that serves, when it is to change, remove, empty or drop, then PostgreSQL refuses."""
        with serving_as(role):
            assert refused(change.format(table=table, key=PRIMARY[table]))
        assert Record.objects.count() == 2

    @pytest.mark.parametrize(
        "way",
        [
            "DROP TRIGGER append_only ON {table}", "ALTER TABLE {table} DISABLE TRIGGER ALL",
            "SET session_replication_role = replica", "GRANT DELETE ON {table} TO CURRENT_USER",
            "CREATE OR REPLACE FUNCTION refuse_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        ],
    )  # fmt: skip
    def test_the_role_that_serves_cannot_lift_the_guard(role: str, way: str) -> None:
        """Given the role that serves, when it tries a way around the guard, then that fails, or a removal still does."""
        with serving_as(role):
            for table in TABLES:
                refused(way.format(table=table))
            assert refused("DELETE FROM journal_record")
        assert Record.objects.count() == 2

    def test_the_role_that_serves_can_serve(role: str) -> None:
        """Given the role that serves, when lines are written, ordered and verified, and a petition table is changed, then all goes well."""
        with serving_as(role):
            log.write([log.line("look", actor_kind="staff", actor_id=1)])
            assert sequencer.seal() == 1
            assert verify().ok
            assert not refused("UPDATE petitions_petition SET version = version + 1")

    def test_an_owner_is_given_no_narrow_rights(guarded: None) -> None:
        """Given the owner's own name, when rights are to be given, then that is refused: an owner can do everything."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            [owner] = cursor.fetchone()
        with pytest.raises(ValueError, match="owner"):
            append_only.grant_to(owner)
