"""Who may open which page of the desk, and how a page runs an action.

Every view of the desk is wrapped by :func:`for_staff` or :func:`for_anybody`; the wrapper leaves ``view.access`` behind,
and a guard-rail test walks all addresses and fails for one that has none.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, cast
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from yiwang.agencies.models import Role, Staff
from yiwang.doors.address import client_of
from yiwang.journal import log
from yiwang.logins.factors import lacks_factor
from yiwang.logins.sessions import SessionStore
from yiwang.petitions.actions import NotFound, Refused, note_refusal
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.models import Petition

P = ParamSpec("P")

ANYBODY = "anybody"
"""The access rule of the few pages that need no login: the login page itself."""
LIVE = "X-Live"
"""The header by which a page says that it asks by itself, with nobody touching it (`hx-headers`)."""
READERS: tuple[Role, ...] = tuple(role for role in Role if role in READS_PETITIONS)
"""Roles that open petitions."""


class DeskRequest(HttpRequest):
    """A request of somebody who has logged in. ``actor`` carries today's posts, read once."""

    user: Staff
    actor: Actor


class DeskView(Protocol):
    """A view with its access rule: the roles of which one is needed (none named: every member of staff), or ANYBODY."""

    access: frozenset[str] | str

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


class SeeOther(HttpResponseRedirect):
    """303: what was asked for is done, look here."""

    status_code = 303


def for_staff(
    *roles: Role,
    before_factor: bool = False,
) -> Callable[[Callable[Concatenate[DeskRequest, P], HttpResponse]], DeskView]:
    """Wrap a view: login needed, then one of the roles in any of today's posts (none named: any member of staff).

    Sets ``request.actor`` (one statement). Without the role a polite page answers 403. Where the office demands a second
    factor and this session showed none, only the pages with ``before_factor`` open, on which one is enrolled.
    """

    def wrap(view: Callable[Concatenate[DeskRequest, P], HttpResponse]) -> DeskView:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_login(request)
            desk_request = cast(DeskRequest, request)
            if desk_request.user.must_change_password and request.path != reverse("desk:password"):
                return SeeOther(f"{reverse('desk:password')}?{urlencode({'next': _page_of(request)})}")
            if not before_factor and lacks_factor(request.session):
                return SeeOther(f"{reverse('desk:account')}?{urlencode({'next': _page_of(request)})}")
            if LIVE not in request.headers:  # a page that draws itself anew is nobody at work: the session may run out
                cast(SessionStore, request.session).touch()
            with log.coming_from(client_of(request)):
                desk_request.actor = Actor.of_staff(desk_request.user)
                if roles and not desk_request.actor.has(*roles):
                    note_turned_away(desk_request, "not_entitled")
                    response = no_access(desk_request, roles)
                else:
                    try:
                        response = view(desk_request, *args, **kwargs)
                    except Http404 as missing:
                        if not isinstance(missing.__cause__, Refused):  # whose line is written already
                            note_turned_away(desk_request, "not_found")
                        raise
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        found = cast(DeskView, checked)
        found.access = frozenset(roles)
        return found

    return wrap


def for_anybody(view: Callable[..., HttpResponse]) -> DeskView:
    """Mark a view as open without login."""

    @wraps(view)
    def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with log.coming_from(client_of(request)):
            return view(request, *args, **kwargs)

    found = cast(DeskView, sensitive_post_parameters("password", "given", "new", "again")(open_to_all))
    found.access = ANYBODY
    return found


def note_search(request: DeskRequest, where: str, how: str) -> None:
    """Leave a line of the behaviour log: somebody searched. Where and how (words, number, filters), never for what."""
    log.write([log.line("search", actor_kind="staff", actor_id=request.user.pk, subject_kind=where, reason=how)])


def note_turned_away(request: DeskRequest, reason: str) -> None:
    """Leave a line of the behaviour log: a page was asked for that the reader may not open, or that is not there.

    The two are told alike, without naming what was asked for: the log betrays nothing that the page hides.
    """
    page = request.resolver_match.url_name if request.resolver_match else None
    log.write(
        [
            log.line(
                "open_page", actor_kind="staff", actor_id=request.user.pk, subject_kind=(page or "")[:40], reason=reason,
                result="refused",
            )
        ]
    )  # fmt: skip


def no_access(request: DeskRequest, roles: tuple[Role, ...]) -> HttpResponse:
    """Answer 403: which roles open the page, and which the reader has."""
    context = {
        "wanted": [role.label for role in roles],
        "held": [post.get_role_display() for post in request.actor.posts],
    }
    return render(request, "desk/no_access.html", context, status=403)


def act(
    request: DeskRequest,
    code: str,
    run: Callable[[], Petition],
    *,
    form: BaseForm,
    done: str | Callable[[Petition], str],
    to: str | Callable[[Petition], str],
    petition_id: int | None = None,
    fields: Mapping[str, str] | None = None,
    draft: str = "",
) -> HttpResponse | None:
    """Run an action from a form: 303 with a message when it was done, None when it was refused.

    A refusal becomes an error of the form (of the field that ``fields`` names for its code), with everything typed kept,
    and a line of the behaviour log. What the reader may not see is a 404 like what does not exist. ``draft`` names the
    browser's draft that is done with.
    """
    try:
        petition = run()
    except NotFound as refused:
        note_refusal(code, request.actor, petition_id, refused)
        raise Http404 from refused
    except Refused as refused:
        note_refusal(code, request.actor, petition_id, refused)
        field = (fields or {}).get(refused.code)
        form.add_error(field if field in form.fields else None, refused.message)
        return None
    messages.success(request, done(petition) if callable(done) else done, extra_tags=draft)
    return SeeOther(to(petition) if callable(to) else to)


def safe_next(request: HttpRequest, given: str | None, otherwise: str) -> str:
    """Return an address of this site that somebody named as the one to go on to, or the other one."""
    if given and url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure()):
        return given
    return otherwise


def _to_login(request: HttpRequest) -> HttpResponse:
    """Send to the login page and back to the page that was asked for; what was being typed lies in the browser's draft."""
    query = {"next": _page_of(request)}
    if request.method != "GET":
        query["kept"] = "1"
    address = f"{reverse('desk:login')}?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = address
        return response
    return SeeOther(address)


def _page_of(request: HttpRequest) -> str:
    """Return the address of the page that a request came from or asks for: a POST cannot be asked for again."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc == request.get_host() and referer.path.startswith("/desk/"):
        return f"{referer.path}?{referer.query}" if referer.query else referer.path
    return reverse("desk:work")
