"""A report as DOCX: the form of official papers (GB/T 9704), charts as tables of names, bars and numbers. The PDF is drawn from it."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from yiwang.performance.reports import pictures
from yiwang.performance.reports.blocks import Bars, Block, Edition, Ranges, Table

BODY_FACE, HEAD_FACE, TITLE_FACE = "仿宋", "黑体", "方正小标宋简体"
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
WIDTH = 158
"""Millimetres between the margins."""
BAR_HEIGHT = Mm(3.4)
SMALL, TEXT = 10.5, 16
GREY = RGBColor(0x55, 0x5F, 0x63)
FIXED = (2026, 1, 1, 0, 0, 0)
"""The instant that every part of a file bears: the same report is the same file, whenever it is made."""


def as_docx(edition: Edition) -> bytes:
    """Return the file; the same edition gives the same bytes."""
    document = Document()
    _set_page(document)
    _line(document.add_paragraph(), edition.title, 22, CENTRE, TITLE_FACE, after=6)
    _line(document.add_paragraph(), edition.subtitle, 14, CENTRE, after=10)
    for fact in edition.facts:
        _line(document.add_paragraph(), fact, SMALL, LEFT, colour=GREY)
    for part in edition.parts:
        _line(document.add_paragraph(), part.heading, TEXT, LEFT, HEAD_FACE, before=14, after=4, keep=True)
        for words in part.paragraphs:
            _body(document.add_paragraph(), words)
        for block in part.blocks:
            _block(document, block)
    for place, words in enumerate(edition.foot):
        _line(
            document.add_paragraph(),
            words,
            14 if place == 0 else 8,
            RIGHT if place == 0 else LEFT,
            before=18 if place == 0 else 8,
        )
    _page_numbers(document)
    document.core_properties.title = edition.title
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = datetime(*FIXED)
    return _packed(document)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    section.left_margin, section.right_margin = Mm(27), Mm(25)
    section.footer_distance = Mm(12)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(TEXT)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FACE)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)


def _line(
    paragraph: Paragraph, words: str, size: float, alignment: WD_ALIGN_PARAGRAPH, face: str = BODY_FACE, *,
    before: float = 0, after: float = 0, keep: bool = False, colour: RGBColor | None = None,
) -> None:  # fmt: skip
    paragraph.alignment = alignment
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), keep or None
    run = paragraph.add_run(words)
    run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _body(paragraph: Paragraph, words: str) -> None:
    _line(paragraph, words, TEXT, LEFT)
    paragraph.paragraph_format.line_spacing = Pt(28)
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "640")


def _block(document: Any, block: Block) -> None:
    _line(document.add_paragraph(), _title(block), 12, LEFT, HEAD_FACE, before=10, after=4, keep=True)
    match block:
        case Bars():
            most = max((value for _name, value in block.rows), default=0)
            _chart(document, [(name, f"{value:,}", pictures.bar(value, most)) for name, value in block.rows], 58, 80)
        case Ranges():
            drawn = [
                (name, words, pictures.interval(low, middle, high)) for name, words, low, middle, high in block.rows
            ]
            _chart(document, drawn, 48, 66)
        case Table():
            _table(document, block)
    if block.note:
        _line(document.add_paragraph(), block.note, SMALL, LEFT, before=3, colour=GREY)


def _title(block: Block) -> str:
    return f"{block.title}（{block.unit.strip()}）" if isinstance(block, Bars) else block.title


def _chart(document: Any, rows: Sequence[tuple[str, str, bytes]], name_width: int, bar_width: int) -> None:
    """Write a chart as a table without lines: name, bar, number."""
    table = document.add_table(0, 3)
    table.autofit = False
    for name, words, picture in rows:
        cells = table.add_row().cells
        _line(cells[0].paragraphs[0], name, SMALL, LEFT)
        cells[1].paragraphs[0].add_run().add_picture(io.BytesIO(picture), Mm(bar_width), BAR_HEIGHT)
        cells[1].paragraphs[0].runs[0].font.size = Pt(SMALL)
        _line(cells[2].paragraphs[0], words, SMALL, RIGHT)
    _set_widths(table, [Mm(name_width), Mm(bar_width + 4), Mm(WIDTH - name_width - bar_width - 4)])


def _table(document: Any, block: Table) -> None:
    table = document.add_table(0, len(block.headings), "Table Grid")
    table.autofit = False
    for cell, words in zip(table.add_row().cells, block.headings, strict=True):
        _line(cell.paragraphs[0], words, SMALL, CENTRE, HEAD_FACE)
    _repeat_heading(table)
    wide = _widest(block)
    for row in block.rows:
        for place, (cell, given) in enumerate(zip(table.add_row().cells, row, strict=True)):
            _line(cell.paragraphs[0], given.text, SMALL, LEFT if place == wide else CENTRE)
    _set_widths(table, _widths(len(block.headings), wide))


def _widest(block: Table) -> int:
    """Return the column that holds names: the first one, or the second behind a place in a ranking."""
    longest = [max([len(row[place].text) for row in block.rows] or [0]) for place in range(len(block.headings))]
    return 1 if len(longest) > 4 and longest[1] > longest[0] else 0


def _widths(columns: int, wide: int) -> list[Length]:
    first = max(WIDTH // 3, WIDTH // columns) if columns > 2 else WIDTH // 2
    rest = (WIDTH - first) / (columns - 1)
    return [Mm(first if place == wide else rest) for place in range(columns)]


def _repeat_heading(table: WordTable) -> None:
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def _set_widths(table: WordTable, widths: Sequence[Length]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _page_numbers(document: Any) -> None:
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    _line(paragraph, "— ", SMALL, CENTRE)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    _line(paragraph, " —", SMALL, CENTRE)


def _packed(document: Any) -> bytes:
    """Return the file with neither thumbnail nor instants in it."""
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del document.part.package.rels[key]
    raw, packed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, FIXED), source.read(name), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
