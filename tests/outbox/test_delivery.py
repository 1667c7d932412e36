"""Messages are delivered once, retried while the other side is away, and never given up silently."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from django.conf import LazySettings
from tests.ports import free_port

from yiwang.outbox.delivery import deliver_due, mark_told
from yiwang.outbox.models import Notice

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Mailbox(MessageHandler):
    """A real mail server on the loopback that keeps what it is given, and refuses the addresses it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Mail] = []
        self.refused: dict[str, str] = {}

    def handle_message(self, message: Mail) -> None:
        self.mails.append(message)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[Controller]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.DEFAULT_FROM_EMAIL = "office@example.org"
    server = Controller(Mailbox(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    yield server
    if server.loop.is_running():
        server.stop()


def notice(route: str = "mail", address: str = "qian@example.org", key: str = "answered-1") -> Notice:
    row = Notice(
        kind="answered",
        petition_id=1,
        office_id=1,
        route=route,
        idempotency_key=key,
        created_at=NOW,
        next_attempt_at=NOW,
    )
    row.seal("address", address)
    row.seal("subject", "您反映的事项已有答复")
    row.seal("body", "住建局已经答复。")
    row.save()
    return row


@pytest.mark.django_db(transaction=True)
def test_mail_server_down_for_an_hour_delivers_later_and_once(mail_server: Controller) -> None:
    """Given a mail server that is away, when the worker tries for an hour, then the mail is kept, and delivered once when it is back."""
    row = notice()
    clock = NOW
    while clock < NOW + timedelta(hours=1):
        assert deliver_due(clock) == 0
        clock += timedelta(minutes=1)
    row.refresh_from_db()
    assert (row.state, row.route) == ("pending", "mail")
    assert 5 <= row.attempts <= 10  # it backed off: not one attempt a minute

    mail_server.start()
    assert deliver_due(NOW + timedelta(hours=2)) == 1
    assert deliver_due(NOW + timedelta(hours=3)) == 0

    mails = mail_server.handler.mails
    assert [mail["To"] for mail in mails] == ["qian@example.org"]
    assert mails[0]["Message-ID"] == "<answered-1@example.org>"


@pytest.mark.django_db(transaction=True)
def test_refused_address_goes_to_the_list_to_tell(mail_server: Controller) -> None:
    """Given an address that the mail server refuses for good, then the notice stands on the list “to tell by telephone or post”."""
    mail_server.start()
    mail_server.handler.refused["qian@example.org"] = "550 no such user"
    row = notice()

    deliver_due(NOW)

    row.refresh_from_db()
    assert (row.route, row.state, row.last_error) == ("person", "pending", "smtp-550")


@pytest.mark.django_db(transaction=True)
def test_busy_mail_server_is_tried_again(mail_server: Controller) -> None:
    """Given a mail server that says “later”, then the notice stays where it is and is due again after a wait."""
    mail_server.start()
    mail_server.handler.refused["qian@example.org"] = "450 busy"
    row = notice()

    deliver_due(NOW)

    row.refresh_from_db()
    assert (row.route, row.state, row.next_attempt_at) == ("mail", "pending", NOW + timedelta(seconds=30))


@pytest.mark.django_db
def test_given_up_only_into_the_hands_of_a_person() -> None:
    """Given a route that nobody serves, when three days have passed, then a person is to tell it."""
    row = notice(route="sms")
    deliver_due(NOW)
    row.refresh_from_db()
    assert (row.route, row.last_error) == ("sms", "no-sender")

    deliver_due(NOW + timedelta(days=3, minutes=1))

    row.refresh_from_db()
    assert (row.route, row.state) == ("person", "pending")


@pytest.mark.django_db
def test_leased_notice_is_left_alone_until_the_lease_runs_out() -> None:
    """Given a notice that another worker holds, then it is not sent twice; when that worker died, it is sent after the lease."""
    row = notice(route="sms")
    Notice.objects.filter(pk=row.pk).update(leased_until=NOW + timedelta(minutes=5))

    deliver_due(NOW + timedelta(minutes=4))
    row.refresh_from_db()
    assert row.attempts == 0

    deliver_due(NOW + timedelta(minutes=6))
    row.refresh_from_db()
    assert row.attempts == 1


@pytest.mark.django_db
def test_told_by_a_person_is_ticked_off_once() -> None:
    """Given a notice on the list, when two tick it off, then the first one counts and the second is told."""
    row = notice(route="person")
    assert mark_told(row, 7, "telephone", NOW)
    assert not mark_told(row, 8, "post", NOW)
    row.refresh_from_db()
    assert (row.state, row.told_by_id, row.told_how) == ("delivered", 7, "telephone")


@pytest.mark.django_db
def test_words_and_address_are_sealed() -> None:
    """Given a notice, then neither its words nor its address stand in its row."""
    row = Notice.objects.filter(pk=notice().pk).values().get()
    plain = b"".join(bytes(value) for name, value in row.items() if name.startswith("sealed_"))
    assert b"example.org" not in plain
    assert "住建局".encode() not in plain
