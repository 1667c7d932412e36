"""Login by the office's OpenID provider 统一身份认证: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0,
RFC 7636). It says who somebody is; whether they may enter is for this office: active staff alone, and nobody is added.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from yiwang.agencies.models import Staff
from yiwang.logins.models import OutsideName
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by the provider's private key alone: with “none” or a shared secret, others could make tokens."""
TIMEOUT_SECONDS = 5.0
LEEWAY_SECONDS = 60


@dataclass(frozen=True)
class Journey:
    """What is remembered while somebody is at the provider: it must come back, or fit what comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Arrival:
    """Who came back. ``strong``: the provider asked for a second factor that the office trusts."""

    staff: Staff
    strong: bool


def offered() -> bool:
    """Return whether the office has a provider (YIWANG_OIDC_ISSUER)."""
    return bool(settings.OIDC_ISSUER)


def begin(redirect: str) -> Journey:
    """Return where to send somebody, who comes back to ``redirect``. Raises LoginRefused when the provider is away."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    with _client(redirect) as client:
        address, _state = client.create_authorization_url(
            _discovered(client)["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    return Journey(address, state, nonce, verifier)


def arrive(journey: Journey, redirect: str, given: dict[str, str]) -> Arrival:
    """Return who came back with these parameters. Raises LoginRefused with a code of the reason, and then nothing changed."""
    if not secrets.compare_digest(given.get("state", "").encode(), journey.state.encode()):
        raise LoginRefused("bad_state", _("登录没有接上，请从登录页重新开始。"))
    if "error" in given or "code" not in given:
        raise LoginRefused("provider_refused", _("统一身份认证没有同意登录。请再试一次，或用用户名和密码登录。"))
    claims = _claims(journey, redirect, given["code"])
    staff = _staff_of(claims)
    said = {str(claims.get("acr", "")), *map(str, claims.get("amr") or [])}
    return Arrival(staff, strong=bool(said & set(settings.OIDC_TRUSTED_FACTORS)))


def _client(redirect: str) -> OAuth2Client:
    return OAuth2Client(
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET or None, scope="openid profile", redirect_uri=redirect,
        code_challenge_method="S256", timeout=TIMEOUT_SECONDS,
        token_endpoint_auth_method="client_secret_basic" if settings.OIDC_CLIENT_SECRET else "none",
    )  # fmt: skip


def _discovered(client: OAuth2Client) -> dict[str, Any]:
    """Return what the provider says of itself (OpenID Connect Discovery 1.0, section 4)."""
    issuer = settings.OIDC_ISSUER
    try:
        found: dict[str, Any] = _fetched(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise LoginRefused("wrong_issuer", _provider_is_wrong())
        if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(found):
            raise LoginRefused("wrong_issuer", _provider_is_wrong())
    except (httpx.HTTPError, ValueError, KeyError, AttributeError) as away:
        raise LoginRefused("provider_away", _provider_is_away()) from away
    return found


def _fetched(client: OAuth2Client, address: str) -> Any:
    answer = client.get(address, withhold_token=True)
    answer.raise_for_status()
    return answer.json()


def _claims(journey: Journey, redirect: str, code: str) -> dict[str, Any]:
    """Exchange the code for an ID token, and return what it says once signature, issuer, audience, time and nonce fit."""
    with _client(redirect) as client:
        provider = _discovered(client)
        try:
            token = client.fetch_token(
                provider["token_endpoint"], code=code, code_verifier=journey.verifier,
                grant_type="authorization_code",
            )  # fmt: skip
            keys = KeySet.import_key_set(_fetched(client, provider["jwks_uri"]))
        except httpx.HTTPError as away:
            raise LoginRefused("provider_away", _provider_is_away()) from away
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as refused:
            raise LoginRefused("bad_token", _provider_is_wrong()) from refused
    try:
        claims = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider["issuer"]},
            sub={"essential": True},
            aud={"essential": True, "value": settings.OIDC_CLIENT_ID},
            exp={"essential": True},
            nonce={"essential": True, "value": journey.nonce},
        ).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise LoginRefused("bad_token", _provider_is_wrong()) from wrong
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != settings.OIDC_CLIENT_ID:
        raise LoginRefused("bad_token", _provider_is_wrong())  # Core 1.0, section 3.1.3.7, points 4 and 5
    return dict(claims)


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


def _nobody() -> str:
    return _("统一身份认证已确认您是谁，但您还不是这里的工作人员。请找本单位的系统管理员。")


def _provider_is_away() -> str:
    return _("统一身份认证现在连不上。请过一会儿再试，或用用户名和密码登录。")


def _provider_is_wrong() -> str:
    return _("统一身份认证的回答无法核实，没有登录。请告诉本单位的系统管理员。")
