"""The library of templates 文书模板: those that come with the product, and those that offices uploaded in their place."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yiwang.journal import log
from yiwang.papers import workshop
from yiwang.papers.filling import TemplateFault
from yiwang.papers.kinds import BY_CODE, Kind, context_of
from yiwang.papers.models import Template
from yiwang.store.ids import new_id
from yiwang.vault import files

DEFAULTS = Path(__file__).parent / "defaults"


class TemplateRefused(Exception):
    """A template is not taken; ``message`` says in one sentence why, and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Chosen:
    """A template to fill in, and what is noted of it on the paper."""

    content: bytes
    version: str


def default_of(kind: str) -> bytes:
    """Return the template that comes with the product."""
    return (DEFAULTS / f"{kind}.docx").read_bytes()


def choose(kind: str, language: str, owners: Sequence[int]) -> Chosen:
    """Return the template for a kind: the newest of the first body in ``owners`` that has one, else the product's own.

    ``owners`` are ids of bodies, the nearest first. Raises SealBroken or FileNotFoundError when a file is damaged or gone.
    """
    rows = Template.objects.filter(kind=kind, language=language, owner_id__in=owners, active=True)
    newest = {row.owner_id: row for row in rows.order_by("version")}
    for owner in owners:
        if row := newest.get(owner):
            return Chosen(content_of(row), f"{row.owner_id}/{row.version}/{row.digest[:12]}")
    content = default_of(kind)
    return Chosen(content, f"default/{hashlib.sha256(content).hexdigest()[:12]}")


def content_of(row: Template) -> bytes:
    """Return the file of an uploaded template."""
    return files.read_sealed(row.key, row.file_id)


def names_of(kind: Kind) -> dict[str, bool]:
    """Return the names that a template of a kind may use, and whether each is a list."""
    return {name: field.many for field in kind.fields for name in (field.name, field.word)}


def sample_of(kind: Kind) -> dict[str, object]:
    """Return facts to try a template with."""
    facts: dict[str, object] = {
        field.name: [f"{field.word}一", f"{field.word}二"] if field.many else f"〔{field.word}〕"
        for field in kind.fields
    }
    return context_of(kind, facts)


def check(kind: str, content: bytes) -> workshop.Made:
    """Try a template with sample facts and return what came of it; raises :class:`TemplateRefused`. Not for a transaction."""
    row = BY_CODE[kind]
    if not content:
        raise TemplateRefused("not_docx", _("这个文件是空的。"))
    if len(content) > workshop.LARGEST_TEMPLATE:
        raise TemplateRefused("too_large", sentence(TemplateFault("too_large"), row))
    try:
        return workshop.make(content, names_of(row), sample_of(row), qr=sample_qr(), title=row.title, trial=True)
    except TemplateFault as fault:
        raise TemplateRefused(fault.code, sentence(fault, row)) from fault
    except workshop.WorkshopFailed as failed:
        raise TemplateRefused(
            failed.code, _("试做一份文书用时太长或者占用太大，没有做成。请把模板改简单一些再传。")
        ) from failed


def upload(kind: str, language: str, owner_id: int, content: bytes, by_id: int) -> Template:
    """Check a template and take it as the owner's newest version; raises :class:`TemplateRefused`, or OSError (the disk is full …)."""
    check(kind, content)
    row = Template(
        owner_id=owner_id, kind=kind, language=language, size=len(content), digest=hashlib.sha256(content).hexdigest(),
        file_id=new_id(), uploaded_by_id=by_id, uploaded_at=datetime.now(UTC),
    )  # fmt: skip
    files.write_sealed(row.key, row.file_id, content)
    with transaction.atomic():
        versions = Template.objects.select_for_update().filter(owner_id=owner_id, kind=kind, language=language)
        list(versions.values_list("pk", flat=True))
        row.version = 1 + (versions.aggregate(last=Max("version"))["last"] or 0)
        row.save(force_insert=True)
        _note("upload_template", row, by_id)
    return row


def set_active(row: Template, active: bool, by_id: int) -> None:
    """Take a version out of use, or into use again; without any the product's own is used."""
    with transaction.atomic():
        row.active = active
        row.save(update_fields=["active"])
        _note("use_template" if active else "drop_template", row, by_id)


def _note(act: str, row: Template, by_id: int) -> None:
    log.write(
        [log.line(act, actor_kind="staff", actor_id=by_id, subject_kind="template", subject_id=row.pk, reason=row.kind)]
    )


def sample_qr() -> bytes:
    """Return a picture as large as the ones on papers are."""
    from yiwang.papers.codes import qr_of

    return qr_of("0" * 16)


def sentence(fault: TemplateFault, kind: Kind) -> str:
    """Return what is wrong with a template, and how to mend it, in one or two sentences."""
    said = {
        "too_large": _("模板超过2 MB，或者解开后太大。请去掉大图片再传。"),
        "not_docx": _("这不是 Word 的 docx 文件（旧的 doc 文件或者加了密码的也不行）。请在 Word 里另存为 docx 再传。"),
        "macros": _("模板里有宏，不能接收。请另存为不含宏的 docx。"),
        "external": _("模板引用了外面的文件或者网址（链接、外部图片、外部模板），不能接收。请去掉链接，只留文字。"),
        "embedded": _("模板里嵌了别的文件、对象或者图表，不能接收。请去掉以后再传。"),
        "declared": _("模板文件的内部格式不对，不能接收。请在 Word 里重新另存一份。"),
        "not_shown": {
            "textbox": _("模板里有文本框，PDF 里会丢失。请把文字直接写在正文或者表格里。"),
            "numbering": _("模板里有自动编号，PDF 里会丢失。请把编号直接打成文字，例如“一、”。"),
            "footnote": _("模板里有脚注或者尾注，PDF 里会丢失。请写进正文。"),
            "tracked": _("模板里有没有接受的修订。请接受或者拒绝全部修订，再传。"),
        }.get(fault.detail, ""),
        "field_of_word": _("模板里有 Word 的域“%(name)s”，不能接收。只可以用页码。") % {"name": fault.detail},
        "unknown_field": _("“%(title)s”没有“{{ %(name)s }}”这一项。%(near)s可以用的有：%(names)s。")
        % {
            "title": kind.title,
            "name": fault.detail,
            "near": _near(fault.detail, kind),
            "names": "、".join(field.word for field in kind.fields),
        },
        "list": _("“%(name)s”有多条，要写成 {%% for 一条 in %(name)s %%}{{ 一条 }}{%% endfor %%}。")
        % {"name": fault.detail},
        "loop": _("模板里的循环（for）只能用在有多条的项目上，而且不能套在另一个循环里。"),
        "loops": _("模板里的循环（for）太多，最多5个。"),
        "statement": _(
            "模板里有不能用的语句“%(name)s”。只可以用 {{ 项目 }}、{%% if 项目 %%} 和 {%% for 一条 in 项目 %%}。"
        )
        % {"name": fault.detail},
        "expression": _("双大括号里只能写项目的名称，不能写计算、函数、属性或者过滤器。"),
        "syntax": _("模板里的大括号写法不对：%(what)s。请对照说明改正。") % {"what": fault.detail},
        "left_open": _("模板里有没有认出的大括号，在这一行：“%(line)s”。请用英文的大括号，成对写。")
        % {"line": fault.detail},
        "grows": _("试做出来的文书太大。请把模板改简单一些再传。"),
        "unreadable": _("模板打不开，可能已损坏。请在 Word 里重新另存一份再传。"),
    }.get(fault.code)
    return str(said or _("模板打不开，可能已损坏。请在 Word 里重新另存一份再传。"))


def _near(name: str, kind: Kind) -> str:
    known = [word for field in kind.fields for word in (field.word, field.name)]
    near = get_close_matches(name, known, 1)
    return _("是不是“%(name)s”？") % {"name": near[0]} if near else ""
