"""Login by the office's OpenID provider: away to it, and back."""

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.desk.access import for_anybody, safe_next
from yiwang.desk.login.entering import login_page
from yiwang.desk.login.forms import Login
from yiwang.desk.login.steps import go_on, let_in
from yiwang.doors import limits
from yiwang.doors.address import client_of
from yiwang.logins import outside
from yiwang.logins.factors import OUTSIDE
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused

JOURNEY = "journey"


@never_cache
@require_safe
def _away(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider. A link and not a form: the content policy keeps forms within this site."""
    if not outside.offered():
        raise Http404
    target = safe_next(request, request.GET.get("next"), reverse("desk:work"))
    if wait := limits.spend("login", proven=True, address=client_of(request)):
        return login_page(request, _unbound(), target, wait=wait)
    from yiwang.logins import provider

    try:
        journey = provider.begin(_way_back(request))
    except LoginRefused as refused:
        return _refuse(request, refused, target)
    request.session.flush()
    request.session[JOURNEY] = {**asdict(journey), "next": target}
    return HttpResponseRedirect(journey.address)


away = for_anybody(_away)


@never_cache
@require_safe
def _back(request: HttpRequest) -> HttpResponse:
    """Let in whoever comes back, or ask them for the second factor that the provider did not ask for."""
    if not outside.offered():
        raise Http404
    from yiwang.logins.provider import Journey

    remembered = dict(request.session.pop(JOURNEY, None) or {})
    target = remembered.pop("next", reverse("desk:work"))
    journey = Journey(**remembered) if remembered else Journey("", "none", "", "")
    try:
        arrival = outside.arrive(journey, _way_back(request), request.GET.dict())
    except LoginRefused as refused:
        return _refuse(request, refused, target)
    note("oidc_login", arrival.staff)
    if arrival.strong:
        return let_in(request, arrival.staff, target, OUTSIDE)
    return go_on(request, arrival.staff, target)


back = for_anybody(_back)


def _way_back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("desk:outside_back"))


def _refuse(request: HttpRequest, refused: LoginRefused, target: str) -> HttpResponse:
    note("oidc_login", None, refused.code, refused=True)
    form = _unbound()
    form.add_error(None, refused.message)
    return login_page(request, form, target)


def _unbound() -> Login:
    """Return a form that bears an error of its own and none of its fields'."""
    form = Login({})
    form.errors.clear()
    return form
