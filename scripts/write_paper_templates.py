"""Writes the templates that come with the product, src/yiwang/papers/defaults/*.docx, from the wording below.

Run scripts/write-paper-templates after a change here: a test compares the files with what this writes. The form follows
the rules for official papers (GB/T 9704): A4, title in the middle, number below it, the body in 仿宋 of 16 points.
"""

import io
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from yiwang.papers.kinds import BY_CODE, TABLE

FOLDER = Path(__file__).parents[1] / "src" / "yiwang" / "papers" / "defaults"
BODY_FACE, HEAD_FACE, TITLE_FACE = "仿宋", "黑体", "方正小标宋简体"
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
FIXED = (2026, 1, 1, 0, 0, 0)

TO_PETITIONER, TO_BODY = "{{ 信访人 }}：", "{{ 受文单位 }}："
MATTER = "“{{ 信访事项 }}”（编号{{ 信访编号 }}）"
CO_AGENCIES = (
    "{%p if 协办单位 %}",
    "协办单位：{% for 单位 in 协办单位 %}{{ 单位 }}{% if not loop.last %}、{% endif %}{% endfor %}。",
    "{%p endif %}",
)
MATERIALS = (
    "{%p if 材料清单 %}",
    "随文材料：",
    "{%p endif %}",
    "{%p for 材料 in 材料清单 %}",
    "{{ loop.index }}．{{ 材料 }}",
    "{%p endfor %}",
)
REFERRED = (
    "现将信访人{{ 信访人 }}提出的"
    + MATTER
    + "%s你单位，该件于{{ 收到日期 }}收到。根据《信访工作条例》第二十二条、第二十三条，请按下列要求处理：",
    "一、属于你单位职权范围的，请于{{ 告知期限 }}以前（含当日）书面告知信访人接收情况以及处理途径和程序，依法按政策及时办理。",
    "二、不属于你单位或者本系统职权范围的，请于{{ 异议期限 }}以前（含当日）提出异议并详细说明理由，经我单位核实同意后，交还相关材料。",
    "三、不得将信访人的检举、揭发材料以及有关情况透露或者转给被检举、揭发的人员或者单位。",
)
OUTCOME = ("#一、投诉请求", "{{ 投诉请求 }}", "#二、事实和理由", "{{ 事实和理由 }}", "#三、处理意见", "{{ 处理意见 }}",
           "#四、法律法规依据", "{{ 法律依据 }}", "#五、救济途径")  # fmt: skip
PARTIES = ("{%p for 一方 in 当事人 %}", "当事人{{ loop.index }}：{{ 一方 }}", "{%p endfor %}",
           "信访事项：" + MATTER)  # fmt: skip
SIGNED = ("{%p for 一方 in 当事人 %}", "当事人（签名）：　　　　　　　　　日期：", "{%p endfor %}")

WORDING: dict[str, tuple[str, ...]] = {
    "receipt": (
        TO_PETITIONER,
        "您于{{ 收到日期 }}通过{{ 信访渠道 }}提出的" + MATTER + "，我单位已经收到，并于{{ 登记日期 }}登记。",
        "根据《信访工作条例》第二十二条，我单位将在{{ 转办期限 }}以前（含当日）转送、交办有权处理的机关、单位，或者告知您其他处理方式。",
        "查询办理进展，请打开{{ 查询网址 }}，输入编号{{ 信访编号 }}和查询码{{ 查询码 }}。凭查询码可以看到您的信访内容，请妥善保管，不要告诉他人。",
    ),
    "notice": (
        TO_PETITIONER,
        "您提出的" + MATTER + "属于我单位职权范围，我单位已于{{ 受理日期 }}受理。根据《信访工作条例》第二十三条，现将处理途径和程序告知如下：",
        "一、我单位将听取您陈述事实和理由，进行调查核实，依法按政策作出处理，并书面答复您。",
        "二、根据《信访工作条例》第三十四条，我单位将在{{ 办结期限 }}以前（含当日）办结；情况复杂需要延长期限的，将告知您延期理由，延长不超过30日。",
        "三、根据《信访工作条例》第十九条，办理期间您向上级机关、单位又提出同一信访事项的，上级机关、单位不予受理。",
        "四、您可以凭编号和查询码查询办理进展，办结后可以作出评价。",
    ),
    "referral": (TO_BODY, REFERRED[0] % "转送", *REFERRED[1:], *CO_AGENCIES, *MATERIALS),
    "assignment": (
        TO_BODY, REFERRED[0] % "交由", *REFERRED[1:],
        "四、请于{{ 报告期限 }}以前（含当日）反馈办理结果，提交办结报告。", *CO_AGENCIES, *MATERIALS,
    ),
    "objection": (
        TO_BODY,
        "你单位于{{ 转办日期 }}转送、交办的" + MATTER + "收悉。经研究，该事项不属于我单位或者本系统职权范围。根据《信访工作条例》第二十三条，现提出异议，理由如下：",
        "{{ 理由 }}",
        "请予核实。核实同意后，我单位即交还相关材料。",
    ),
    "return": (
        TO_BODY,
        "你单位转送、交办的" + MATTER + "，我单位提出的异议已经核实同意。根据《信访工作条例》第二十三条，现将相关材料交还你单位。",
        "异议理由：{{ 理由 }}",
        *MATERIALS,
    ),
    "not_taken": (
        TO_PETITIONER,
        "您于{{ 收到日期 }}提出的" + MATTER + "收悉。经审查，依照《信访工作条例》的规定不予受理，理由如下：",
        "{{ 理由 }}",
        "{%p if 有权机关 %}",
        "该事项您可以向{{ 有权机关 }}提出。",
        "{%p endif %}",
    ),
    "no_longer": (
        TO_PETITIONER,
        "您于{{ 收到日期 }}提出的" + MATTER + "，已经复核并作出复核意见{% if 复核文号 %}（{{ 复核文号 }}）{% endif %}。",
        "{{ 理由 }}",
        "根据《信访工作条例》第三十六条第三款，信访人对复核意见不服，仍然以同一事实和理由提出投诉请求的，各级党委和政府信访部门和其他机关、单位不再受理。特此告知。",
    ),
    "guidance": (
        TO_PETITIONER,
        "您于{{ 收到日期 }}提出的" + MATTER + "收悉。经审查，该事项应当通过{{ 适用程序 }}处理。根据《信访工作条例》第三十一条，请您向{{ 有权机关 }}提出。",
        "依据：{{ 法律依据 }}",
        "法律、法规对提出的期限有规定的，请在期限内提出。",
    ),
    "extension": (
        TO_PETITIONER,
        "我单位正在办理您提出的" + MATTER + "，原定于{{ 原办结期限 }}以前（含当日）办结。因情况复杂，经本单位负责人批准，根据《信访工作条例》第三十四条，办理期限延长至{{ 延长后期限 }}。",
        "延期理由：{{ 理由 }}",
    ),
    "opinion": (
        TO_PETITIONER,
        "您于{{ 收到日期 }}提出的" + MATTER + "，我单位已经办理完毕。根据《信访工作条例》第三十一条、第三十二条，出具处理意见如下：",
        *OUTCOME,
        "您对本处理意见不服的，可以自收到本处理意见书之日起30日内，向{% if 复查机关 %}{{ 复查机关 }}{% else %}我单位的上一级机关、单位{% endif %}请求复查（《信访工作条例》第三十五条）。",
    ),
    "suggestion": (
        TO_PETITIONER,
        "您于{{ 收到日期 }}提出的" + MATTER + "收悉。感谢您的关心和支持。根据《信访工作条例》第二十九条，我单位认真研究论证，现答复如下：",
        "{{ 答复内容 }}",
    ),
    "mediation": (
        *PARTIES,
        "根据《信访工作条例》第三十三条，经双方当事人同意，{% if 调解人 %}由{{ 调解人 }}主持调解{% else %}进行调解{% endif %}，双方自愿达成如下协议：",
        "{{ 协议内容 }}",
        "本协议自双方签名之日起生效，由双方各执一份，我单位存一份。",
        *SIGNED,
        "调解人（签名）：　　　　　　　　　日期：",
    ),
    "settlement": (
        *PARTIES,
        "根据《信访工作条例》第三十三条，双方当事人自愿和解，达成如下协议：",
        "{{ 协议内容 }}",
        "本协议自双方签名之日起生效，由双方各执一份，我单位存一份。",
        *SIGNED,
    ),
    "hearing": (
        TO_PETITIONER,
        "根据《信访工作条例》第三十一条、第三十六条，就您提出的" + MATTER + "举行听证，现将有关事项通知如下：",
        "一、时间：{{ 听证时间 }}",
        "二、地点：{{ 听证地点 }}",
        "三、主持人：{% if 主持人 %}{{ 主持人 }}{% else %}另行告知{% endif %}",
        "四、请您携带身份证件和有关证据材料准时参加；不能参加的，请提前告知我单位。",
        "五、复核中举行听证的，听证所需时间不计算在复核期限内。",
    ),
    "review": (
        TO_PETITIONER,
        "您就" + MATTER + "的处理意见{% if 原文号 %}（{{ 原文号 }}）{% endif %}提出的复查请求收悉。根据《信访工作条例》第三十五条，经复查，提出复查意见如下：",
        *(part.replace("处理意见", "复查意见").replace("投诉请求", "复查请求") if part.startswith("#") else part.replace("处理意见", "复查意见") for part in OUTCOME),
        "您对本复查意见不服的，可以自收到本复查意见书之日起30日内，向{% if 复核机关 %}{{ 复核机关 }}{% else %}我单位的上一级机关、单位{% endif %}请求复核（《信访工作条例》第三十六条）。",
    ),
    "re_review": (
        TO_PETITIONER,
        "您就" + MATTER + "的复查意见{% if 原文号 %}（{{ 原文号 }}）{% endif %}提出的复核请求收悉。根据《信访工作条例》第三十六条，经复核，提出复核意见如下：",
        *(part.replace("处理意见", "复核意见").replace("投诉请求", "复核请求") if part.startswith("#") else part.replace("处理意见", "复核意见") for part in OUTCOME[:-1]),
        "根据《信访工作条例》第三十六条第三款，您对本复核意见不服，仍然以同一事实和理由提出投诉请求的，各级党委和政府信访部门和其他机关、单位不再受理。",
    ),
    "report": (
        TO_BODY,
        "你单位转送、交办的信访人{{ 信访人 }}提出的" + MATTER + "，现已办结。根据《信访工作条例》第二十二条，报告如下：",
        "#一、办理情况", "{{ 办理情况 }}", "#二、办理结果", "{{ 办理结果 }}",
    ),
    "service": (),
    "label": (),
}  # fmt: skip
"""The paragraphs of each kind. “#” begins a heading; the address line of a letter ends in “：”."""

PROOF: tuple[tuple[str, str], ...] = (
    ("送达文书", "{{ 送达文书 }}"),
    ("文　　号", "{{ 送达文号 }}"),
    ("信访编号", "{{ 信访编号 }}"),
    ("受送达人", "{{ 受送达人 }}"),
    ("送达地点", "{{ 送达地点 }}"),
    ("送达方式", "□ 当面　　□ 邮寄　　□ 其他："),
    ("受送达人签名", "　　　　　　　　　　年　　月　　日"),
    ("代收人签名\n和代收理由", "　　　　　　　　　　年　　月　　日"),
    ("拒收理由\n和见证人签名", "　　　　　　　　　　年　　月　　日"),
    ("送达人签名", "　　　　　　　　　　年　　月　　日"),
    ("备　　注", ""),
)


def document_of(code: str) -> bytes:
    """Return the template of one kind."""
    document = Document()
    _set_page(document, label=code == "label")
    _set_face(document)
    title = BY_CODE[code].title
    if code == "label":
        _line(document.add_paragraph(), "{{ 收件地址 }}", 14, LEFT)
        _line(document.add_paragraph(), "{{ 收件人 }}　收", 18, CENTRE, HEAD_FACE, before=8)
        _line(document.add_paragraph(), "{{ 发文单位 }}", 11, RIGHT, before=10)
        _line(document.add_paragraph(), "{{ 联系地址 }}", 11, RIGHT)
    else:
        _line(document.add_paragraph(), title, 22, CENTRE, TITLE_FACE, after=6)
        _line(document.add_paragraph(), "{{ 发文单位 }}" if code == "service" else "{{ 文号 }}", 16, CENTRE, after=14)
        if code == "service":
            _proof(document)
        else:
            shown = [paragraph for words in WORDING[code] if (paragraph := _body(document.add_paragraph(), words))]
            # The date of a paper never stands on a page without some of its words.
            shown[-1].paragraph_format.keep_with_next = True
            _close(document, code)
            _foot(document)
    document.core_properties.title = title
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = datetime(*FIXED)
    return _packed(document)


def _set_page(document: "Document", *, label: bool) -> None:
    section = document.sections[0]
    if label:
        section.page_width, section.page_height = Mm(120), Mm(80)
        section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(10)
        return
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(40)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(12)


def _set_face(document: "Document") -> None:
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    normal.font.name, normal.font.size = "Times New Roman", Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FACE)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.rPr.append(language)


def _line(
    paragraph: Paragraph,
    words: str,
    size: float,
    alignment: WD_ALIGN_PARAGRAPH,
    face: str = BODY_FACE,
    *,
    before: float = 0,
    after: float = 0,
) -> None:
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    for place, part in enumerate(words.split("\n")):
        if place:
            paragraph.add_run().add_break()
        run = paragraph.add_run(part)
        run.font.size = Pt(size)
        fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), face)


def _body(paragraph: Paragraph, words: str) -> Paragraph | None:
    """Write one paragraph of the wording, and return it unless it is only an instruction, which vanishes when it is filled in."""
    heading, address = words.startswith("#"), words.endswith("：") and words in {TO_PETITIONER, TO_BODY}
    _line(paragraph, words.removeprefix("#"), 16, LEFT, HEAD_FACE if heading else BODY_FACE)
    paragraph.paragraph_format.line_spacing = Pt(28)
    if heading or (words.endswith("：") and not address):
        paragraph.paragraph_format.keep_with_next = True
    if not address:
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), "640")
    return None if words.startswith("{%p") else paragraph


def _close(document: "Document", code: str) -> None:
    for place, words in enumerate(("{{ 发文单位 }}", "{{ 日期 }}")):
        paragraph = document.add_paragraph()
        _line(paragraph, words, 16, RIGHT, before=28 if place == 0 else 0)
        paragraph.paragraph_format.line_spacing = Pt(28)
        paragraph.paragraph_format.keep_with_next = place == 0
    opening, telephone = document.add_paragraph(), document.add_paragraph()
    _line(opening, "{%p if 联系电话 %}", 14, LEFT)
    _line(telephone, "联系电话：{{ 联系电话 }}", 14, LEFT, before=10)
    _line(document.add_paragraph(), "{%p endif %}", 14, LEFT)


def _foot(document: "Document") -> None:
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    table = footer.add_table(1, 2, Mm(156))
    table.autofit = False
    words, picture = table.rows[0].cells
    _set_widths(table, Mm(130), Mm(26))
    _line(
        words.paragraphs[0],
        "核验码：{{ 核验码 }}\n扫描二维码，或者打开 {{ 核验网址 }} 输入核验码，核验本文书的真伪。",
        9,
        LEFT,
        HEAD_FACE,
    )
    _line(words.add_paragraph(), "信访编号：{{ 信访编号 }}", 9, LEFT, HEAD_FACE)
    _line(picture.paragraphs[0], "{{ 二维码 }}", 9, RIGHT)
    empty = footer.paragraphs[0]._p
    footer._element.remove(empty)
    footer._element.append(empty)  # Word wants a paragraph behind a table
    _line(footer.paragraphs[-1], "", 6, LEFT)


def _set_widths(table: Table, *widths: Length) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _proof(document: "Document") -> None:
    table = document.add_table(0, 2, "Table Grid")
    table.autofit = False
    for label, words in PROOF:
        cells = table.add_row().cells
        _line(cells[0].paragraphs[0], label, 14, CENTRE, HEAD_FACE, before=6, after=6)
        _line(cells[1].paragraphs[0], words, 14, LEFT, before=6, after=6)
    _set_widths(table, Mm(46), Mm(110))


def _packed(document: "Document") -> bytes:
    """Return the file with neither thumbnail nor instants in it, so that the same wording gives the same bytes."""
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del document.part.package.rels[key]
    raw, packed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, FIXED), source.read(name), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a template, unpacked: how tightly they are packed is the machine's affair."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def main() -> None:
    """Write all templates, and say which changed."""
    FOLDER.mkdir(exist_ok=True)
    for kind in TABLE:
        path, content = FOLDER / f"{kind.code}.docx", document_of(kind.code)
        if not path.exists() or parts_of(path.read_bytes()) != parts_of(content):
            path.write_bytes(content)
            sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
