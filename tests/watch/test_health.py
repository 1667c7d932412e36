"""/health/: 200 or 503, details for who may see them, asked as often as anybody likes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from yiwang.cli import health
from yiwang.cli.config import current_config
from yiwang.outbox import tally
from yiwang.outbox.models import Notice
from yiwang.watch import heartbeats
from yiwang.watch.heartbeats import Pulse

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture(autouse=True)
def _nothing_cached(settings: LazySettings) -> Iterator[None]:
    cache.clear()
    settings.MONITOR_ADDRESSES = (ip_network("127.0.0.1"),)
    settings.EMAIL_HOST = "mail.example.org"
    yield
    cache.clear()


@pytest.fixture
def working(db: None, tmp_path: Path) -> Pulse:
    """A worker that beats."""
    pulse = Pulse(tmp_path, host="house-1")
    pulse.beat({"deliver messages": {"ok": True}})
    return pulse


def checked(path: str = "/health/") -> tuple[int, dict[str, bool]]:
    cache.clear()
    answer = Client().get(path)
    return answer.status_code, {row["check"]: row["well"] for row in answer.json()["checks"]}


WELL = {
    "storage": True, "disk": True, "database": True, "worker": True, "clock": True, "channel mail": True, "channel webhook": True,
}  # fmt: skip


def test_a_well_office(working: Pulse) -> None:
    """Given an office in which all is well, then 200, each check named."""
    assert checked() == (200, WELL)
    assert checked("/health/ready") == (200, {"storage": True, "disk": True, "database": True})


def test_without_a_worker_the_office_is_ill_and_this_machine_ready(working: Pulse) -> None:
    """Given no worker, then 503 for the office, and 200 for who asks whether to send requests here."""
    working.end()
    assert checked() == (503, {**WELL, "worker": False})
    assert checked("/health/ready")[0] == 200


def test_a_silent_worker_among_others(working: Pulse, tmp_path: Path) -> None:
    """Given two workers of which one fell silent, then the finding names its machine."""
    Pulse(tmp_path, host="house-2", pid=1).beat({}, datetime.now(UTC) - timedelta(minutes=5))
    found = health.check_worker(current_config())
    assert (found.well, found.found) == (False, "1 of 2 beat; not house-2 (silent for 300 s)")


def test_a_job_that_fails(working: Pulse) -> None:
    """Given a job whose last run failed, then the finding names it."""
    working.beat({"make papers": {"ok": False}})
    assert health.check_worker(current_config()).found == "failing: make papers"


def test_storage_that_cannot_be_written(working: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a disk that is full, then this machine is not ready, and no probe is left lying about."""
    import os

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert checked("/health/ready") == (503, {"storage": False, "disk": True, "database": True})
    assert not list(current_config().var.rglob(".probe-*"))


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, working: Pulse) -> None:
    """Given a database that does not answer, then 503 with the reason, and no more is asked of it."""
    from yiwang.watch.models import Heartbeat

    def away(*_given: Any) -> bool:
        raise OperationalError("connection refused: secret")

    monkeypatch.setattr(Heartbeat.objects, "exists", away, raising=False)
    monkeypatch.setattr(heartbeats, "workers", away)
    answer = Client().get("/health/")
    assert answer.status_code == 503
    assert [row["check"] for row in answer.json()["checks"]] == ["storage", "disk", "database", "worker"]
    assert "secret" not in answer.content.decode()


def test_a_clock_apart_from_the_databases(working: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a clock six seconds ahead, then it is told; five are borne."""
    monkeypatch.setattr(heartbeats, "clock_off_ms", lambda: 6_000)
    assert health.check_clock().found == "6.0 s ahead of the database's"
    monkeypatch.setattr(heartbeats, "clock_off_ms", lambda: -5_000)
    assert health.check_clock().well


def test_a_clock_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a clock that is set back by a minute, then that is told for ten minutes, and then taken as it is."""
    monkeypatch.setattr(health, "_clocks", (1_000.0, 50.0))
    assert health.clock_jump(1_100.0, 150.0) == 0
    assert health.clock_jump(1_090.0, 200.0) == -60
    assert health.clock_jump(1_541.0, 651.0) == -60
    assert health.clock_jump(1_551.0, 661.0) == 0


def test_a_channel_that_only_fails(working: Pulse) -> None:
    """Given failures for sixteen minutes, then the channel is ill; for fourteen, not yet; a delivery makes it well."""
    now = datetime.now(UTC)
    tally.count("mail", "smtp-421", lasting=False, now=now - timedelta(minutes=14))
    assert checked()[1]["channel mail"]
    tally.count("mail", "smtp-421", lasting=False, now=now - timedelta(minutes=16))
    from yiwang.outbox.models import Tally

    Tally.objects.update(first_at=now - timedelta(minutes=16))
    assert checked() == (503, {**WELL, "channel mail": False})
    tally.count("mail", "", lasting=False, now=now)
    assert checked()[1]["channel mail"]


def test_messages_that_wait_for_a_way_out_without_settings(
    city: "City", working: Pulse, settings: LazySettings
) -> None:
    """Given no mail server and a message for it, then the channel is ill; without a message it is merely not set up."""
    settings.EMAIL_HOST = ""
    assert checked()[1]["channel mail"]
    city.file("举报", purpose="accusation", accused=city.housing)
    Notice.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=16))
    assert checked()[1]["channel mail"]  # nobody learns of an accusation here
    city.file()
    assert checked()[1]["channel mail"]  # for a quarter of an hour it may wait
    Notice.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=16))
    assert not checked()[1]["channel mail"]


def test_strangers_learn_no_more_than_whether_all_is_well(working: Pulse, settings: LazySettings) -> None:
    """Given a stranger, then status and one word, in both forms; an administrator of the desk is told more."""
    settings.MONITOR_ADDRESSES = ()
    answer = Client().get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"status": "well"})
    working.end()
    cache.clear()
    answer = Client().get("/health/", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "运行不正常" in page
    assert "Start “yiwang worker”" not in page
    assert answer["Cache-Control"].find("no-store") >= 0


def test_an_administrator_sees_each_check(city: "City", settings: LazySettings) -> None:
    """Given a system administrator at the desk, then the page names each check and what to do; a handler sees none."""
    settings.MONITOR_ADDRESSES = ()
    for role, told in (("system_administrator", True), ("office_handler", False)):
        client = Client()
        client.force_login(city.who(city.office, role))
        page = client.get("/health/", headers={"accept": "text/html"}).content.decode()
        assert ("Start “yiwang worker”" in page) is told, role


def test_asking_often_is_cheap(working: Pulse, django_assert_num_queries: Any) -> None:
    """Given a first look, when it is asked a hundred times within five seconds, then the office is not looked at again."""
    Client().get("/health/")
    with django_assert_num_queries(0):
        for _each in range(100):
            assert Client().get("/health/").status_code == 200


def test_alive_asks_nothing(django_assert_num_queries: Any, db: None) -> None:
    """Given a process, then /alive says so without the database."""
    with django_assert_num_queries(0):
        assert Client().get("/alive").content == b"ok\n"
