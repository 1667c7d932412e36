"""Devices that somebody logged in from before: a signed cookie, so that a flood of guesses from elsewhere shuts nobody out.

After OWASP's “device cookies”: guesses from a known device are counted for the device, all others for the account.
"""

import secrets
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "yiwang_device"
DAYS = 180
MOST_PEOPLE = 8
"""Of those who share a machine, so many are remembered."""
_SALT = "yiwang.logins.devices"


def device_of(request: HttpRequest, username: str) -> str | None:
    """Return the name of this device if that person logged in from it before."""
    return _people(request).get(_folded(username))


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let the browser prove from now on that this person logged in from it."""
    people = _people(request)
    device = people.pop(_folded(username), None) or secrets.token_urlsafe(12)
    kept = dict([*people.items(), (_folded(username), device)][-MOST_PEOPLE:])
    response.set_cookie(
        COOKIE, signing.dumps(kept, salt=_SALT), max_age=DAYS * 24 * 3600, path="/desk/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _people(request: HttpRequest) -> dict[str, str]:
    try:
        people: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return {}
    return people


def _folded(username: str) -> str:
    """Return what stands for a user name: whoever sits down at a shared machine reads no names from its cookie."""
    return sha256(username.strip().casefold().encode()).hexdigest()[:16]
