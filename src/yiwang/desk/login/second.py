"""The second step of a login, and the same question once more before passwords and factors are changed."""

import time
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from yiwang.agencies.models import Staff
from yiwang.desk.access import DeskRequest, SeeOther, for_anybody, for_staff, safe_next
from yiwang.desk.login.forms import Code, Login, Recovery
from yiwang.desk.login.steps import (
    check_second,
    keys_of,
    let_in,
    note_slowed,
    pending_staff,
    question_for,
    wait_in_words,
)
from yiwang.doors import limits
from yiwang.logins.factors import RECOVERY, Factors, factors_of
from yiwang.logins.notes import note
from yiwang.logins.recovery import codes_left
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import PROVED
from yiwang.ui.forms import Form


@never_cache
@sensitive_variables("form")
def _second(request: HttpRequest) -> HttpResponse:
    """Ask whoever gave the right password for a code, a passkey or a recovery code."""
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"), reverse("desk:work"))
    staff = pending_staff(request)
    if staff is None:
        return SeeOther(f"{reverse('desk:login')}?{urlencode({'next': target})}")
    form, recovery = _forms(request)
    if request.method == "POST":
        try:
            return let_in(request, staff, target, check_second(request, staff))
        except LoginRefused as refused:
            (recovery if request.POST.get("way") == RECOVERY else form).add_error(None, refused.message)
    return _ask(request, staff, form, recovery, target)


second = for_anybody(_second)


@for_staff()
@never_cache
@sensitive_variables("form")
def prove(request: DeskRequest) -> HttpResponse:
    """Ask somebody who is logged in for their second factor again; who has none, for the password."""
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"), reverse("desk:account"))
    staff, has = request.user, factors_of(request.user)
    if not has:
        return _prove_by_password(request, target)
    form, recovery = _forms(request)
    if request.method == "POST":
        try:
            check_second(request, staff)
        except LoginRefused as refused:
            (recovery if request.POST.get("way") == RECOVERY else form).add_error(None, refused.message)
        else:
            request.session[PROVED] = int(time.time())
            return SeeOther(target)
    return _ask(request, staff, form, recovery, target, has)


def _prove_by_password(request: DeskRequest, target: str) -> HttpResponse:
    given = {"username": request.user.username, "password": request.POST.get("password", "")}
    form = Login(given if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        keys = keys_of(request, request.user.username)
        if wait := limits.spend("login", proven=True, address=keys.address, account=keys.account):
            note_slowed("prove", request.user.pk)
            form.add_error(None, wait_in_words(wait))
        elif request.user.check_password(given["password"]):
            limits.forgive("login", address=keys.address, account=keys.account)
            note("prove", request.user)
            request.session[PROVED] = int(time.time())
            return SeeOther(target)
        else:
            note("prove", request.user, "wrong_password", refused=True)
            form.add_error("password", _("现在的密码不对，请再输一次。"))
    context = {"form": form, "next": target}
    return render(request, "desk/login/prove.html", context, status=422 if form.errors else 200)


def _forms(request: HttpRequest) -> tuple[Code, Recovery]:
    by_recovery = request.POST.get("way") == RECOVERY
    posted = request.POST if request.method == "POST" else None
    return Code(None if by_recovery else posted), Recovery(posted if by_recovery else None, auto_id="recovery_%s")


def _ask(
    request: HttpRequest, staff: Staff, form: Form, recovery: Form, target: str, has: Factors | None = None
) -> HttpResponse:
    has = has or factors_of(staff)
    context = {
        "form": form,
        "recovery": recovery,
        "next": target,
        "app": has.app,
        "options": question_for(request, staff, has),
        "recoverable": codes_left(staff) > 0,
        "again": request.user.is_authenticated,
    }
    wrong = form.is_bound or recovery.is_bound
    return render(request, "desk/login/second.html", context, status=422 if wrong else 200)
