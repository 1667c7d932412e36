"""Codes of an authenticator application 动态口令 (TOTP, RFC 6238): six figures, thirty seconds, each used once."""

import base64
import secrets
import time
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from yiwang.agencies.models import Staff
from yiwang.logins.models import AuthenticatorApp
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused

SECRET_BYTES = 20
"""As RFC 4226, section 4, recommends for HMAC-SHA-1."""
STEP_SECONDS, DIGITS, WINDOW = 30, 6, 1
"""Codes of one step before and one after are taken too: clocks differ (RFC 6238, section 5.2)."""


@transaction.atomic
def begin_app(staff: Staff) -> AuthenticatorApp:
    """Begin an enrolment with a new secret: one that was shown before, and perhaps seen by others, is never enrolled."""
    AuthenticatorApp.objects.filter(staff=staff, confirmed_at=None).delete()
    app = AuthenticatorApp(staff=staff, made_at=datetime.now(UTC))
    app.seal("secret", base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode())
    app.save()
    return app


def pending_app(staff: Staff) -> AuthenticatorApp:
    """Return the application that somebody is enrolling; begins anew where there is none."""
    return AuthenticatorApp.objects.filter(staff=staff, confirmed_at=None).first() or begin_app(staff)


def address_of(app: AuthenticatorApp) -> str:
    """Return the ``otpauth://`` address that applications read from a picture."""
    issuer = settings.OFFICE_NAME
    label = quote(f"{issuer}:{app.staff.username}")
    given = {"secret": app.unseal("secret"), "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{label}?{urlencode(given, quote_via=quote)}"


@transaction.atomic
def confirm_app(staff: Staff, code: str) -> None:
    """End the enrolment with a first code; the application that was used before goes. Raises LoginRefused."""
    app = pending_app(staff)
    step = _step_of(app, code)
    if step is None:
        raise LoginRefused("wrong_code", _("这个验证码不对。请看手机时间是否准确，等下一个六位数字出来再试。"))
    AuthenticatorApp.objects.filter(staff=staff, confirmed_at__isnull=False).delete()
    app.confirmed_at, app.last_step = datetime.now(UTC), step
    app.save(update_fields=["confirmed_at", "last_step"])
    note("enrol_factor", staff, "totp")


def check_code(staff: Staff, code: str) -> None:
    """Take a code of somebody's application, once. Raises LoginRefused with ``wrong_code`` or ``used_code``."""
    app = AuthenticatorApp.objects.filter(staff=staff, confirmed_at__isnull=False).first()
    step = _step_of(app, code) if app else None
    if app is None or step is None:
        raise LoginRefused("wrong_code", _("验证码不对。请看手机时间是否准确，等下一个六位数字出来再试。"))
    # The condition makes it once, also for two who send the same code at the same moment.
    if not AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step):
        raise LoginRefused("used_code", _("这个验证码已经用过了，请等下一个六位数字出来再试。"))


def _step_of(app: AuthenticatorApp, code: str) -> int | None:
    """Return the time step that a code belongs to, None when it is none of these minutes."""
    figures = "".join(code.split())
    if not (figures.isascii() and figures.isdecimal() and len(figures) == DIGITS):
        return None
    totp = TOTP(base64.b32decode(app.unseal("secret")), STEP_SECONDS, digits=DIGITS)
    totp.time = time.time()
    return totp.t() if totp.verify(int(figures), tolerance=WINDOW) else None
