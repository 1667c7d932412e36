"""What is watched: exact values of each signal, worked out by hand."""

import json
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import LazySettings

from yiwang.outbox import tally
from yiwang.outbox.models import Notice, Tally
from yiwang.petitions.models import Petition
from yiwang.watch import heartbeats, intake, outside, queues, timings
from yiwang.watch.heartbeats import Pulse
from yiwang.watch.models import Heartbeat, Reading, Timing
from yiwang.watch.signals import SIGNALS

if TYPE_CHECKING:
    from tests.given import City

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def read(code: str, now: datetime = NOW) -> dict[str, float]:
    return SIGNALS[code].read(now)


def came(city: "City", at: datetime, number: int = 1, **more: Any) -> None:
    """File so many by letter, received at an instant."""
    for each in range(number):
        city.file(
            **{
                "channel": Petition.Channel.LETTER,
                "actor": city.clerk,
                "received_at": at + timedelta(seconds=each),
                **more,
            }
        )


def test_usual_is_the_median_of_the_same_time_in_the_weeks_before(city: "City") -> None:
    """Given 1, 2, 9, 0 and 3 letters in this hour of five weeks, and what lies beside it, then 2 are usual."""
    for week, number in ((1, 1), (2, 2), (3, 9), (5, 3)):
        came(city, NOW - week * WEEK - 30 * MINUTE, number)
    came(city, NOW - WEEK - 61 * MINUTE)
    came(city, NOW - WEEK)
    came(city, NOW - 9 * WEEK - 30 * MINUTE, 5)
    came(city, NOW - 10 * MINUTE)
    (row,) = intake.arrivals(queues.ordinary(), NOW - HOUR, NOW)
    assert (row.channel.value, row.number, row.usual, row.silent) == ("letter", 1, 2.0, False)


def test_before_three_weeks_nothing_is_usual(city: "City") -> None:
    """Given letters of two weeks, then nothing is known of what is usual, and no silence is told."""
    for week in (1, 2):
        came(city, NOW - week * WEEK - 30 * MINUTE, 5)
    (row,) = intake.arrivals(queues.ordinary(), NOW - HOUR, NOW)
    assert (row.number, row.usual, row.silent) == (0, None, False)
    assert read("channel_silent_hour") == {"letter": 0}


def test_a_silent_channel(city: "City") -> None:
    """Given five letters in this hour of three weeks and none now, then five are missed; when one comes, the signal is gone."""
    for week in (1, 2, 3):
        came(city, NOW - week * WEEK - 30 * MINUTE, 5)
        came(city, NOW - week * WEEK - 5 * HOUR, 2)
    assert (read("channel_silent_hour"), read("channel_silent_day")) == ({"letter": 5}, {"letter": 7})
    came(city, NOW - 2 * HOUR)
    assert (read("channel_silent_hour"), read("channel_silent_day")) == ({"letter": 5}, {})
    came(city, NOW - 2 * MINUTE)
    assert read("channel_silent_hour") == {}


def test_history_and_accusations_do_not_count(city: "City") -> None:
    """Given accusations alone, then the platform's signals know of none."""
    for week in (1, 2, 3):
        came(city, NOW - week * WEEK - 30 * MINUTE, purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    assert read("channel_silent_hour") == {}
    Petition.objects.update(next_due_at=NOW - HOUR)
    assert read("late_petitions") == {"": 0}
    came(city, NOW - HOUR)
    Petition.objects.update(next_due_at=NOW - HOUR)
    assert read("late_petitions") == {"": 1}


def notice(route: str, age: timedelta, key: str, **more: Any) -> None:
    row = Notice(
        kind="alert", route=route, idempotency_key=key, created_at=NOW - age, next_attempt_at=NOW - age, **more
    )
    row.seal("body", "x")
    row.save()


@pytest.mark.django_db
def test_queues() -> None:
    """Given messages due for 40 and 10 minutes, one not yet due and one given up, then each line has its number and age."""
    notice("mail", 40 * MINUTE, "a", attempts=3, last_error="smtp-450")
    notice("mail", 10 * MINUTE, "b")
    notice("mail", -HOUR, "c")
    notice("sms", MINUTE, "d", state="given_up", last_error="no-sender")
    notice("person", HOUR, "e")
    assert queues.messages(queues.ordinary(), NOW) == [
        queues.Queue("mail", 3, 2400, 1, 0), queues.Queue("person", 1, 3600, 0, 0), queues.Queue("sms", 0, 0, 0, 1),
    ]  # fmt: skip
    assert queues.reasons(queues.ordinary()) == [("mail", "smtp-450", 1)]
    assert {name: value for name, value in read("queue_age").items() if value} == {"mail": 40}


def test_a_message_about_an_accusation_is_not_counted_for_who_runs_the_machines(city: "City") -> None:
    """Given an accusation with its notice, then the lines of the platform hold none of it."""
    city.file("举报", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    assert Notice.objects.filter(state="pending").count() == 1
    assert queues.messages(queues.ordinary(), datetime.now(UTC)) == []
    assert queues.papers(queues.ordinary(), datetime.now(UTC)).waiting == 0


@pytest.mark.django_db
def test_a_way_out_that_only_fails() -> None:
    """Given a delivery, then failures for twenty minutes, then it is down since the first of these; a delivery ends it."""
    tally.count("mail", "smtp-421", lasting=False, now=NOW - 3 * HOUR)
    tally.count("mail", "", lasting=False, now=NOW - HOUR)
    tally.count("mail", "smtp-550", lasting=True, now=NOW - 30 * MINUTE)
    assert read("channel_down") == {"mail": 0}
    tally.count("mail", "TimeoutError", lasting=False, now=NOW - 20 * MINUTE)
    tally.count("mail", "smtp-421", lasting=False, now=NOW - 5 * MINUTE)
    assert read("channel_down") == {"mail": 20}
    assert tally.standings()["mail"] == tally.Standing(
        "mail", NOW - HOUR, NOW - 5 * MINUTE, NOW - 20 * MINUTE, "smtp-421"
    )
    assert read("failures") == {"mail": 3}
    tally.count("mail", "", lasting=False, now=NOW)
    assert read("channel_down") == {"mail": 0}


@pytest.mark.django_db
def test_tallies_are_folded_and_no_total_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given attempts of five days, when those older than two are folded, even after a death in the middle, then totals stay."""
    for hours in range(0, 120, 6):
        for _each in range(3):
            tally.count("mail", "", lasting=False, now=NOW - hours * HOUR)
    before = tally.totals()
    assert before == {("mail", ""): 60}
    create = Tally.objects.get_or_create

    def dying(**more: Any) -> Any:
        create(**more)
        raise KeyboardInterrupt

    monkeypatch.setattr(Tally.objects, "get_or_create", dying)
    with pytest.raises(KeyboardInterrupt):
        tally.fold(NOW)
    monkeypatch.undo()
    assert tally.totals() == before
    assert [tally.fold(NOW), tally.fold(NOW)] == [11, 0]
    assert (tally.totals(), Tally.objects.count()) == (before, 10)
    assert tally.fold(NOW + 12 * HOUR) == 2
    assert tally.totals() == before


@pytest.mark.django_db
def test_workers_of_several_machines(tmp_path: Path) -> None:
    """Given two workers of which one fell silent four minutes ago with a failing job, then the signals name its machine and job."""
    quick = Pulse(tmp_path, host="house-1", pid=os.getpid())
    slow = Pulse(tmp_path, host="house-2", pid=1)
    slow.beat({"make papers": {"ok": False}}, NOW - 4 * MINUTE)
    quick.beat({"make papers": {"ok": True}}, NOW - 10 * timedelta(seconds=1))
    assert [(worker.row.host, worker.fresh) for worker in heartbeats.workers(NOW)] == [
        ("house-1", True),
        ("house-2", False),
    ]
    assert read("worker_silent") == {"house-1": 10 / 60, "house-2": 4}
    assert read("job_failing") == {"make papers": 1}
    assert list(read("disk")) == ["house-1"]
    assert read("clock")["house-1"] < 5
    quick.end()
    assert [worker.row.host for worker in heartbeats.workers(NOW)] == ["house-2"]
    assert read("worker_silent", NOW + DAY) == {}


@pytest.mark.django_db
def test_a_worker_that_begins_again_takes_the_place_of_the_one_that_was_killed(tmp_path: Path) -> None:
    """Given the row of a worker whose process is gone, when a new one begins on that machine, then the row is gone; others stay."""
    gone = _free_pid()
    Pulse(tmp_path, host="house-1", pid=gone).beat({}, NOW)
    Pulse(tmp_path, host="house-2", pid=gone).beat({}, NOW)
    Pulse(tmp_path, host="house-1", pid=os.getpid()).beat({}, NOW)
    assert sorted(Heartbeat.objects.values_list("host", "pid")) == [("house-1", os.getpid()), ("house-2", gone)]


def _free_pid() -> int:
    """Return the id of a process that has just ended."""
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return child


@pytest.mark.django_db
def test_heartbeats_run_out(tmp_path: Path) -> None:
    """Given a row of yesterday, when another worker begins, then it is swept."""
    Pulse(tmp_path, host="house-1", pid=1).beat({}, NOW - DAY)
    Pulse(tmp_path, host="house-2", pid=1).beat({}, NOW)
    assert list(Heartbeat.objects.values_list("host", flat=True)) == ["house-2"]


@pytest.mark.django_db
def test_p95_and_errors() -> None:
    """Given 19 answers, then no p95 is told; with 20 it is, and answers of 5xx are counted from the first."""
    nineteen = timings.Histogram()
    for _each in range(19):
        nineteen.add(0.15)
    row = Timing.objects.create(process="a", at=NOW, counts=timings.packed({("portal:ask", 503): nineteen}))
    assert (read("p95"), read("errors")) == ({}, {"": 19})
    nineteen.add(0.15)
    row.counts = timings.packed({("portal:ask", 200): nineteen})
    row.save()
    assert (read("p95"), read("errors")) == ({"": 195}, {"": 0})


@pytest.mark.django_db
def test_the_age_of_the_backup(settings: LazySettings, tmp_path: Path) -> None:
    """Given the file that a backup leaves, then its age in hours; without one nothing is told here, but by the doctor."""
    settings.YIWANG_VAR = str(tmp_path)
    assert read("backup") == {}
    (tmp_path / "last-backup.json").write_text(
        json.dumps({"at": (NOW - 37 * HOUR).isoformat(), "file": "x", "bytes": 1})
    )
    assert read("backup") == {"": 37}


@pytest.mark.django_db
def test_the_certificate(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a certificate that ends in ten days, then ten; of one that could not be read for two days nothing is told."""
    settings.BASE_URL = "https://petitions.example.org"
    pem = _certificate(NOW + 10 * DAY)
    monkeypatch.setattr(ssl, "get_server_certificate", lambda address, timeout: pem)
    assert outside.read_certificate(NOW) == 10
    assert (read("certificate"), read("certificate", NOW + 3 * DAY)) == ({"": 10}, {})

    def away(*_given: Any, **_more: Any) -> str:
        raise ConnectionRefusedError

    monkeypatch.setattr(ssl, "get_server_certificate", away)
    assert outside.read_certificate(NOW) is None
    assert (Reading.objects.get().why, read("certificate")) == ("ConnectionRefusedError", {})
    settings.BASE_URL = "http://localhost:8000"
    assert outside.read_certificate(NOW) is None


def _certificate(ends: datetime) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "petitions.example.org")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(ends - 90 * DAY).not_valid_after(ends)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_the_sequencers(city: "City") -> None:
    """Given a filing an hour ago that no sequencer has seen, then both logs are behind, and after their turn neither is."""
    from yiwang.journal import sequencer
    from yiwang.transparency import sequencing

    city.file()
    later = datetime.now(UTC) + 10 * MINUTE
    behind = read("sequencer_lag", later)
    assert set(behind) == {"journal", "petition_log"}
    assert all(590 <= value <= 660 for value in behind.values())
    sequencer.seal()
    sequencing.seal()
    assert read("sequencer_lag", later) == {"journal": 0, "petition_log": 0}


@pytest.mark.django_db
def test_every_signal_reads_in_an_empty_office() -> None:
    """Given an empty office, then every signal can be read, and none is beyond its own threshold."""
    for signal in SIGNALS.values():
        values = signal.read(NOW)
        assert not [value for value in values.values() if signal.beyond(value, signal.threshold)], signal.code
