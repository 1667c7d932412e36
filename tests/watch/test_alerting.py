"""Alerts: told once, by whichever worker, after as long as the rule says; repeated no oftener than it says; ended with an all-clear."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from django.db import IntegrityError, connections, transaction
from tests.outbox.test_delivery import Mailbox
from tests.ports import free_port
from tests.watch.alerted import NOW, QUIET_NIGHT, given, rule

from yiwang.journal.models import Record
from yiwang.outbox.delivery import deliver_due
from yiwang.outbox.models import Notice
from yiwang.watch import alerting, signals
from yiwang.watch.models import Alert, AlertRule
from yiwang.watch.rules import Refused, save_rule

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """What the signal “late petitions” reads, for a test to set."""
    found: dict[str, float] = {}
    row = dataclasses.replace(signals.SIGNALS["late_petitions"], read=lambda _now: dict(found))
    monkeypatch.setitem(signals.SIGNALS, "late_petitions", row)
    return found


def subjects() -> list[str]:
    return [notice.unseal("subject") for notice in Notice.objects.filter(kind="alert").order_by("id")]


@pytest.mark.django_db
def test_told_once_it_has_lasted_and_not_before(values: dict[str, float]) -> None:
    """Given a rule of five minutes, when a value stays beyond for five, then one message at the fifth, with exact words."""
    rule(minutes=5)
    values[""] = 21
    told = [alerting.go_on(NOW + minute * MINUTE) for minute in range(8)]
    assert told == [0, 0, 0, 0, 0, 1, 0, 0]
    (notice,) = Notice.objects.filter(kind="alert")
    assert (notice.route, notice.unseal("address")) == ("mail", "duty@example.org")
    assert notice.unseal("subject") == "信访局 告警：超期信访件"
    assert notice.unseal("body") == (
        "现在的数值：21 件\n开始于：2026-11-23 12:00\n告警线：达到 20 件\nhttp://localhost:8000/desk/duty/"
    )


@pytest.mark.django_db
def test_a_value_that_goes_back_in_time_is_no_event(values: dict[str, float]) -> None:
    """Given a rule of five minutes, when the value is beyond for three and then not, then nobody is told and nothing is kept."""
    rule(minutes=5)
    values[""] = 20
    for minute in range(3):
        alerting.go_on(NOW + minute * MINUTE)
    values[""] = 19
    assert alerting.go_on(NOW + 3 * MINUTE) == 0
    assert (Alert.objects.count(), subjects()) == (0, [])


@pytest.mark.django_db
def test_repeated_no_oftener_than_the_rule_says_and_ended_with_an_all_clear(values: dict[str, float]) -> None:
    """Given a rule of every four hours, when a value stays beyond for nine, then three messages, then one all-clear, and no more."""
    rule(repeat_hours=4, minutes=1)
    values[""] = 30
    for step in range(9 * 60):
        alerting.go_on(NOW + step * MINUTE)
    assert subjects() == ["信访局 告警：超期信访件", "信访局 仍在告警：超期信访件", "信访局 仍在告警：超期信访件"]
    values[""] = 3
    told = [alerting.go_on(NOW + 9 * HOUR + step * MINUTE) for step in range(5)]
    assert told == [0, 1, 0, 0, 0]
    last = Notice.objects.filter(kind="alert").latest("id")
    assert last.unseal("subject") == "信访局 告警解除：超期信访件"
    assert last.unseal("body").splitlines()[0] == "已恢复正常，从 2026-11-23 12:00 到 2026-11-23 21:01。"


@pytest.mark.django_db
def test_one_that_flaps_is_one_event(values: dict[str, float]) -> None:
    """Given a rule of three minutes that was raised, when the value dips for a minute, then the event goes on without a word."""
    rule(minutes=3)
    values[""] = 30
    for step in range(4):
        alerting.go_on(NOW + step * MINUTE)
    values[""] = 3
    alerting.go_on(NOW + 4 * MINUTE)
    values[""] = 30
    for step in range(5, 10):
        alerting.go_on(NOW + step * MINUTE)
    assert (len(subjects()), Alert.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_week_of_downtime_brings_one_message_and_no_flood(values: dict[str, float]) -> None:
    """Given an open alert, when no worker ran for a week, then it is told of once more, and not 42 times."""
    rule(repeat_hours=4)
    values[""] = 30
    alerting.go_on(NOW)
    week = NOW + timedelta(days=7)
    assert [alerting.go_on(week + step * MINUTE) for step in range(3)] == [1, 0, 0]


@pytest.mark.django_db
def test_what_nobody_watched_has_not_lasted(values: dict[str, float]) -> None:
    """Given a value seen beyond once before a downtime, when it is seen after it, then its five minutes begin anew."""
    rule(minutes=5)
    values[""] = 30
    alerting.go_on(NOW)
    later = NOW + timedelta(days=1)
    assert [alerting.go_on(later + step * MINUTE) for step in range(6)] == [0, 0, 0, 0, 0, 1]
    assert Alert.objects.get().began_at == later


@pytest.mark.django_db
def test_at_night_nobody_is_woken(values: dict[str, float]) -> None:
    """Given quiet hours from 22 to 7, when something begins and another ends at night, then both are told of at 7."""
    rule(**QUIET_NIGHT)
    values.update({"a": 30})
    alerting.go_on(NOW)
    midnight = NOW + 12 * HOUR
    values.clear()
    values["b"] = 30
    assert [alerting.go_on(midnight + step * HOUR) for step in range(7)] == [0] * 7
    assert alerting.go_on(midnight + 7 * HOUR - MINUTE) == 0
    assert alerting.go_on(midnight + 7 * HOUR) == 2
    assert subjects() == [
        "信访局 告警：超期信访件（a）",
        "信访局 告警：超期信访件（b）",
        "信访局 告警解除：超期信访件（a）",
    ]


@pytest.mark.django_db
def test_what_began_and_ended_at_night_is_kept_and_not_told(values: dict[str, float]) -> None:
    """Given quiet hours, when an event begins and ends within them, then it stands in the list, and nobody is told."""
    rule(**QUIET_NIGHT)
    values[""] = 30
    midnight = NOW + 12 * HOUR
    alerting.go_on(midnight)
    values.clear()
    alerting.go_on(midnight + HOUR)
    alerting.go_on(midnight + 10 * HOUR)
    event = Alert.objects.get()
    assert (event.told, event.ended_at, subjects()) == (0, midnight + HOUR, [])


@pytest.mark.django_db
def test_killed_before_it_commits_it_forgets_nothing_and_doubles_nothing(
    values: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given two recipients, when the worker dies after the first message was written, then neither is there; next time both, once."""
    rule(mails=("one@example.org", "two@example.org"))
    values[""] = 30
    write, calls = alerting.write_to, []

    def dying(*args: Any, **more: Any) -> Notice:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write(*args, **more)

    monkeypatch.setattr(alerting, "write_to", dying)
    with pytest.raises(KeyboardInterrupt):
        alerting.go_on(NOW)
    assert (Alert.objects.count(), Notice.objects.count()) == (0, 0)
    monkeypatch.setattr(alerting, "write_to", write)
    assert [alerting.go_on(NOW + step * MINUTE) for step in range(3)] == [2, 0, 0]
    assert [notice.unseal("address") for notice in Notice.objects.order_by("id")] == [
        "one@example.org",
        "two@example.org",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(values: dict[str, float]) -> None:
    """Given two workers that look at the same moment, five times over, then each event is told of once."""
    rule(repeat_hours=1)
    values[""] = 30
    barrier = Barrier(2)
    broken: list[BaseException] = []

    def look(at: datetime) -> None:
        try:
            barrier.wait(10)
            alerting.go_on(at)
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            broken.append(error)
        finally:
            connections.close_all()

    for step in range(5):
        pair = [Thread(target=look, args=(NOW + step * HOUR,)) for _each in range(2)]
        for one in pair:
            one.start()
        for one in pair:
            one.join(20)
    assert broken == []
    assert (Alert.objects.count(), len(subjects())) == (1, 5)


@pytest.mark.django_db
def test_there_is_one_open_event_of_one_thing(values: dict[str, float]) -> None:
    """Given an open event, when another is made of the same rule and thing, then the database refuses it."""
    row = rule()
    values[""] = 30
    alerting.go_on(NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(rule=row, about="", value=1, began_at=NOW, seen_at=NOW)


@pytest.mark.django_db
def test_only_what_the_rule_is_about(values: dict[str, float]) -> None:
    """Given a rule about one thing, when two are beyond, then that one alone is told of."""
    rule(about="b")
    values.update({"a": 30, "b": 31})
    alerting.go_on(NOW)
    assert subjects() == ["信访局 告警：超期信访件（b）"]


@pytest.mark.django_db
def test_a_signal_that_cannot_be_read_ends_no_event_and_keeps_no_other(
    values: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a signal that fails, then its open event stays open, and another rule is told of."""
    rule()
    values[""] = 30
    alerting.go_on(NOW)

    def broken(_now: datetime) -> dict[str, float]:
        raise ValueError("a fault of the program")

    monkeypatch.setitem(
        signals.SIGNALS, "late_petitions", dataclasses.replace(signals.SIGNALS["late_petitions"], read=broken)
    )
    monkeypatch.setitem(
        signals.SIGNALS, "backup", dataclasses.replace(signals.SIGNALS["backup"], read=lambda _now: {"": 99})
    )
    rule(signal="backup", threshold=36)
    assert alerting.go_on(NOW + MINUTE) == 1
    assert Alert.objects.filter(ended_at=None).count() == 2


@pytest.mark.django_db
def test_less_is_worse_for_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a rule for a disk with less than 2048 MB, then 2048 are well and 2047 are not."""
    free = {"house-1": 2048.0}
    monkeypatch.setitem(signals.SIGNALS, "disk", dataclasses.replace(signals.SIGNALS["disk"], read=lambda _now: free))
    rule(signal="disk", threshold=2048)
    assert alerting.go_on(NOW) == 0
    free["house-1"] = 2047
    assert alerting.go_on(NOW + MINUTE) == 1
    assert subjects() == ["信访局 告警：磁盘剩余（house-1）"]


@pytest.mark.django_db
def test_switched_off_it_ends_without_a_word(values: dict[str, float]) -> None:
    """Given an open event, when its rule is switched off, then it is ended and nobody is told; the change has its line."""
    row = rule()
    values[""] = 30
    alerting.go_on(NOW)
    save_rule(row, given(active=False), 7, NOW + MINUTE)
    assert alerting.go_on(NOW + 2 * MINUTE) == 0
    assert (Alert.objects.filter(ended_at=None).count(), len(subjects())) == (0, 1)
    line = Record.objects.latest("id")
    assert (line.act, line.actor_id, line.subject_id, line.reason) == (
        "change_alert_rule", 7, row.pk, "late_petitions off",
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"signal": "the weather"}, "signal", "unknown"), ({"mails": ()}, "mails", "nobody"),
        ({"quiet_from": QUIET_NIGHT["quiet_from"]}, "quiet_until", "half"),
        ({"quiet_from": QUIET_NIGHT["quiet_from"], "quiet_until": QUIET_NIGHT["quiet_from"]}, "quiet_until", "always"),
        ({"mails": ("a@example.org",) * 21}, "mails", "many"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused(wrong: dict[str, Any], field: str, code: str) -> None:
    """Given a rule with a fault, then it is refused for that, and neither row nor line is written."""
    with pytest.raises(Refused) as refused:
        save_rule(AlertRule(), given(**wrong), 1, NOW)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert (AlertRule.objects.count(), Record.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_whom_it_tells_is_sealed() -> None:
    """Given a rule with an address, then the row does not hold it in plain."""
    row = AlertRule.objects.filter(pk=rule().pk).values().get()
    assert b"example.org" not in b"".join(bytes(value) for name, value in row.items() if name.startswith("sealed_"))


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[Controller]:
    """A real mail server on the loopback (aiosmtpd), which speaks SMTP."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.DEFAULT_FROM_EMAIL = "office@example.org"
    server = Controller(Mailbox(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    yield server
    server.stop()


@pytest.mark.django_db(transaction=True)
def test_it_reaches_the_mailbox(values: dict[str, float], mail_server: Controller) -> None:
    """Given a mail server, when an alert is raised and the worker delivers, then the mail is there, once."""
    rule()
    values[""] = 30
    now = datetime.now(UTC)
    alerting.go_on(now)
    assert (deliver_due(now), deliver_due(now + MINUTE)) == (1, 0)
    (mail,) = mail_server.handler.mails
    assert mail["To"] == "duty@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
