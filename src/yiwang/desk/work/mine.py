"""My work 我的工作: what waits for whoever is logged in."""

from django.http import HttpResponse
from django.shortcuts import render

from yiwang.desk.access import DeskRequest, for_staff


@for_staff()
def work(request: DeskRequest) -> HttpResponse:
    """Show what waits for me."""
    return render(request, "desk/work/mine.html", {})
