"""Another process holds the database's lock for longer than the limit: a polite page, nothing kept, well again by itself."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.test import Client
from tests.badluck.browser import HIDDEN, filing
from tests.badluck.test_full_disk import TABLES, polite, rows
from tests.given import City

from yiwang.petitions.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
POSTGRES = bool(os.environ["YIWANG_DATABASE_URL"])

HOLD = {
    "write lock": "import sqlite3; c = sqlite3.connect({name!r}, isolation_level=None); c.execute('BEGIN IMMEDIATE')",
    "turn": "import fcntl, os; d = os.open({name!r} + '-turn', os.O_RDONLY | os.O_CREAT); fcntl.flock(d, fcntl.LOCK_EX)",
    "table": "import psycopg; c = psycopg.connect({name!r}); c.execute('LOCK TABLE petitions_petition IN EXCLUSIVE MODE')",
}


@pytest.fixture(params=["table"] if POSTGRES else ["write lock", "turn"])
def locked(request: pytest.FixtureRequest) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Return a context in which another process holds a lock; this one waits 0.3 seconds for it instead of 20.

    Behind it one waits as ever: PostgreSQL takes a moment to notice that who held the lock is gone.
    """
    name = str(connection.settings_dict["NAME"])
    if POSTGRES:
        name = f"{os.environ['YIWANG_DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
    engine: Any = connection

    def wait_at_most(milliseconds: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"{'SET lock_timeout' if POSTGRES else 'PRAGMA busy_timeout'} = {milliseconds}")
        if not POSTGRES:
            engine.turn.limit = milliseconds / 1000

    @contextmanager
    def hold() -> Iterator[None]:
        code = f"{HOLD[request.param].format(name=name)}; print('held', flush=True); input()"
        other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            wait_at_most(300)
            yield
        finally:
            other.communicate("\n", timeout=20)
            wait_at_most(20_000)

    yield hold
    connection.close()


def test_a_citizen_is_told_politely_and_the_same_form_is_taken_later(
    city: City, locked: Callable[[], AbstractContextManager[None]]
) -> None:
    """Given another program that holds the lock, when a citizen files, then 503 and nothing kept, while pages are read as ever."""
    citizen = Client(enforce_csrf_checks=True)
    form = {**filing("楼道灯不亮"), **dict(HIDDEN.findall(citizen.get("/ask/").content.decode()))}
    with locked():
        for _ in range(2):
            answer = citizen.post("/ask/", form)
            assert polite(answer)
            assert "此前已经拿到回执的，都已收好" in answer.content.decode()
        assert citizen.get("/ask/").status_code == 200
        assert rows() == [0] * len(TABLES)
    assert citizen.post("/ask/", form).status_code == 303
    assert rows() == [1] * len(TABLES)


def test_a_clerk_is_told_politely_and_the_petition_stands_as_it_was(
    city: City, locked: Callable[[], AbstractContextManager[None]]
) -> None:
    """Given a note being sent at the desk, when the lock is held, then 503 and no entry; afterwards the same form is taken."""
    petition = city.file()
    person = city.clerk.staff
    assert person is not None
    clerk = Client()
    clerk.force_login(person)
    address, note = f"/desk/petitions/{petition.number}/do/note/", {"version": "0", "text": "先电话核实。"}
    with locked():
        assert polite(clerk.post(address, note))
        assert Entry.objects.filter(action="note").count() == 0
    assert clerk.post(address, note).status_code == 303
    assert Entry.objects.filter(action="note").count() == 1


def test_a_session_that_cannot_be_saved_is_told_politely(
    city: City, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a lock that is met after the page was made, when the session is saved on the way out, then 503 all the same."""
    person = city.clerk.staff
    assert person is not None
    clerk = Client(raise_request_exception=False)
    clerk.force_login(person)
    settings.SESSION_SAVE_EVERY_REQUEST = True

    def busy(*_given: object, **_more: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(SessionStore, "save", busy)
        assert polite(clerk.get("/desk/"))
    assert clerk.get("/desk/").status_code == 200
