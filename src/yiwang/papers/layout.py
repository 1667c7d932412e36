"""The layout of a DOCX as HTML for the page: what the template shows in Word, the PDF shows too.

Taken over: paper and margins, paragraphs (alignment, indents, spacing), runs (size, weight, colour, typeface), tables with
their borders, merged cells and repeated headings, pictures, page numbers, header and footer. What is not taken over is refused when a
template is uploaded (checking.py), so that nothing vanishes silently. Nothing here needs Django.
"""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from yiwang.papers.filling import TemplateFault

EMU_A_POINT = 12700
TWIPS_A_POINT = 20
SANS = "'SimHei', 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"
SERIF = "'FangSong', 'STFangsong', 'SimSun', 'Songti SC', 'Noto Serif CJK SC', 'Source Han Serif SC', serif"
SANS_FACES = ("黑", "hei", "sans", "yahei", "雅黑", "arial")
ALIGNMENTS = {"center": "center", "right": "right", "end": "right", "both": "justify", "distribute": "justify"}
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
STYLE = f"""
@page {{ size: %(width)spt %(height)spt; margin: %(top)spt %(right)spt %(bottom)spt %(left)spt;
  @top-center {{ content: element(header); width: 100%%; vertical-align: middle }}
  @bottom-center {{ content: element(footer); width: 100%%; vertical-align: middle }} }}
html {{ font: 12pt/1.3 {SERIF}; color: #000 }}
body, p, figure {{ margin: 0; padding: 0 }}
p {{ min-height: 1em; white-space: pre-wrap; overflow-wrap: anywhere; orphans: 2; widows: 2 }}
header {{ position: running(header) }} footer {{ position: running(footer) }}
table {{ border-collapse: collapse; width: 100%% }}
td {{ padding: 2pt 5.4pt; vertical-align: top }}
table.ruled > thead > tr > td, table.ruled > tbody > tr > td {{ border: .5pt solid #000 }}
.page::before {{ content: counter(page) }} .pages::before {{ content: counter(pages) }}
"""


def as_html(docx: bytes, title: str = "") -> str:
    """Return a document as one HTML page, pictures within; raises TemplateFault for paragraphs that Word numbers by itself."""
    document = Document(io.BytesIO(docx))
    section = document.sections[0]
    sizes = {
        "width": section.page_width, "height": section.page_height, "top": section.top_margin,
        "right": section.right_margin, "bottom": section.bottom_margin, "left": section.left_margin,
    }  # fmt: skip
    style = STYLE % {name: round((size or 0) / EMU_A_POINT, 2) for name, size in sizes.items()}
    frames = [
        f"<{tag}>{''.join(_blocks(part.iter_inner_content(), part.part))}</{tag}>"
        for tag, part in (("header", section.header), ("footer", section.footer))
        if not part.is_linked_to_previous
    ]
    body = "".join(_blocks(document.iter_inner_content(), document.part))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body>{''.join(frames)}{body}</body></html>"
    )


def _blocks(blocks: Iterable[Paragraph | Table], part: Any) -> Iterable[str]:
    for block in blocks:
        yield _paragraph(block, part) if isinstance(block, Paragraph) else _table(block, part)


def _paragraph(paragraph: Paragraph, part: Any) -> str:
    properties = _Properties.of(paragraph)
    if properties.find("w:numPr/w:numId", "w:val") not in {None, "0"}:
        raise TemplateFault("not_shown", "numbering")
    inner = "".join(_pieces(paragraph, part))
    return f'<p style="{_size(paragraph)}{properties.css()}">{inner}</p>'


def _size(paragraph: Paragraph) -> str:
    """Return the size of type that an indent in characters and the height of a line are measured by: that of the first run."""
    first = paragraph._p.find(f".//{qn('w:r')}")
    size = _chosen(_chain(first, paragraph), "w:sz")
    return f"font-size:{int(size) / 2:g}pt;" if size else ""


@dataclass
class _Properties:
    """The properties of a paragraph: its own before those of its style, and of the styles that one is based on."""

    chain: list[Any]

    @classmethod
    def of(cls, paragraph: Paragraph) -> "_Properties":
        chain: list[Any] = [paragraph._p.pPr]
        style: Any = paragraph.style
        while style is not None:
            chain.append(style.element.find(qn("w:pPr")))
            style = style.base_style
        return cls([one for one in chain if one is not None])

    def find(self, tag: str, attribute: str) -> str | None:
        for properties in self.chain:
            element = properties.find("/".join(qn(step) for step in tag.split("/")))
            if element is not None and (value := element.get(qn(attribute))) is not None:
                return str(value)
        return None

    def points(self, tag: str, attribute: str) -> float:
        return int(self.find(tag, attribute) or 0) / TWIPS_A_POINT

    def css(self) -> str:
        found = {
            "text-align": ALIGNMENTS.get(self.find("w:jc", "w:val") or "", "left"),
            "margin-top": f"{self.points('w:spacing', 'w:before'):g}pt",
            "margin-bottom": f"{self.points('w:spacing', 'w:after'):g}pt",
            "padding-left": self.indent("w:left", "w:leftChars"),
            "padding-right": self.indent("w:right", "w:rightChars"),
            "text-indent": self.indent("w:firstLine", "w:firstLineChars"),
        }
        line = self.find("w:spacing", "w:line")
        if line:
            exact = self.find("w:spacing", "w:lineRule") in {"exact", "atLeast"}
            # 240 stands for one line, which in Word is a third more than the type is high.
            found["line-height"] = (
                f"{int(line) / TWIPS_A_POINT:g}pt" if exact else f"{round(int(line) / 240 * 1.33, 3):g}"
            )
        if self.has("w:pageBreakBefore"):
            found["break-before"] = "page"
        if self.has("w:keepNext"):
            found["break-after"] = "avoid"
        if self.has("w:keepLines"):
            found["break-inside"] = "avoid"
        return ";".join(f"{name}:{value}" for name, value in found.items() if value not in {"0pt", "0em"})

    def has(self, tag: str) -> bool:
        return any(properties.find(qn(tag)) is not None for properties in self.chain)

    def indent(self, attribute: str, in_characters: str) -> str:
        characters = self.find("w:ind", in_characters)
        return f"{int(characters) / 100:g}em" if characters else f"{self.points('w:ind', attribute):g}pt"


def _pieces(paragraph: Paragraph, part: Any) -> Iterable[str]:
    """Yield the runs, those inside of links and insertions too; a field is its page number or what Word last showed for it."""
    instruction, within, shown = "", False, True
    for run in paragraph._p.iter(qn("w:r"), qn("w:fldSimple")):
        if run.tag == qn("w:fldSimple"):
            yield _field(run.get(qn("w:instr")) or "")
            continue
        parent = run.getparent()
        if parent.tag == qn("w:fldSimple") and _field(parent.get(qn("w:instr")) or ""):
            continue
        mark = run.find(qn("w:fldChar"))
        kind = mark.get(qn("w:fldCharType")) if mark is not None else ""
        if kind == "begin":
            instruction, within = "", True
        elif kind in {"separate", "end"}:
            number = _field(instruction) if within else ""
            if number:
                yield f'<span style="{_face(run, paragraph)}">{number}</span>'
            within, shown = False, not number or kind == "end"
        elif within:
            instruction += "".join(text.text or "" for text in run.iter(qn("w:instrText")))
        elif shown:
            inner = "".join(_inside(run, part))
            if inner:
                yield f'<span style="{_face(run, paragraph)}">{inner}</span>'


def _field(instruction: str) -> str:
    word = (instruction.split() or [""])[0].upper()
    return {
        "PAGE": '<span class="page"></span>',
        "NUMPAGES": '<span class="pages"></span>',
        "SECTIONPAGES": '<span class="pages"></span>',
    }.get(word, "")


def _inside(run: Any, part: Any) -> Iterable[str]:
    for child in run:
        if child.tag == qn("w:t"):
            yield escape(child.text or "")
        elif child.tag == qn("w:tab"):
            yield "　　"
        elif child.tag in {qn("w:br"), qn("w:cr")}:
            page = child.get(qn("w:type")) == "page"
            yield '<span style="break-after:page;display:block"></span>' if page else "<br>"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "‑"
        elif child.tag == qn("w:drawing"):
            yield from _pictures(child, part)


def _pictures(drawing: Any, part: Any) -> Iterable[str]:
    extent = drawing.find(f".//{qn('wp:extent')}")
    for blip in drawing.iter(qn("a:blip")):
        picture = part.related_parts.get(blip.get(qn("r:embed")))
        if picture is None or picture.content_type not in PICTURES or extent is None:
            continue
        width, height = (int(extent.get(side)) / EMU_A_POINT for side in ("cx", "cy"))
        data = base64.b64encode(picture.blob).decode()
        yield (
            f'<img alt="" style="width:{width:g}pt;height:{height:g}pt;vertical-align:bottom" '
            f'src="data:{picture.content_type};base64,{data}">'
        )


def _chain(run: Any, paragraph: Paragraph) -> list[Any]:
    """Return the properties of a run: its own before those of its paragraph's styles."""
    chain: list[Any] = [run.find(qn("w:rPr")) if run is not None else None]
    style: Any = paragraph.style
    while style is not None:
        chain.append(style.element.find(qn("w:rPr")))
        style = style.base_style
    return [one for one in chain if one is not None]


def _chosen(chain: list[Any], tag: str, attribute: str = "w:val") -> str | None:
    for properties in chain:
        element = properties.find(qn(tag))
        if element is not None:
            return str(element.get(qn(attribute)) or "on")
    return None


def _face(run: Any, paragraph: Paragraph) -> str:
    """Return the CSS of a run."""
    chain = _chain(run, paragraph)

    def first(tag: str, attribute: str = "w:val") -> str | None:
        return _chosen(chain, tag, attribute)

    off = {None, "0", "false", "none", "off"}
    css = []
    if size := first("w:sz"):
        css.append(f"font-size:{int(size) / 2:g}pt")
    face = (first("w:rFonts", "w:eastAsia") or "").lower()
    if face and any(word in face for word in SANS_FACES):
        css.append(f"font-family:{SANS}")
    if first("w:b") not in off:
        css.append("font-weight:bold")
    if first("w:u") not in off:
        css.append("text-decoration:underline")
    colour = first("w:color")
    if colour and len(colour) == 6 and all(sign in "0123456789abcdefABCDEF" for sign in colour):
        css.append(f"color:#{colour}")
    if first("w:spacing") not in {None, "on"}:
        css.append(f"letter-spacing:{int(first('w:spacing') or 0) / TWIPS_A_POINT:g}pt")
    return ";".join(css)


def _table(table: Table, part: Any) -> str:
    grid = [int(column.get(qn("w:w")) or 0) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
    whole = sum(grid) or 1
    columns = "".join(f'<col style="width:{width / whole * 100:.2f}%">' for width in grid)
    headings: list[str] = []
    rows: list[str] = []
    trs = list(table._tbl.tr_lst)
    for place, tr in enumerate(trs):
        cells, at = [], 0
        for tc in tr.tc_lst:
            span = tc.grid_span
            if tc.vMerge != "continue":
                down = _merged_below(trs[place + 1 :], at) if tc.vMerge == "restart" else 0
                cells.append(_cell(table, tc, span, down + 1, part))
            at += span
        height = tr.trPr.find(qn("w:trHeight")) if tr.trPr is not None else None
        tall = f' style="height:{int(height.get(qn("w:val"))) / TWIPS_A_POINT:g}pt"' if height is not None else ""
        repeated = not rows and tr.trPr is not None and tr.trPr.find(qn("w:tblHeader")) is not None
        (headings if repeated else rows).append(f"<tr{tall}>{''.join(cells)}</tr>")
    head = f"<thead>{''.join(headings)}</thead>" if headings else ""
    return f'<table class="{"ruled" if _ruled(table) else "plain"}"><colgroup>{columns}</colgroup>{head}<tbody>{"".join(rows)}</tbody></table>'


def _merged_below(trs: list[Any], column: int) -> int:
    """Return over how many of the rows below a cell that begins at a column goes on."""
    count = 0
    for tr in trs:
        at = 0
        for tc in tr.tc_lst:
            if at == column:
                if tc.vMerge != "continue":
                    return count
                count += 1
            at += tc.grid_span
    return count


def _cell(table: Table, tc: Any, span: int, down: int, part: Any) -> str:
    from docx.table import _Cell

    properties = tc.tcPr.find(qn("w:vAlign")) if tc.tcPr is not None else None
    vertical = {"center": "middle", "bottom": "bottom"}.get(
        properties.get(qn("w:val")) if properties is not None else "", "top"
    )
    spans = (f' colspan="{span}"' if span > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
    inner = "".join(_blocks(_Cell(tc, table).iter_inner_content(), part))
    return f'<td{spans} style="vertical-align:{vertical}">{inner}</td>'


def _ruled(table: Table) -> bool:
    """Tell whether a table shows its lines: by its own borders, or else by those of its style."""
    own = table._tbl.tblPr.find(qn("w:tblBorders"))
    if own is not None:
        return any(side.get(qn("w:val")) not in {"nil", "none"} for side in own)
    return table.style is not None and table.style.element.find(f".//{qn('w:tblBorders')}") is not None
