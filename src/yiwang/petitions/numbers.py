"""Petition numbers and lookup codes.

A number is public and says nothing: year and month of receipt, eight random digits, a check digit. Numbers are not
sequential, for gaps would betray accusations (DESIGN.md). The code that goes with it is derived from the office's key, so
that it is stored nowhere and a repeated receipt shows the same one.
"""

import hmac
import secrets
from datetime import date

from yiwang.vault.keys import office_keys

CODE_LENGTH = 8
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OILU", "011V")


def new_number(received_on: date) -> str:
    """Return a fresh number, ``2611-4827-3915-0``: easy to say on the telephone, and a slip in one digit is found."""
    digits = f"{received_on:%y%m}{secrets.randbelow(10**8):08d}"
    return "-".join((digits[:4], digits[4:8], digits[8:12], _check_digit(digits)))


def normalise_number(typed: str) -> str | None:
    """Return the number that somebody typed or dictated (blanks, full-width digits, no hyphens), or None when it is none."""
    digits = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
    if len(digits) != 13 or _check_digit(digits[:12]) != digits[12]:
        return None
    return "-".join((digits[:4], digits[4:8], digits[8:12], digits[12]))


def lookup_code(number: str) -> str:
    """Return the code that opens a petition on the lookup page: 40 bits, in letters and digits that are not misread."""
    value = int.from_bytes(hmac.digest(office_keys().lookup, number.encode(), "sha256")[:5], "big")
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(35, -5, -5))


def code_fits(number: str, typed: str) -> bool:
    """Tell whether a typed code belongs to a number, in the same time for a number that exists and one that does not."""
    code = "".join(typed.split()).replace("-", "").upper().translate(MISREAD)
    return hmac.compare_digest(lookup_code(number).encode(), code.encode())


def _check_digit(digits: str) -> str:
    """Return Luhn's check digit: finds every wrong digit and nearly every swapped pair."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
