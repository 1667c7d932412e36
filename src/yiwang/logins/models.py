"""What proves who somebody at the desk is 身份鉴别: second factors, recovery codes, sessions, set-up links, names elsewhere."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.store.ids import new_id
from yiwang.vault.sealing import SealedRow


class StaffSession(AbstractBaseSession):
    """A session of the desk. The key is a digest of the cookie's, so that who reads the table can enter nowhere.

    ``staff_id`` is None until the login is done. What the person's own list of sessions tells (since when, where from, which
    browser) lies in the session's data.
    """

    staff_id = models.BigIntegerField(null=True, db_index=True)
    seen_at = models.DateTimeField()

    objects: ClassVar[BaseSessionManager] = BaseSessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the store that reads these rows (asked for by Django)."""
        from yiwang.logins.sessions import SessionStore

        return SessionStore


class AuthenticatorApp(SealedRow):
    """A secret shared with an authenticator application (RFC 6238), sealed under the row's own key.

    ``last_step`` is the time step of the last code that was used: that one and older ones are refused. An unconfirmed row
    is being enrolled; at most one of each person is confirmed.
    """

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    sealed_secret = models.BinaryField(default=b"")
    last_step = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(confirmed_at__isnull=False), name="logins_one_app_each"
            )
        ]


class Passkey(models.Model):
    """A passkey or security key 通行密钥 (WebAuthn Level 2): its public half. ``sign_count`` betrays a copy where the key counts."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=40)
    credential_id = models.CharField(max_length=1400, help_text="base64url, as the browser names it")
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.CharField(max_length=80, blank=True, help_text="usb, internal …, with commas between")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credential_id"], name="logins_passkey_once")]


class RecoveryCode(models.Model):
    """One of ten codes for the day on which telephone and key are lost; a digest alone, and once used never again."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)


class SetupLink(models.Model):
    """A link by which somebody sets a password of their own, once and until ``expires_at``; a digest alone is kept."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    made_by_id = models.BigIntegerField(null=True, help_text="the administrator; None: the command line")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="logins_link_by_digest")]


class OutsideName(models.Model):
    """Who a member of staff is at the OpenID provider: its issuer and the subject, which it never gives to another person."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="logins_outside_name_once"),
            models.UniqueConstraint(fields=["issuer", "staff"], name="logins_outside_name_each"),
        ]


class PastPassword(models.Model):
    """A password that somebody has or had, as Django hashes it: when it was set, and that it does not come again."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField()


class Alert(models.Model):
    """What others did to somebody's login, told at their next login."""

    class Kind(models.TextChoices):
        FACTORS_RESET = "factors_reset", _("您的第二验证方式被管理员清除了。")
        LINK_MADE = "link_made", _("管理员为您生成了新的设置链接，您的密码随之更改。")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
