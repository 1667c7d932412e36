"""The second factor: enrolled, asked for at the next login, used once, lost and reset."""

import re
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from tests.logins.visits import CODES, PASSWORD, code_of, enrol_app, lines, log_in

from yiwang.agencies.models import Staff
from yiwang.logins.models import Alert, AuthenticatorApp, RecoveryCode, StaffSession
from yiwang.outbox.models import Notice

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def enrolled(clerk: Staff) -> tuple[Staff, list[str]]:
    """Somebody with an application, and their recovery codes."""
    client, _answer = log_in(clerk)
    return clerk, enrol_app(clerk, client)


def test_an_application_is_enrolled_by_picture_or_text(clerk: Staff) -> None:
    """Given somebody logged in, when they enrol, then picture and secret are shown, and the code that fits ends it with ten codes."""
    client, _answer = log_in(clerk)
    page = client.get("/desk/account/app/").content.decode()
    app = AuthenticatorApp.objects.get(staff=clerk)
    secret = app.unseal("secret")
    assert len(secret) == 32
    assert "data:image/svg+xml" in page
    assert " ".join(secret[start : start + 4] for start in range(0, 32, 4)) in page

    wrong = client.post("/desk/account/app/", {"given": f"{(int(code_of(clerk)) + 1) % 1_000_000:06}"})
    assert wrong.status_code == 422
    assert AuthenticatorApp.objects.get().confirmed_at is None

    done = client.post("/desk/account/app/", {"given": code_of(clerk)})
    assert len(set(CODES.findall(done.content.decode()))) == 10
    assert done["Cache-Control"] == "no-store"
    assert AuthenticatorApp.objects.get().confirmed_at is not None
    assert lines("enrol_factor") == [
        ("enrol_factor", "wrong_code", "refused"),
        ("enrol_factor", "totp", "done"),
        ("enrol_factor", "recovery", "done"),
    ]


def test_a_secret_that_was_shown_and_left_is_never_enrolled(clerk: Staff) -> None:
    client, _answer = log_in(clerk)
    client.get("/desk/account/app/")
    first = AuthenticatorApp.objects.get().unseal("secret")
    client.get("/desk/account/app/")
    assert AuthenticatorApp.objects.get().unseal("secret") != first


def test_neither_secret_nor_recovery_code_lies_in_the_database(enrolled: tuple[Staff, list[str]]) -> None:
    staff, codes = enrolled
    secret = AuthenticatorApp.objects.get(staff=staff).unseal("secret")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_secret, data_key FROM logins_authenticatorapp")
        stored = b"".join(bytes(value) for row in cursor.fetchall() for value in row)
        cursor.execute("SELECT digest FROM logins_recoverycode")
        digests = [bytes(row[0]) for row in cursor.fetchall()]
    assert secret.encode() not in stored
    assert {len(digest) for digest in digests} == {32}
    assert not any(code.replace("-", "").encode() in digest for code in codes for digest in digests)


def test_the_password_alone_opens_nothing_any_more(enrolled: tuple[Staff, list[str]]) -> None:
    """Given an enrolled application, when the right password is given, then the desk stays shut until the code comes too."""
    staff, _codes = enrolled
    client, answer = log_in(staff)
    assert answer["Location"] == "/desk/login/second/?next=%2Fdesk%2F"
    assert client.get("/desk/")["Location"] == "/desk/login/?next=%2Fdesk%2F"
    assert "_auth_user_id" not in client.session

    let_in = client.post(answer["Location"], {"way": "totp", "given": code_of(staff), "next": "/desk/petitions/"})
    assert let_in["Location"] == "/desk/petitions/"
    assert client.get("/desk/").status_code == 200
    assert lines("login", "second_factor")[-2:] == [("second_factor", "totp", "done"), ("login", "totp", "done")]


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_may_be_half_a_minute_off(
    enrolled: tuple[Staff, list[str]], monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    staff, _codes = enrolled
    now = time.time()  # stands still, lest another half minute begin before the code is sent
    monkeypatch.setattr("django_otp.oath.time", lambda: now)
    monkeypatch.setattr("yiwang.logins.authenticator.time", SimpleNamespace(time=lambda: now))
    AuthenticatorApp.objects.update(last_step=0)
    client, _answer = log_in(staff)
    assert client.post("/desk/login/second/", {"given": code_of(staff, steps=steps)}).status_code == 303


@pytest.mark.parametrize("steps", [-3, 3])
def test_older_and_newer_codes_are_refused(enrolled: tuple[Staff, list[str]], steps: int) -> None:
    staff, _codes = enrolled
    AuthenticatorApp.objects.update(last_step=0)
    client, _answer = log_in(staff)
    answer = client.post("/desk/login/second/", {"given": code_of(staff, steps=steps)})
    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session


def test_a_code_is_used_once(enrolled: tuple[Staff, list[str]]) -> None:
    """Given a code that let somebody in, when it is sent again from elsewhere, then it is refused and nobody is let in."""
    staff, _codes = enrolled
    code = code_of(staff)
    first, _answer = log_in(staff)
    assert first.post("/desk/login/second/", {"given": code}).status_code == 303
    second, _answer = log_in(staff)
    answer = second.post("/desk/login/second/", {"given": code})
    assert answer.status_code == 422
    assert "已经用过了" in answer.content.decode()
    assert second.get("/desk/").status_code == 303
    assert lines("second_factor")[-1] == ("second_factor", "used_code", "refused")


def test_a_recovery_code_lets_in_once(enrolled: tuple[Staff, list[str]]) -> None:
    staff, codes = enrolled
    given = {"way": "recovery", "given": codes[3].upper().replace("-", " ")}
    client, _answer = log_in(staff)
    assert client.post("/desk/login/second/", given).status_code == 303
    again, _answer = log_in(staff)
    answer = again.post("/desk/login/second/", given)
    assert answer.status_code == 422
    assert RecoveryCode.objects.filter(used_at=None).count() == 9
    assert lines("use_recovery_code") == [("use_recovery_code", "", "done")]


def test_guesses_are_slowed_down(enrolled: tuple[Staff, list[str]]) -> None:
    """Given ten wrong codes, when the right one comes eleventh, then it must wait, and its owner on their own device need not."""
    staff, _codes = enrolled
    thief, _answer = log_in(staff)
    thief.cookies.pop("yiwang_device", None)
    for _guess in range(10):
        assert thief.post("/desk/login/second/", {"given": "000000"}).status_code == 422
    answer = thief.post("/desk/login/second/", {"given": code_of(staff)})
    assert "试的次数太多了" in answer.content.decode()
    assert thief.get("/desk/").status_code == 303
    assert lines("second_factor")[-1] == ("second_factor", "slowed", "refused")


def test_nobody_comes_to_the_second_step_without_the_first(enrolled: tuple[Staff, list[str]]) -> None:
    staff, _codes = enrolled
    answer = Client().post("/desk/login/second/", {"given": code_of(staff)})
    assert answer["Location"] == "/desk/login/?next=%2Fdesk%2F"


def test_a_password_that_changed_meanwhile_ends_the_first_step(enrolled: tuple[Staff, list[str]]) -> None:
    staff, _codes = enrolled
    client, _answer = log_in(staff)
    staff.set_password("door-apple-candle")
    staff.save()
    answer = client.post("/desk/login/second/", {"given": code_of(staff)})
    assert answer["Location"].startswith("/desk/login/?")


class TestWhereAllNeedOne:
    """An office that demands a second factor."""

    @pytest.fixture(autouse=True)
    def _required(self, settings: Any) -> None:
        settings.SECOND_FACTOR_REQUIRED = True

    def test_whoever_has_none_is_led_to_the_enrolment(self, clerk: Staff) -> None:
        client, _answer = log_in(clerk)
        for page in ("/desk/", "/desk/petitions/", "/desk/absences/"):
            assert client.get(page)["Location"].startswith("/desk/account/?next="), page
        assert "请先登记第二验证方式" in client.get("/desk/account/").content.decode()
        enrol_app(clerk, client)
        assert client.get("/desk/").status_code == 200

    def test_the_tables_of_the_admin_stay_shut_too(self, city: "City") -> None:
        admin = Client()
        admin.force_login(city.who(city.office, "system_administrator"))
        assert admin.get("/admin/").status_code == 302
        session = admin.session
        session["factor"] = "totp"
        session.save()
        assert admin.get("/admin/").status_code == 200

    def test_the_last_one_stays(self, clerk: Staff) -> None:
        client, _answer = log_in(clerk)
        enrol_app(clerk, client)
        page = client.post("/desk/account/remove/", {"factor": "app"}, follow=True).content.decode()
        assert "这是您的最后一个" in page
        assert AuthenticatorApp.objects.filter(confirmed_at__isnull=False).count() == 1
        assert lines("remove_factor") == [("remove_factor", "last_factor", "refused")]


def test_removing_one_ends_the_other_sessions(enrolled: tuple[Staff, list[str]]) -> None:
    staff, codes = enrolled
    here, there = (log_in(staff)[0] for _each in range(2))
    here.post("/desk/login/second/", {"given": code_of(staff)})
    there.post("/desk/login/second/", {"way": "recovery", "given": codes[0]})
    here.post("/desk/account/remove/", {"factor": "app"})
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 303
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert lines("remove_factor") == [("remove_factor", "totp", "done")]


def test_factors_are_changed_after_a_fresh_proof_alone(clerk: Staff) -> None:
    """Given a login of an hour ago, when a factor is to be enrolled, then the password comes first, and then it goes on."""
    client, _answer = log_in(clerk)
    session = client.session
    session["proved"] -= 3600
    session.save()
    asked = client.get("/desk/account/app/")
    assert asked["Location"] == "/desk/account/prove/?next=%2Fdesk%2Faccount%2Fapp%2F"
    assert client.get(asked["Location"]).status_code == 200
    assert client.post(asked["Location"], {"password": "falsch"}).status_code == 422
    assert client.get("/desk/account/app/").status_code == 303
    shown = client.post(asked["Location"], {"password": PASSWORD, "next": "/desk/account/app/"})
    assert shown["Location"] == "/desk/account/app/"
    assert client.get("/desk/account/app/").status_code == 200


def test_whoever_has_a_factor_proves_by_it(enrolled: tuple[Staff, list[str]]) -> None:
    staff, codes = enrolled
    client, _answer = log_in(staff)
    client.post("/desk/login/second/", {"given": code_of(staff)})
    session = client.session
    session["proved"] = 0
    session.save()
    assert client.post("/desk/account/codes/")["Location"] == "/desk/account/prove/?next=%2Fdesk%2Faccount%2F"
    assert "请再验证一次" in client.get("/desk/account/prove/").content.decode()
    assert client.post("/desk/account/prove/", {"way": "recovery", "given": "aaaa"}).status_code == 422
    client.post("/desk/account/prove/", {"way": "recovery", "given": codes[1]})
    new = CODES.findall(client.post("/desk/account/codes/").content.decode())
    assert len(new) == 10
    assert not set(new) & set(codes)
    assert RecoveryCode.objects.count() == 10


class TestReset:
    """An administrator takes somebody's factors away, sees nothing of them, and the person is told."""

    @pytest.fixture
    def admin(self, city: "City") -> Client:
        client = Client()
        client.force_login(city.who(city.office, "security_administrator"))
        return client

    def test_with_a_reason_and_a_line(self, admin: Client, enrolled: tuple[Staff, list[str]], settings: Any) -> None:
        staff, _codes = enrolled
        staff.email = "clerk@office.example"
        staff.save()
        settings.EMAIL_HOST = "localhost"
        secret = AuthenticatorApp.objects.get().unseal("secret")
        page = admin.get(f"/desk/setup/staff/{staff.pk}/").content.decode()
        assert "验证码应用" in page
        assert secret not in re.sub(r"\s", "", page)
        no_reason = admin.post(f"/desk/setup/staff/{staff.pk}/", {"do": "factors", "reason": ""})
        assert no_reason.status_code == 422
        assert AuthenticatorApp.objects.count() == 1

        admin.post(f"/desk/setup/staff/{staff.pk}/", {"do": "factors", "reason": "lost"})
        assert not AuthenticatorApp.objects.exists()
        assert not StaffSession.objects.filter(staff_id=staff.pk).exists()
        assert lines("reset_factors") == [("reset_factors", "lost", "done")]
        notice = Notice.objects.get(kind="factors_reset")
        assert (notice.unseal("address"), notice.petition_id, notice.route) == ("clerk@office.example", None, "mail")
        assert mail.outbox == []

        client, answer = log_in(staff)
        assert "您的第二验证方式被管理员清除了" in client.get(answer["Location"]).content.decode()
        assert Alert.objects.get().told_at is not None

    def test_not_ones_own(self, admin: Client, city: "City") -> None:
        me = city.who(city.office, "security_administrator")
        AuthenticatorApp(staff=me, made_at="2026-01-01T00:00Z", confirmed_at="2026-01-01T00:00Z").save()
        page = admin.post(f"/desk/setup/staff/{me.pk}/", {"do": "factors", "reason": "lost"}, follow=True)
        assert "请另一位管理员来做" in page.content.decode()
        assert AuthenticatorApp.objects.count() == 1
        assert lines("reset_factors") == []
