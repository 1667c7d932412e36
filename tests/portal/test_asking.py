"""Bringing a matter: one POST, one petition, one receipt, whatever arrives."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.given import City

from yiwang.agencies.models import Region
from yiwang.outbox.models import Notice
from yiwang.people.models import Petitioner
from yiwang.petitions.actions import File
from yiwang.petitions.attachments import LARGEST
from yiwang.petitions.models import Attachment, Category, Entry, Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.portal import choices

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET ")
PDF = b"%PDF-1.7\n%%EOF"


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Return what was asked of the database, without what frames a transaction."""
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(FRAME)]


def file(client: Client, written: dict[str, Any], **more: Any) -> Petition:
    """File and return the petition that the receipt names."""
    response = client.post("/ask/", {**written, **more})
    assert response.status_code == 303, response.content.decode()
    return Petition.objects.get(number=response["Location"].split("/")[2])


def refused(client: Client, written: dict[str, Any], **more: Any) -> str:
    """Post what is refused; nothing may be stored. Return the page."""
    response = client.post("/ask/", {**written, **more})
    assert response.status_code == 200
    assert not Petition.objects.exists()
    assert not Petitioner.objects.exists()
    assert not Attachment.objects.exists()
    return response.content.decode()


def test_filing_is_answered_by_its_receipt(client: Client, city: City, written: dict[str, str]) -> None:
    """Given an ordinary form, when it is sent, then 303 leads to number, code and what is promised."""
    response = client.post("/ask/", written)
    petition = Petition.objects.select_related("petitioner").get()
    assert (response.status_code, response["Location"]) == (303, f"/receipt/{petition.number}/")
    assert (petition.subject, petition.text) == (written["subject"], written["text"])
    assert (petition.channel, petition.purpose, petition.state) == ("portal", "appeal", "filed")
    assert petition.office == city.office
    assert petition.petitioner.unseal("name") == "钱大妈"
    page = client.get(response["Location"]).content.decode()
    code = lookup_code(petition.number)
    assert petition.number in page
    assert f"{code[:4]} {code[4:]}" in page
    assert "告诉您由哪个单位办理" in page
    assert 'data-draft-done="ask"' in page
    assert "<path" in page


@pytest.mark.parametrize("given", [(), ("region",), ("region", "category")])
def test_filing_asks_the_database_little(
    client: Client, city: City, written: dict[str, str], given: tuple[str, ...]
) -> None:
    """Given region and category or not, then filing takes 10 statements, one for the log and one for the limits, whatever the tree."""
    rows = {
        "region": Region.objects.get(code="county").pk,
        "category": Category.objects.create(code="light", name="路灯").pk,
    }
    client.post("/ask/", {**written, "form_key": "warm"})
    with CaptureQueriesContext(connection) as captured:
        client.post("/ask/", {**written, **{name: rows[name] for name in given}})
    assert len(statements(captured)) == 10


def test_second_click_gets_the_same_receipt(client: Client, city: City, written: dict[str, str]) -> None:
    """Given one form sent twice, then both lead to the same receipt, and one petition is there with one notice."""
    first, second = client.post("/ask/", written), client.post("/ask/", written)
    assert first["Location"] == second["Location"]
    assert Petition.objects.count() == Entry.objects.count() == Notice.objects.count() == 1
    assert client.get(second["Location"]).status_code == 200


def test_changed_words_are_a_second_matter(client: Client, city: City, written: dict[str, str]) -> None:
    """Given the browser's way back and other words, then nothing is swallowed: a second petition is filed."""
    assert file(client, written) != file(client, written, text="还有，四单元的灯也坏了。")


def test_form_without_its_key_counts_once_a_day(client: Client, city: City, written: dict[str, str]) -> None:
    """Given a form that lost its key, then the same words from the same browser give the same receipt."""
    del written["form_key"]
    assert file(client, written) == file(client, written)


def test_same_words_without_key_from_another_browser_get_their_own_receipt(city: City, written: dict[str, str]) -> None:
    """Given two strangers who write the same words without a form key, then neither is given the other's receipt."""
    del written["form_key"]
    browsers = Client(), Client()
    for browser in browsers:
        browser.get("/ask/")
    assert file(browsers[0], written) != file(browsers[1], written)


def test_anonymous_petition_keeps_no_name(client: Client, city: City, written: dict[str, str]) -> None:
    """Given a name and the choice to be anonymous, then neither name nor address is stored."""
    petitioner = file(client, written, anonymous="on", address="明渠路 88 号").petitioner
    assert petitioner.anonymous
    assert [petitioner.unseal(what) for what in ("name", "address", "phone")] == ["", "", "19900000001"]


def test_the_chosen_office_is_the_row_itself(city: City) -> None:
    """Given the office at the root, when a form chooses where a matter goes, then each column holds what the row holds."""
    office = choices.chosen(None, None).office
    for column in choices.OFFICE_COLUMNS:
        assert office.__dict__[column] == getattr(city.office, column), column


def test_accusation_is_sealed(client: Client, city: City, written: dict[str, str]) -> None:
    """Given an accusation, then its words stand in no plain column, and the receipt comes as for any other."""
    petition = file(client, written, purpose="accusation")
    assert (petition.subject, petition.text) == ("", "")
    assert petition.words() == (written["subject"], written["text"])


def test_minor_with_guardian_and_representatives(client: Client, city: City, written: dict[str, str]) -> None:
    """Given a joint matter of a minor, then guardian, representatives and the number of persons are kept."""
    petition = file(
        client, written, minor="on", guardian="孙老师 19900000009", for_another="on",
        representatives="赵一 19900000002\n钱二", persons="12",
    )  # fmt: skip
    assert petition.persons == 12
    assert petition.petitioner.unseal("guardian") == "孙老师 19900000009"
    assert petition.petitioner.minor
    assert petition.petitioner.for_another
    names = [
        row.petitioner.unseal("name") for row in petition.representatives.select_related("petitioner").order_by("id")
    ]
    assert sorted(names) == ["赵一", "钱二"]


def test_files_are_kept_and_named(client: Client, city: City, written: dict[str, str]) -> None:
    """Given two papers, then both hang on the filing."""
    files = [SimpleUploadedFile("合同.pdf", PDF), SimpleUploadedFile("../../etc/收据.pdf", PDF + b"2")]
    petition = file(client, written, files=files)
    assert sorted(row.content_type for row in petition.attachments.all()) == ["application/pdf", "application/pdf"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subject": " "}, "请填写“什么事”。"),
        ({"text": ""}, "请填写“经过和要求”。"),
        ({"name": ""}, "请写您的姓名，或者在下面选“匿名提交”。"),
        ({"phone": "12"}, "电话号码好像不完整。"),
        ({"email": "nowhere"}, "邮箱地址好像不完整"),
        ({"minor": "on"}, "请写监护人的姓名和电话。"),
        ({"region": "<script>"}, "请在列表里重新选一项。"),
        ({"region": "999"}, "这一项已经不在列表里了，请重新选。"),
        ({"category": "1" * 30}, "请在列表里重新选一项。"),
        ({"representatives": "一\n二\n三\n四\n五\n六"}, "代表最多 5 位"),
        ({"persons": "many"}, "请写一个数字，例如 12。"),
        ({"purpose": "revenge"}, "请在列表里重新选一项。"),
        ({"subject": "长" * 100_000}, "100000"),
        ({"text": "长" * 20_001}, "20001"),
    ],
)
def test_what_is_wrong_is_said_and_all_is_kept(
    client: Client, city: City, written: dict[str, str], changes: dict[str, str], told: str
) -> None:
    """Given one wrong field, then the page says so, everything else typed is still there, and nothing is stored."""
    page = refused(client, written, **changes)
    assert told in page
    assert 'class="errors"' in page
    for name in ("place", "subject"):
        if name not in changes:
            assert written[name] in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("照片.jpg", b"<html><script>alert(1)</script>", "的类型不能接收"),
        ("大.pdf", PDF + b"\0" * LARGEST, "超过10 MB"),
        ("空.pdf", b"", "空"),
        ("宏.docx", b"PK\x03\x04 not a zip", "不是能打开的 Word"),
    ],
)
def test_lying_or_oversized_upload_is_refused_and_the_words_stay(
    client: Client, city: City, written: dict[str, str], name: str, content: bytes, told: str
) -> None:
    """Given a file that is not what it says, then the page says which, and that files must be chosen again."""
    page = refused(client, written, files=SimpleUploadedFile(name, content))
    assert told in page
    assert written["text"] in page
    assert "请再选一次" in page


def test_too_many_files_are_refused_plainly(client: Client, city: City, written: dict[str, str]) -> None:
    """Given ten files, then nine is said to be the limit."""
    files = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(10)]
    assert "一次最多传 9 个文件" in refused(client, written, files=files)


def test_broken_text_is_cleaned_not_refused(client: Client, city: City, written: dict[str, str]) -> None:
    """Given NUL and bytes that are no UTF-8, then the petition is filed without them."""
    petition = file(client, written, subject="灯\0不亮")
    assert petition.subject == "灯不亮"
    body = b"form_key=x&subject=%FF%FE%E7%81%AF&text=%E7%81%AF%C3&name=%E9%92%B1"
    response = client.post("/ask/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 303
    assert Petition.objects.latest("id").subject.endswith("灯")


def test_text_is_shown_escaped(client: Client, city: City, written: dict[str, str]) -> None:
    """Given markup in the words, then the page shows it as text."""
    page = refused(client, written, subject="<img src=x onerror=alert(1)>", name="")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_unknown_fields_change_nothing(client: Client, city: City, written: dict[str, str]) -> None:
    """Given fields that the form does not have, then they are ignored: nobody sets a state or an office by them."""
    petition = file(client, written, state="closed", office="1", urgent="on", accused=str(city.parks.pk))
    assert (petition.state, petition.urgent, petition.accused_id, petition.office) == (
        "filed",
        False,
        None,
        city.office,
    )


def test_forged_form_is_refused_with_hope(city: City, written: dict[str, str]) -> None:
    """Given a form without its CSRF token, then 403 says that the words are usually still there, and nothing is stored."""
    response = Client(enforce_csrf_checks=True).post("/ask/", written)
    assert response.status_code == 403
    assert "请退回上一页" in response.content.decode()
    assert not Petition.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"text": "x" * (1024 * 1024 + 1)}, {f"field{number}": "x" for number in range(600)}],
    ids=["too many bytes", "too many fields"],
)
def test_too_large_a_form_is_refused_politely(
    client: Client, city: City, written: dict[str, str], changes: dict[str, str]
) -> None:
    """Given more than any form holds, then 400 with a page that says so in words."""
    response = client.post("/ask/", {**written, **changes})
    assert response.status_code in (400, 413)
    assert "没有保存任何东西" in response.content.decode()


@pytest.mark.parametrize("message", ["database is locked", "unable to open database file"])
def test_database_away_is_said_and_nothing_is_half_written(
    client: Client, city: City, written: dict[str, str], monkeypatch: pytest.MonkeyPatch, message: str
) -> None:
    """Given a database that is locked or away, then 503 with a page that says what to do; later the same form is filed once."""
    if connection.vendor != "sqlite":
        message = "connection failed: server closed the connection unexpectedly"

    def away(self: File, *args: object, **more: object) -> Petition:
        raise OperationalError(message)

    with monkeypatch.context() as broken:
        broken.setattr(File, "run", away)
        response = client.post("/ask/", written)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "退回上一页再试" in response.content.decode()
    assert not Petition.objects.exists()
    file(client, written)
    assert Petition.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sends_sms", "promised"),
    [
        ({"email": "qian@example.org"}, False, "有了进展会发邮件告诉您。"),
        ({"email": "qian@example.org"}, True, "有了进展会发邮件告诉您。"),
        ({}, False, "有了进展会打电话告诉您。"),
        ({}, True, "有了进展会发短信告诉您。"),
        ({"phone": ""}, True, "有了进展，请用编号和查询码查看。"),
        ({"phone": "", "address": "明渠路 88 号"}, False, "有了进展，请用编号和查询码查看。"),
    ],
)
def test_receipt_promises_only_the_way_that_news_will_come(
    client: Client, city: City, written: dict[str, str], monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str], sends_sms: bool, promised: str,
) -> None:  # fmt: skip
    """Given what the petitioner left, and an office that sends SMS or does not, then the receipt says how news will come."""
    monkeypatch.setattr("yiwang.portal.receipts.sender_for", lambda route: object() if sends_sms else None)
    page = client.get(client.post("/ask/", {**written, **given})["Location"]).content.decode()
    assert re.findall(r"有了进展[^。]*。", page) == [promised]


def test_receipt_is_for_its_holder_alone(client: Client, city: City, written: dict[str, str]) -> None:
    """Given a receipt's address, when somebody without its cookie opens it, then the lookup page comes, with no number in it."""
    petition = file(client, written)
    response = Client().get(f"/receipt/{petition.number}/")
    assert (response.status_code, response["Location"]) == (303, "/lookup/")
    forged = Client()
    forged.cookies["yiwang_receipt"] = f"{petition.number}.{petition.pk}:1vAbcd:forged"
    assert forged.get(f"/receipt/{petition.number}/").status_code == 303
    own = client.get(f"/receipt/{petition.number}/")
    assert own["Cache-Control"] == "no-store"
    cookie = client.cookies["yiwang_receipt"]
    assert (cookie["httponly"], cookie["path"], cookie["max-age"]) == (True, f"/receipt/{petition.number}/", 1800)


def test_receipt_of_one_does_not_open_another(client: Client, city: City, written: dict[str, str]) -> None:
    """Given a signed cookie for one petition, when it is sent for another, then it opens nothing."""
    own, other = file(client, written), city.file()
    thief = Client()
    thief.cookies["yiwang_receipt"] = client.cookies["yiwang_receipt"].value
    thief.cookies["yiwang_my"] = client.cookies["yiwang_receipt"].value
    assert thief.get(f"/receipt/{other.number}/").status_code == 303
    assert thief.get(f"/my/{own.number}/").status_code == 303


def test_form_page_is_light(client: Client, city: City) -> None:
    """Given the form's page, then it takes two statements and every field has a label; eight stand open."""
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/ask/").content.decode()
    assert len(statements(captured)) == 2
    assert page.count("<textarea") == 2
    assert 'data-draft="ask"' in page
    assert 'enctype="multipart/form-data"' in page


def test_english_form_files_in_english(client: Client, city: City, written: dict[str, str]) -> None:
    """Given an English reader, then petition and petitioner are to be told in English."""
    client.cookies["django_language"] = "en"
    assert file(client, written).language == "en"
