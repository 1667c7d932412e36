"""The ranking of an assessment 考核排名, where the office has chosen to publish it: units, points and ranks, nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from yiwang.performance.models import Assessment

MOST = 8


def ranking(request: HttpRequest) -> HttpResponse:
    """Show the published rankings that are public, the newest first; there is no such page before the office has one."""
    public = Assessment.objects.filter(public=True, published_at__isnull=False).select_related("scheme")
    found = list(public.prefetch_related("versions__results__agency")[:MOST])
    if not found:
        raise Http404
    rankings = [(one, one.versions.all()[0].results.all()) for one in found]
    return render(request, "portal/ranking.html", {"rankings": rankings})
