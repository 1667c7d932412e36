"""The desk's pages of alert rules: for the system administrator alone, each change with its line, and a trial message that arrives."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.channels.test_webhook import SECRET, Receiver, receiver
from tests.watch.alerted import rule

from yiwang.journal.models import Record
from yiwang.outbox.delivery import deliver_due
from yiwang.outbox.models import Notice
from yiwang.watch import alerting
from yiwang.watch.models import Alert, AlertRule
from yiwang.watch.rules import recipients

if TYPE_CHECKING:
    from tests.given import City

assert receiver  # a fixture, used by its name
FORM = {
    "signal": "disk", "about": "", "threshold": "2048", "minutes": "5", "repeat_hours": "4", "quiet_from": "22:00", "quiet_until": "07:00",
    "mails": "duty@example.org\n\nhead@example.org\nduty@example.org", "telephones": "", "webhooks": "https://hooks.example.org/x",
    "active": "on",
}  # fmt: skip


@pytest.fixture
def client(city: "City") -> Client:
    found = Client()
    found.force_login(city.who(city.office, "system_administrator"))
    return found


def test_add_change_and_remove(city: "City", client: Client) -> None:
    """Given a form, when it is sent, changed and removed, then the row is so, whom it tells each once, and three lines are left."""
    answer = client.post("/desk/duty/alerts/add/", FORM)
    assert (answer.status_code, answer["Location"]) == (303, "/desk/duty/alerts/")
    row = AlertRule.objects.get()
    assert (row.signal, row.threshold, row.minutes, str(row.quiet_from), row.active) == (
        "disk",
        2048,
        5,
        "22:00:00",
        True,
    )
    assert recipients(row) == [
        ("mail", "duty@example.org"), ("mail", "head@example.org"), ("webhook", "https://hooks.example.org/x"),
    ]  # fmt: skip
    page = client.get(f"/desk/duty/alerts/{row.pk}/").content.decode()
    assert "head@example.org" in page
    assert client.post(f"/desk/duty/alerts/{row.pk}/", {**FORM, "threshold": "4096"}).status_code == 303
    assert AlertRule.objects.get().threshold == 4096
    listed = client.get("/desk/duty/alerts/").content.decode()
    assert "低于 4096 MB" in listed
    assert "没有设好发送方式：mail, webhook" in listed
    assert client.post(f"/desk/duty/alerts/{row.pk}/remove/").status_code == 303
    assert AlertRule.objects.count() == 0
    lines = Record.objects.filter(subject_kind="alert_rule").order_by("id").values_list("act", "reason")
    assert list(lines) == [
        ("add_alert_rule", "disk 2048"),
        ("change_alert_rule", "disk 4096"),
        ("remove_alert_rule", "disk"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("mails", "nobody", "邮件"), ("telephones", "12 34", "手机号只能有数字"), ("webhooks", "http://hooks.example.org/", "https://"),
        ("webhooks", "https://u:p@hooks.example.org/", "https://"), ("quiet_until", "", "要么都填"), ("threshold", "-1", "0"),
        ("signal", "weather", "weather"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(client: Client, field: str, value: str, words: str) -> None:
    """Given a form with one fault, then 422 with a plain sentence, what was typed is kept, and nothing is written."""
    answer = client.post("/desk/duty/alerts/add/", {**FORM, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.get(field), answer.context["form"].errors
    assert AlertRule.objects.count() == 0


def test_nobody_to_tell_is_told(client: Client) -> None:
    """Given a form without anybody to tell, then it is refused."""
    answer = client.post("/desk/duty/alerts/add/", {**FORM, "mails": "", "webhooks": ""})
    assert "请至少填一个" in answer.content.decode()


def test_a_new_rule_begins_with_what_is_usual(client: Client) -> None:
    """Given the address of a new rule for a signal, then its usual threshold stands in the form."""
    assert 'value="36"' in client.get("/desk/duty/alerts/add/?signal=backup").content.decode()


def test_a_trial_message_arrives_signed(
    city: "City", client: Client, receiver: Receiver, settings: LazySettings
) -> None:
    """Given a rule with a webhook, when the button is pressed and the worker delivers, then the receiver has it; nobody is on alert."""
    settings.WEBHOOK_SECRET = SECRET
    row = rule(mails=(), webhooks=(receiver.address,))
    assert client.post(f"/desk/duty/alerts/{row.pk}/test/").status_code == 303
    assert deliver_due(datetime.now(UTC)) == 1
    ((_path, headers, body),) = receiver.got
    sent = json.loads(body)
    assert (sent["event"], sent["signal"], sent["value"], sent["text"]) == (
        "test", "late_petitions", None, "信访局 测试告警：超期信访件",
    )  # fmt: skip
    assert headers["Yiwang-Signature"].startswith("v1=")
    assert (Alert.objects.count(), Record.objects.filter(act="test_alert_rule").count()) == (0, 1)


def test_the_list_says_what_is_on_alert_and_what_was(
    city: "City", client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given one event that goes on and one that ended, then both stand in the list, and the first on the board too."""
    import dataclasses

    from yiwang.watch import signals

    values: dict[str, float] = {"letter": 7, "visit": 6}
    row = dataclasses.replace(signals.SIGNALS["channel_silent_hour"], read=lambda _now: dict(values))
    monkeypatch.setitem(signals.SIGNALS, "channel_silent_hour", row)
    rule(signal="channel_silent_hour", threshold=5)
    alerting.go_on()
    del values["visit"]
    alerting.go_on()
    page = client.get("/desk/duty/alerts/").content.decode()
    assert page.index("（来信）") < page.index("（来访）")
    for address in ("/desk/duty/machine/", "/desk/duty/"):
        reader = client if "machine" in address else Client()
        if reader is not client:
            reader.force_login(city.who(city.office, "leader"))
        board = reader.get(address).content.decode()
        assert "正在告警" in board
        assert "（来信）" in board
        assert "（来访）" not in board


def test_messages_to_webhooks_show_in_the_outbox(client: Client) -> None:
    """Given a trial message that waits, then the administrator's outbox names it in words."""
    row = rule()
    client.post(f"/desk/duty/alerts/{row.pk}/test/")
    assert "运行告警" in client.get("/desk/setup/outbox/").content.decode()
    assert Notice.objects.filter(kind="alert", petition_id=None).count() == 1


def test_pages_are_a_fixed_number_of_statements(client: Client, django_assert_num_queries: Any) -> None:
    """Given one rule, then five, then the list runs as many statements."""
    for _number in (1, 4):
        for _each in range(_number):
            rule()
        with django_assert_num_queries(6):
            assert client.get("/desk/duty/alerts/").status_code == 200
