"""Templates of papers 文书模板 and their numbers 文号, as administrators keep them for each body."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Agency, Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.papers.pages import TYPES, given_out
from yiwang.desk.work.filters import tree_choices
from yiwang.papers import templates
from yiwang.papers.kinds import BY_CODE, SERIES, TABLE
from yiwang.papers.models import Series, Template
from yiwang.papers.numbering import NumberingRefused, change_series, number_of
from yiwang.papers.templates import TemplateRefused
from yiwang.papers.workshop import LARGEST_TEMPLATE
from yiwang.petitions.papers import owners_of
from yiwang.ui.forms import Form
from yiwang.ui.words import article

LANGUAGES = (("zh-hans", _("中文")), ("en", _("英文")))
DEFAULT_VERSION = 0


class UploadForm(Form):
    """A template that was edited in Word."""

    file = forms.FileField(label=_("改好的模板（docx）"), widget=forms.FileInput(attrs={"accept": ".docx"}))
    language = forms.ChoiceField(label=_("给哪种语言的信访人用"), choices=LANGUAGES, initial="zh-hans")


class NumberingForm(Form):
    """The scheme of a series."""

    word = forms.CharField(label=_("代字"), max_length=20, help_text=_("文号开头的字，例如“廊建信告”。"))
    pattern = forms.CharField(
        label=_("格式"), max_length=60, help_text=_("{prefix} 是代字，{year} 是年份，{serial} 是顺序号；每年从1开始。")
    )


def _body(request: DeskRequest) -> Agency:
    """Return the body whose templates and numbers are shown: the one that was asked for, else the administrator's own."""
    asked = request.GET.get("body", request.POST.get("body", ""))
    own = next((post.agency for post in request.actor.posts if post.role == Role.SYSTEM_ADMINISTRATOR), None)
    if asked:
        return get_object_or_404(Agency, pk=int(asked) if asked.isdecimal() and len(asked) < 20 else 0)
    if own is None:
        raise Http404
    return own


def _link(name: str, body: Agency, *given: Any) -> str:
    return f"{reverse(name, args=given)}?body={body.pk}"


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_safe
def index(request: DeskRequest) -> HttpResponse:
    """Show all kinds with the template that a body uses, and its numbers."""
    body = _body(request)
    owners = owners_of(body.pk)
    rows = Template.objects.filter(owner_id__in=owners, active=True).order_by("version")
    used: dict[str, Template] = {}
    for owner in reversed(owners):
        used |= {row.kind: row for row in rows if row.owner_id == owner}
    names = {agency.pk: str(agency) for agency in Agency.objects.filter(pk__in={row.owner_id for row in used.values()})}
    set_by = {row.code: row for row in Series.objects.filter(issuer_id=body.pk)}
    kinds = [
        {
            "kind": kind, "article": article(kind.article), "href": _link("desk:setup_paper_kind", body, kind.code),
            "template": used.get(kind.code), "owner": names.get(used[kind.code].owner_id, "") if kind.code in used else "",
        }
        for kind in TABLE
    ]  # fmt: skip
    series = []
    for code, (label, prefix) in SERIES.items():
        row = set_by.get(code) or Series(code=code, prefix=prefix, pattern=Series.PATTERN)
        series.append(
            {"label": label, "example": number_of(row, 2026, 1), "href": _link("desk:setup_numbering", body, code)}
        )
    bodies = tree_choices(Agency.objects.filter(active=True))
    context = {"body": body, "bodies": bodies, "kinds": kinds, "series": series}
    return render(request, "desk/papers/library.html", context)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def kind_page(request: DeskRequest, kind: str) -> HttpResponse:
    """Show what a kind's template may say, the versions there are, and take a new one."""
    row = BY_CODE.get(kind)
    if row is None:
        raise Http404
    body = _body(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if "version" in request.POST:
            return _switch(request, body, kind)
        if form.is_valid() and _uploaded(request, form, body, kind):
            return SeeOther(_link("desk:setup_paper_kind", body, kind))
    versions = list(Template.objects.filter(owner_id=body.pk, kind=kind).order_by("-version"))
    context = {
        "body": body, "kind": row, "article": article(row.article), "form": form, "versions": versions,
        "back": _link("desk:setup_papers", body), "default": _link("desk:setup_paper_template", body, kind, DEFAULT_VERSION),
        "fields": [(f"{{{{ {field.word} }}}}", field) for field in row.fields],
    }  # fmt: skip
    return render(request, "desk/papers/kind.html", context, status=422 if request.method == "POST" else 200)


def _uploaded(request: DeskRequest, form: UploadForm, body: Agency, kind: str) -> bool:
    content = form.cleaned_data["file"].read(LARGEST_TEMPLATE + 1)
    try:
        done = templates.upload(kind, form.cleaned_data["language"], body.pk, content, request.user.pk)
    except TemplateRefused as refused:
        form.add_error("file", refused.message)
        return False
    messages.success(
        request, gettext("模板已检查并启用，这是第%(version)d版。以后的文书按它制作。") % {"version": done.version}
    )
    return True


def _switch(request: DeskRequest, body: Agency, kind: str) -> HttpResponse:
    typed = request.POST["version"]
    version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    row = get_object_or_404(
        Template, owner_id=body.pk, kind=kind, version=version, language=request.POST.get("language", "")
    )
    templates.set_active(row, not row.active, request.user.pk)
    messages.success(
        request, gettext("已启用。") if row.active else gettext("已停用，文书按上一版或者自带的模板制作。")
    )
    return SeeOther(_link("desk:setup_paper_kind", body, kind))


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_safe
def download(request: DeskRequest, kind: str, version: int) -> HttpResponse:
    """Give out a template: a version of the body's own, or (version 0) the one that comes with the product."""
    if kind not in BY_CODE:
        raise Http404
    body = _body(request)
    if version == DEFAULT_VERSION:
        content = templates.default_of(kind)
    else:
        language = request.GET.get("language", "zh-hans")
        row = get_object_or_404(Template, owner_id=body.pk, kind=kind, version=version, language=language)
        content = templates.content_of(row)
    return given_out(content, TYPES["docx"], f"{BY_CODE[kind].title}.docx")


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def numbering(request: DeskRequest, code: str) -> HttpResponse:
    """Set how a body numbers a series."""
    if code not in SERIES:
        raise Http404
    body = _body(request)
    row = Series.objects.filter(issuer_id=body.pk, code=code).first()
    initial = {"word": row.prefix if row else SERIES[code][1], "pattern": row.pattern if row else Series.PATTERN}
    form = NumberingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_series(
                body.pk, code, form.cleaned_data["word"], form.cleaned_data["pattern"], request.user.pk
            )
        except NumberingRefused as refused:
            form.add_error({"pattern": "pattern", "prefix": "word", "alike": "word"}[refused.code], refused.message)
        else:
            example = number_of(changed, 2026, 1)
            messages.success(request, gettext("已保存。下一份文书这样编号：%(example)s") % {"example": example})
            return SeeOther(_link("desk:setup_papers", body))
    context = {
        "body": body, "label": SERIES[code][0], "form": form, "back": _link("desk:setup_papers", body),
        "kinds": [kind.label for kind in TABLE if kind.series == code],
    }  # fmt: skip
    return render(request, "desk/papers/numbering.html", context, status=422 if form.errors else 200)
