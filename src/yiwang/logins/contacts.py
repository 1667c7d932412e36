"""One-time codes for those who petition 一次性验证码: whoever reads the mail (or message) of a contact sees what was filed under it.

Never required: number and lookup code do. As with these (ADR 0007), no code is stored: it is derived from a token that the
form carries, and only that it was used is remembered, for ten minutes.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from yiwang.doors import limits
from yiwang.doors.limits import Wait
from yiwang.outbox.changes import write_to
from yiwang.outbox.senders import sender_for
from yiwang.vault.sealing import keyed_mac, normalise

EMAIL, PHONE = "email", "phone"
GOOD_FOR = 10 * 60
DIGITS = 6
_ROUTES = {EMAIL: "mail", PHONE: "sms"}


@dataclass(frozen=True)
class Contact:
    """A mail address or telephone number, as somebody typed it."""

    kind: str
    value: str

    @classmethod
    def read(cls, typed: str) -> "Contact":
        """Tell by the “@” which it is."""
        return cls(EMAIL if "@" in typed else PHONE, typed.strip())

    @property
    def plain(self) -> str:
        """The value with its ways of writing folded, as it is counted and found by."""
        return f"{self.kind} {normalise(self.kind, self.value)}"

    @property
    def reachable(self) -> bool:
        """Whether this office can send anything there: asked of the kind of contact, never of the person."""
        return sender_for(_ROUTES[self.kind]) is not None


def spend(contact: Contact, address: str) -> Wait | None:
    """Count one request for a code, by contact and by network address; None: go on."""
    if contact.kind == PHONE:
        return limits.spend("code", address=address, telephone=contact.value)
    return limits.spend("code", address=address, account=contact.plain)


@transaction.atomic
def send_code(contact: Contact, *, known: bool) -> str:
    """Return the token for the form in which the code is typed; send the code if anything was filed under the contact."""
    nonce = secrets.token_urlsafe(16)
    if known:
        write_to(
            "contact_code",
            nonce,
            contact.value,
            _("您的验证码"),
            _(
                "您的验证码是 %(code)s，10 分钟内有效，只能用一次。如果不是您本人在查询，不用理会，也不要告诉别人。\n%(office)s\n"
            )
            % {"code": _code(contact, nonce), "office": settings.OFFICE_NAME},
            datetime.now(UTC),
            route=_ROUTES[contact.kind],
        )
    return _signer().sign(nonce)


def code_fits(contact: Contact, token: str, code: str) -> bool | Wait:
    """Return whether a code is the one that was sent to this contact for this token, and use it up; or how long to wait."""
    if wait := limits.spend("second", account=f"contact {contact.plain}"):
        return wait
    try:
        nonce = _signer().unsign(token, max_age=GOOD_FOR)
    except signing.BadSignature:
        return False
    figures = "".join(code.split())
    return constant_time_compare(figures, _code(contact, nonce)) and limits.first_use("contact", nonce, GOOD_FOR)


def _code(contact: Contact, nonce: str) -> str:
    mac = keyed_mac({"what": "contact code", "contact": contact.plain, "nonce": nonce})
    return f"{int.from_bytes(mac[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="yiwang.logins.contacts")
