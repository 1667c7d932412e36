"""One paper made for real, by the workshop's own process, with all that follows: read, verified, and altered."""

import hashlib
import io
from collections.abc import Callable

import pypdfium2
import pytest
from tests.given import City

from yiwang.papers import making, verifying
from yiwang.papers.codes import grouped
from yiwang.papers.drawing import has_chinese_font
from yiwang.papers.filling import lines_of
from yiwang.papers.models import Paper
from yiwang.petitions import papers


def test_an_opinion_from_the_answer_to_its_verification(city: City, owed: Callable[..., Paper]) -> None:
    """Given an answered petition, when its Opinion is made, then both files are genuine until one character is changed."""
    from docx import Document

    if not has_chinese_font():
        pytest.skip("no Chinese typeface here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    paper = owed("opinion", city.bring_to("answered"), "approve")
    assert papers.make_owed() == 1
    paper.refresh_from_db()
    docx, pdf = making.read_docx(paper), making.read_pdf(paper)
    lines = lines_of(docx)
    for words in (
        "信访处理意见书",
        paper.number,
        "钱大妈：",
        "经查，楼道灯已于今日修好。",
        "三单元的楼道灯坏了三个月，请派人来修。",
    ):
        assert words in lines
    assert f"核验码：{grouped(str(paper.code))}" in "\n".join(lines)
    shown = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    assert "经查，楼道灯已于今日修好。" in "".join(shown.split())
    assert paper.text_digest == hashlib.sha256("\n".join(lines).encode()).hexdigest()

    verdict = verifying.look_up(str(paper.code))
    assert verdict is not None
    assert verdict.proven
    assert verdict.compare(hashlib.sha256(docx).hexdigest())
    assert verdict.compare(hashlib.sha256(pdf).hexdigest())
    document = Document(io.BytesIO(docx))
    (changed,) = [one for one in document.paragraphs if "今日修好" in one.text]
    changed.runs[0].text = changed.text.replace("今日", "明日")
    altered = io.BytesIO()
    document.save(altered)
    assert not verdict.compare(hashlib.sha256(altered.getvalue()).hexdigest())
