"""核验 on the portal, and the petitioner's own papers."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.given import City
from tests.papers.made import quick_workshop  # noqa: F401  (a fixture)

from yiwang.journal.models import Record
from yiwang.papers import making
from yiwang.papers.codes import new_code
from yiwang.papers.models import Paper
from yiwang.petitions import papers
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code

Owe = Callable[..., Paper]
pytestmark = pytest.mark.usefixtures("quick_workshop")


@pytest.fixture
def opinion(city: City, owed: Owe) -> Paper:
    paper = owed("opinion", city.bring_to("answered"), "approve")
    papers.make_owed()
    paper.refresh_from_db()
    return paper


def compare(client: Client, paper: Paper, content: bytes) -> str:
    file = SimpleUploadedFile("意见书.pdf", content)
    return client.post(reverse("portal:verify_code", args=[paper.code]), {"file": file}).content.decode()


def test_a_genuine_paper_is_called_so_and_tells_of_nobody(client: Client, opinion: Paper) -> None:
    """Given a paper's code, when its page is opened, then kind, number, issuer and digest stand there, and nothing of the petition."""
    page = client.get(reverse("portal:verify_code", args=[opinion.code]))
    text = page.content.decode()
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for shown in ("这份文书是我们出具的", "信访处理意见书", opinion.number, "住建局", opinion.docx_digest):
        assert shown in text
    petition = Petition.objects.get()
    for hidden in ("钱大妈", "楼道灯", petition.number, str(petition.pk), str(opinion.pk)):
        assert hidden not in text


def test_the_code_may_be_typed(client: Client, opinion: Paper) -> None:
    """Given the form, when the code is typed as people type it, then its page follows; what is no code is refused in words."""
    assert client.get(reverse("portal:verify")).status_code == 200
    typed = f" {str(opinion.code)[:8].lower()}-{str(opinion.code)[8:]} "
    assert client.get(reverse("portal:verify"), {"code": typed}).headers["Location"] == f"/verify/{opinion.code}/"
    wrong = client.get(reverse("portal:verify"), {"code": "123"})
    assert wrong.status_code == 422
    assert "核验码是16个字母和数字" in wrong.content.decode()


def test_unknown_codes_are_all_answered_alike(client: Client, opinion: Paper, city: City, owed: Owe) -> None:
    """Given codes that are unknown, no codes at all, and that of a paper which is only owed, then one and the same page answers 404."""
    waiting = owed("notice", city.bring_to("accepted"), "accept")
    Paper.objects.filter(pk=waiting.pk).update(code="0" * 16, number="信告〔2026〕9号")
    codes = (new_code(), "0" * 16, "zyxzyxzyx", "OR-1-1")
    pages = [client.get(reverse("portal:verify_code", args=[code])) for code in codes]
    assert {page.status_code for page in pages} == {404}
    # The address itself stands in the page, for the switch of languages.
    assert len({page.content.replace(code.encode(), b"") for page, code in zip(pages, codes, strict=True)}) == 1
    assert "没有这个核验码" in pages[0].content.decode()


def test_a_file_is_compared_to_the_last_byte_and_never_kept(client: Client, opinion: Paper) -> None:
    """Given the issued files, and one with a changed character, when they are compared, then the first are genuine and the other differs."""
    folders = [Path(settings.YIWANG_VAR) / "files", Path(settings.YIWANG_VAR) / "uploads"]
    before = [sorted(folder.rglob("*")) for folder in folders]
    pdf = making.read_pdf(opinion)
    assert "文件是真的，没有改过" in compare(client, opinion, pdf)
    assert "文件是真的，没有改过" in compare(client, opinion, making.read_docx(opinion))
    changed = pdf.replace("修好".encode(), "修妥".encode())
    assert "这个文件和我们出具的不一样" in compare(client, opinion, changed)
    assert "这个文件和我们出具的不一样" in compare(client, opinion, pdf + bytes(3_000_000))
    assert [sorted(folder.rglob("*")) for folder in folders] == before


def test_without_a_file_or_a_token_nothing_is_compared(client: Client, opinion: Paper) -> None:
    """Given no file, when it is sent, then the form says so; without the CSRF token it is refused, whatever handles the upload."""
    assert client.post(reverse("portal:verify_code", args=[opinion.code])).status_code == 422
    strict = Client(enforce_csrf_checks=True)
    file = SimpleUploadedFile("x.pdf", making.read_pdf(opinion))
    assert strict.post(reverse("portal:verify_code", args=[opinion.code]), {"file": file}).status_code == 403


def test_a_row_that_was_altered_is_not_called_genuine(client: Client, opinion: Paper) -> None:
    """Given a paper whose number somebody changed in the database, then neither page nor file is called genuine."""
    Paper.objects.filter(pk=opinion.pk).update(number="信意〔2026〕99号")
    text = client.get(reverse("portal:verify_code", args=[opinion.code])).content.decode()
    assert "暂时不能证明这份文书是真的" in text
    assert "这份文书是我们出具的" not in text
    assert "没有改过" not in compare(client, opinion, making.read_pdf(opinion))


def test_a_void_paper_is_called_void(client: Client, opinion: Paper) -> None:
    """Given a paper that was made void, then the page says that it was issued and is void."""
    making.void(opinion.pk, "by_staff")
    assert "已经作废" in client.get(reverse("portal:verify_code", args=[opinion.code])).content.decode()


def opened(client: Client, petition: Petition) -> None:
    client.post(reverse("portal:lookup"), {"number": petition.number, "code": lookup_code(petition.number)})


def test_the_petitioner_downloads_their_own_papers(client: Client, city: City, owed: Owe) -> None:
    """Given a receipt, a referral letter and an Opinion, then the petitioner gets the receipt, and the Opinion once the answer was opened."""
    petition = city.bring_to("answered")
    receipt, letter, opinion = (
        owed(*given)
        for given in (("receipt", petition, "file"), ("referral", petition, "refer"), ("opinion", petition, "approve"))
    )
    papers.make_owed()
    page = reverse("portal:my", args=[petition.number])
    opened(client, petition)
    shown = client.get(page).content.decode()
    assert "您的文书" in shown
    assert "登记回执" in shown
    assert "信访处理意见书" not in shown
    address = reverse("portal:paper", args=[petition.number, receipt.pk, "pdf"])
    file = client.get(address)
    assert file.content.startswith(b"%PDF-")
    assert "no-store" in file.headers["Cache-Control"]
    for other in (letter, opinion):
        assert client.get(reverse("portal:paper", args=[petition.number, other.pk, "pdf"])).status_code == 404
    Petition.objects.filter(pk=petition.pk).update(delivered_at=datetime.now(UTC))
    assert client.get(reverse("portal:paper", args=[petition.number, opinion.pk, "docx"])).content.startswith(b"PK")
    line = Record.objects.filter(act="open_paper", subject_id=receipt.pk).get()
    assert (line.actor_kind, line.actor_id) == ("citizen", None)


def test_others_papers_are_not_reached(client: Client, city: City, owed: Owe) -> None:
    """Given two petitions, when one was opened with its code, then the other's papers are not given out; nor without a code."""
    mine, theirs = city.file(), city.file("路灯不亮")
    paper = owed("receipt", theirs)
    papers.make_owed()
    assert client.get(reverse("portal:paper", args=[theirs.number, paper.pk, "pdf"])).status_code == 303
    opened(client, mine)
    assert client.get(reverse("portal:paper", args=[mine.number, paper.pk, "pdf"])).status_code == 404
    assert client.get(reverse("portal:paper", args=[theirs.number, paper.pk, "pdf"])).status_code == 303
