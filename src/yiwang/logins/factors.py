"""Second factors 双因素: what somebody has, whether one is demanded, taking one away, and an administrator's reset."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.agencies.models import Staff
from yiwang.logins.models import Alert, AuthenticatorApp, Passkey, RecoveryCode
from yiwang.logins.notes import note
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import FACTOR, end_all
from yiwang.outbox.changes import write_to
from yiwang.outbox.senders import sender_for

TOTP, PASSKEY, RECOVERY, OUTSIDE = "totp", "passkey", "recovery", "outside"


class ResetReason(models.TextChoices):
    """Why an administrator takes somebody's second factors away; the code goes to the behaviour log."""

    LOST = "lost", gettext_lazy("手机或密钥丢失")
    CHANGED = "changed", gettext_lazy("换了手机")
    STOLEN = "stolen", gettext_lazy("怀疑被他人使用")


@dataclass(frozen=True)
class Factors:
    """What somebody enrolled: codes of an application, and passkeys."""

    app: AuthenticatorApp | None
    passkeys: list[Passkey]

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)


def factors_of(staff: Staff) -> Factors:
    """Return what somebody enrolled (two statements)."""
    app = AuthenticatorApp.objects.filter(staff=staff, confirmed_at__isnull=False).first()
    return Factors(app, list(Passkey.objects.filter(staff=staff).order_by("pk")))


def demanded() -> bool:
    """Return whether the office demands a second factor of all staff (YIWANG_SECOND_FACTOR)."""
    return bool(settings.SECOND_FACTOR_REQUIRED)


def lacks_factor(session: SessionBase) -> bool:
    """Return whether a session was opened without the second factor that the office demands. Asks no database."""
    return demanded() and not session.get(FACTOR)


@transaction.atomic
def remove_factor(staff: Staff, passkey_id: int | None, session: SessionBase) -> None:
    """Take away one passkey, or (None) the application; the last one stays where one is demanded. Ends the other sessions."""
    has = factors_of(staff)
    number = len(has.passkeys) + (has.app is not None)
    if number == 1 and demanded():
        raise LoginRefused("last_factor", _("单位要求第二验证方式，这是您的最后一个。请先登记另一个，再移除它。"))
    rows = (
        AuthenticatorApp.objects.filter(staff=staff, confirmed_at__isnull=False)
        if passkey_id is None
        else Passkey.objects.filter(staff=staff, pk=passkey_id)
    )
    if not rows.delete()[0]:
        raise LoginRefused("no_such_factor", _("没有找到，可能已经移除。"))
    if number == 1:
        RecoveryCode.objects.filter(staff=staff).delete()
    note("remove_factor", staff, TOTP if passkey_id is None else PASSKEY)
    end_all(staff, but=session)


@transaction.atomic
def reset_factors(staff: Staff, by: Staff, reason: str) -> None:
    """Take all second factors of somebody else away, end their sessions, and leave word for them. Raises LoginRefused."""
    if staff.pk == by.pk:
        raise LoginRefused("oneself", _("不能清除自己的第二验证方式，请另一位管理员来做。"))
    forget_factors(staff)
    note("reset_factors", staff, ResetReason(reason).value, by=by)
    now = datetime.now(UTC)
    Alert.objects.create(staff=staff, kind=Alert.Kind.FACTORS_RESET, at=now)
    if staff.email and sender_for("mail"):
        write_to(
            "factors_reset",
            f"{staff.pk}-{int(now.timestamp())}",
            staff.email,
            _("您的第二验证方式已被清除"),
            _(
                "%(name)s，您好：\n\n管理员清除了您登录工作台的第二验证方式，下次登录时请重新登记。如果不是您要求的，请马上找本单位的系统管理员。\n%(office)s\n"
            )
            % {"name": staff.name, "office": settings.OFFICE_NAME},
            now,
        )


def forget_factors(staff: Staff) -> None:
    """Remove all factors, enrolled or half so, and all sessions of somebody."""
    for rows in (AuthenticatorApp, Passkey, RecoveryCode):
        rows.objects.filter(staff=staff).delete()
    end_all(staff)


def take_alerts(staff: Staff) -> list[str]:
    """Return what others did to somebody's login since they were last told, and note that they are told now."""
    alerts = list(Alert.objects.filter(staff=staff, told_at=None).order_by("pk"))
    if alerts:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(told_at=datetime.now(UTC))
    return [str(alert.get_kind_display()) for alert in alerts]
