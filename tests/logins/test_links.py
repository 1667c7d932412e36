"""Set-up links: how somebody new comes to a password that nobody else ever knew."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.logins.visits import PASSWORD, enrol_app, lines, log_in

from yiwang.agencies.models import Staff
from yiwang.logins.links import make_link
from yiwang.logins.models import SetupLink, StaffSession
from yiwang.outbox.delivery import deliver_due
from yiwang.outbox.models import Notice
from yiwang.outbox.senders import DeliveryFailed, Message

if TYPE_CHECKING:
    from tests.given import City

LINK = re.compile(r"http://localhost:8000(/desk/begin/[\w-]{32}/)")
CHOSEN = {"new": PASSWORD, "again": PASSWORD}


@pytest.fixture
def admin(city: "City") -> Client:
    client = Client()
    client.force_login(city.who(city.office, "system_administrator"))
    return client


def add(admin: Client, **more: str) -> tuple[Staff, str]:
    """Add somebody by the page; return them and what the page said."""
    answer = admin.post("/desk/setup/staff/add/", {"name": "何新", "username": "he.xin", "telephone": "", **more})
    return Staff.objects.get(username="he.xin"), answer.content.decode()


def test_somebody_new_sets_a_password_by_a_link_that_is_shown_once(admin: Client) -> None:
    """Given somebody added, when they open the link, then they choose a password and are in; the link opens nothing again."""
    staff, page = add(admin)
    found = LINK.search(page)
    assert found
    assert not staff.has_usable_password()
    assert found[1] not in admin.get(f"/desk/setup/staff/{staff.pk}/").content.decode()

    person = Client()
    assert person.get(found[1])["Location"] == "/desk/begin/"
    shown = person.get("/desk/begin/")
    assert "he.xin" in shown.content.decode()
    assert found[1].split("/")[3] not in shown.content.decode()
    weak = person.post("/desk/begin/", {"new": "password123", "again": "password123"})
    assert weak.status_code == 422
    assert SetupLink.objects.get().used_at is None
    assert person.post("/desk/begin/", CHOSEN)["Location"] == "/desk/"
    assert person.get("/desk/absences/").status_code == 200

    again = Client().get(found[1])
    assert again.status_code == 404
    assert "用过了、过期了" in again.content.decode()
    assert lines("add_staff", "make_setup_link", "use_setup_link", "change_password", "login") == [
        ("add_staff", "", "done"),
        ("make_setup_link", "", "done"),
        ("use_setup_link", "", "done"),
        ("change_password", "", "done"),
        ("login", "", "done"),
    ]


def test_the_database_does_not_hold_the_link(admin: Client) -> None:
    _staff, page = add(admin)
    found = LINK.search(page)
    assert found
    digest = bytes(SetupLink.objects.get().digest)
    assert len(digest) == 32
    assert found[1].split("/")[3].encode() not in digest


def test_it_runs_out_after_72_hours(city: "City") -> None:
    invitation = make_link(city.who(city.parks, "approver"), None)
    link = SetupLink.objects.get()
    assert link.expires_at - link.made_at == timedelta(hours=72)
    SetupLink.objects.update(expires_at=datetime.now(UTC))
    assert Client().get(f"/desk/begin/{invitation.token}/").status_code == 404


def test_a_new_link_kills_the_one_before(city: "City") -> None:
    staff = city.who(city.parks, "approver")
    first, second = make_link(staff, None), make_link(staff, None)
    assert Client().get(f"/desk/begin/{first.token}/").status_code == 404
    assert Client().get(f"/desk/begin/{second.token}/").status_code == 303


def test_of_two_who_use_it_at_once_one_wins(city: "City") -> None:
    """Given a link opened twice, when both send a password, then the first is set, and the second is told."""
    invitation = make_link(city.who(city.parks, "approver"), None)
    first, second = Client(), Client()
    for client in (first, second):
        client.get(f"/desk/begin/{invitation.token}/")
    assert first.post("/desk/begin/", CHOSEN).status_code == 303
    late = second.post("/desk/begin/", {"new": "door-apple-candle", "again": "door-apple-candle"})
    assert late.status_code == 404
    invitation.staff.refresh_from_db()
    assert invitation.staff.check_password(PASSWORD)


def test_whoever_left_an_address_gets_it_by_mail(admin: Client, settings: Any) -> None:
    """Given a mail address, when somebody is added, then the link goes there, sealed, and the administrator sees none."""
    settings.EMAIL_HOST = "localhost"
    staff, page = add(admin, email="he.xin@office.example")
    assert LINK.search(page) is None
    assert "已寄给本人" in page
    notice = Notice.objects.get(kind="setup_link")
    assert notice.unseal("address") == "he.xin@office.example"
    found = LINK.search(notice.unseal("body"))
    assert found
    assert Client().get(found[1]).status_code == 303
    assert (staff.email, notice.petition_id, notice.office_id) == ("he.xin@office.example", None, None)


def test_a_mail_that_cannot_be_delivered_is_for_no_other_eyes(
    admin: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a refused address, when the worker gives up, then the link is on nobody's list “to tell by telephone or post”."""
    settings.EMAIL_HOST = "localhost"
    add(admin, email="he.xin@office.example")

    class Refusing:
        """Refuses as a mail server does that knows no such address."""

        def send(self, message: Message) -> None:
            raise DeliveryFailed("smtp-550", lasting=True)

    monkeypatch.setattr("yiwang.outbox.delivery.sender_for", lambda _route: Refusing())
    deliver_due()
    notice = Notice.objects.get()
    assert (notice.state, notice.route, notice.last_error) == ("given_up", "mail", "smtp-550")


def test_a_new_link_for_somebody_ends_their_password_and_sessions(admin: Client, clerk: Staff) -> None:
    client, _answer = log_in(clerk)
    page = admin.post(f"/desk/setup/staff/{clerk.pk}/", {"do": "link"}).content.decode()
    assert LINK.search(page)
    assert client.get("/desk/").status_code == 303
    assert not StaffSession.objects.filter(staff_id=clerk.pk).exists()
    _client, refused = log_in(clerk)
    assert refused.status_code == 422


def test_a_link_is_no_way_round_the_second_factor(admin: Client, clerk: Staff) -> None:
    """Given somebody with an application, when they set a new password by a link, then the code is asked for all the same."""
    client, _answer = log_in(clerk)
    enrol_app(clerk, client)
    invitation = make_link(clerk, None)
    person = Client()
    person.get(f"/desk/begin/{invitation.token}/")
    assert person.post("/desk/begin/", CHOSEN)["Location"].startswith("/desk/login/second/")
    assert person.get("/desk/").status_code == 303


def test_only_administrators_make_them(city: "City", clerk: Staff) -> None:
    client, _answer = log_in(clerk)
    other = city.who(city.parks, "approver")
    for given in ({"do": "link"}, {"do": "factors", "reason": "lost"}):
        assert client.post(f"/desk/setup/staff/{other.pk}/", given).status_code == 403
    assert not SetupLink.objects.exists()
