"""Whether the office may ring about a petition 电话回访: the petitioner says no, and takes it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.portal.own import granted
from yiwang.portal.redirect import SeeOther
from yiwang.satisfaction.callbacks.wishes import allow_calls, want_no_calls, wants_no_calls


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def calls(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Say what a call-back is, and take the wish."""
    if request.method == "POST":
        wish = want_no_calls if request.POST.get("calls") == "no" else allow_calls
        wish(petition.pk, Actor.citizen(petition.pk))
        return SeeOther(reverse("portal:own_calls", args=[petition.number]))
    return render(request, "portal/own_calls.html", {"petition": petition, "no_calls": wants_no_calls(petition.pk)})
