"""Recovery codes 恢复码: ten, each good once, for the day on which telephone and key are lost."""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.logins.models import RecoveryCode
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused

NUMBER = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when read from paper."""
GROUPS, GROUP_LENGTH = 4, 4
"""About 79 bits: a digest without salt or delay is enough."""


@transaction.atomic
def new_codes(staff: Staff) -> list[str]:
    """Give somebody ten new codes in place of the old ones; they are kept nowhere and shown once."""
    codes = ["-".join("".join(secrets.choice(LETTERS) for _sign in range(GROUP_LENGTH)) for _group in range(GROUPS))
             for _code in range(NUMBER)]  # fmt: skip
    RecoveryCode.objects.filter(staff=staff).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(staff=staff, digest=_digest(staff, code)) for code in codes)
    note("enrol_factor", staff, "recovery")
    return codes


@transaction.atomic
def use_code(staff: Staff, code: str) -> None:
    """Take a recovery code, once. Raises LoginRefused."""
    unused = RecoveryCode.objects.filter(staff=staff, digest=_digest(staff, code), used_at=None)
    if not unused.update(used_at=datetime.now(UTC)):
        raise LoginRefused("wrong_recovery_code", _("这个恢复码不对，或已经用过了。"))
    note("use_recovery_code", staff)


def codes_left(staff: Staff) -> int:
    """Return how many codes somebody has not used."""
    return RecoveryCode.objects.filter(staff=staff, used_at=None).count()


def _digest(staff: Staff, code: str) -> bytes:
    bare = "".join(sign for sign in code.casefold() if sign.isalnum())
    return sha256(f"{staff.pk}|{bare}".encode()).digest()
