"""A full disk: a polite page, nothing half written, no file kept, and well again once there is room."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import OperationalError, connection, connections
from django.test import Client
from tests.badluck.browser import HIDDEN, PDF, filing
from tests.given import City

from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.people.models import Petitioner
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import Upload, sweep_orphans
from yiwang.petitions.models import Attachment, Deadline, Entry, Petition
from yiwang.vault import files

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = (Petition, Petitioner, Entry, Deadline, Notice, Record)


def rows() -> list[int]:
    """Return how many rows each table has that a filing writes to; a filing adds one to each."""
    return [model.objects.count() for model in TABLES]


def stored() -> int:
    return sum(1 for _ in files.older_than(-1))


def polite(answer: Any) -> bool:
    """Tell whether an answer is the page that says: not done, nothing kept, what you wrote is still there, come again."""
    words = answer.content.decode()
    return (
        (answer.status_code, answer.headers.get("Retry-After")) == (503, "30")
        and "没有存下半截的东西" in words
        and "您写的内容一般还在那一页上" in words
        and "Traceback" not in words
    )


@pytest.fixture
def citizen(city: City) -> Client:
    """A browser with a form key, whose requests pass the check against forgery as real ones do."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def form(citizen: Client) -> dict[str, str]:
    page = citizen.get("/ask/")
    return {**filing("楼道灯不亮"), **dict(HIDDEN.findall(page.content.decode()))}


@contextmanager
def no_room() -> Iterator[None]:
    """Let the database take nothing more, as each engine does it by itself: a limit of pages; read-only, as hosted ones turn."""
    full, empty = (
        ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823")
        if connection.vendor == "sqlite"
        else ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
    )
    with connection.cursor() as cursor:
        cursor.execute(full)  # SQLite sets it to as many pages as there are
        try:
            yield
        finally:
            cursor.execute(empty)


def test_a_full_database_is_told_politely_and_takes_the_same_form_later(citizen: Client, form: dict[str, str]) -> None:
    """Given a database without room, when citizens file, then 503 and only whole petitions; with room again the same form is taken."""
    long = {**form, "text": "灯坏了。" * 4_000}
    with no_room():
        taken = 0
        while (answer := citizen.post("/ask/", {**long, "place": f"{taken} 号"})).status_code == 303:
            taken += 1  # pages that were free inside the file are used up first
            assert taken < 60
        assert polite(answer)
        assert rows() == [taken] * len(TABLES)
        assert citizen.get("/lookup/").status_code == 200

    assert citizen.post("/ask/", {**long, "place": f"{taken} 号"}).status_code == 303
    assert rows() == [taken + 1] * len(TABLES)


def disk_full() -> OperationalError:
    """Return the error by which the engine in use tells it."""
    error = OperationalError("database or disk is full")
    error.__cause__ = (
        sqlite3.OperationalError("database or disk is full")
        if connection.vendor == "sqlite"
        else psycopg.errors.DiskFull("could not extend file")
    )
    return error


@pytest.mark.parametrize("one_by_one", [True, False])
def test_whichever_statement_of_a_filing_fails_nothing_is_half_there(
    citizen: Client, form: dict[str, str], monkeypatch: pytest.MonkeyPatch, one_by_one: bool
) -> None:
    """Given a filing with a paper, when its first, second, … last statement meets a full disk, then no row and no file is left."""
    # PostgreSQL gets a filing's inserts in one message, unless somebody counts the statements.
    monkeypatch.setattr(connections["default"], "force_debug_cursor", one_by_one)
    joined = connection.vendor == "postgresql" and not one_by_one
    failed = 0
    while failed < 40:
        seen = count()

        def fail(execute: Callable[..., Any], *given: Any) -> Any:
            if next(seen) == failed:  # noqa: B023 (called before the next turn)
                raise disk_full()
            return execute(*given)

        paper = SimpleUploadedFile("灯.pdf", PDF)
        with connection.execute_wrapper(fail):
            answer = citizen.post("/ask/", {**form, "files": paper})
        if answer.status_code == 303:
            break
        assert polite(answer)
        assert rows() == [0] * len(TABLES)
        assert stored() == 0
        failed += 1
    assert failed >= (2 if joined else 8)
    assert rows() == [1] * len(TABLES)
    assert (Attachment.objects.count(), stored()) == (1, 1)


def write_fails_at(monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    """Let the sync of the ``turn``-th file meet a full disk, as it does where space is given out late."""
    real, turns = os.fsync, count(1)

    def fsync(descriptor: int) -> None:
        if next(turns) == turn:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr("yiwang.vault.files.os.fsync", fsync)


@pytest.mark.parametrize("turn", [1, 2, 3, 4])
def test_a_paper_that_does_not_fit_leaves_neither_row_nor_file(
    citizen: Client, form: dict[str, str], monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    """Given two papers (file and folder are synced for each), when any sync fails, then 503 and nothing; then the same form is taken."""

    def papers() -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile("一.pdf", PDF), SimpleUploadedFile("二.pdf", PDF + b"%")]

    with monkeypatch.context() as patched:
        write_fails_at(patched, turn)
        answer = citizen.post("/ask/", {**form, "files": papers()})
    assert polite(answer)
    assert rows() == [0] * len(TABLES)
    assert stored() == 0

    assert citizen.post("/ask/", {**form, "files": papers()}).status_code == 303
    assert rows() == [1] * len(TABLES)
    assert (Attachment.objects.count(), stored()) == (2, 2)


def test_material_that_does_not_fit_leaves_the_petition_as_it_was(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a petition, when the second of two papers added to it does not fit, then neither is kept, and its version stands."""
    petition = city.file()
    before = (rows(), petition.version)
    material = actions.AddMaterial(
        text="补两份", uploads=[Upload("一.pdf", "application/pdf", PDF), Upload("二.pdf", "application/pdf", PDF)]
    )
    with monkeypatch.context() as patched:
        write_fails_at(patched, 3)
        with pytest.raises(OSError, match="No space left"):
            material.run(Actor.citizen(petition.pk), petition.pk)
    assert stored() == 0
    petition.refresh_from_db()
    assert (rows(), petition.version) == before

    material.run(Actor.citizen(petition.pk), petition.pk)
    assert (Attachment.objects.count(), stored()) == (2, 2)


def test_an_upload_that_fills_the_disk_while_it_is_read_is_told_politely(
    citizen: Client, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a large photograph, when the folder of uploads has no room, then 503, although no view was reached yet."""

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    large = PDF + b"x" * 400_000
    with monkeypatch.context() as patched:
        patched.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
        answer = citizen.post("/ask/", {**form, "files": SimpleUploadedFile("大.pdf", large)})
    assert polite(answer)
    assert rows() == [0] * len(TABLES)

    assert citizen.post("/ask/", {**form, "files": SimpleUploadedFile("大.pdf", large)}).status_code == 303
    assert (Attachment.objects.count(), stored()) == (1, 1)


def test_a_commit_that_was_refused_leaves_nothing(
    citizen: Client, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a COMMIT for which there was no room, when a matter with a paper is filed, then neither rows nor file are left."""

    def refuse(_self: object) -> None:
        raise disk_full()

    with monkeypatch.context() as patched:
        patched.setattr(type(connections["default"]), "_commit", refuse)
        assert polite(citizen.post("/ask/", {**form, "files": SimpleUploadedFile("灯.pdf", PDF)}))
    assert rows() == [0] * len(TABLES)
    assert stored() == 0


def test_a_commit_whose_answer_was_lost_keeps_the_papers(
    citizen: Client, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a COMMIT that was done before the connection broke, when the form is sent again, then one petition, and its paper opens."""
    engine = type(connections["default"])
    real = engine._commit

    def commit_and_lose(self: Any) -> None:
        real(self)
        self.close()
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(engine, "_commit", commit_and_lose)
        assert polite(citizen.post("/ask/", {**form, "files": SimpleUploadedFile("灯.pdf", PDF)}))

    assert citizen.post("/ask/", {**form, "files": SimpleUploadedFile("灯.pdf", PDF)}).status_code == 303
    assert rows() == [1] * len(TABLES)
    paper = Attachment.objects.select_related("petition").get()
    assert files.read_sealed(paper.petition.key, paper.pk) == PDF
    assert (sweep_orphans(-1), stored()) == (0, 1)


def test_two_petitions_that_draw_the_same_number_are_both_taken(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given eight random digits that were drawn before in this month, when a petition is filed, then it draws again."""
    first = city.file()
    drawn = iter([first.number, "2611-0000-0001-5"])
    monkeypatch.setattr("yiwang.petitions.numbers.new_number", lambda _on: next(drawn))
    second = city.file("路灯不亮", uploads=[Upload("一.pdf", "application/pdf", PDF)])
    assert second.number == "2611-0000-0001-5"
    assert rows() == [2] * len(TABLES)
    assert (Attachment.objects.count(), stored()) == (1, 1)
