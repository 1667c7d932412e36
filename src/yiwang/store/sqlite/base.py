"""Django's SQLite engine with write-ahead log, full sync, immediate transactions and a writers' turn (ADR 0004).

Use it as ``"ENGINE": "yiwang.store.sqlite"``. ``OPTIONS["timeout"]`` is the longest wait in seconds, for the turn and
for SQLite's own locks. Keep connections open (``CONN_MAX_AGE = None``): to open one costs more than a page needs.
"""

import os
import re
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection
from typing import Any

from django.db.backends.sqlite3 import base as django_sqlite

from yiwang.store.sqlite.turn import Turn

TIMEOUT = 5.0  # seconds, SQLite's custom
CACHE_KIB = 16 * 1024  # pages kept in memory by each connection

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


class Cursor(django_sqlite.SQLiteCursorWrapper):
    """A cursor that takes the turn for a write that stands alone, outside a transaction."""

    turn: Turn | None = None

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute one statement."""
        if self.turn is None or self.connection.in_transaction or not _WRITES.match(query):
            return super().execute(query, params)
        return self._in_turn(self.turn, super().execute, query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Execute one statement for many rows."""
        if self.turn is None or self.connection.in_transaction or not _WRITES.match(query):
            return super().executemany(query, param_list)
        return self._in_turn(self.turn, super().executemany, query, param_list)

    def _in_turn(self, turn: Turn, run: Any, query: str, params: Any) -> Any:
        turn.take()
        try:
            return run(query, params)
        finally:
            # With Django's autocommit switched off, the statement has opened a transaction, which keeps the turn.
            if not self.connection.in_transaction:
                turn.release()


class DatabaseWrapper(django_sqlite.DatabaseWrapper):
    """The connection of one thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn: Turn | None = None
        _wrappers.add(self)

    def get_connection_params(self) -> dict[str, Any]:
        """Add the time limit; transactions are immediate whatever the settings say."""
        params = super().get_connection_params()
        params.setdefault("timeout", TIMEOUT)
        self.transaction_mode = "IMMEDIATE"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Open the database, and its turn unless it lies in memory."""
        connection: Connection = super().get_new_connection(conn_params)
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        self.turn = Turn(f"{path}-turn", float(conn_params["timeout"])) if path else None
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete" and self.turn:
            # The change needs the database for itself, and SQLite does not wait for that: two first starts would clash.
            self.turn.take()
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                self.turn.release()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Make a cursor that knows the turn."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.turn = self.turn
        return cursor

    @contextmanager
    def unsynced(self) -> Iterator[None]:
        """Commit what stands alone in here without waiting for the disk; it goes there with the next commit that waits.

        For what may be forgotten when the power fails (how often somebody has knocked). Within a transaction it does nothing.
        """
        if self.in_atomic_block:
            yield
            return
        self.ensure_connection()
        self.connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA synchronous = FULL")

    def _start_transaction_under_autocommit(self) -> None:
        if self.turn is None:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        self.turn.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self.turn.release()
            raise

    def _set_autocommit(self, autocommit: bool) -> None:
        with self.wrap_database_errors:
            self.connection.isolation_level = None if autocommit else "IMMEDIATE"

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self.turn is not None:
                self.turn.close()

    def _end_turn(self) -> None:
        # A COMMIT that failed (a full disk) leaves the transaction open: the ROLLBACK that follows ends the turn.
        if self.turn is not None and not (self.connection and self.connection.in_transaction):
            self.turn.release()


_wrappers: "weakref.WeakSet[DatabaseWrapper]" = weakref.WeakSet()
_left_to_the_parent: list[Connection] = []


def _before_fork() -> None:
    # SQLite remembers in the process what it has locked, and a child would believe it: close what may be closed.
    for wrapper in list(_wrappers):
        idle = wrapper.connection is not None and wrapper.autocommit and not wrapper.in_atomic_block
        mine = wrapper._thread_ident == threading.get_ident()  # type: ignore[attr-defined]
        if idle and mine and wrapper.turn is not None:
            wrapper.close()


def _after_fork() -> None:
    # What was still open must not be used in a child, nor closed there: drop it unclosed. (Who forks within a
    # transaction gets a child that finds the database locked.)
    for wrapper in list(_wrappers):
        if wrapper.connection is not None and wrapper.turn is not None:
            _left_to_the_parent.append(wrapper.connection)
            wrapper.connection = None
            wrapper.in_atomic_block = False
            wrapper.atomic_blocks = []
            wrapper.savepoint_ids = []
            wrapper.run_on_commit = []


os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
