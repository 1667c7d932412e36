"""Guessing is slowed down; nobody else is."""

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from tests.logins.visits import PASSWORD, lines, log_in

from yiwang.agencies.models import Staff
from yiwang.doors.models import Limit

if TYPE_CHECKING:
    from tests.given import City


def guess(username: str, times: int, address: str = "203.0.113.7") -> list[int]:
    """Send that many wrong passwords from an address, and return the answers' statuses."""
    thief = Client(REMOTE_ADDR=address)
    given = {"username": username, "password": "falsch-falsch"}
    return [thief.post("/desk/login/", given).status_code for _guess in range(times)]


def test_the_ninth_guess_must_wait_and_costs_nothing(clerk: Staff) -> None:
    """Given eight wrong passwords from one place, when the right one comes ninth, then it must wait and nobody is in."""
    thief = Client(REMOTE_ADDR="203.0.113.7")
    assert guess(clerk.username, 8) == [422] * 8
    _client, answer = log_in(clerk, thief)
    assert answer.status_code == 429
    assert 60 <= int(answer["Retry-After"]) <= 900
    assert "请等" in answer.content.decode()
    assert thief.get("/desk/").status_code == 303
    assert lines("login")[-1] == ("login", "slowed", "refused")


def test_a_flood_of_refusals_is_one_line_a_minute(clerk: Staff) -> None:
    guess(clerk.username, 12)
    assert lines("login").count(("login", "slowed", "refused")) == 1


def test_another_place_is_not_slowed_by_it(clerk: Staff) -> None:
    guess(clerk.username, 9)
    _client, answer = log_in(clerk, Client(REMOTE_ADDR="198.51.100.1"))
    assert answer.status_code == 303


def test_a_flood_from_everywhere_shuts_nobody_out_of_their_own_device(clerk: Staff) -> None:
    """Given a device that somebody logged in from, when guesses from many places exhaust the account, then they get in there."""
    Limit.objects.filter(name="login", per="account").update(most=20, then="wait")
    own, _answer = log_in(clerk, Client(REMOTE_ADDR="198.51.100.1"))
    own.post("/desk/logout/")
    for place in range(5):
        guess(clerk.username, 5, f"203.0.113.{place}")
    _stranger, refused = log_in(clerk, Client(REMOTE_ADDR="198.51.100.2"))
    assert refused.status_code == 429
    _client, answer = log_in(clerk, own)
    assert answer.status_code == 303


def test_a_known_device_is_slowed_for_its_own_guesses(clerk: Staff) -> None:
    own, _answer = log_in(clerk)
    own.post("/desk/logout/")
    statuses = [log_in(clerk, own, "falsch")[1].status_code for _guess in range(9)]
    assert statuses == [422] * 8 + [429]


def test_the_cookie_of_a_device_is_made_up_by_nobody(clerk: Staff) -> None:
    guess(clerk.username, 8)
    forger = Client(REMOTE_ADDR="203.0.113.7")
    forger.cookies["yiwang_device"] = '{"clerk": "x"}'
    assert log_in(clerk, forger)[1].status_code == 429


def test_the_right_password_forgets_the_wrong_ones(clerk: Staff) -> None:
    client = Client(REMOTE_ADDR="203.0.113.7")
    guess(clerk.username, 7)
    assert log_in(clerk, client)[1].status_code == 303
    client.post("/desk/logout/")
    assert guess(clerk.username, 8) == [422] * 8


@pytest.mark.parametrize("who", ["known", "unknown", "left", "invited"])
def test_all_are_answered_alike(city: "City", clerk: Staff, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    """Given a wrong password, then the sentence, the status and the work of hashing are the same for whoever it is."""
    if who == "left":
        clerk.is_active = False
    if who == "invited":
        clerk.set_unusable_password()
    clerk.save()
    hashed: list[str] = []
    real = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return real(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    monkeypatch.setattr(MD5PasswordHasher, "harden_runtime", lambda *_given: None)
    given = {"username": "nobody" if who == "unknown" else clerk.username, "password": "falsch-falsch"}
    answer = Client().post("/desk/login/", given)
    assert answer.status_code == 422
    assert "用户名或密码不对。请看大小写和输入法" in answer.content.decode()
    assert len(hashed) == 1


def test_somebody_who_left_does_not_get_in(clerk: Staff) -> None:
    clerk.is_active = False
    clerk.save()
    client, answer = log_in(clerk, password=PASSWORD)
    assert answer.status_code == 422
    assert client.get("/desk/").status_code == 303


def test_unknown_names_are_slowed_like_known_ones(db: None) -> None:
    assert guess("nobody", 9) == [422] * 8 + [429]
    assert [line for line in lines("login") if line[1] == "slowed"] == []
