"""Sessions: they end by themselves, are listed, and are ended by their owner."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.logins.visits import PASSWORD, lines, log_in

from yiwang.agencies.models import Staff
from yiwang.logins.models import StaffSession

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36 Edg/143.0"


def test_the_table_holds_no_key_that_opens_anything(clerk: Staff) -> None:
    client, _answer = log_in(clerk)
    row = StaffSession.objects.get()
    cookie = client.cookies["yiwang_session"].value
    assert cookie not in (row.session_key, row.session_data)
    thief = Client()
    thief.cookies["yiwang_session"] = row.session_key
    assert thief.get("/desk/").status_code == 303


def test_an_hour_without_a_page_ends_it(clerk: Staff) -> None:
    """Given the defaults, when a page is opened, then the session lasts 60 minutes from then, and not a second longer."""
    client, _answer = log_in(clerk)
    row = StaffSession.objects.get()
    assert row.expire_date - row.seen_at == timedelta(minutes=60)
    StaffSession.objects.update(expire_date=datetime.now(UTC))
    assert client.get("/desk/")["Location"] == "/desk/login/?next=%2Fdesk%2F"


def test_twelve_hours_end_it_however_busy(clerk: Staff) -> None:
    client, _answer = log_in(clerk)
    session = client.session
    session["since"] -= 11 * 3600 + 50 * 60
    session.save()
    row = StaffSession.objects.get()
    assert row.expire_date == datetime.fromtimestamp(session["since"], UTC) + timedelta(hours=12)
    assert client.get("/desk/").status_code == 200
    session["since"] -= 10 * 60
    session.save()
    assert client.get("/desk/").status_code == 303


def test_an_office_sets_both(clerk: Staff, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_COOKIE_AGE = 15, 3600
    log_in(clerk)
    row = StaffSession.objects.get()
    assert row.expire_date - row.seen_at == timedelta(minutes=15)


def test_it_is_touched_once_a_minute(clerk: Staff) -> None:
    """Given a session last seen 61 seconds ago, when two pages are opened, then the first costs one statement more."""
    client, _answer = log_in(clerk)

    def statements() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/desk/account/").status_code == 200
        return [query["sql"] for query in seen.captured_queries]

    usual = statements()
    StaffSession.objects.update(seen_at=datetime.now(UTC) - timedelta(seconds=61))
    touched, after = statements(), statements()
    assert len(touched) == len(usual) + 1
    assert [sql for sql in touched if sql.startswith("UPDATE") and "logins_staffsession" in sql]
    assert len(after) == len(usual)


def test_a_page_that_draws_itself_anew_does_not_keep_it(clerk: Staff) -> None:
    """Given a session last used ten minutes ago, when the open duty desk refreshes by itself, then it ends as if nobody had;
    when somebody opens the page, it goes on."""
    client, _answer = log_in(clerk)
    seen = datetime.now(UTC) - timedelta(minutes=10)
    StaffSession.objects.update(seen_at=seen)
    assert client.get("/desk/duty/", headers={"X-Live": "1"}).status_code == 200
    assert StaffSession.objects.get().seen_at == seen
    client.get("/desk/duty/")
    assert StaffSession.objects.get().seen_at > seen


def test_ones_sessions_are_listed_in_plain_words_and_ended(clerk: Staff) -> None:
    """Given one login here and one elsewhere, when the other is ended, then it is out, and this one stays."""
    here, _answer = log_in(clerk)
    there, _answer = log_in(clerk, headers={"user-agent": EDGE}, REMOTE_ADDR="10.20.30.40")
    page = here.get("/desk/account/").content.decode()
    assert "Windows · Edge" in page
    assert "10.20.30.40" in page
    assert "就是这里" in page
    key = StaffSession.objects.exclude(session_key__in=_own(here)).get().session_key
    here.post("/desk/account/", {"do": "one", "key": key})
    assert there.get("/desk/").status_code == 303
    assert here.get("/desk/").status_code == 200
    assert lines("end_session") == [("end_session", "one", "done")]


def test_all_others_are_ended_at_once(clerk: Staff) -> None:
    here, *others = (log_in(clerk)[0] for _each in range(3))
    here.post("/desk/account/", {"do": "others"})
    assert [client.get("/desk/").status_code for client in (here, *others)] == [200, 303, 303]
    assert StaffSession.objects.filter(staff_id=clerk.pk).count() == 1
    assert lines("end_session") == [("end_session", "others", "done")]


def test_nobody_ends_somebody_elses(clerk: Staff, city: Any) -> None:
    mine, _answer = log_in(clerk)
    other = Client()
    other.force_login(city.who(city.housing, "agency_handler"))
    other.post("/desk/account/", {"do": "one", "key": StaffSession.objects.get(staff_id=clerk.pk).session_key})
    assert mine.get("/desk/").status_code == 200
    assert lines("end_session") == []


def test_a_new_password_ends_the_others(clerk: Staff) -> None:
    here, there = (log_in(clerk)[0] for _each in range(2))
    given = {"present": PASSWORD, "new": "door-apple-candle", "again": "door-apple-candle"}
    assert here.post("/desk/password/", given).status_code == 303
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 303
    assert StaffSession.objects.filter(staff_id=clerk.pk).count() == 1


def test_logging_out_clears_what_the_browser_kept(clerk: Staff) -> None:
    client, _answer = log_in(clerk)
    answer = client.post("/desk/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert StaffSession.objects.filter(staff_id=clerk.pk).count() == 0


def test_a_session_that_was_ended_is_not_raised_by_a_page_under_way(clerk: Staff) -> None:
    """Given a page that holds the session while it is ended elsewhere, when the page saves it, then it stays ended."""
    client, _answer = log_in(clerk)
    session = client.session
    session["entered"] = [1]
    StaffSession.objects.all().delete()
    with pytest.raises(UpdateError):  # which Django's middleware answers with 400
        session.save()
    assert not StaffSession.objects.exists()


def _own(client: Client) -> list[str]:
    from yiwang.logins.sessions import digest_of

    return [digest_of(client.cookies["yiwang_session"].value)]
