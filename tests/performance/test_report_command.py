"""`yiwang report`: the same figures later, plain errors, and a real file of each form."""

import io
import json
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from docx import Document
from tests.clock import Clock, beijing
from tests.given import City

from yiwang.cli.commands import report as module
from yiwang.papers.drawing import CannotDraw, has_chinese_font
from yiwang.papers.drawing import _weasyprint as weasyprint
from yiwang.papers.workshop import Made
from yiwang.performance.models import Report
from yiwang.performance.reports import changes


@pytest.fixture
def office(city: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city with one petition of the week, and a command that takes this process's office for made."""
    monkeypatch.setattr("yiwang.cli.web.refuse_unready", lambda config: None)
    with Clock(beijing(2026, 11, 18, 9)).wound():
        city.bring_to("referred")
    return city


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(module.command, [str(word) for word in words])


def test_the_same_call_gives_the_same_figures_later(office: City, tmp_path: Path) -> None:
    """Given a week's bulletin by command, when a petition comes in late and it runs again, then figures and file are the same."""
    out = tmp_path / "week.docx"
    with Clock(beijing(2026, 11, 23, 6)).wound() as clock:
        first = call("weekly", "--at", "2026-11-23", "--out", out, "--json")
        file = out.read_bytes()
        clock.at = beijing(2026, 11, 20, 9)
        office.file()
        clock.at = beijing(2026, 11, 30, 6)
        again = call("weekly", "--at", "2026-11-29", "--out", out, "--json")
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    figures = json.loads(first.stdout.splitlines()[-1])
    assert figures["period"] == {"first": "2026-11-16", "last": "2026-11-22"}
    assert figures["received"]["total"]["now"] == 1
    assert again.stdout.splitlines()[-1] == first.stdout.splitlines()[-1]
    assert out.read_bytes() == file
    assert Report.objects.count() == 1


def test_pdf_holds_the_figures_in_chinese(office: City, tmp_path: Path) -> None:
    """Given Pango and a Chinese typeface, when a PDF is asked for, then it has title, words and figures as text."""
    try:
        weasyprint()
    except CannotDraw:
        pytest.skip("no Pango here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    if not has_chinese_font():
        pytest.skip("no Chinese typeface here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    out = tmp_path / "week.pdf"
    with Clock(beijing(2026, 11, 23, 6)).wound():
        done = call("weekly", "--at", "2026-11-23", "--out", out)
    assert done.exit_code == 0, done.output
    document = pypdfium2.PdfDocument(out.read_bytes())
    said = "".join(page.get_textpage().get_text_range() for page in document)
    for words in ("信访周简报（2026年第47周）", "共收到信访1件", "总体数据", "网站"):
        assert words in said.replace("\r\n", ""), words
    pictures = [thing for page in document for thing in page.get_objects() if thing.type == 3]
    assert len(pictures) >= 4


def test_without_pango_the_command_says_docx(office: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a server that cannot draw, when a PDF is asked for, then one sentence says so and names the DOCX; the report is kept."""
    monkeypatch.setattr(changes.workshop, "draw", lambda docx, title: Made(docx, b"", "pango", ""))
    with Clock(beijing(2026, 11, 23, 6)).wound():
        done = call("weekly", "--at", "2026-11-23", "--out", tmp_path / "week.pdf")
    assert done.exit_code == 1
    assert "pango is missing" in done.output
    assert "week.docx" in done.output
    assert not (tmp_path / "week.pdf").exists()
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "out", "said"),
    [
        ("2026-02-30", "week.docx", "is no day"),
        ("gestern", "week.docx", "is no day"),
        ("2026-11-23", "week.odt", "neither .docx nor .pdf"),
        ("2026-11-23", "nowhere/week.docx", "There is no folder"),
        ("2027-11-23", "week.docx", "is not over yet"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(office: City, tmp_path: Path, at: str, out: str, said: str) -> None:
    """Given a wrong day, a wrong end of the name, no folder, or a period to come, then one sentence says so and nothing is made."""
    with Clock(beijing(2026, 11, 23, 6)).wound():
        done = call("weekly", "--at", at, "--out", tmp_path / out)
    assert done.exit_code == 1
    assert said in done.output
    assert list(tmp_path.iterdir()) == []
    assert not Report.objects.exists()


def test_a_folder_that_cannot_be_written_is_refused_first(
    office: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a folder that is read-only, then it is said before anything is counted."""
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with Clock(beijing(2026, 11, 23, 6)).wound():
        done = call("weekly", "--at", "2026-11-23", "--out", tmp_path / "week.docx")
    assert done.exit_code == 1
    assert "cannot be written" in done.output
    assert not Report.objects.exists()


def test_english_is_the_same_figures_in_english(office: City, tmp_path: Path) -> None:
    """Given a bulletin, when it is asked for in English, then title and headings are English and the figures the same."""
    with Clock(beijing(2026, 11, 23, 6)).wound():
        chinese = call("weekly", "--at", "2026-11-23", "--out", tmp_path / "zh.docx", "--json")
        english = call("weekly", "--at", "2026-11-23", "--out", tmp_path / "en.docx", "--json", "--language", "en")
    assert chinese.stdout.splitlines()[-1] == english.stdout.splitlines()[-1]
    said = [paragraph.text for paragraph in Document(io.BytesIO((tmp_path / "en.docx").read_bytes())).paragraphs]
    assert said[0] == "Petitions: weekly bulletin (Week 47 of 2026)"
    assert {one.first_day for one in Report.objects.all()} == {date(2026, 11, 16)}
