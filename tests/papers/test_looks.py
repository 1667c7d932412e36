"""How the papers that come with the product read and look: text, PDF, and LibreOffice, which must open each without repair.

The expected texts and pictures lie in ``expected``; ``YIWANG_TEST_WRITE_EXPECTED=1`` writes them anew, for a person to look at.
"""

import io
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat
from tests.papers.facts import CODE, SAID, said_by

from yiwang.papers.codes import qr_of
from yiwang.papers.drawing import draw, has_chinese_font
from yiwang.papers.filling import fill, lines_of
from yiwang.papers.kinds import BY_CODE, TABLE
from yiwang.papers.layout import as_html
from yiwang.papers.templates import default_of, names_of

pytestmark = pytest.mark.engine_free
EXPECTED = Path(__file__).parent / "expected"
WRITES = os.environ.get("YIWANG_TEST_WRITE_EXPECTED") == "1"
PICTURED = ("opinion", "assignment", "mediation", "service", "label")
SMALL = (150, 212)
FURTHEST = 6.0
"""Points by which a line may stand elsewhere than expected: another version of a typeface sets a little differently."""
MOST_DIFFERENCE = 4.0
"""Mean difference of two blurred pictures in steps of grey of 256; a missing paragraph makes more."""


@cache
def filled(code: str) -> bytes:
    kind = BY_CODE[code]
    return fill(default_of(code), names_of(kind), said_by(kind), qr_of(CODE.replace("-", "")))


@cache
def drawn(code: str) -> bytes:
    if not has_chinese_font():
        pytest.skip("no Chinese typeface here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    return draw(as_html(filled(code), BY_CODE[code].title))


def expected(name: str, found: bytes) -> bytes:
    path = EXPECTED / name
    if WRITES:
        EXPECTED.mkdir(exist_ok=True)
        path.write_bytes(found)
    return path.read_bytes()


@pytest.mark.parametrize("code", BY_CODE)
def test_a_paper_reads_as_expected(code: str) -> None:
    """Given the same facts, when a paper of each kind is filled in, then it says what was expected, word for word."""
    text = "\n".join(lines_of(filled(code))) + "\n"
    assert text == expected(f"{code}.txt", text.encode()).decode()


def test_an_opinion_states_what_article_32_asks_for() -> None:
    """Given an Opinion, then request, facts and reasons, outcome, legal basis and way of appeal stand in it, in this order."""
    text = "\n".join(lines_of(filled("opinion")))
    places = [
        text.index(str(SAID[name]).split("\n")[0])
        for name in ("request", "findings", "decision", "legal_basis", "review_body")
    ]
    assert places == sorted(places)
    assert "自收到本处理意见书之日起30日内" in text


@pytest.mark.parametrize("code", BY_CODE)
def test_the_pdf_says_what_the_docx_says_and_embeds_its_typefaces(code: str) -> None:
    """Given a paper, when it is drawn, then its text is that of the DOCX, no page is empty, and no typeface is left to the reader."""
    document = pypdfium2.PdfDocument(drawn(code))
    shown = "".join(page.get_textpage().get_text_bounded() for page in document)
    body = [line for line in lines_of(filled(code)) if line]
    assert [line for line in body if _squeezed(line) not in _squeezed(shown)] == []
    assert len(document) <= (2 if code in {"review", "opinion", "re_review", "referral", "assignment"} else 1)
    assert b"/FontFile" in _unpacked(drawn(code))


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("\x02", "").replace("\ufffe", "")


def _unpacked(pdf: bytes) -> bytes:
    """Return all that the PDF's objects say of themselves; object streams are unpacked by the library that reads it."""
    import re
    import zlib

    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return b"".join(found)


@pytest.mark.parametrize("code", PICTURED)
def test_a_page_looks_as_expected(code: str) -> None:
    """Given a paper, when its first page is drawn, then each line stands where it was expected, and so does the ink."""
    page = pypdfium2.PdfDocument(drawn(code))[0]
    picture = page.render(scale=1).to_pil().convert("L").resize(SMALL).filter(ImageFilter.GaussianBlur(2))
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    wanted = Image.open(io.BytesIO(expected(f"{code}.png", kept.getvalue()))).convert("L")
    assert ImageStat.Stat(ImageChops.difference(picture, wanted)).mean[0] < MOST_DIFFERENCE
    lines = "".join(f"{x:.0f} {y:.0f} {text}\n" for x, y, text in _placed(page))
    wanted_lines = expected(f"{code}.places", lines.encode()).decode().splitlines()
    assert len(lines.splitlines()) == len(wanted_lines)
    for found, line in zip(lines.splitlines(), wanted_lines, strict=True):
        (x, y, text), (wanted_x, wanted_y, wanted_text) = found.split(" ", 2), line.split(" ", 2)
        assert text[:6] == wanted_text[:6]
        assert abs(int(x) - int(wanted_x)) <= FURTHEST, line
        assert abs(int(y) - int(wanted_y)) <= FURTHEST, line


def _placed(page: pypdfium2.PdfPage) -> list[tuple[float, float, str]]:
    text = page.get_textpage()
    found = []
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        words = text.get_text_bounded(left - 1, bottom, right + 1, top).strip()
        if words:
            found.append((left, bottom, words.splitlines()[0]))
    return found


def test_a_picture_without_a_paragraph_would_be_noticed() -> None:
    """Given two different papers, when their pictures are compared as above, then they differ by more than is allowed."""
    pictures = [
        pypdfium2.PdfDocument(drawn(code))[0]
        .render(scale=1)
        .to_pil()
        .convert("L")
        .resize(SMALL)
        .filter(ImageFilter.GaussianBlur(2))
        for code in ("opinion", "service")
    ]
    assert ImageStat.Stat(ImageChops.difference(*pictures)).mean[0] > MOST_DIFFERENCE


@pytest.mark.slow_once
def test_libreoffice_opens_each_without_repair(tmp_path: Path) -> None:
    """Given a filled-in paper of each kind, when LibreOffice converts them in one call, then each comes out with the same words."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("no LibreOffice here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    for kind in TABLE:
        (tmp_path / f"{kind.code}.docx").write_bytes(filled(kind.code))
    done = subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--norestore", "--convert-to", "pdf",
         "--outdir", str(tmp_path), *[str(path) for path in sorted(tmp_path.glob("*.docx"))]],
        capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for kind in TABLE:
        path = tmp_path / f"{kind.code}.pdf"
        assert path.exists(), f"{kind.code}: {done.stdout}"
        shown = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path))
        lost = [line for line in lines_of(filled(kind.code)) if _squeezed(line) not in _squeezed(shown)]
        assert lost == [], kind.code


@pytest.mark.parametrize("code", BY_CODE)
def test_what_is_not_given_leaves_no_gap_in_a_sentence(code: str) -> None:
    """Given a paper without anything that it can do without, then no bracket is empty, and no sentence breaks off."""
    kind = BY_CODE[code]
    bare = said_by(kind) | {
        name: [] if field.many else "" for field in kind.fields if not field.needed for name in (field.name, field.word)
    }
    text = "\n".join(lines_of(fill(default_of(code), names_of(kind), bare, qr_of("0" * 16))))
    for gap in ("（）", "由主持", "向请求", "：\n三、", "“”"):
        assert gap not in text
