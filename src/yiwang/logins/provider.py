"""What is said to an OpenID provider and what it answers: discovery, the code's exchange, the ID token and its proof.

Imported where it is used: the libraries take 9 MB, which an office without a provider need not hold.
"""

import secrets
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

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


def begin(redirect: str) -> Journey:
    """Return where to send somebody, who comes back to ``redirect``. Raises LoginRefused when the provider is away."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    with _client(redirect) as client:
        address, _state = client.create_authorization_url(
            _discovered(client)["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    return Journey(address, state, nonce, verifier)


def _client(redirect: str) -> OAuth2Session:
    return OAuth2Session(
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET or None, scope="openid profile", redirect_uri=redirect,
        code_challenge_method="S256", default_timeout=TIMEOUT_SECONDS,
        token_endpoint_auth_method="client_secret_basic" if settings.OIDC_CLIENT_SECRET else "none",
    )  # fmt: skip


def _discovered(client: OAuth2Session) -> dict[str, Any]:
    """Return what the provider says of itself (OpenID Connect Discovery 1.0, section 4)."""
    issuer = settings.OIDC_ISSUER
    try:
        found: dict[str, Any] = _fetched(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise LoginRefused("wrong_issuer", _provider_is_wrong())
        if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(found):
            raise LoginRefused("wrong_issuer", _provider_is_wrong())
    except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError) as away:
        raise LoginRefused("provider_away", _provider_is_away()) from away
    return found


def _fetched(client: OAuth2Session, address: str) -> Any:
    answer = client.get(address, withhold_token=True)
    answer.raise_for_status()
    return answer.json()


def claims_of(journey: Journey, redirect: str, code: str) -> dict[str, Any]:
    """Exchange the code for an ID token, and return what it says once signature, issuer, audience, time and nonce fit."""
    with _client(redirect) as client:
        provider = _discovered(client)
        try:
            token = client.fetch_token(
                provider["token_endpoint"], code=code, code_verifier=journey.verifier,
                grant_type="authorization_code",
            )  # fmt: skip
            keys = KeySet.import_key_set(_fetched(client, provider["jwks_uri"]))
        except requests.RequestException as away:
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


def _provider_is_away() -> str:
    return _("统一身份认证现在连不上。请过一会儿再试，或用用户名和密码登录。")


def _provider_is_wrong() -> str:
    return _("统一身份认证的回答无法核实，没有登录。请告诉本单位的系统管理员。")
