"""The writers' turn on SQLite: who writes has it, who ends gives it back, however they end."""

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import OperationalError, connections, transaction
from django.db.utils import load_backend

from yiwang.store.sqlite.base import DatabaseWrapper
from yiwang.store.sqlite.turn import Turn

ALIAS = "turn_test"
TEMPLATE = {
    "ENGINE": "yiwang.store.sqlite",
    "ATOMIC_REQUESTS": False,
    "AUTOCOMMIT": True,
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": False,
    "TIME_ZONE": None,
    "TEST": {"NAME": None, "MIRROR": None, "CHARSET": None, "COLLATION": None, "MIGRATE": True},
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
}


def connect(path: Path, timeout: float = 0.2) -> DatabaseWrapper:
    settings = {**TEMPLATE, "NAME": str(path), "OPTIONS": {"timeout": timeout}}
    return load_backend("yiwang.store.sqlite").DatabaseWrapper(settings, alias=ALIAS)


@pytest.fixture
def path(tmp_path, django_db_blocker):
    """A database file with one table, beside the suite's own."""
    with django_db_blocker.unblock():
        first = connect(tmp_path / "office.sqlite3")
        with first.cursor() as cursor:
            cursor.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE)")
        first.close()
        yield tmp_path / "office.sqlite3"


@pytest.fixture
def db_one(path):
    """A connection that ``transaction.atomic(using=ALIAS)`` uses."""
    connections[ALIAS] = wrapper = connect(path)
    yield wrapper
    wrapper.close()
    del connections[ALIAS]


def is_taken(path: Path) -> bool:
    descriptor = os.open(f"{path}-turn", os.O_RDONLY | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def begin(wrapper):
    """Begin as ``atomic()`` does, on a connection that Django does not know."""
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def insert(wrapper, value):
    with wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO t (v) VALUES (%s)", [value])


def fail_within_a_transaction(wrapper, value):
    with suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
        insert(wrapper, value)
        raise ZeroDivisionError


def values(path):
    other = connect(path)
    with other.cursor() as cursor:
        cursor.execute("SELECT v FROM t ORDER BY id")
        found = [row[0] for row in cursor.fetchall()]
    other.close()
    return found


def test_the_engine_logs_ahead_and_syncs_fully(db_one):
    with db_one.cursor() as cursor:
        answers = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        assert answers == ["wal", 2]
        assert cursor.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_transaction_has_the_turn_until_it_is_committed(db_one, path):
    assert not is_taken(path)
    with transaction.atomic(using=ALIAS):
        assert is_taken(path)
        insert(db_one, "a")
        with transaction.atomic(using=ALIAS):
            insert(db_one, "b")
        assert is_taken(path)
    assert not is_taken(path)
    assert values(path) == ["a", "b"]


def test_a_savepoint_rolls_back_within_the_turn(db_one, path):
    with transaction.atomic(using=ALIAS, durable=True):
        insert(db_one, "a")
        fail_within_a_transaction(db_one, "b")
        assert is_taken(path)
    assert not is_taken(path)
    assert values(path) == ["a"]


def test_a_rollback_gives_the_turn_back(db_one, path):
    fail_within_a_transaction(db_one, "a")
    assert not is_taken(path)
    assert values(path) == []


def test_a_connection_closed_in_its_transaction_gives_the_turn_back(db_one, path):
    with transaction.atomic(using=ALIAS):
        insert(db_one, "a")
        db_one.close()
        assert not is_taken(path)
    assert values(path) == []
    with transaction.atomic(using=ALIAS):
        insert(db_one, "b")
    assert values(path) == ["b"]


def test_who_waits_too_long_is_told_that_the_database_is_locked(db_one, path):
    other = connect(path)
    with transaction.atomic(using=ALIAS):
        insert(db_one, "a")
        began = time.monotonic()
        with pytest.raises(OperationalError, match="database is locked"):
            begin(other)
        with pytest.raises(OperationalError, match="database is locked"):
            insert(other, "b")
        assert 0.4 <= time.monotonic() - began < 5
        with other.cursor() as cursor:  # a reader never waits
            assert cursor.execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    insert(other, "c")
    other.close()
    assert values(path) == ["a", "c"]


def test_sqlites_own_lock_is_waited_for_and_gives_the_turn_back(db_one, path):
    import sqlite3

    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), transaction.atomic(using=ALIAS):
        pass
    assert not is_taken(path)
    stranger.execute("ROLLBACK")
    stranger.close()
    with transaction.atomic(using=ALIAS):
        insert(db_one, "a")
    assert values(path) == ["a"]


@pytest.mark.parametrize("statement", ["INSERT INTO t (v) VALUES ('b')", "  update t SET v = 'b'", "DELETE FROM t"])
def test_a_write_outside_a_transaction_takes_the_turn_and_gives_it_back(db_one, path, monkeypatch, statement):
    taken = []
    monkeypatch.setattr(Turn, "release", lambda self: (taken.append(is_taken(path)), self.close()))
    with db_one.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SELECT 1")
    assert taken == [True]
    assert not is_taken(path)


def test_a_failed_write_outside_a_transaction_gives_the_turn_back(db_one, path):
    insert(db_one, "a")
    with pytest.raises(Exception, match="UNIQUE"):
        insert(db_one, "a")
    assert not is_taken(path)


def test_with_autocommit_off_the_first_write_takes_the_turn_and_commit_ends_it(db_one, path):
    transaction.set_autocommit(False, using=ALIAS)
    insert(db_one, "a")
    assert is_taken(path)
    transaction.commit(using=ALIAS)
    assert not is_taken(path)
    insert(db_one, "b")
    transaction.rollback(using=ALIAS)
    assert not is_taken(path)
    transaction.set_autocommit(True, using=ALIAS)
    assert values(path) == ["a"]


def test_a_lock_file_that_cannot_be_made_refuses_the_write(tmp_path, django_db_blocker):
    turn = Turn(str(tmp_path / "missing" / "office.sqlite3-turn"), 0.1)
    with pytest.raises(OperationalError, match="unable to open"):
        turn.take()
    assert not turn.held


def test_a_database_in_memory_needs_no_turn(django_db_blocker):
    with django_db_blocker.unblock():
        wrapper = connect(Path("unused"))
        wrapper.settings_dict["NAME"] = "file:turn_test?mode=memory&cache=shared"
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
        begin(wrapper)
        insert(wrapper, "a")
        wrapper.commit()
        assert wrapper.turn is None
        wrapper.connection.close()


def test_threads_of_one_process_take_turns_too(path):
    errors = []

    def work(name):
        wrapper = connect(path, timeout=20)
        wrapper.inc_thread_sharing()
        try:
            for number in range(25):
                begin(wrapper)
                insert(wrapper, f"{name}-{number}")
                wrapper.commit()
                wrapper.set_autocommit(True)
        except Exception as error:  # noqa: BLE001 - told to the test
            errors.append(error)
        finally:
            wrapper.close()

    threads = [threading.Thread(target=work, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(values(path)) == 100


CHILD = """
    import os, sys, time
    from django.conf import settings
    settings.configure(
        DATABASES={"default": {"ENGINE": "yiwang.store.sqlite", "NAME": sys.argv[1], "OPTIONS": {"timeout": 20}}}
    )
    import django
    django.setup()
    from django.db import connection, transaction
"""


def child(path, code, **options):
    program = textwrap.dedent(CHILD) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", program, str(path)], text=True, stdout=subprocess.PIPE, **options)


def test_processes_write_all_they_were_asked_to(path):
    code = """
        for number in range(60):
            if number % 3:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT COUNT(*) FROM t")
                    cursor.execute("INSERT INTO t (v) VALUES (%s)", [f"{os.getpid()}-{number}"])
            else:
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO t (v) VALUES (%s)", [f"{os.getpid()}-{number}"])
    """
    children = [child(path, code) for _ in range(4)]
    assert [process.wait(60) for process in children] == [0] * 4
    assert len(values(path)) == 240


def test_a_killed_process_leaves_neither_its_turn_nor_half_of_its_work(db_one, path):
    process = child(
        path,
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO t (v) VALUES ('half')")
            print("holding", flush=True)
            time.sleep(60)
        """,
    )
    assert process.stdout.readline() == "holding\n"
    assert is_taken(path)

    process.send_signal(signal.SIGKILL)
    process.wait(10)

    assert not is_taken(path)
    with transaction.atomic(using=ALIAS):
        insert(db_one, "whole")
    assert values(path) == ["whole"]


def test_a_forked_child_opens_a_connection_of_its_own(path):
    process = child(
        path,
        """
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO t (v) VALUES ('parent')")
        children = []
        for number in range(3):
            children.append(os.fork())
            if children[-1] == 0:
                assert connection.connection is None
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("INSERT INTO t (v) VALUES (%s)", [f"child {number}"])
                os._exit(0)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("INSERT INTO t (v) VALUES (%s)", [f"parent {number}"])
        sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
        """,
    )
    assert process.wait(60) == 0
    assert sorted(values(path)) == [
        "child 0", "child 1", "child 2", "parent", "parent 0", "parent 1", "parent 2"
    ]  # fmt: skip


def test_a_child_that_outlives_its_killed_parent_does_not_keep_the_turn(path):
    process = child(
        path,
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO t (v) VALUES ('parent')")
            child = os.fork()
            if child == 0:
                print(os.getpid(), flush=True)  # by now it has let go of what it inherited
                time.sleep(20)
                os._exit(0)
            time.sleep(60)
        """,
    )
    orphan = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    try:
        assert not is_taken(path)
        assert values(path) == []
    finally:
        os.kill(orphan, signal.SIGKILL)
