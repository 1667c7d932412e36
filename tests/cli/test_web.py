"""What every answer bears, and what is said when the database is away or too much arrives."""

import json
import logging
import sqlite3
from pathlib import Path

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.given import City

from yiwang.cli.config import read_config
from yiwang.cli.logs import logging_settings
from yiwang.cli.middleware import polite_when_away
from yiwang.cli.translations import compile_all


def test_cookies_are_kept_from_scripts_and_other_sites(settings):
    for name in ("SESSION", "CSRF", "LANGUAGE"):
        assert getattr(settings, f"{name}_COOKIE_HTTPONLY") is True
        assert getattr(settings, f"{name}_COOKIE_SAMESITE") == "Lax"
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
    assert settings.ATOMIC_REQUESTS is False if hasattr(settings, "ATOMIC_REQUESTS") else True


def test_a_request_larger_than_any_form_is_refused_unread(settings):
    settings.REQUEST_MAX_BYTES = 10
    answer = Client().post("/alive", b"x" * 11, content_type="application/octet-stream")
    assert answer.status_code == 413
    assert "太大".encode() in answer.content


def answer_to(error: Exception) -> HttpResponse | None:
    return polite_when_away(lambda _request: HttpResponse()).process_exception(RequestFactory().post("/ask/"), error)


def sqlite_error(message: str) -> OperationalError:
    error = OperationalError(message)
    error.__cause__ = sqlite3.OperationalError(message)
    return error


@pytest.mark.parametrize(
    "message", ["database is locked", "database or disk is full", "unable to open database file", "disk I/O error"]
)
def test_a_database_away_gets_a_polite_page(message: str):
    answer = answer_to(sqlite_error(message))
    assert answer is not None
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "没有存下半截的东西".encode() in answer.content
    assert message.encode() not in answer.content


def test_a_postgresql_that_went_away_gets_it_too():
    answer = answer_to(OperationalError("connection refused"))
    assert answer is not None
    assert answer.status_code == 503


def test_a_fault_of_the_program_is_not_hidden_behind_it():
    assert answer_to(sqlite_error("no such column: x")) is None


@pytest.mark.django_db
def test_the_admin_is_for_administrators_alone(client: Client):
    city = City()
    stranger = client.get("/admin/")
    assert (stranger.status_code, stranger.headers["Location"].split("?")[0]) == (302, "/admin/login/")
    assert client.get("/admin/login/").headers["Location"] == "/desk/login/?next=/admin/"

    client.force_login(city.who(city.office, "leader"))
    assert client.get("/admin/login/").status_code == 403

    client.force_login(city.who(city.office, "system_administrator"))
    for path in ("", "agencies/agency/", "agencies/region/", "petitions/category/", "workdays/day/"):
        assert client.get(f"/admin/{path}").status_code == 200
    assert client.get(f"/admin/agencies/agency/{city.office.pk}/delete/").status_code == 403
    assert client.get("/admin/petitions/petition/").status_code == 404


@pytest.mark.engine_free
def test_the_log_holds_no_words_of_a_petitioner():
    handler = logging_settings(read_config({"YIWANG_ENV": "production"}))["formatters"]["lines"]
    formatter = handler.pop("()")(**handler)
    try:
        raise ValueError("Key (phone)=(19900000001) already exists")
    except ValueError as error:
        record = logging.LogRecord(
            "django.request",
            logging.ERROR,
            __file__,
            1,
            "Internal Server Error: %s",
            ("/bring",),
            (ValueError, error, error.__traceback__),
        )
    record.request = RequestFactory().post("/bring?name=钱大妈", {"text": "灯坏了"})
    record.params = ("钱大妈",)
    line = json.loads(formatter.format(record))
    assert line["event"] == "Internal Server Error: /bring"
    assert line["exception"] == "builtins.ValueError"
    assert line["passed"][-1].endswith("test_the_log_holds_no_words_of_a_petitioner")
    assert not any(word in json.dumps(line, ensure_ascii=False) for word in ("19900000001", "钱大妈", "灯坏了"))


@pytest.mark.engine_free
def test_translations_are_compiled_once_and_again_when_they_change(tmp_path: Path):
    source = tmp_path / "room" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "灯"\nmsgstr "lamp"\n', encoding="utf-8"
    )
    assert compile_all(tmp_path) == 1
    assert b"lamp" in source.with_suffix(".mo").read_bytes()
    assert compile_all(tmp_path) == 0
    source.with_suffix(".mo").unlink()
    assert compile_all(tmp_path) == 1
