"""The floor's one page: insert a row, answer 303."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.floor.models import Line


def insert(request: HttpRequest) -> HttpResponse:
    """Insert one row in one durable commit and send the client on."""
    line = Line.objects.create(subject=request.POST["subject"])
    return HttpResponse(status=303, headers={"Location": f"/{line.pk}"})


urlpatterns = [path("", insert)]
