"""One-time codes: whoever reads the mail of a contact sees what was filed under it, and nobody learns whether anything was."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.given import City

from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions import actions

EMAIL = "qian@example.org"
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Any) -> None:
    settings.EMAIL_HOST = "localhost"


def ask(browser: Client, contact: str = EMAIL) -> str:
    """Ask for a code, and return the token of the form that comes back."""
    page = browser.post("/mine/", {"contact": contact})
    assert page.status_code == 200, page.content.decode()
    found = TOKEN.search(page.content.decode())
    assert found
    return found[1]


def sent_code() -> str:
    notice = Notice.objects.filter(kind="contact_code").latest("created_at")
    found = re.search(r"\d{6}", notice.unseal("body"))
    assert found
    return found[0]


def test_a_code_lists_what_was_filed_under_an_address(city: City) -> None:
    """Given two petitions, an accusation and somebody else's, when the code comes back, then the two are listed and open."""
    mine = [city.file(subject="楼道灯不亮"), city.file(subject="井盖松了")]
    city.file(subject="检举某人", purpose="accusation")
    other = city.file(subject="别人的事", identity=actions.Identity(name="郑奶奶", email="zheng@example.org"))
    browser = Client()
    token = ask(browser, " Qian@Example.org ")
    done = browser.post("/mine/", {"contact": "Qian@Example.org", "token": token, "code": sent_code()})
    assert (done.status_code, done["Location"]) == (303, "/mine/")
    cookie = done.cookies["yiwang_mine"]
    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == ("/mine/", True, 1800)
    page = browser.get("/mine/")
    assert page["Cache-Control"] == "no-store, private"
    text = page.content.decode()
    assert all(petition.number in text for petition in mine)
    assert "检举某人" not in text
    assert "别人的事" not in text

    opened = browser.post(f"/mine/{mine[0].number}/")
    assert opened["Location"] == f"/my/{mine[0].number}/"
    assert browser.get(opened["Location"]).status_code == 200
    assert browser.post(f"/mine/{other.number}/")["Location"] == "/mine/"
    assert browser.get(f"/my/{other.number}/").status_code == 303
    assert Record.objects.filter(act="list_own", actor_kind="citizen").count() == 2
    browser.post("/mine/leave/")
    assert browser.get("/mine/").content.decode().count(mine[0].number) == 0


def test_the_message_is_sealed_and_for_nobody_elses_eyes(city: City) -> None:
    city.file()
    ask(Client())
    notice = Notice.objects.get(kind="contact_code")
    assert (notice.unseal("address"), notice.petition_id, notice.office_id, notice.route) == (EMAIL, None, None, "mail")


def test_nothing_tells_whether_anything_was_filed(city: City) -> None:
    """Given an address with and one without petitions, then the pages are the same but for token and address, also with a wrong code."""
    city.file()
    pages = []
    for contact in (EMAIL, "nobody@example.org"):
        browser = Client()
        asked = browser.post("/mine/", {"contact": contact}).content.decode()
        found = TOKEN.search(asked)
        assert found
        wrong = browser.post("/mine/", {"contact": contact, "token": found[1], "code": "000000"})
        assert wrong.status_code == 422
        assert "yiwang_mine" not in wrong.cookies
        pages.append([bare(page, contact) for page in (asked, wrong.content.decode())])
    assert pages[0] == pages[1]
    assert Notice.objects.filter(kind="contact_code").count() == 1


def bare(page: str, contact: str) -> str:
    return re.sub(r'name="(csrfmiddlewaretoken|token)" value="[^"]+"', "", page).replace(contact, "")


def test_a_code_is_good_once_and_for_its_own_contact(city: City) -> None:
    city.file()
    city.file(identity=actions.Identity(name="郑奶奶", email="zheng@example.org"))
    browser = Client()
    token = ask(browser)
    code = sent_code()
    stolen = browser.post("/mine/", {"contact": "zheng@example.org", "token": token, "code": code})
    assert stolen.status_code == 422
    given = {"contact": EMAIL, "token": token, "code": code}
    assert browser.post("/mine/", given).status_code == 303
    assert Client().post("/mine/", given).status_code == 422


def test_codes_and_guesses_are_limited(city: City) -> None:
    """Given an address, when a fourth code is asked for within minutes, or an eleventh is guessed, then one must wait."""
    city.file()
    browser = Client()
    tokens = [ask(browser) for _code in range(3)]
    fourth = browser.post("/mine/", {"contact": EMAIL})
    assert (fourth.status_code, Notice.objects.filter(kind="contact_code").count()) == (429, 3)
    guesses = [browser.post("/mine/", {"contact": EMAIL, "token": tokens[0], "code": "000000"}) for _guess in range(10)]
    assert {guess.status_code for guess in guesses} == {422}
    right = browser.post("/mine/", {"contact": EMAIL, "token": tokens[2], "code": sent_code()})
    assert right.status_code == 429
    assert int(right["Retry-After"]) > 0
    assert "yiwang_mine" not in right.cookies


@pytest.mark.parametrize("known", [True, False])
def test_a_number_is_told_that_no_message_leaves(city: City, known: bool) -> None:
    if known:
        city.file()
    answer = Client().post("/mine/", {"contact": "199 0000 0001"})
    assert answer.status_code == 422
    assert "现在还发不了短信" in answer.content.decode()
    assert not Notice.objects.filter(kind="contact_code").exists()


def test_an_accusation_alone_is_as_nothing(city: City) -> None:
    city.file(purpose="accusation")
    ask(Client())
    assert not Notice.objects.filter(kind="contact_code").exists()


@pytest.mark.parametrize("cookie", ["", "none", "W10:1:x"])
def test_a_made_up_cookie_lists_nothing(city: City, cookie: str) -> None:
    petition = city.file()
    browser = Client()
    browser.cookies["yiwang_mine"] = cookie
    assert petition.number not in browser.get("/mine/").content.decode()
    assert browser.post(f"/mine/{petition.number}/")["Location"] == "/mine/"
