"""The office's reports that everybody may read 工作报告: as pages, and as the files that go with them."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yiwang.performance.models import Report
from yiwang.performance.reports.edition import edition, title_of
from yiwang.performance.reports.keeping import words_of
from yiwang.ui.downloads import PAPERS, file_answer

SHOWN = 30
FILES = {"docx": "public_docx", "pdf": "public_pdf"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the published reports, the newest first."""
    page = Paginator(_published().defer(*FILES.values()), SHOWN).get_page(request.GET.get("page"))
    return render(request, "portal/reports.html", {"page": page, "rows": [(title_of(row), row) for row in page]})


@require_safe
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show one, without counts below five."""
    found = _find(report_id)
    context = {
        "report": found,
        "edition": edition(found, words_of(found).texts, public=True),
        "has_pdf": bool(found.public_pdf),
    }
    return render(request, "portal/report.html", context)


@require_safe
def file(request: HttpRequest, report_id: int, form: str) -> HttpResponse:
    """Give one out as DOCX or PDF."""
    found = _find(report_id)
    content = bytes(getattr(found, FILES[form])) if form in FILES else b""
    if not content:
        raise Http404
    return file_answer(content, PAPERS[form], f"{title_of(found)}.{form}")


def _published() -> QuerySet[Report]:
    return Report.objects.filter(published_at__isnull=False).select_related("signed_by").defer("docx", "pdf")


def _find(report_id: int) -> Report:
    found = _published().filter(pk=report_id).first()
    if found is None:
        raise Http404
    return found
