"""Login by the office's OpenID provider 统一身份认证: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0,
RFC 7636). It says who somebody is; whether they may enter is for this office: active staff alone, and nobody is added.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.logins.models import OutsideName
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import end_all

if TYPE_CHECKING:
    from yiwang.logins.provider import Journey


@dataclass(frozen=True)
class Arrival:
    """Who came back. ``strong``: the provider asked for a second factor that the office trusts."""

    staff: Staff
    strong: bool


def offered() -> bool:
    """Return whether the office has a provider (YIWANG_OIDC_ISSUER)."""
    return bool(settings.OIDC_ISSUER)


def arrive(journey: "Journey", redirect: str, given: dict[str, str]) -> Arrival:
    """Return who came back with these parameters. Raises LoginRefused with a code of the reason, and then nothing changed."""
    if not secrets.compare_digest(given.get("state", "").encode(), journey.state.encode()):
        raise LoginRefused("bad_state", _("登录没有接上，请从登录页重新开始。"))
    if "error" in given or "code" not in given:
        raise LoginRefused("provider_refused", _("统一身份认证没有同意登录。请再试一次，或用用户名和密码登录。"))
    from yiwang.logins import provider

    claims = provider.claims_of(journey, redirect, given["code"])
    staff = _staff_of(claims)
    said = {str(claims.get("acr", "")), *map(str, claims.get("amr") or [])}
    return Arrival(staff, strong=bool(said & set(settings.OIDC_TRUSTED_FACTORS)))


@transaction.atomic
def _staff_of(claims: dict[str, Any]) -> Staff:
    """Return the active member of staff who is meant: by the subject, or the first time by the claim that names the user."""
    issuer, subject = settings.OIDC_ISSUER, str(claims["sub"])
    known = OutsideName.objects.select_related("staff").filter(issuer=issuer, subject=subject).first()
    if known:
        if known.staff.is_active:
            return known.staff
        raise LoginRefused("inactive", _nobody())
    name = str(claims.get(settings.OIDC_CLAIM) or "")
    staff = Staff.objects.filter(username=name, is_active=True).first() if name else None
    # Somebody who took over a leaver's name at the provider is not that person.
    if staff is None or OutsideName.objects.filter(issuer=issuer, staff=staff).exists():
        raise LoginRefused("unknown_user", _nobody())
    OutsideName.objects.create(staff=staff, issuer=issuer, subject=subject, made_at=datetime.now(UTC))
    note("bind_outside_name", staff)
    return staff


def is_bound(staff: Staff) -> bool:
    """Return whether somebody has come by the present provider before, and is known by their subject there."""
    return offered() and OutsideName.objects.filter(issuer=settings.OIDC_ISSUER, staff=staff).exists()


@transaction.atomic
def unbind(staff: Staff, by: Staff) -> None:
    """Forget under which subject the provider knows somebody else, and end their sessions: the next login binds anew, by the claim.

    Raises LoginRefused: nobody does it for themselves, and where nothing is bound nothing is undone.
    """
    if staff.pk == by.pk:
        raise LoginRefused("oneself", _("不能解除自己的绑定，请另一位管理员来做。"))
    if not OutsideName.objects.filter(issuer=settings.OIDC_ISSUER, staff=staff).delete()[0]:
        raise LoginRefused("not_bound", _("没有绑定统一身份认证的账号。"))
    end_all(staff)
    note("unbind_outside_name", staff, by=by)


def _nobody() -> str:
    return _("统一身份认证已确认您是谁，但您还不是这里的工作人员。请找本单位的系统管理员。")
