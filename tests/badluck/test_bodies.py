"""What no browser sends: too much, broken, cut short, of another kind. A plain answer, nothing kept, nothing reflected."""

import io
import secrets
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.badluck.browser import BOUNDARY, HIDDEN, MULTIPART, PDF, filing, multipart
from tests.given import City

from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.people.models import Petitioner
from yiwang.petitions.models import Attachment, Petition
from yiwang.vault import files

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SHOWN_AGAIN = frozenset({200, 422})
"""The form comes back with what was typed."""
MARKUP = '"><script>alert(1)</script>'


@pytest.fixture
def citizen(city: City) -> Client:
    """A browser whose requests may fail as those of the real server do, without raising into the test."""
    return Client(raise_request_exception=False)


def nothing_kept() -> bool:
    """Tell whether neither row nor file came to be."""
    tables = (Petition, Petitioner, Notice, Attachment, Record)
    return not any(model.objects.exists() for model in tables) and not list(files.older_than(-1))


def send(citizen: Client, body: bytes, kind: str = FORM, **more: Any) -> Any:
    return citizen.generic("POST", "/ask/", body, content_type=kind, **more)


def test_a_form_that_is_too_large_is_refused_whole(citizen: Client) -> None:
    """Given more than a megabyte of words, when they arrive, then 400 in plain words and nothing kept."""
    answer = send(citizen, urlencode({**filing("灯"), "text": "x" * 1_100_000}).encode())
    assert answer.status_code == 400
    assert "发来的内容不完整，或者太大。没有保存任何东西。" in answer.content.decode()
    assert nothing_kept()


@pytest.mark.parametrize("how", ["urlencoded", "multipart"])
def test_a_subject_of_100_kb_is_told_at_its_field_with_everything_typed(citizen: Client, how: str) -> None:
    """Given a subject of 100 kB, when it arrives, then the form comes back with it, says how long it may be, and keeps nothing."""
    fields = filing("灯" * 33_400)
    answer = citizen.post("/ask/", fields) if how == "multipart" else send(citizen, urlencode(fields).encode())
    page = answer.content.decode()
    assert answer.status_code in SHOWN_AGAIN
    assert page.count("灯" * 33_400) == 1
    assert 'aria-invalid="true"' in page
    assert nothing_kept()


def test_a_file_of_more_than_10_mb_is_refused_and_the_words_are_kept(citizen: Client) -> None:
    """Given a PDF one byte too large, when it arrives, then the form says so, keeps what was typed, and stores nothing."""
    large = SimpleUploadedFile("大.pdf", PDF + b"x" * (10 * 1024 * 1024 - len(PDF) + 1))
    page = citizen.post("/ask/", {**filing("楼道灯不亮"), "files": large}).content.decode()
    assert "文件“大.pdf”超过10 MB" in page
    assert "楼道灯不亮" in page
    assert nothing_kept()


@pytest.mark.parametrize(("count", "status"), [(9, {303}), (10, {200, 422}), (21, {400})])
def test_as_many_files_as_a_petition_takes_and_no_more(citizen: Client, count: int, status: set[int]) -> None:
    """Given 9, 10 or 21 files, then: taken; told at the form; refused unread."""
    papers = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(count)]
    assert citizen.post("/ask/", {**filing("灯"), "files": papers}).status_code in status
    assert Attachment.objects.count() == len(list(files.older_than(-1))) == (9 if status == {303} else 0)


@pytest.mark.parametrize("how", [FORM, MULTIPART])
def test_more_fields_than_any_form_has_are_refused(citizen: Client, how: str) -> None:
    """Given 600 fields, when they arrive, then 400 and nothing kept."""
    fields = {**filing("灯"), **{f"field-{number}": "x" for number in range(600)}}
    body = multipart(fields, {}) if how == MULTIPART else urlencode(fields).encode()
    assert send(citizen, body, how).status_code == 400
    assert nothing_kept()


def test_unknown_fields_are_passed_over(citizen: Client) -> None:
    """Given fields that no form has, some named like columns, when a matter is filed, then they change nothing."""
    more = {
        "state": "closed",
        "number": "1",
        "id": "1",
        "office": "999",
        "historical": "1",
        "__class__": "x",
        MARKUP: "x",
    }
    answer = citizen.post("/ask/", {**filing("灯"), **more})
    assert answer.status_code == 303
    petition = Petition.objects.get()
    assert (petition.state, petition.historical, petition.pk == 1) == ("filed", False, False)
    assert petition.number != "1"


def test_nul_and_broken_characters_are_dropped_from_words(citizen: Client) -> None:
    """Given invalid UTF-8 and NUL in every field, urlencoded and multipart, when filed, then taken, with what can be read."""
    broken = (
        b"subject=%ff%00%E7%81%AF%ed%a0%80&text=%E5%9D%8F%00%c0%80&name=%E9%92%B1%00%ff&place=%ff%00&phone=19900000001"
    )
    assert send(citizen, broken).status_code == 303
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode()
    parts = [
        ("subject", b"\xff\x00\xe7\x81\xaf"),
        ("text", b"\xe5\x9d\x8f\x00\xed\xa0\x80"),
        ("name", b"\xe9\x92\xb1\x00"),
    ]
    body = b"".join(head + name.encode() + b'"\r\n\r\n' + value + b"\r\n" for name, value in parts)
    assert send(citizen, body + f"--{BOUNDARY}--\r\n".encode(), MULTIPART).status_code == 303
    rows = list(Petition.objects.values_list("subject", "text"))
    assert len(rows) == 2
    assert all("灯" in subject and "坏" in text for subject, text in rows)
    assert not any("\0" in word for row in rows for word in row)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", f"{MARKUP}.pdf", "\x00灯.pdf", "灯" * 300 + ".pdf", "CON", "..", ".pdf"]
)
def test_a_file_name_of_any_kind_harms_nothing(citizen: Client, name: str) -> None:
    """Given a name that leads elsewhere, holds markup or is overlong, when filed, then the file lies under its id."""
    answer = send(citizen, multipart(filing("灯"), {"files": (name, PDF)}), MULTIPART)
    assert answer.status_code in {*SHOWN_AGAIN, 303}
    assert "<script>alert" not in answer.content.decode()
    stored = list(files.older_than(-1))
    assert stored == list(Attachment.objects.values_list("pk", flat=True))
    assert len(stored) == Petition.objects.count() or name == ".."  # of which Django leaves nothing


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"subject": "x"}'),
        ("text/plain", urlencode(filing("灯")).encode()),
        ("multipart/form-data", multipart(filing("灯"), {})),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
        ("multipart/form-data; boundary=\x01", b""),
        ("", urlencode(filing("灯")).encode()),
        ("nonsense", b"\xff\xfe\x00"),
        (MULTIPART, multipart(filing("灯"), {"files": ("灯.pdf", PDF)})[:20]),
        (MULTIPART, b"\x00" * 1_000),
        (MULTIPART, b""),
        (FORM, b"%" * 5_000),
        (FORM, b"&=" * 200),
    ],
)
def test_what_is_not_our_form_files_nothing(citizen: Client, kind: str, body: bytes) -> None:
    """Given a body of another kind, or none that can be read, when it arrives, then 200 with the empty form or 400; nothing is kept."""
    assert send(citizen, body, kind).status_code in {*SHOWN_AGAIN, 400}
    assert nothing_kept()


def test_a_multipart_that_ends_anywhere_is_no_error(citizen: Client) -> None:
    """Given a form that ends after any of its bytes, and says so, when it arrives, then no error, and rows and files agree."""
    whole = multipart(filing("灯"), {"files": ("灯.pdf", PDF)})
    statuses = {send(citizen, whole[:length], MULTIPART).status_code for length in range(0, len(whole), 23)}
    assert statuses <= {*SHOWN_AGAIN, 303, 400}
    assert Petition.objects.count() == Petitioner.objects.count() == Notice.objects.count()
    assert sorted(files.older_than(-1)) == sorted(Attachment.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "٣", "999999999999", " "])
def test_a_length_that_is_none_is_refused(citizen: Client, length: str) -> None:
    assert send(citizen, b"subject=x", FORM, CONTENT_LENGTH=length).status_code in {*SHOWN_AGAIN, 400, 413}
    assert nothing_kept()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("灯.jpg", b"\xff\xd8\xff\xe0" + secrets.token_bytes(500)),
        ("灯.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 500),
        ("灯.docx", b"PK\x03\x04" + secrets.token_bytes(500)),
        ("灯.pdf", b"MZ\x90\x00" + b"\x00" * 500),
        ("灯.jpg", b"<svg onload=alert(1)>"),
        ("空.pdf", b""),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_words_kept(
    citizen: Client, name: str, content: bytes
) -> None:
    page = citizen.post("/ask/", {**filing("楼道灯不亮"), "files": SimpleUploadedFile(name, content)})
    assert page.status_code in SHOWN_AGAIN
    assert "楼道灯不亮" in page.content.decode()
    assert nothing_kept()


def test_markup_in_any_field_comes_back_as_words(citizen: Client) -> None:
    """Given markup in every field and a mistake, when the form comes back, then it holds the markup escaped alone."""
    fields = dict.fromkeys(
        [*filing("x"), "place", "region", "category", "form_key", "purpose", "persons", "guardian"], MARKUP
    )
    page = citizen.post("/ask/", {**fields, "minor": "on", "anonymous": "on"})
    assert page.status_code in SHOWN_AGAIN
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert" in page.content.decode()
    assert nothing_kept()


def test_a_form_without_its_token_or_with_another_is_told_so_and_files_nothing(city: City) -> None:
    """Given a POST without, with a wrong, and with another browser's token, when it arrives, then 403 in plain words; with its own, 303."""
    citizen, other = (Client(enforce_csrf_checks=True) for _ in range(2))
    own = dict(HIDDEN.findall(citizen.get("/ask/").content.decode()))
    foreign = dict(HIDDEN.findall(other.get("/ask/").content.decode()))
    for token in ("", "x" * 64, "<b>" * 22, foreign["csrfmiddlewaretoken"]):
        answer = citizen.post("/ask/", {**filing("灯"), **own, "csrfmiddlewaretoken": token})
        assert answer.status_code == 403
        assert "这次的内容没有送到我们这里" in answer.content.decode()
        assert nothing_kept()
    bare = Client(enforce_csrf_checks=True)
    assert bare.post("/ask/", {**filing("灯"), **own}).status_code == 403
    assert citizen.post("/ask/", {**filing("灯"), **own}, HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    assert nothing_kept()
    assert citizen.post("/ask/", {**filing("灯"), **own}).status_code == 303


def test_a_picture_with_too_many_points_is_refused(citizen: Client) -> None:
    """Given a small file that unpacks to 400 million points, when it arrives, then it is refused before it is drawn."""
    from PIL import Image

    drawn = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(drawn, "PNG")
    assert len(drawn.getvalue()) < 200_000
    page = citizen.post("/ask/", {**filing("灯"), "files": SimpleUploadedFile("大.png", drawn.getvalue())})
    assert "打不开，可能已损坏" in page.content.decode()
    assert nothing_kept()
