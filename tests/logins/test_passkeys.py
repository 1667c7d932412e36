"""Passkeys: as second factor, and alone. The device is software that speaks the real bytes (tests/logins/device.py)."""

import html
import re
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.logins.device import Device
from tests.logins.visits import CODES, lines, log_in

from yiwang.agencies.models import Staff
from yiwang.logins.models import Passkey

if TYPE_CHECKING:
    from tests.given import City

OPTIONS = re.compile(r'data-options="([^"]+)"')


def options_of(page: HttpResponse) -> str:
    found = OPTIONS.search(page.content.decode())
    assert found, "the page asks no passkey"
    return html.unescape(found[1])


def enrol(client: Client, device: Device, name: str = "蓝色小钥匙") -> HttpResponse:
    answer = device.make(options_of(client.get("/desk/account/passkey/")))
    return client.post("/desk/account/passkey/", {"name": name, "given": answer})


@pytest.fixture
def device(clerk: Staff) -> Device:
    """A device that the clerk enrolled."""
    made = Device()
    client, _answer = log_in(clerk)
    assert enrol(client, made).status_code == 200
    return made


def alone(client: Client, device: Device) -> HttpResponse:
    """Log in by the device alone, as the login page's script does."""
    question = client.post("/desk/login/passkey/question/").content.decode()
    return client.post("/desk/login/passkey/", {"given": device.sign(question), "next": "/desk/absences/"})


def test_it_is_enrolled_with_its_public_half_alone(clerk: Staff) -> None:
    device = Device()
    client, _answer = log_in(clerk)
    done = enrol(client, device)
    assert len(CODES.findall(done.content.decode())) == 10
    kept = Passkey.objects.get()
    assert (kept.name, kept.sign_count, kept.transports) == ("蓝色小钥匙", 0, "usb")
    assert lines("enrol_factor") == [("enrol_factor", "passkey", "done"), ("enrol_factor", "recovery", "done")]
    assert "蓝色小钥匙" in client.get("/desk/account/").content.decode()


def test_the_same_one_is_enrolled_once(clerk: Staff, device: Device) -> None:
    client, _answer = log_in(clerk)
    client.post(
        "/desk/login/second/", {"way": "passkey", "given": device.sign(options_of(client.get("/desk/login/second/")))}
    )
    again = enrol(client, device)
    assert again.status_code == 422
    assert Passkey.objects.count() == 1


def test_an_answer_to_an_older_question_enrols_nothing(clerk: Staff) -> None:
    device = Device()
    client, _answer = log_in(clerk)
    old = device.make(options_of(client.get("/desk/account/passkey/")))
    client.get("/desk/account/passkey/")
    assert client.post("/desk/account/passkey/", {"name": "旧", "given": old}).status_code == 422
    assert not Passkey.objects.exists()


def test_it_is_the_second_step(clerk: Staff, device: Device) -> None:
    client, answer = log_in(clerk)
    page = client.get(answer["Location"])
    let_in = client.post("/desk/login/second/", {"way": "passkey", "given": device.sign(options_of(page))})
    assert let_in.status_code == 303
    assert client.get("/desk/").status_code == 200
    assert Passkey.objects.get().sign_count == 1
    assert lines("second_factor", "login")[-1] == ("login", "passkey", "done")


def test_a_signature_is_used_once(clerk: Staff, device: Device) -> None:
    client, answer = log_in(clerk)
    given = {"way": "passkey", "given": device.sign(options_of(client.get(answer["Location"])))}
    client.post("/desk/login/second/", given)
    other, _answer = log_in(clerk)
    other.get("/desk/login/second/")
    assert other.post("/desk/login/second/", given).status_code == 422
    assert other.get("/desk/").status_code == 303


def test_a_copy_of_a_counting_key_is_found(clerk: Staff, device: Device) -> None:
    """Given a key used five times, when one signs whose count stands lower, then it is refused."""
    Passkey.objects.update(sign_count=5)
    client, answer = log_in(clerk)
    given = {"way": "passkey", "given": device.sign(options_of(client.get(answer["Location"])))}
    assert client.post("/desk/login/second/", given).status_code == 422
    assert Passkey.objects.get().sign_count == 5
    assert lines("second_factor") == [("second_factor", "wrong_passkey", "refused")]


@pytest.mark.parametrize("fault", ["origin", "key", "garbage", "list"])
def test_what_is_not_the_key_on_this_site_is_refused(clerk: Staff, device: Device, fault: str) -> None:
    client, answer = log_in(clerk)
    options = options_of(client.get(answer["Location"]))
    if fault == "origin":
        device.origin = "https://desk.example.evil"
    given = {
        "origin": device.sign(options),
        "key": Device(identity=device.identity, count=device.count).sign(options),
        "garbage": "{",
        "list": "[]",
    }[fault]
    assert client.post("/desk/login/second/", {"way": "passkey", "given": given}).status_code == 422
    assert client.get("/desk/").status_code == 303


def test_anothers_key_is_none(city: "City", clerk: Staff, device: Device) -> None:
    """Given somebody else with a key of their own, when they know the clerk's password, then their key does not help."""
    thief = city.who(city.parks, "approver")
    own = Device()
    logged_in = Client()
    logged_in.force_login(thief)
    session = logged_in.session
    session["proved"] = 2**31
    session.save()
    assert enrol(logged_in, own).status_code == 200
    client, answer = log_in(clerk)
    given = {"way": "passkey", "given": own.sign(options_of(client.get(answer["Location"])))}
    assert client.post("/desk/login/second/", given).status_code == 422


def test_alone_it_is_both_factors(clerk: Staff, device: Device) -> None:
    """Given a key that asked for a finger, when it signs without any user name, then its owner is in."""
    client = Client()
    assert alone(client, device)["Location"] == "/desk/absences/"
    assert client.get("/desk/").status_code == 200
    assert lines("login")[-1] == ("login", "passkey", "done")
    assert client.session["factor"] == "passkey"


def test_alone_it_must_have_asked_for_finger_or_pin(clerk: Staff, device: Device) -> None:
    device.verifies = False
    client = Client()
    answer = alone(client, device)
    assert answer.status_code == 422
    assert "没有验证成功" in answer.content.decode()
    assert client.get("/desk/").status_code == 303
    assert lines("login")[-1] == ("login", "wrong_passkey", "refused")


def test_alone_it_opens_nothing_for_whoever_left(clerk: Staff, device: Device) -> None:
    clerk.is_active = False
    clerk.save()
    assert alone(Client(), device).status_code == 422


def test_one_is_removed_and_the_others_stay(clerk: Staff, device: Device) -> None:
    client, answer = log_in(clerk)
    client.post(
        "/desk/login/second/", {"way": "passkey", "given": device.sign(options_of(client.get(answer["Location"])))}
    )
    second = Device()
    enrol(client, second, "办公室电脑")
    client.post("/desk/account/remove/", {"factor": Passkey.objects.get(name="蓝色小钥匙").pk})
    assert list(Passkey.objects.values_list("name", flat=True)) == ["办公室电脑"]
    assert alone(Client(), device).status_code == 422
    assert alone(Client(), second).status_code == 303
