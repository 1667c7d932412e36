"""The challenge: asked only when traffic looks like an attack, answered by a computation or a question, good once and not for long."""

from hashlib import sha256
from itertools import count

import pytest
from django.core import signing
from django.test import Client
from tests.doors.test_knocking import only
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.doors import challenges
from yiwang.doors.challenges import Challenge, make, solved
from yiwang.doors.models import Limit
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code

HERE = "203.0.113.7"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for 6 zero bits, which take this machine no time."""
    monkeypatch.setattr(challenges, "BITS", 6)


def work_for(challenge: Challenge, good: bool = True) -> dict[str, str]:
    """Compute as the page's script does: count up until the digest begins with enough zero bits."""
    for number in count():
        digest = sha256(f"{challenge.token}:{number}".encode()).digest()
        if (digest[0] >> 2 == 0) is good:
            return {"challenge": challenge.token, "challenge_work": str(number), "challenge_answer": ""}
    raise AssertionError


def answer_for(challenge: Challenge, off: int = 0) -> dict[str, str]:
    answer = str(challenge.first + challenge.second + off)
    return {"challenge": challenge.token, "challenge_work": "", "challenge_answer": answer}


def test_work_is_good_once() -> None:
    """Given the right computation, when it is brought twice, then it counts once."""
    given = work_for(make("filing"))
    assert solved("filing", given, HERE) is True
    assert solved("filing", given, HERE) is False


def test_wrong_work_and_wrong_answers_do_not_count() -> None:
    """Given a wrong number, a wrong sum, no answer, or a token of our own making, then none counts."""
    challenge = make("filing")
    for given in (
        work_for(challenge, good=False),
        answer_for(challenge, off=1),
        answer_for(challenge) | {"challenge_answer": "一百"},
        answer_for(challenge) | {"challenge_answer": ""},
        {**work_for(challenge), "challenge": challenge.token[:-1] + "x"},
        {**work_for(challenge), "challenge_work": "0" * 40},
        {},
    ):
        assert solved("filing", given, HERE) is False
    assert solved("filing", answer_for(challenge), HERE) is True


def test_a_challenge_is_for_one_thing() -> None:
    """Given an answer for look-ups, when it is brought to a filing, then it does not count."""
    assert solved("filing", work_for(make("lookup")), HERE) is False


def test_a_challenge_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an answer that comes after ten minutes, then it does not count."""
    given = work_for(make("filing"))
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 601)
    assert solved("filing", given, HERE) is False


def test_the_question_is_for_few() -> None:
    """Given a program that answers sums, when it does so too often, then it must compute after all."""
    only("question", most=2)
    answers = [solved("filing", answer_for(make("filing")), HERE) for _time in range(3)]
    assert answers == [True, True, False]
    assert solved("filing", work_for(make("filing")), HERE) is True


@pytest.mark.parametrize("way", [work_for, answer_for])
def test_a_filing_under_attack_is_taken_with_an_answer(city: City, written: dict[str, str], way: object) -> None:
    """Given more filings than usual, when another comes, then its page sets a challenge, keeps the words, and takes it with the answer."""
    only("filing", "everybody", then="challenge")
    assert Client(REMOTE_ADDR="198.51.100.1").post("/ask/", written).status_code == 303
    browser = Client(REMOTE_ADDR=HERE)
    mine = {**written, "text": "二单元的灯也坏了。"}

    answer = browser.post("/ask/", mine)

    page = answer.content.decode()
    assert answer.status_code == 429
    for words in (
        "二单元的灯也坏了。",
        "请先完成一道小计算",
        "没有自动算的话，请回答",
        "12343",
        "ui/js/work.js",
        'role="status"',
    ):
        assert words in page
    assert Petition.objects.count() == 1
    challenge = answer.context["challenge"]
    assert f"{challenge.first} 加 {challenge.second} 等于几" in page
    assert browser.post("/ask/", {**mine, **way(challenge)}).status_code == 303  # type: ignore[operator]
    assert Petition.objects.count() == 2


def test_a_look_up_under_attack(city: City) -> None:
    """Given more look-ups than usual, when somebody answers the challenge, then number and code open the petition."""
    only("lookup", "everybody", then="challenge")
    petition = city.file()
    given = {"number": petition.number, "code": lookup_code(petition.number)}
    assert Client(REMOTE_ADDR="198.51.100.1").post("/lookup/", given).status_code == 303
    browser = Client(REMOTE_ADDR=HERE)
    answer = browser.post("/lookup/", given)
    assert answer.status_code == 429
    assert browser.post("/lookup/", {**given, **work_for(answer.context["challenge"])}).status_code == 303


def test_an_answer_does_not_open_what_an_address_must_wait_for(city: City, written: dict[str, str]) -> None:
    """Given an address far beyond its limit, when it brings the answer to a challenge, then it waits all the same."""
    only("filing", most=1)
    Limit.objects.create(name="filing", per="everybody", most=1, seconds=600, then="challenge")
    browser = Client(REMOTE_ADDR=HERE)
    browser.post("/ask/", written)
    again = browser.post("/ask/", {**written, "text": "再来一次。", **work_for(make("filing"))})
    assert again.status_code == 429
    assert "challenge" not in again.context or again.context.get("challenge") is None
    assert Petition.objects.count() == 1


def test_a_login_under_attack(city: City) -> None:
    """Given more guesses than usual, when a member of staff brings the answer to the challenge, then the password is looked at."""
    only("login", "everybody", then="challenge")
    person = city.who(city.office, Role.INTAKE_CLERK)
    person.set_password("垂柳与春水二十里路上")
    person.save()
    given = {"username": person.username, "password": "垂柳与春水二十里路上"}
    Client(REMOTE_ADDR="198.51.100.1").post("/desk/login/", {**given, "password": "猜的"})
    browser = Client(REMOTE_ADDR=HERE)
    answer = browser.post("/desk/login/", given)
    assert answer.status_code == 429
    assert "请先完成一道小计算" in answer.content.decode()
    assert browser.post("/desk/login/", {**given, **work_for(answer.context["challenge"])}).status_code == 303
