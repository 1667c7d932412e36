"""Passwords: the rules of the office, those that were used before, and when one has run out.

Length comes first and common passwords are refused (NIST SP 800-63B, section 3.1.1.2); kinds of signs, expiry and history are
there for offices that are examined by rules which ask for them (GB/T 22239-2019, 8.1.4.1), and off by default.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.logins.models import PastPassword
from yiwang.logins.notes import note

_OWN = frozenset(
    [
        "password", "passwd", "admin", "administrator", "root", "welcome", "letmein", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm",
        "qazwsx", "qazwsxedc", "iloveyou", "woaini", "woainima", "mima", "xinfang", "xinfangju", "yiwang", "changeme", "abc", "abcd", "abcdef",
    ]
)  # fmt: skip
_LIKE_LETTERS = str.maketrans("@4301!$57", "aaeoiisst")
_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
KEPT_LEAST = 1
"""Past passwords that are kept even without a history: the present one, whose day is asked for."""


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords) | _OWN


def is_common(password: str) -> bool:
    """Return whether a password is one of those tried first: a common word dressed up with figures and signs, one sign over
    and over, or a run along the keyboard."""
    folded = password.casefold()
    if len(set(folded)) <= 3 or any(folded in row * 2 or folded in row[::-1] * 2 for row in _ROWS):
        return True
    bare = folded.strip("0123456789!@#$%^&*()_+-=.,?~ ")
    return bool(
        {folded, bare, folded.translate(_LIKE_LETTERS), bare.translate(_LIKE_LETTERS)} & _common()
        or (len(bare) < 4 and bare.isascii())
    )


class NotCommon:
    """Refuses what :func:`is_common` finds. A validator of Django's."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password that is tried first."""
        if is_common(password):
            raise ValidationError(
                _("这个密码太常见，别人很容易猜到。可以用几个不相干的词连成一句。"), "password_too_common"
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("不要用常见的密码，或在常见的词后面加几个数字。")


class KindsOfSigns:
    """Asks for so many of the four kinds: small letters, capitals, figures, other signs. A validator of Django's."""

    def __init__(self, kinds: int) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError when there are too few kinds."""
        tests = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum() or not sign.isascii())
        if sum(any(test(sign) for sign in password) for test in tests) < self.kinds:
            raise ValidationError(self.get_help_text(), "too_few_kinds")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("小写字母、大写字母、数字、其他符号，至少用%(number)d种。") % {"number": self.kinds}


class NotUsedBefore:
    """Refuses the last so many passwords of the same person. A validator of Django's."""

    def __init__(self, number: int) -> None:
        self.number = number

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError when the person used it."""
        if not isinstance(user, Staff):
            return
        past = PastPassword.objects.filter(staff=user).order_by("-pk").values_list("encoded", flat=True)[: self.number]
        if any(check_password(password, encoded) for encoded in past):
            raise ValidationError(self.get_help_text(), "used_before")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("不能和最近用过的%(number)d个密码相同。") % {"number": self.number}


@transaction.atomic
def choose_password(staff: Staff, new: str) -> None:
    """Set a password that its owner chose and that was found good; one line in the behaviour log."""
    staff.set_password(new)
    staff.must_change_password = False
    staff.save(update_fields=["password", "must_change_password"])
    PastPassword.objects.create(staff=staff, encoded=staff.password, set_at=datetime.now(UTC))
    kept = PastPassword.objects.filter(staff=staff).order_by("-pk").values_list("pk", flat=True)
    kept_ids = list(kept[: max(KEPT_LEAST, settings.PASSWORD_HISTORY)])
    PastPassword.objects.filter(staff=staff).exclude(pk__in=kept_ids).delete()
    note("change_password", staff)


def ask_anew_when_due(staff: Staff) -> None:
    """At a login: have a password that is older than the office allows changed first. Without such a rule, asks nothing."""
    if not settings.PASSWORD_DAYS:
        return
    now = datetime.now(UTC)
    latest = PastPassword.objects.filter(staff=staff).order_by("-pk").first()
    if latest is None:  # set before the office had the rule: its days are counted from today
        PastPassword.objects.create(staff=staff, encoded=staff.password, set_at=now)
    elif latest.set_at + timedelta(days=settings.PASSWORD_DAYS) <= now:
        staff.must_change_password = True
        staff.save(update_fields=["must_change_password"])
