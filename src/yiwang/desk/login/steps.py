"""The steps of a login that its pages share: who is on the way in, letting them in, and asking them once more."""

import time
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yiwang.agencies.models import Staff
from yiwang.desk.access import SeeOther
from yiwang.doors import limits
from yiwang.doors.address import client_of
from yiwang.doors.limits import Wait
from yiwang.journal.models import Record
from yiwang.logins import authenticator, passkeys, recovery
from yiwang.logins.browsers import in_plain_words
from yiwang.logins.devices import device_of, remember_device
from yiwang.logins.factors import PASSKEY, RECOVERY, TOTP, Factors, factors_of, take_alerts
from yiwang.logins.notes import note
from yiwang.logins.passkeys import Site
from yiwang.logins.passwords import ask_anew_when_due
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import ADDRESS, BROWSER, FACTOR, PROVED
from yiwang.store.ids import first_id_at

PENDING, CHALLENGE = "pending", "challenge"
FRESH_SECONDS = 15 * 60
"""How long after a proof one may change passwords and factors without another."""
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def site_of(request: HttpRequest) -> Site:
    """Return the site as the browser sees it; its host was checked against the allowed ones."""
    host = request.get_host()
    return Site(host.rpartition(":")[0] if ":" in host else host, f"{request.scheme}://{host}")


class Keys(NamedTuple):
    """By what attempts to log in are counted."""

    address: str
    account: str


def keys_of(request: HttpRequest, username: str) -> Keys:
    """Return by what attempts to log in are counted: on a device that this person used before, for the device."""
    device = device_of(request, username)
    return Keys(client_of(request), f"device {device}" if device else username.strip().casefold())


def wait_in_words(wait: Wait) -> str:
    """Say how long to wait, in minutes."""
    minutes = ceil(wait.seconds / 60)
    return ngettext(
        "试的次数太多了。请等%(number)d分钟再试；以前登录过的电脑不受别处影响。",
        "试的次数太多了。请等%(number)d分钟再试；以前登录过的电脑不受别处影响。",
        minutes,
    ) % {"number": minutes}


def note_slowed(act: str, staff_id: int | None) -> None:
    """Note that somebody's login was slowed down, once a minute: a flood of guesses shall not become a flood of lines."""
    if staff_id is None:
        return
    since = first_id_at(datetime.now(UTC) - timedelta(minutes=1))
    told = Record.objects.filter(actor_kind="staff", actor_id=staff_id, pk__gte=since, act=act, reason="slowed")
    if not told.exists():
        note(act, staff_id, "slowed", refused=True)


def go_on(request: HttpRequest, staff: Staff, target: str) -> HttpResponse:
    """After the first step: ask for the second factor where there is one, else let in."""
    if factors_of(staff):
        request.session.flush()
        request.session[PENDING] = {"staff": staff.pk, "hash": staff.get_session_auth_hash()}
        return SeeOther(f"{reverse('desk:second')}?{urlencode({'next': target})}")
    return let_in(request, staff, target)


def pending_staff(request: HttpRequest) -> Staff | None:
    """Return who passed the first step in this session, unless they or their password changed since."""
    given: dict[str, Any] = request.session.get(PENDING) or {}
    staff = Staff.objects.filter(pk=given.get("staff", 0), is_active=True).first()
    return staff if staff and given.get("hash") == staff.get_session_auth_hash() else None


def let_in(request: HttpRequest, staff: Staff, target: str, factor: str = "") -> HttpResponse:
    """Open a session, and lead on. ``factor``: the second factor that was shown, if any."""
    with transaction.atomic():
        ask_anew_when_due(staff)
        request.session.flush()
        request.session.update(
            {
                ADDRESS: client_of(request),
                BROWSER: in_plain_words(request.headers.get("User-Agent", "")),
                FACTOR: factor,
                PROVED: int(time.time()),
            }
        )
        login(request, staff, _BACKEND)
        note("login", staff, factor)
        for alert in take_alerts(staff):
            messages.warning(request, _("%(alert)s如果不是您要求的，请马上找本单位的系统管理员。") % {"alert": alert})
    response = SeeOther(target)
    remember_device(request, response, staff.username)
    return response


def is_fresh(request: HttpRequest) -> bool:
    """Return whether this session's owner proved who they are in the last quarter of an hour."""
    return time.time() - request.session.get(PROVED, 0) < FRESH_SECONDS


def check_second(request: HttpRequest, staff: Staff) -> str:
    """Check the second factor that a form brings, and return which it was.

    Raises LoginRefused, having written a line, when it is wrong or there were too many attempts.
    """
    counted = f"second {keys_of(request, staff.username).account} {staff.pk}"
    if wait := limits.spend("second", account=counted):
        note_slowed("second_factor", staff.pk)
        raise LoginRefused("slowed", wait_in_words(wait))
    way = request.POST.get("way", "")
    given = request.POST.get("given", "")[:20_000]
    try:
        if way == PASSKEY:
            passkeys.check_answer(site_of(request), request.session.pop(CHALLENGE, ""), given, staff)
        elif way == RECOVERY:
            recovery.use_code(staff, given)
        else:
            way = TOTP
            authenticator.check_code(staff, given)
    except LoginRefused as refused:
        note("second_factor", staff, refused.code, refused=True)
        raise
    limits.forgive("second", account=counted)
    note("second_factor", staff, way)
    return way


def question_for(request: HttpRequest, staff: Staff, has: Factors) -> str:
    """Return what a passkey is asked to sign (JSON), and remember the challenge; empty without a passkey."""
    if not has.passkeys:
        return ""
    options, request.session[CHALLENGE] = passkeys.question(site_of(request), staff)
    return options
