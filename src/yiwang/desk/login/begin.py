"""The set-up link: opened, then a password is chosen. The token leaves the address at once, and is used up by the POST alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from yiwang.desk.access import SeeOther, for_anybody
from yiwang.desk.login.forms import FirstPassword
from yiwang.desk.login.steps import go_on
from yiwang.logins.links import open_link, use_link
from yiwang.logins.refusals import LoginRefused

SETUP = "setup"


@never_cache
@require_safe
@sensitive_variables("token")
def _open(request: HttpRequest, token: str) -> HttpResponse:
    """Remember a token that is good, and go on without it in the address, where histories and screens would keep it."""
    try:
        open_link(token)
    except LoginRefused as refused:
        return _dead(request, refused)
    request.session.flush()
    request.session[SETUP] = token
    return SeeOther(reverse("desk:begin"))


open_one = for_anybody(_open)


@never_cache
@sensitive_variables("token", "form")
def _begin(request: HttpRequest) -> HttpResponse:
    """Let somebody choose their password, use the link up, and go on to the second factor or in."""
    token = request.session.get(SETUP, "")
    try:
        staff = open_link(token).staff
        form = FirstPassword(staff, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            return go_on(request, use_link(token, form.cleaned_data["new"]), reverse("desk:work"))
    except LoginRefused as refused:
        return _dead(request, refused)
    context = {"form": form, "staff": staff}
    return render(request, "desk/login/begin.html", context, status=422 if form.errors else 200)


begin = for_anybody(_begin)


def _dead(request: HttpRequest, refused: LoginRefused) -> HttpResponse:
    return render(request, "desk/login/dead_link.html", {"message": refused.message}, status=404)
