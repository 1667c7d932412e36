"""Verification codes 核验码: what is printed at the foot of a paper, and typed on the portal's page."""

import io
import secrets

import segno
from django.conf import settings

LENGTH = 16
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OILU", "011V")
SHOWN = 4


def new_code() -> str:
    """Return a fresh code: 80 bits from the system's randomness, that nobody guesses."""
    return "".join(secrets.choice(CROCKFORD) for _sign in range(LENGTH))


def normalised(typed: str) -> str:
    """Return a code as it is kept, from how somebody typed it (small letters, blanks, hyphens, O for 0); empty when it is none."""
    code = "".join(sign for sign in typed if sign.isalnum()).upper().translate(MISREAD)
    return code if len(code) == LENGTH and all(sign in CROCKFORD for sign in code) else ""


def grouped(code: str) -> str:
    """Return a code as it is printed: K7M2-9QXD-…"""
    return "-".join(code[start : start + SHOWN] for start in range(0, len(code), SHOWN))


def address_of(code: str) -> str:
    """Return the address that the QR picture leads to."""
    return f"{settings.BASE_URL}/verify/{code}/"


def qr_of(code: str) -> bytes:
    """Return the QR picture as PNG."""
    picture = io.BytesIO()
    segno.make(address_of(code), error="m", micro=False).save(picture, kind="png", scale=6, border=2)
    return picture.getvalue()
