"""What an office may upload as a template: all that a paper may say, and nothing that acts, loops, includes or reaches out."""

import base64
import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.given import City
from tests.papers.documents import docx, spoiled, with_xml

from yiwang.journal.models import Record
from yiwang.papers import templates, workbench, workshop
from yiwang.papers.filling import TemplateFault, lines_of
from yiwang.papers.kinds import BY_CODE, TABLE
from yiwang.papers.models import Template
from yiwang.papers.templates import TemplateRefused

engine_free = pytest.mark.engine_free
WORD = "word/document.xml"
RELS = "word/_rels/document.xml.rels"


def tried(content: bytes, kind: str = "referral") -> dict[str, Any]:
    """Do in this process what the workshop does."""
    row = BY_CODE[kind]
    return workbench.work(
        {
            "work": "make", "template": base64.b64encode(content).decode(), "fields": templates.names_of(row),
            "facts": templates.sample_of(row), "qr": base64.b64encode(templates.sample_qr()).decode(), "title": row.title,
            "trial": True,
        }
    )  # fmt: skip


def external(target: str, kind: str = "hyperlink") -> bytes:
    relation = (
        f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    )
    return spoiled(docx("甲"), RELS, lambda part: part.replace(b"</Relationships>", relation.encode()))


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "an unknown field": (docx("{{ 信访人姓名 }}"), "unknown_field", "信访人姓名"),
    "an unknown field in the header": (docx("甲", header="{{ secret }}"), "unknown_field", "secret"),
    "an unknown field in the properties": (docx("甲", title="{{ secret }}"), "unknown_field", "secret"),
    "a field of another kind": (docx("{{ 复查意见 }}"), "unknown_field", "复查意见"),
    "an unknown list": (docx("{% for 一条 in 名单 %}{{ 一条 }}{% endfor %}"), "unknown_field", "名单"),
    "an unknown condition": (docx("{% if 保密 %}甲{% endif %}"), "unknown_field", "保密"),
    "a list printed whole": (docx("{{ 材料清单 }}"), "list", "材料清单"),
    "a loop without end": (docx("{% for i in range(10**9) %}{{ i }}{% endfor %}"), "loop", ""),
    "a loop over letters": (docx("{% for i in 信访人 %}{{ i }}{% endfor %}"), "loop", "信访人"),
    "a loop in a loop": (
        docx("{% for a in 材料清单 %}{% for b in 协办单位 %}{{ b }}{% endfor %}{% endfor %}"), "loop", "协办单位",
    ),
    "a recursive loop": (docx("{% for a in 材料清单 recursive %}{{ a }}{% endfor %}"), "loop", "材料清单"),
    "too many loops": (docx(*["{% for a in 材料清单 %}{{ a }}{% endfor %}"] * 6), "loops", ""),
    "an include": (docx("{% include '/etc/passwd' %}"), "statement", "include"),
    "an import": (docx("{% import 'os' as os %}"), "statement", "import"),
    "a from-import": (docx("{% from 'os' import path %}"), "statement", "fromimport"),
    "an extends": (docx("{% extends 'base' %}"), "statement", "extends"),
    "a macro": (docx("{% macro m() %}{{ m() }}{% endmacro %}"), "statement", "macro"),
    "an assignment": (docx("{% set a = 1 %}"), "statement", "assign"),
    "a block": (docx("{% block b %}{% endblock %}"), "statement", "block"),
    "a call": (docx("{{ 信访人.upper() }}"), "expression", "call"),
    "an attribute": (docx("{{ 信访人.__class__ }}"), "expression", "getattr"),
    "an item": (docx("{{ 信访人['__class__'] }}"), "expression", "getitem"),
    "a filter": (docx("{{ 信访人|upper }}"), "expression", "filter"),
    "a test": (docx("{% if 信访人 is defined %}甲{% endif %}"), "expression", "test"),
    "arithmetic": (docx("{{ 7*7 }}"), "expression", "mul"),
    "a power": (docx("{% if 9**9**9 %}甲{% endif %}"), "expression", "pow"),
    "a long word": (docx("{{ '甲' * 999999999 }}"), "expression", "mul"),
    "a constant": (docx("{{ 1 }}"), "expression", "const"),
    "the loop's inside": (docx("{% for a in 材料清单 %}{{ loop.cycle }}{% endfor %}"), "expression", "getattr"),
    "the template's self": (docx("{{ self }}"), "unknown_field", "self"),
    "an open brace": (docx("{{ 信访人 }"), "syntax", ""),
    "an open if": (docx("{% if 信访人 %}甲"), "syntax", ""),
    "braces of full width": (docx("｛｛ 信访人 ｝｝"), "left_open", "｛｛ 信访人 ｝｝"),
    "an old file of Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_docx", ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_docx", ""),
    "a broken archive": (docx("甲")[:-200], "not_docx", ""),
    "an archive of something else": (spoiled(docx("甲"), "[Content_Types].xml", lambda _part: b"<Types/>"), "not_docx", ""),
    "a file above two megabytes": (docx("甲") + bytes(2 * 1024 * 1024), "too_large", ""),
    "a bomb": (spoiled(docx("甲"), "word/media/x.xml", lambda _part: bytes(30 * 1024 * 1024)), "too_large", ""),
    "macros": (spoiled(docx("甲"), "word/vbaProject.bin", lambda _part: b"x"), "macros", ""),
    "the type of macros": (
        spoiled(docx("甲"), "[Content_Types].xml", lambda part: part.replace(b"document.main", b"document.macroEnabled.main")),
        "macros", "",
    ),
    "a link": (external("https://example.com/"), "external", ""),
    "a picture from elsewhere": (external("http://example.com/x.png", "image"), "external", ""),
    "a template from a share": (external("file://server/share/x.dotx", "attachedTemplate"), "external", ""),
    "an embedded object": (spoiled(docx("甲"), "word/embeddings/oleObject1.bin", lambda _part: b"x"), "embedded", ""),
    "another document within": (with_xml('<w:p><w:r><w:t>甲</w:t></w:r></w:p><w:altChunk xmlns:w="x"/>'), "embedded", ""),
    "an entity": (
        spoiled(docx("甲"), WORD, lambda part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part.split(b"?>", 1)[1]), "declared", "",
    ),
    "a file included by Word": (
        with_xml('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDE</w:instrText></w:r>'
                 '<w:r><w:instrText>TEXT "c:\\x"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'),
        "field_of_word", "INCLUDETEXT",
    ),
    "a program run by Word": (with_xml('<w:p><w:fldSimple w:instr="DDEAUTO c:\\cmd.exe"/></w:p>'), "field_of_word", "DDEAUTO"),
    "a text box": (with_xml("<w:p><w:r><w:pict/></w:r></w:p>"), "not_shown", "textbox"),
    "numbers of Word's own": (docx("甲", style="List Number"), "not_shown", "numbering"),
    "changes that were not accepted": (with_xml('<w:p><w:ins w:id="1"><w:r><w:t>甲</w:t></w:r></w:ins></w:p>'), "not_shown", "tracked"),
}  # fmt: skip


@engine_free
@pytest.mark.parametrize("what", REFUSED)
def test_refused_with_a_plain_sentence(what: str) -> None:
    """Given a template that asks for what it may not have, when it is tried, then it is refused, and the sentence names it."""
    content, code, detail = REFUSED[what]
    with pytest.raises(TemplateFault) as fault:
        tried(content)
    assert fault.value.code == code
    if detail:
        assert fault.value.detail == detail
    said = templates.sentence(fault.value, BY_CODE["referral"])
    assert said.endswith("。")
    if code in {"unknown_field", "list", "statement", "field_of_word", "left_open"}:
        assert detail in said


@engine_free
def test_an_unknown_field_is_named_with_the_nearest_that_there_is() -> None:
    """Given a misspelt field, when it is refused, then the sentence names it, guesses what was meant, and lists what there is."""
    fault = TemplateFault("unknown_field", "信访事顶")
    said = templates.sentence(fault, BY_CODE["notice"])
    assert said.startswith("“信访事项受理告知书”没有“{{ 信访事顶 }}”这一项。是不是“信访事项”？可以用的有：文号、日期、")
    assert "办结期限" in said


@engine_free
def test_what_a_template_may_say() -> None:
    """Given all that is allowed, when it is tried, then each field appears, lists are gone through, and conditions are kept."""
    made = tried(
        docx(
            "{{ 信访人 }}和{{ petitioner }}",
            "{% if 联系电话 and not 报告期限 %}甲{% elif 信访人 == '乙' %}乙{% else %}丙{% endif %}",
            "{%p for 材料 in 材料清单 %}",
            "{{ loop.index }}．{{ 材料 }}{% if loop.last %}。{% endif %}",
            "{%p endfor %}",
            "{{ 二维码 }}",
            header="{{ 文号 }}",
        ),
        "assignment",
    )
    lines = lines_of(base64.b64decode(made["docx"]))
    assert lines == ["〔信访人〕和〔信访人〕", "丙", "1．材料清单一", "2．材料清单二。", "〔文号〕"]
    assert len(made["pdf"]) > 1000


@engine_free
def test_what_people_wrote_is_text_and_nothing_else() -> None:
    """Given a petition whose words look like markup and like a template, then they are printed as they stand, each line a paragraph."""
    row = BY_CODE["objection"]
    evil = "</w:t><w:br/>{{ 7*7 }}{% include 'x' %} &amp; \x00\x07\x0c\ud800<script>\r\n第二行\t尾"
    facts = {**templates.sample_of(row), "reason": evil, "理由": evil}
    given = json.loads(json.dumps(facts))
    made = workbench.work(
        {
            "work": "make", "template": base64.b64encode(docx("{{ 理由 }}")).decode(), "fields": templates.names_of(row),
            "facts": given, "qr": "", "title": "甲", "trial": False,
        }
    )  # fmt: skip
    assert lines_of(base64.b64decode(made["docx"])) == [
        "</w:t><w:br/>{{ 7*7 }}{% include 'x' %} &amp;", "<script>", "第二行 尾",
    ]  # fmt: skip


@engine_free
def test_a_workshop_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given work without end, when the time is up, then the workshop's process is ended and says so; so too when it eats memory."""
    monkeypatch.setattr(workshop, "TRIAL_SECONDS", 1)
    begun = time.monotonic()
    slow = docx(*["{% if 信访人 %}" + "{{ 信访人 }}" * 2000 + "{% endif %}"] * 40)
    with pytest.raises(TemplateRefused) as refused:
        templates.check("referral", slow)
    assert refused.value.code in {"time", "too_large", "grows"}
    assert time.monotonic() - begun < 10
    monkeypatch.setattr(workshop, "TRIAL_SECONDS", 15)
    monkeypatch.setattr(workshop, "MEGABYTES", 64)
    with pytest.raises(TemplateRefused) as hungry:
        templates.check("referral", docx("{{ 信访人 }}"))
    assert hungry.value.code in {"ended", "time", "grows", "unreadable"}


@engine_free
@pytest.mark.parametrize("kind", [row.code for row in TABLE])
def test_the_product_s_own_templates_pass_their_own_check(kind: str) -> None:
    """Given a template that comes with the product, then it is as scripts/write-paper-templates writes it, and would be taken."""
    from scripts.write_paper_templates import document_of, parts_of

    content = templates.default_of(kind)
    assert parts_of(content) == parts_of(document_of(kind)), "run scripts/write-paper-templates"
    made = tried(content, kind)
    shown = "\n".join(lines_of(base64.b64decode(made["docx"])))
    needed = [field.word for field in BY_CODE[kind].own if field.needed and not field.many]
    assert [word for word in needed if f"〔{word}〕" not in shown] == []


def test_an_uploaded_template_is_used_and_kept_by_versions(city: City) -> None:
    """Given a body's own template, then it is used below it too, sealed on disk, newest first, and the product's when none is active."""
    admin = city.who(city.office, "system_administrator")
    first = templates.upload("notice", "zh-hans", city.office.pk, docx("甲：{{ 信访人 }}"), admin.pk)
    second = templates.upload("notice", "zh-hans", city.office.pk, docx("乙：{{ 信访人 }}"), admin.pk)
    owners = [city.housing.pk, city.office.pk]
    assert (first.version, second.version) == (1, 2)
    assert templates.choose("notice", "zh-hans", owners).version.startswith(f"{city.office.pk}/2/")
    path = next((Path(settings.YIWANG_VAR) / "files").glob(f"??/{second.file_id}"))
    assert not path.read_bytes().startswith(b"PK")
    templates.set_active(second, False, admin.pk)
    assert templates.choose("notice", "zh-hans", owners).version.startswith(f"{city.office.pk}/1/")
    assert templates.choose("notice", "en", owners).version.startswith("default/")
    assert templates.choose("notice", "zh-hans", [city.housing.pk]).version.startswith("default/")
    own = templates.upload("notice", "zh-hans", city.housing.pk, docx("丙：{{ 信访人 }}"), admin.pk)
    assert templates.choose("notice", "zh-hans", owners).content == templates.content_of(own)
    assert Record.objects.filter(act__in=["upload_template", "drop_template"]).count() == 4


def test_a_refused_template_leaves_nothing(city: City) -> None:
    """Given a template with an unknown field, when it is uploaded, then there is no row, no file and no line of the log."""
    with pytest.raises(TemplateRefused) as refused:
        templates.upload("notice", "zh-hans", city.office.pk, docx("{{ 密码 }}"), 1)
    assert "“{{ 密码 }}”" in refused.value.message
    assert Template.objects.count() == Record.objects.filter(act="upload_template").count() == 0
    assert not list((Path(settings.YIWANG_VAR) / "files").glob("??/*"))


@engine_free
def test_a_template_of_macos_and_windows_alike() -> None:
    """Given a file whose parts are stored and not packed, as some programs write it, then it is taken."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx("{{ 信访人 }}"))) as source, zipfile.ZipFile(plain, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert lines_of(base64.b64decode(tried(plain.getvalue())["docx"])) == ["〔信访人〕"]
