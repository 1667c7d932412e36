"""One's own login 登录与安全: second factors, recovery codes, and the places where one is logged in."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.login.forms import Code, PasskeyName
from yiwang.desk.login.steps import CHALLENGE, is_fresh, site_of
from yiwang.logins import authenticator, passkeys, recovery
from yiwang.logins.factors import PASSKEY, TOTP, demanded, factors_of, lacks_factor, remove_factor
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import FACTOR, end_all, end_session, sessions_of


def _freshly(view: Callable[[DeskRequest], HttpResponse]) -> Callable[[DeskRequest], HttpResponse]:
    """Ask for a proof first, unless there was one in the last quarter of an hour."""

    @wraps(view)
    def checked(request: DeskRequest) -> HttpResponse:
        if is_fresh(request):
            return view(request)
        back = request.get_full_path() if request.method == "GET" else reverse("desk:account")
        return SeeOther(f"{reverse('desk:prove')}?{urlencode({'next': back})}")

    return checked


@for_staff(before_factor=True)
def account(request: DeskRequest) -> HttpResponse:
    """Show one's factors and sessions; end sessions, one or all others."""
    staff = request.user
    if request.method == "POST":
        _end(request)
        return SeeOther(reverse("desk:account"))
    has = factors_of(staff)
    context = {
        "app": has.app,
        "passkeys": has.passkeys,
        "codes": recovery.codes_left(staff) if has else 0,
        "sessions": sessions_of(staff, request.session),
        "must_enrol": lacks_factor(request.session),
        "demanded": demanded(),
        "next": request.GET.get("next", ""),
    }
    return render(request, "desk/login/account.html", context)


def _end(request: DeskRequest) -> None:
    if request.POST.get("do") == "others":
        number = end_all(request.user, but=request.session)
        note("end_session", request.user, "others")
        messages.success(request, _("已结束别处的%(number)d个登录。") % {"number": number})
    elif end_session(request.user, request.POST.get("key", "")):
        note("end_session", request.user, "one")
        messages.success(request, _("那个登录已结束。"))


@for_staff(before_factor=True)
@_freshly
@sensitive_variables("address")
def app(request: DeskRequest) -> HttpResponse:
    """Enrol an authenticator application: show the secret as picture and text, and ask for a first code."""
    form = Code(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            authenticator.confirm_app(request.user, form.cleaned_data["given"])
        except LoginRefused as refused:
            note("enrol_factor", request.user, refused.code, refused=True)
            form.add_error("given", refused.message)
        else:
            return _enrolled(request, TOTP)
    pending = (authenticator.pending_app if form.is_bound else authenticator.begin_app)(request.user)
    address = authenticator.address_of(pending)
    context = {
        "form": form,
        "picture": segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2, light="#fff"),
        "secret": pending.unseal("secret"),
    }
    return render(request, "desk/login/app.html", context, status=422 if form.errors else 200)


@for_staff(before_factor=True)
@_freshly
def passkey(request: DeskRequest) -> HttpResponse:
    """Enrol a passkey or security key."""
    form = PasskeyName(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            passkeys.enrol(
                request.user, site_of(request), request.session.pop(CHALLENGE, ""), form.cleaned_data["given"],
                form.cleaned_data["name"],
            )  # fmt: skip
        except LoginRefused as refused:
            note("enrol_factor", request.user, refused.code, refused=True)
            form.add_error(None, refused.message)
        else:
            return _enrolled(request, PASSKEY)
    options, request.session[CHALLENGE] = passkeys.enrolment_options(request.user, site_of(request))
    context = {"form": form, "options": options}
    return render(request, "desk/login/passkey.html", context, status=422 if form.errors else 200)


@for_staff(before_factor=True)
@require_POST
@_freshly
def codes(request: DeskRequest) -> HttpResponse:
    """Make ten new recovery codes and show them, once."""
    if not factors_of(request.user):
        messages.error(request, _("请先登记一种第二验证方式，再要恢复码。"))
        return SeeOther(reverse("desk:account"))
    return _show_codes(request)


@for_staff()
@require_POST
@_freshly
def remove(request: DeskRequest) -> HttpResponse:
    """Take one's application or a passkey away."""
    chosen = request.POST.get("factor", "")[:19]
    try:
        remove_factor(request.user, None if chosen == "app" else int(chosen.isdecimal() and chosen), request.session)
    except LoginRefused as refused:
        note("remove_factor", request.user, refused.code, refused=True)
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已移除。您在别处的登录都已结束。"))
    return SeeOther(reverse("desk:account"))


def _enrolled(request: DeskRequest, factor: str) -> HttpResponse:
    """After an enrolment: this session has shown the factor, the others end; the first brings recovery codes."""
    request.session[FACTOR] = factor
    request.session.cycle_key()
    end_all(request.user, but=request.session)
    if recovery.codes_left(request.user) == 0:
        return _show_codes(request)
    messages.success(request, _("已登记。下次登录时会用到它。"))
    return SeeOther(reverse("desk:account"))


@sensitive_variables("made")
def _show_codes(request: DeskRequest) -> HttpResponse:
    """Answer the POST itself: the codes are in no address, no session and no message."""
    made = recovery.new_codes(request.user)
    return render(request, "desk/login/codes.html", {"codes": made})
