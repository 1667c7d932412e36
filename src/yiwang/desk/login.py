"""Logging in and out, and a first password of one's own. Each leaves a line in the behaviour log."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from yiwang.agencies.models import Staff
from yiwang.desk.access import DeskRequest, SeeOther, for_anybody, for_staff, safe_next
from yiwang.doors.headers import FORGET
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.ui.forms import Form


class Login(Form):
    """User name and password."""

    username = forms.CharField(
        label=_("用户名"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class NewPassword(Form):
    """The present password and a new one, twice."""

    present = forms.CharField(
        label=_("现在的密码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("新密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新密码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Check the present password, and that the new one is good and typed twice alike."""
        given = super().clean() or {}
        present, new, again = (given.get(name) for name in ("present", "new", "again"))
        if present is not None and not self.staff.check_password(present):
            self.add_error("present", _("现在的密码不对，请再输一次。"))
        if new is None:
            return given
        try:
            validate_password(new, self.staff)
        except ValidationError as weak:
            self.add_error("new", weak)
        if new == present:
            self.add_error("new", _("新密码要和现在的不一样。"))
        if again is not None and again != new:
            self.add_error("again", _("两次输入的新密码不一样，请再输一次。"))
        return given


@never_cache
@sensitive_variables("form")
def _log_in(request: HttpRequest) -> HttpResponse:
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"), reverse("desk:work"))
    if request.method == "GET" and request.user.is_authenticated:
        return SeeOther(target)
    form = Login(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        username = form.cleaned_data["username"]
        found = authenticate(request, username=username, password=form.cleaned_data["password"])
        if isinstance(found, Staff):
            with transaction.atomic():
                login(request, found)
                _note("login", found.pk)
            return SeeOther(target)
        known = Staff.objects.filter(username=username).values_list("pk", flat=True).first()
        _note("login", known, refused="wrong_password" if known else "unknown_user")
        form.add_error(None, _("用户名或密码不对。请看大小写和输入法，再试一次；忘了密码，请找本单位的系统管理员。"))
    context = {"form": form, "next": target, "kept": "kept" in request.GET, "expired": "next" in request.GET}
    return render(request, "desk/login.html", context, status=422 if form.errors else 200)


log_in = for_anybody(_log_in)


@require_POST
def _log_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Staff):
        with transaction.atomic():
            _note("logout", request.user.pk)
            logout(request)
        messages.success(request, gettext("您已退出。"))
    response = SeeOther(reverse("desk:login"))
    response.headers["Clear-Site-Data"] = FORGET
    return response


log_out = for_anybody(_log_out)


@for_staff()
@sensitive_variables("form")
def password(request: DeskRequest) -> HttpResponse:
    """Set a password of one's own; asked for at the first login."""
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"), reverse("desk:work"))
    form = NewPassword(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        staff = request.user
        with transaction.atomic():
            staff.set_password(form.cleaned_data["new"])
            staff.must_change_password = False
            staff.save(update_fields=["password", "must_change_password"])
            update_session_auth_hash(request, staff)
            _note("change_password", staff.pk)
        messages.success(request, gettext("密码已更改。"))
        return SeeOther(target)
    context = {"form": form, "next": target, "first": request.user.must_change_password}
    return render(request, "desk/password.html", context, status=422 if form.errors else 200)


def _note(act: str, staff_id: int | None, refused: str = "") -> None:
    log.write(
        [
            log.line(
                act, actor_kind="staff", actor_id=staff_id, subject_kind="staff", subject_id=staff_id, reason=refused,
                result=Record.Result.REFUSED if refused else Record.Result.DONE,
            )
        ]
    )  # fmt: skip
