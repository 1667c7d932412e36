"""The reader's own settings, and the developers' catalogue."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yiwang.ui.catalogue import samples
from yiwang.ui.context import MODE_COOKIE, MODES, THEME_COOKIE, THEMES

YEAR_SECONDS = 365 * 24 * 3600


# Exempt from CSRF so that public pages need no token cookie and stay cacheable; all that a forged
# request could do is to change the type size or language on the reader's own screen, and browsers of
# this decade say where a request comes from.
@csrf_exempt
@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """Keep how this reader wants to read (mode, theme, language) in cookies, and go back to where they were.

    Unknown values are ignored. Works without script: the switches are small forms that post here.
    """
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return response
    chosen = (
        (MODE_COOKIE, request.POST.get("mode"), lambda value: value in MODES),
        (THEME_COOKIE, request.POST.get("theme"), lambda value: value in THEMES),
        (settings.LANGUAGE_COOKIE_NAME, request.POST.get("language"), check_for_language),
    )
    for name, value, known in chosen:
        if value is not None and known(value):
            response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response


def catalogue(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for those who build pages; hidden where the office is live."""
    if getattr(settings, "ENV", "production") == "production":
        raise Http404
    face = "desk" if request.GET.get("face") == "desk" else "portal"
    return render(request, "ui/catalogue.html", {"base": f"ui/base_{face}.html", "face": face, **samples(request.GET)})
