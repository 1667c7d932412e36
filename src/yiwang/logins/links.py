"""One-time set-up links 一次性设置链接: how somebody new, or locked out, comes to a password that nobody else ever knew."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yiwang.agencies.changes import hire
from yiwang.agencies.models import Staff
from yiwang.logins.models import Alert, SetupLink
from yiwang.logins.notes import note, note_by_command
from yiwang.logins.passwords import choose_password
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import end_all
from yiwang.outbox.changes import write_to
from yiwang.outbox.senders import sender_for
from yiwang.workdays.wording import day_in_words

TOKEN_BYTES = 24


@dataclass(frozen=True)
class Invitation:
    """A link, as it is shown once: the token is kept nowhere."""

    staff: Staff
    token: str
    expires_at: datetime

    @property
    def address(self) -> str:
        """The address to open."""
        return f"{settings.BASE_URL}/desk/begin/{self.token}/"

    @property
    def until(self) -> str:
        """The instant until which it opens, in the office's zone and the active language."""
        local = timezone.localtime(self.expires_at)
        return f"{day_in_words(local.date())} {local:%H:%M}"


@transaction.atomic
def invite(username: str, name: str, telephone: str, email: str, by: Staff) -> Invitation:
    """Add a member of staff who has no password, and make the link by which they set one."""
    return make_link(hire(username, name, telephone, by, email=email), by)


@transaction.atomic
def make_link(staff: Staff, by: Staff | None) -> Invitation:
    """Make a new link for somebody; older ones open nothing any more. ``by`` None: from the command line."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), datetime.now(UTC)
    SetupLink.objects.filter(staff=staff, used_at=None).delete()
    expires = now + timedelta(hours=settings.SETUP_LINK_HOURS)
    SetupLink.objects.create(
        staff=staff, digest=_digest(token), made_by_id=by.pk if by else None, made_at=now, expires_at=expires
    )
    if by is None:
        note_by_command("make_setup_link", staff)
    else:
        note("make_setup_link", staff, by=by)
    return Invitation(staff, token, expires)


@transaction.atomic
def reset_by_link(staff: Staff, by: Staff) -> Invitation:
    """Take somebody's password away, end their sessions, and make a link by which they set a new one."""
    staff.set_unusable_password()
    staff.save(update_fields=["password"])
    end_all(staff)
    note("reset_password", staff, by=by)
    Alert.objects.create(staff=staff, kind=Alert.Kind.LINK_MADE, at=datetime.now(UTC))
    return make_link(staff, by)


def send_link(invitation: Invitation) -> bool:
    """Mail a link to its owner; return False, having done nothing, when they left no address or the office sends no mail."""
    staff = invitation.staff
    if not (staff.email and sender_for("mail")):
        return False
    write_to(
        "setup_link",
        invitation.token[:12],
        staff.email,
        _("请设置您的工作台密码"),
        _("%(name)s，您好：\n\n请打开这个链接，设置只有您自己知道的密码。链接只能用一次，有效到%(until)s。\n%(address)s\n\n用户名：%(username)s\n%(office)s\n")
        % {
            "name": staff.name, "until": invitation.until, "address": invitation.address,
            "username": staff.username, "office": settings.OFFICE_NAME,
        },
        datetime.now(UTC),
    )  # fmt: skip
    return True


def open_link(token: str) -> SetupLink:
    """Return the link of a token. Raises LoginRefused when it was used, has run out, or never was: all told alike."""
    found = (
        SetupLink.objects.select_related("staff")
        .filter(digest=_digest(token), used_at=None, expires_at__gt=datetime.now(UTC), staff__is_active=True)
        .first()
    )
    if found is None:
        raise LoginRefused("dead_link", _("这个链接用过了、过期了，或抄写有误。请找本单位的系统管理员，重新生成一个。"))
    return found


@transaction.atomic
def use_link(token: str, new: str) -> Staff:
    """Set the password that somebody chose, and use the link up. Raises LoginRefused, also for the second of two at once."""
    link = open_link(token)
    if not SetupLink.objects.filter(pk=link.pk, used_at=None).update(used_at=datetime.now(UTC)):
        return open_link(token).staff  # raises: another was faster
    note("use_setup_link", link.staff)
    choose_password(link.staff, new)
    end_all(link.staff)
    return link.staff


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
