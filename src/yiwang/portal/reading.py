"""一网答: published answers to browse, search and share; and the open figures."""

from datetime import UTC, datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Agency, Region
from yiwang.doors.address import client_of
from yiwang.doors.limits import spend
from yiwang.insight.public import FEWEST
from yiwang.insight.public import figures as open_figures
from yiwang.petitions.models import Category, PublishedAnswer
from yiwang.petitions.search import PUBLISHED, Hint, page, parse
from yiwang.satisfaction.figures import Period, office_rate
from yiwang.store.trees import within
from yiwang.ui.waiting import too_often
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import month_in_words

SHOWN = 20


def _open() -> QuerySet[PublishedAnswer]:
    return PublishedAnswer.objects.filter(recalled_at=None)


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Published answers, the newest first; searched and filtered in any combination."""
    asked = request.GET
    if asked.get("q") and (wait := spend("search", address=client_of(request))):
        return too_often(wait)
    found = _open().select_related("agency", "region").order_by("-id")
    categories = list(Category.objects.filter(active=True, depth=0))
    regions = list(Region.objects.filter(active=True, depth=1))
    agencies = list(Agency.objects.filter(pk__in=_open().values("agency")))
    for node in categories:
        if str(node.pk) == asked.get("category"):
            found = found.filter(within(node.path, "category__path"))
    for place in regions:
        if str(place.pk) == asked.get("region"):
            found = found.filter(within(place.path, "region__path"))
    for agency in agencies:
        if str(agency.pk) == asked.get("agency"):
            found = found.filter(agency=agency)
    before = int(asked["before"]) if _is_id(asked.get("before", "")) else None
    words = asked.get("q", "")
    query = parse(words)
    hint, count = "", ""
    if isinstance(query, Hint):
        hint = str(query.text) if words.strip() else ""
        rows = list((found.filter(pk__lt=before) if before else found)[: SHOWN + 1])
        more = len(rows) > SHOWN
        rows = rows[:SHOWN]
    else:
        hits = page(found, PUBLISHED, query, limit=SHOWN, before_id=before)
        rows, more, count = hits.rows, hits.more, hits.count_text if before is None else ""
    context = {
        "rows": rows, "older": rows[-1].pk if rows and more else None, "begun": before is not None,
        "q": words[:100], "hint": hint, "count": count,
        "lists": (
            ("category", _("分类"), categories, asked.get("category", "")),
            ("region", _("地区"), regions, asked.get("region", "")),
            ("agency", _("办理单位"), agencies, asked.get("agency", "")),
        ),
        "narrowed": any(asked.get(name) for name in ("q", "category", "region", "agency")),
    }  # fmt: skip
    return render(request, "portal/answers.html", context)


@require_safe
def published(request: HttpRequest, slug: str) -> HttpResponse:
    """One published answer; one that was taken off is not there."""
    row = _open().filter(slug=slug).select_related("agency", "region", "category").first()
    if row is None:
        raise Http404
    return render(request, "portal/published.html", {"row": row})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How many came, how fast each agency answers, and how satisfied petitioners were."""
    found = open_figures()
    months = [(month_in_words(month), number) for month, number in found.months]
    rated = office_rate(Period(found.since, office_date(datetime.now(UTC))))
    context = {
        "figures": found,
        "satisfied": rated if rated.n >= FEWEST else None,
        "months": months,
        "months_drawn": all(number is not None for _month, number in months),
        "fewest": FEWEST,
    }
    return render(request, "portal/figures.html", context)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20
