"""Who comes too often is told so plainly, keeps what was typed, and is let in again later."""

from typing import Any

import pytest
from django.test import Client
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.doors.models import Limit, Spent
from yiwang.journal.models import Record
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code


def only(name: str, per: str = "address", most: int = 1, then: str = "wait") -> Limit:
    """Let there be one limit alone for a kind of doing."""
    Limit.objects.filter(name=name).delete()
    return Limit.objects.create(name=name, per=per, most=most, seconds=600, then=then)


def test_who_files_too_often_keeps_what_was_typed(city: City, written: dict[str, str]) -> None:
    """Given one filing in ten minutes, when a second comes, then it is not filed, the page holds all that was typed, and says when."""
    only("filing")
    browser = Client()
    assert browser.post("/ask/", written).status_code == 303
    answer = browser.post("/ask/", {**written, "text": "又坏了，请再派人来修。"})
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "请过10 分钟再提交；您填的内容都还在" in page
    assert "又坏了，请再派人来修。" in page
    assert "challenge" not in page
    assert Petition.objects.count() == 1
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert elsewhere.post("/ask/", {**written, "text": "又坏了，请再派人来修。"}).status_code == 303


def test_a_filing_with_mistakes_is_not_counted(city: City, written: dict[str, str]) -> None:
    """Given one filing in ten minutes, when a form must be mended first, then it may be sent again."""
    only("filing")
    browser = Client()
    assert browser.post("/ask/", {**written, "subject": ""}).status_code == 200
    assert browser.post("/ask/", written).status_code == 303


def test_a_telephone_number_is_counted_wherever_it_comes_from(city: City, written: dict[str, str]) -> None:
    """Given one filing for each number, when the same number comes from another address, then it waits, and another number does not."""
    only("filing", "telephone")
    assert Client().post("/ask/", written).status_code == 303
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    again = {**written, "phone": "199 0000 0001", "text": "又坏了。"}
    assert elsewhere.post("/ask/", again).status_code == 429
    assert elsewhere.post("/ask/", {**again, "phone": "19900000002"}).status_code == 303


def test_who_guesses_codes_is_stopped_before_they_are_compared(city: City) -> None:
    """Given one look-up in ten minutes, when a second comes, even with the right code, then it opens nothing."""
    only("lookup")
    petition = city.file()
    browser = Client()
    right = {"number": petition.number, "code": lookup_code(petition.number)}
    assert browser.post("/lookup/", {**right, "code": "00000000"}).status_code == 200
    answer = browser.post("/lookup/", right)
    assert answer.status_code == 429
    assert "yiwang_my" not in answer.cookies
    assert petition.number in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "method", "address"),
    [
        ("search", "get", "/answers/?q=路灯"),
        ("search", "get", "/ask/similar/?subject=路灯"),
        ("verify", "get", "/verify/ABCD-EFGH-JKMN-PQRS/"),
        ("verify", "post", "/transparency/check/"),
        ("verify", "get", "/transparency/consistency/?old=1"),
        ("own", "post", "/my/{number}/rate/"),
        ("upload", "post", "/my/{number}/add/"),
    ],
)
def test_the_rest_are_told_on_a_plain_page(city: City, name: str, method: str, address: str) -> None:
    """Given one in ten minutes, when a second comes, then a plain page says what happened, what is kept and when to come back."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    only(name)
    petition = city.file()
    browser = Client()
    browser.post("/lookup/", {"number": petition.number, "code": lookup_code(petition.number)})
    address = address.format(number=petition.number)

    def ask() -> Any:
        given = {"files": SimpleUploadedFile("a.pdf", b"%PDF-1.7")} if name == "upload" else {"no": "word"}
        return browser.post(address, given) if method == "post" else browser.get(address)

    assert ask().status_code != 429
    answer = ask()
    assert (answer.status_code, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (
        429,
        "600",
        "no-store",
    )
    page = answer.content.decode()
    for words in ("请过 10 分钟再试", "没有存下半截的东西", "请退回上一页", "Please try again in 10 minute"):
        assert words in page
    petition.refresh_from_db()
    assert petition.state == Petition.State.FILED


def test_long_waits_are_told_in_hours(city: City, written: dict[str, str]) -> None:
    """Given a limit for a day, when somebody must wait for hours, then the page says hours."""
    Limit.objects.filter(name="verify").update(most=1, seconds=7200)
    browser = Client()
    browser.get("/verify/A/")
    assert "请过 2 小时再试" in browser.get("/verify/A/").content.decode()


def test_an_administrator_edits_a_limit_and_it_is_written_down(city: City) -> None:
    """Given a limit in use, when it is changed on the desk, then it holds at once, counting begins anew, and a line says what."""
    limit = only("verify")
    boss = city.who(city.office, Role.SECURITY_ADMINISTRATOR)
    desk, stranger = Client(), Client()
    desk.force_login(boss)
    stranger.get("/verify/A/")
    assert stranger.get("/verify/A/").status_code == 429
    assert "10 分钟内 1 次" in desk.get("/desk/setup/doors/").content.decode()

    given = {"most": "3", "minutes": "5", "then": "wait", "active": "on"}
    answer = desk.post(f"/desk/setup/doors/{limit.pk}/", given)

    assert answer.status_code == 303
    assert [stranger.get("/verify/A/").status_code for _time in range(4)] == [404, 404, 404, 429]
    line = Record.objects.get(act="change_door_limit")
    assert (line.actor_id, line.subject_id, line.reason) == (boss.pk, limit.pk, "verify address 3/300s wait")
    desk.post(f"/desk/setup/doors/{limit.pk}/", given)
    assert Record.objects.filter(act="change_door_limit").count() == 1


@pytest.mark.parametrize("wrong", [{"most": "0"}, {"minutes": "0"}, {"minutes": "99999"}, {"then": "shoot"}])
def test_a_senseless_limit_is_refused(city: City, wrong: dict[str, str]) -> None:
    """Given numbers out of range, when sent, then the page says so and nothing changes."""
    limit = only("verify")
    desk = Client()
    desk.force_login(city.who(city.office, Role.SECURITY_ADMINISTRATOR))
    given = {"most": "3", "minutes": "5", "then": "wait", "active": "on", **wrong}
    assert desk.post(f"/desk/setup/doors/{limit.pk}/", given).status_code == 422
    limit.refresh_from_db()
    assert (limit.most, limit.seconds) == (1, 600)


def test_two_limits_of_one_length_are_refused(city: City) -> None:
    """Given two limits for the same, when one gets the other's length, then the page says so and nothing changes."""
    limit = only("verify")
    Limit.objects.create(name="verify", per="address", most=1, seconds=300)
    desk = Client()
    desk.force_login(city.who(city.office, Role.SECURITY_ADMINISTRATOR))
    answer = desk.post(f"/desk/setup/doors/{limit.pk}/", {"most": "3", "minutes": "5", "then": "wait", "active": "on"})
    assert answer.status_code == 422
    limit.refresh_from_db()
    assert limit.seconds == 600


def test_what_is_counted_names_no_petition(city: City, written: dict[str, str]) -> None:
    """Given a filing, when its counters are read, then none holds its number, its id or the petitioner's telephone."""
    Client().post("/ask/", written)
    petition = Petition.objects.get()
    rows = list(Spent.objects.values())
    assert len(rows) == 4
    told = repr(rows)
    for trace in (petition.number, petition.number.replace("-", ""), str(petition.pk), written["phone"]):
        assert trace not in told
    assert {field.name for field in Spent._meta.get_fields() if field.is_relation} == set()
