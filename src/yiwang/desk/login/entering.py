"""The first step of a login: user name and password, or a passkey alone; logging out; and a password of one's own."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from yiwang.agencies.models import Staff
from yiwang.desk.access import DeskRequest, SeeOther, for_anybody, for_staff, safe_next
from yiwang.desk.login.forms import Login, NewPassword
from yiwang.desk.login.steps import (
    CHALLENGE,
    go_on,
    keys_of,
    let_in,
    note_slowed,
    site_of,
    wait_in_words,
)
from yiwang.doors import limits
from yiwang.doors.address import client_of
from yiwang.doors.challenges import knock
from yiwang.doors.headers import FORGET
from yiwang.doors.limits import Wait
from yiwang.logins import outside, passkeys
from yiwang.logins.factors import PASSKEY
from yiwang.logins.notes import note
from yiwang.logins.passwords import choose_password
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import end_all
from yiwang.ui.waiting import asked, busy, sentence


@never_cache
@sensitive_variables("form")
def _log_in(request: HttpRequest) -> HttpResponse:
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"), reverse("desk:work"))
    if request.method == "GET" and request.user.is_authenticated:
        return SeeOther(target)
    form = Login(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        username = form.cleaned_data["username"]
        keys = keys_of(request, username)
        if wait := knock(request, "login", account=keys.account):
            note_slowed("login", _id_of(username))
            return login_page(request, form, target, wait=wait)
        found = authenticate(request, username=username, password=form.cleaned_data["password"])
        if isinstance(found, Staff):
            limits.forgive("login", address=keys.address, account=keys.account)
            return go_on(request, found, target)
        known = _id_of(username)
        note("login", known, "wrong_password" if known else "unknown_user", refused=True)
        form.add_error(None, _("用户名或密码不对。请看大小写和输入法，再试一次；忘了密码，请找本单位的系统管理员。"))
    return login_page(request, form, target)


log_in = for_anybody(_log_in)


def login_page(request: HttpRequest, form: Login, target: str, *, wait: Wait | None = None) -> HttpResponse:
    """Show the login page, with what was wrong; 429 to whoever must wait."""
    if wait:
        form.add_error(None, sentence(wait) if wait.challenge else wait_in_words(wait))
    context = {
        **asked("login", wait),
        "form": form,
        "next": target,
        "kept": "kept" in request.GET,
        "expired": "next" in request.GET,
        "outside": gettext(settings.OIDC_NAME) if outside.offered() else "",
    }
    response = render(request, "desk/login/login.html", context, status=422 if form.errors else 200)
    return busy(response, wait) if wait else response


@never_cache
@require_POST
def _passkey_question(request: HttpRequest) -> HttpResponse:
    """Answer a script with what a passkey is asked to sign; nobody has said yet who they are."""
    # A passkey cannot be guessed: whoever brings one need not be slowed by those who guess passwords.
    if wait := limits.spend("login", proven=True, address=client_of(request)):
        return JsonResponse({"wait": wait_in_words(wait)}, status=429, headers={"Retry-After": str(wait.seconds)})
    options, request.session[CHALLENGE] = passkeys.question(site_of(request))
    return HttpResponse(options, content_type="application/json")


passkey_question = for_anybody(_passkey_question)


@never_cache
@require_POST
def _passkey_login(request: HttpRequest) -> HttpResponse:
    """Let in whoever's passkey signed the question, after asking for finger, face or PIN: that is both factors."""
    target = safe_next(request, request.POST.get("next"), reverse("desk:work"))
    try:
        staff = passkeys.check_answer(
            site_of(request), request.session.pop(CHALLENGE, ""), request.POST.get("given", "")[:20_000]
        )
    except LoginRefused as refused:
        note("login", None, refused.code, refused=True)
        form = Login({})
        form.errors.clear()
        form.add_error(None, refused.message)
        return login_page(request, form, target)
    return let_in(request, staff, target, PASSKEY)


passkey_login = for_anybody(_passkey_login)


@require_POST
def _log_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Staff):
        with transaction.atomic():
            note("logout", request.user)
            logout(request)
        messages.success(request, gettext("您已退出。"))
    response = SeeOther(reverse("desk:login"))
    response.headers["Clear-Site-Data"] = FORGET
    return response


log_out = for_anybody(_log_out)


@for_staff(before_factor=True)
@sensitive_variables("form")
def password(request: DeskRequest) -> HttpResponse:
    """Set a password of one's own; asked for at the first login, and when it has run out. Ends the other sessions."""
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"), reverse("desk:work"))
    staff = request.user
    form = NewPassword(staff, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            choose_password(staff, form.cleaned_data["new"])
            update_session_auth_hash(request, staff)
            end_all(staff, but=request.session)
        messages.success(request, gettext("密码已更改，您在别处的登录都已结束。"))
        return SeeOther(target)
    context = {"form": form, "next": target, "first": staff.must_change_password}
    return render(request, "desk/login/password.html", context, status=422 if form.errors else 200)


def _id_of(username: str) -> int | None:
    return Staff.objects.filter(username=username).values_list("pk", flat=True).first()
