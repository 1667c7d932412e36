"""Reports 简报、小结、排名、年报 on the desk: listed, read with charts, edited, signed, published, downloaded, corrected."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff
from yiwang.performance.models import Report, ReportSettings
from yiwang.performance.reports import changes, keeping
from yiwang.performance.reports.edition import edition, title_of
from yiwang.performance.reports.files import docx_of, pdf_of
from yiwang.performance.reports.sections import SECTIONS
from yiwang.petitions.refusals import Refused
from yiwang.ui.downloads import PAPERS, file_answer, quarantined
from yiwang.ui.forms import Form
from yiwang.vault.keys import KeysMissing

SHOWN = 30
ON_A_PAGE = ("docx", "pdf", "public_docx", "public_pdf")
"""Columns that no page needs."""


class WordsForm(Form):
    """The words of each section, and the version that they are edited from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, texts: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headings = {section.code: section.heading for section in SECTIONS}
        for code, text in texts.items():
            self.fields[f"text_{code}"] = forms.CharField(
                label=str(headings.get(code, code)), required=False, max_length=changes.LONGEST_TEXT, initial=text,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip

    def texts(self) -> dict[str, str]:
        """Return what was written, by section."""
        return {
            name.removeprefix("text_"): text for name, text in self.cleaned_data.items() if name.startswith("text_")
        }


class CorrectionForm(Form):
    """Why the figures are counted anew."""

    reason = forms.CharField(
        label=_("为什么更正"), max_length=keeping.LONGEST_REASON, help_text=_("写在新一版上，大家都看得到。")
    )


class SettingsForm(Form):
    """What the office wants of its reports."""

    minimum = forms.IntegerField(
        label=_("排名最少件数"), min_value=1, max_value=1000,
        help_text=_("期内到期的件数少于这个数的单位不排名，只列出来。"),
    )  # fmt: skip
    imported = forms.BooleanField(
        label=_("历史导入计入统计"), required=False,
        help_text=_("从别的系统导入的信访件也计算在内。检举控告从不计入。"),
    )  # fmt: skip
    from_hour = forms.IntegerField(
        label=_("几点以后制作"), min_value=0, max_value=23, help_text=_("到了这个钟点，才做刚结束的那一期。")
    )


@for_staff(*READERS)
@require_safe
def reports(request: DeskRequest) -> HttpResponse:
    """Show all reports to the office's own readers, and to others those that everybody may read."""
    page = Paginator(_seen(request), SHOWN).get_page(request.GET.get("page"))
    return render(request, "desk/reports/list.html", {"page": page, "rows": [(title_of(row), row) for row in page]})


@for_staff(*READERS)
def report(request: DeskRequest, report_id: int) -> HttpResponse:
    """Show one report with its charts and tables; sign, publish, recall or correct it."""
    found = _find(request, report_id)
    own = changes.may(request.actor, *changes.READS)
    correction = CorrectionForm(request.POST if request.POST.get("do") == "correct" else None)
    if request.method == "POST":
        answer = _do(request, found, correction)
        if answer is not None:
            return answer
    words = keeping.words_of(found)
    versions = Report.objects.filter(kind=found.kind, first_day=found.first_day, language=found.language)
    context = {
        "report": found,
        "edition": edition(found, words.texts, public=not own),
        "own": own,
        "may_sign": changes.may(request.actor, *changes.SIGNS),
        "correction": correction,
        "versions": versions.defer(*ON_A_PAGE, "figures").order_by("-version"),
        "words": words,
    }
    return render(request, "desk/reports/report.html", context, status=422 if correction.errors else 200)


def _do(request: DeskRequest, found: Report, correction: CorrectionForm) -> HttpResponse | None:
    """Do what the page's form asks; None when the form says what is missing."""
    done: dict[str, tuple[Callable[[int, Any], Report], str]] = {
        "sign": (changes.sign, gettext("已签发。")),
        "publish": (changes.publish, gettext("已公开，门户网站上可以看到。")),
        "recall": (changes.recall, gettext("已撤回，门户网站上看不到了。")),
    }
    here = reverse("desk:report", args=[found.pk])
    what = request.POST.get("do", "")
    try:
        if what in done:
            done[what][0](found.pk, request.actor)
            messages.success(request, done[what][1])
            return SeeOther(here)
        if what == "correct" and changes.may(request.actor, *changes.READS):
            if not correction.is_valid():
                return None
            made = keeping.correct(found, correction.cleaned_data["reason"], request.user)
            messages.success(request, gettext("已重新统计，旧的一版保留。"))
            return SeeOther(reverse("desk:report", args=[made.pk]))
    except Refused as refused:
        messages.error(request, refused.message)
    except KeysMissing:
        messages.error(request, gettext("签名的密钥不在，没有签发。请告诉系统管理员。"))
    return SeeOther(here)


@for_staff(*changes.READS)
def words(request: DeskRequest, report_id: int) -> HttpResponse:
    """Edit the words of a report that is not signed; the figures stand beside them and stay."""
    found = _find(request, report_id)
    if found.is_signed or not changes.may(request.actor, *changes.READS):
        raise Http404
    present = keeping.words_of(found)
    form = WordsForm(
        request.POST if request.method == "POST" else None, texts=present.texts, initial={"version": present.version}
    )
    if form.is_bound and form.is_valid():
        try:
            changes.reword(found.pk, request.actor, form.texts(), form.cleaned_data["version"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, gettext("已保存。"))
            return SeeOther(reverse("desk:report", args=[found.pk]))
    context = {"form": form, "report": found, "edition": edition(found, present.texts)}
    return render(request, "desk/reports/words.html", context, status=422 if form.errors else 200)


@for_staff(*READERS)
@require_safe
def file(request: DeskRequest, report_id: int, form: str) -> HttpResponse:
    """Give out a report as DOCX or PDF, or its figures as JSON."""
    found = _find(request, report_id)
    if form not in {"docx", "pdf", "json"}:
        raise Http404
    if not changes.may(request.actor, *changes.READS):
        content = {"docx": found.public_docx, "pdf": found.public_pdf}.get(form, b"")
        if not content:
            raise Http404
        return file_answer(bytes(content), PAPERS[form], f"{title_of(found)}.{form}")
    why_not = ""
    if form == "json":
        content = found.figures.encode()
    elif form == "docx":
        content = docx_of(found)
    else:
        content, why_not = pdf_of(found)
    if why_not:
        return quarantined(gettext("这台服务器现在做不了PDF（缺少%(what)s），请下载DOCX。") % {"what": why_not})
    return file_answer(content, PAPERS[form], f"{title_of(found)}.{form}")


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def settings(request: DeskRequest) -> HttpResponse:
    """Show and set what the office wants of its reports."""
    present = ReportSettings.current()
    initial = {"minimum": present.minimum, "imported": present.imported, "from_hour": present.from_hour}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        changes.set_settings(request.user, **form.cleaned_data)
        messages.success(request, gettext("已保存，从下一份报告起用。"))
        return SeeOther(reverse("desk:setup_reports"))
    return render(request, "desk/reports/settings.html", {"form": form}, status=422 if form.errors else 200)


def _seen(request: DeskRequest) -> Any:
    """Return the reports that somebody may see: all at the office itself, the published ones elsewhere."""
    rows = Report.objects.defer(*ON_A_PAGE).select_related("signed_by")
    return rows if changes.may(request.actor, *changes.READS) else rows.filter(published_at__isnull=False)


def _find(request: DeskRequest, report_id: int) -> Report:
    found: Report | None = _seen(request).filter(pk=report_id).first()
    if found is None:
        raise Http404
    return found
