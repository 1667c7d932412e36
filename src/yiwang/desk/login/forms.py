"""Forms of the login's pages."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
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


class FirstPassword(Form):
    """A password that somebody chooses, twice."""

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
        """Check that the new password is good and typed twice alike."""
        given = super().clean() or {}
        new, again = given.get("new"), given.get("again")
        if new is None:
            return given
        try:
            validate_password(new, self.staff)
        except ValidationError as weak:
            self.add_error("new", weak)
        if again is not None and again != new:
            self.add_error("again", _("两次输入的新密码不一样，请再输一次。"))
        return given


class NewPassword(FirstPassword):
    """The present password and a new one, twice."""

    present = forms.CharField(
        label=_("现在的密码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    field_order = ["present", "new", "again"]

    def clean(self) -> dict[str, Any]:
        """Check the present password too, and that the new one is another."""
        given = super().clean()
        present, new = given.get("present"), given.get("new")
        if present is not None and not self.staff.check_password(present):
            self.add_error("present", _("现在的密码不对，请再输一次。"))
        if new is not None and new == present:
            self.add_error("new", _("新密码要和现在的不一样。"))
        return given


class Code(Form):
    """A code of six figures, or what a passkey signed."""

    given = forms.CharField(
        label=_("六位验证码"), max_length=20_000,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "size": 12}),
    )  # fmt: skip


class Recovery(Form):
    """A recovery code."""

    prefix = None
    given = forms.CharField(
        label=_("恢复码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )


class PasskeyName(Form):
    """What somebody calls their passkey."""

    name = forms.CharField(label=_("给它起个名字"), max_length=40, help_text=_("例如：办公室电脑、蓝色小钥匙。"))
    given = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
