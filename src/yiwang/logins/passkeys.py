"""Passkeys and security keys 通行密钥 (W3C Web Authentication Level 2): enrolled, and asked for as first or second factor.

The library is imported where it is used: it takes 15 MB, which a process that meets no passkey need not hold.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.logins.models import Passkey
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST = 10
"""Passkeys of one person."""


@dataclass(frozen=True)
class Site:
    """The site that a passkey is bound to: its host name, and the origin that the browser must have seen."""

    host: str
    origin: str


def enrolment_options(staff: Staff, site: Site) -> tuple[str, str]:
    """Return what the browser is asked to make (JSON), and the challenge to remember until it answers."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.host,
        rp_name=settings.OFFICE_NAME,
        user_id=str(staff.pk).encode(),
        user_name=staff.username,
        user_display_name=staff.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_descriptors(staff),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


@transaction.atomic
def enrol(staff: Staff, site: Site, challenge: str, answer: str, name: str) -> Passkey:
    """Keep the public half of a passkey that the browser made for this challenge. Raises LoginRefused."""
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
        transports = json.loads(answer).get("response", {}).get("transports") or []
    except (WebAuthnException, ValueError, AttributeError) as wrong:
        raise LoginRefused("wrong_passkey", _("这个通行密钥没有登记成，请再试一次。")) from wrong
    identity = bytes_to_base64url(found.credential_id)
    if Passkey.objects.filter(credential_id=identity).exists():
        raise LoginRefused("passkey_twice", _("这个通行密钥已经登记过了。"))
    if Passkey.objects.filter(staff=staff).count() >= MOST:
        raise LoginRefused("too_many_passkeys", _("最多登记%(number)d个通行密钥，请先移除不用的。") % {"number": MOST})
    made = Passkey.objects.create(
        staff=staff,
        name=name,
        credential_id=identity,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        transports=",".join(str(way) for way in transports)[:80],
        made_at=datetime.now(UTC),
    )
    note("enrol_factor", staff, "passkey")
    return made


def question(site: Site, staff: Staff | None = None) -> tuple[str, str]:
    """Return what the browser is asked to sign (JSON), and the challenge to remember.

    Without ``staff`` the passkey itself says whose it is, and must have asked for a finger, face or PIN: it is both factors.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_descriptors(staff) if staff else None,
        user_verification=UserVerificationRequirement.PREFERRED if staff else UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def check_answer(site: Site, challenge: str, answer: str, staff: Staff | None = None) -> Staff:
    """Return whose passkey signed the challenge. Raises LoginRefused; also for a key whose count runs backwards (a copy)."""
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    wrong = LoginRefused("wrong_passkey", _("没有验证成功，请再试一次，或换一种方式。"))
    try:
        identity = str(json.loads(answer)["id"]).rstrip("=")
        passkey = Passkey.objects.select_related("staff").get(credential_id=identity)
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=staff is None,
        )
    except (Passkey.DoesNotExist, WebAuthnException, ValueError, KeyError, TypeError) as reason:
        raise wrong from reason
    if not passkey.staff.is_active or (staff is not None and passkey.staff_id != staff.pk):
        raise wrong
    Passkey.objects.filter(pk=passkey.pk).update(sign_count=found.new_sign_count, used_at=datetime.now(UTC))
    return passkey.staff


def _descriptors(staff: Staff) -> list["PublicKeyCredentialDescriptor"]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    identities = Passkey.objects.filter(staff=staff).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(identity)) for identity in identities]
