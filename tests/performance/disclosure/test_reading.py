"""Disclosures of every kind of file say the same, with the place of each value; what cannot be read is said."""

import io
from pathlib import Path

import pytest
from docx import Document
from tests.performance.disclosure.invented import as_html, as_text, parts

from yiwang.performance.disclosure import Disclosure, Unreadable, check, read
from yiwang.performance.disclosure.opening import blocks_of, open_file

pytestmark = pytest.mark.engine_free


def as_word() -> bytes:
    """The invented disclosure as a Word document."""
    document = Document()
    for part in parts():
        if isinstance(part, str):
            for line in part.splitlines():
                document.add_paragraph(line)
        else:
            table = document.add_table(len(part), len(part[0]))
            for at, row in enumerate(part):
                for across, cell in enumerate(row):
                    table.cell(at, across).text = cell
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def as_pdf() -> bytes:
    """The invented disclosure printed by a browser's rules, every cell on one line."""
    from weasyprint import HTML

    style = (
        "<style>@page {size: A3 landscape} body {font-family: 'Noto Sans CJK SC'; font-size: 9pt}"
        "td {padding: 0 12pt; white-space: nowrap}</style>"
    )
    return bytes(HTML(string=as_html().replace("<body>", f"<body>{style}")).write_pdf())


def read_all(content: bytes) -> Disclosure:
    return read(blocks_of(content))


def summary(found: Disclosure) -> dict[str, object]:
    """What it says, without the places."""
    return {
        "texts": {key: [str(one.value) for one in figures] for key, figures in found.texts.items()},
        "indicators": [(one.second, one.name, one.operator, one.words) for one in found.indicators],
        "projects": [(one.name, str(one.cost.yuan) if one.cost else "") for one in found.projects],
        "purchases": [(one.project, one.code, str(one.total.value) if one.total else "") for one in found.purchases],
        "assets": [(one.name, str(one.value.value) if one.value else "") for one in found.assets],
    }


def test_what_the_invented_one_says() -> None:
    """Given a disclosure as text, then its figures, indicators and tables are read, 元 and thousands apart as printed."""
    found = read_all(as_text().encode())
    assert (found.department, found.year) == ("云澜市信访局", 2024)
    assert summary(found) == {
        "texts": {
            "income.total": ["1200.50"], "income.general": ["1000.50"], "income.fund": ["0"], "income.carried": ["200"],
            "spending.total": ["1200.50"], "spending.basic": ["500.50"], "spending.personnel": ["400.00"],
            "spending.public": ["100.50"], "spending.project": ["700"], "both.total": ["1200.50"], "change.total": ["-10.00"],
            "change.basic": ["5.00"], "change.project": ["-15.00"], "running.total": ["1005000"], "three.total": ["12.00"],
            "three.abroad": ["2.00"], "three.vehicles": ["9.00"], "three.purchase": ["4.00"], "three.upkeep": ["5.00"],
            "three.reception": ["1.00"], "procurement.total": ["30.00"], "assets.total": ["300.00"], "assets.purchase": ["20.00"],
        },
        "indicators": [("数量", "受理信访事项数量", "≥", "9000"), ("时效", "受理及时率", "≥", "95")],
        "projects": [("热线平台运行经费", "4500000.00"), ("值班经费", "2500000")],
        "purchases": [("热线平台运行经费", "A020101", "20.00"), ("热线平台运行经费", "C0209", "10.00")],
        "assets": [("资产总额", "300.00"), ("1、房屋(平方米)", "180.00"), ("2、车辆(台、辆)", "60.00"), ("3、其他固定资产", "60.00")],
    }  # fmt: skip
    assert found.unread == []
    assert str(found.texts["income.carried"][0].place) == "line 6:60"


@pytest.mark.parametrize("write", [as_html, as_word])
def test_every_kind_of_file_says_the_same(write: object) -> None:
    """Given the same disclosure as a page and as a Word document, then it says what the text says."""
    content = write()  # type: ignore[operator]
    found = read_all(content.encode() if isinstance(content, str) else content)
    assert summary(found) == summary(read_all(as_text().encode()))
    assert check(found) == []


def test_a_pdf_says_the_same() -> None:
    """Given it as a PDF that holds text, then it says the same; blank cells leave no trace there, so sums of rows may shift."""
    found = read_all(as_pdf())
    expected = read_all(as_text().encode())
    assert found.texts.keys() == expected.texts.keys()
    assert summary(found)["texts"] == summary(expected)["texts"]
    assert [one.name for one in found.projects] == ["热线平台运行经费", "值班经费"]
    assert found.texts["income.total"][0].place.page == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"%PDF-1.7 nothing", "damaged"),
        (b"\xd0\xcf\x11\xe0 old", "Save it as .docx"),
        (b"\x00\x01\x02\xff\xfe", "neither text"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        open_file(path)


def test_a_scan_is_told(tmp_path: Path) -> None:
    """Given a PDF of pictures without text, then it says that it was scanned."""
    from PIL import Image

    written = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(written, "PDF")
    with pytest.raises(Unreadable, match="scanned"):
        blocks_of(written.getvalue())
