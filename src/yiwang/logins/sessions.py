"""Sessions of the desk: they end after a while without work, after a day at most, and whenever their owner says so.

Django's store in the database with two changes: the row's key is a digest of the cookie's, and the row says whose it is
and when it was last seen. Both time-outs are in the row's ``expire_date``, so that to keep them costs a page no statement.
For requests served in threads; the asynchronous half of Django's store is not offered.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from yiwang.agencies.models import Staff
from yiwang.logins.models import StaffSession

SINCE, ADDRESS, BROWSER, FACTOR, PROVED = "since", "address", "browser", "factor", "proved"
BEFORE_LOGIN = timedelta(minutes=10)
"""How long the steps between password and second factor may take."""
TOUCH_SECONDS = 60
"""How exactly it is known when a session was last used: an update a minute at most."""


class SessionStore(DatabaseStore):
    """Reads and writes :class:`StaffSession`."""

    _seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        """Return the rows' class."""
        return StaffSession

    def _get_session_from_db(self) -> StaffSession | None:
        found = StaffSession.objects.filter(
            session_key=digest_of(self.session_key or ""), expire_date__gt=datetime.now(UTC)
        ).first()
        if found is None:
            self._session_key = None
            return None
        self._seen_at = found.seen_at
        return cast(StaffSession, found)

    def exists(self, session_key: str) -> bool:
        """Return whether there is a session of this cookie."""
        return super().exists(digest_of(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        """Return the row that holds ``data`` now."""
        now = datetime.now(UTC)
        staff_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        if staff_id is not None:
            data.setdefault(SINCE, int(now.timestamp()))
        self._seen_at = now
        return StaffSession(
            session_key=digest_of(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=_expiry(data, now),
            staff_id=staff_id,
            seen_at=now,
        )

    def delete(self, session_key: str | None = None) -> None:
        """Remove this session, or that of another cookie."""
        key = session_key or self.session_key
        if key is not None:
            StaffSession.objects.filter(session_key=digest_of(key)).delete()

    def touch(self) -> None:
        """Note that the session is used, at most once a minute (one statement)."""
        now = datetime.now(UTC)
        if self.session_key is None or self._seen_at is None or (now - self._seen_at).total_seconds() < TOUCH_SECONDS:
            return
        self._seen_at = now
        StaffSession.objects.filter(session_key=digest_of(self.session_key)).update(
            seen_at=now, expire_date=_expiry(self._session, now)  # type: ignore[attr-defined]
        )  # fmt: skip


def digest_of(key: str) -> str:
    """Return what the table keeps instead of a cookie's key, which is itself too random to be guessed back."""
    return sha256(key.encode()).hexdigest()[:40]


def _expiry(data: dict[str, Any], now: datetime) -> datetime:
    if SESSION_KEY not in data:
        return now + BEFORE_LOGIN
    last = datetime.fromtimestamp(data[SINCE], UTC) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(now + timedelta(minutes=settings.SESSION_IDLE_MINUTES), last)


@dataclass(frozen=True)
class Listed:
    """One session as its owner sees it. ``key`` names it in a form and opens nothing; ``browser`` is in plain words."""

    key: str
    since: datetime
    seen_at: datetime
    address: str
    browser: str
    factor: str
    here: bool


def sessions_of(staff: Staff, current: SessionBase) -> list[Listed]:
    """Return somebody's open sessions, this one first, then the last used (one statement)."""
    own = digest_of(current.session_key or "")
    rows = StaffSession.objects.filter(staff_id=staff.pk, expire_date__gt=datetime.now(UTC)).order_by("-seen_at")
    found = []
    for row in rows:
        data = row.get_decoded()
        since = datetime.fromtimestamp(data.get(SINCE, row.seen_at.timestamp()), UTC)
        where, browser, factor = (str(data.get(name, "")) for name in (ADDRESS, BROWSER, FACTOR))
        found.append(Listed(row.session_key, since, row.seen_at, where, browser, factor, row.session_key == own))
    return sorted(found, key=lambda one: not one.here)


def end_session(staff: Staff, key: str) -> bool:
    """End one of somebody's sessions; return False when they have no such one."""
    return bool(StaffSession.objects.filter(staff_id=staff.pk, session_key=key).delete()[0])


def end_all(staff: Staff, but: SessionBase | None = None) -> int:
    """End all sessions of somebody (but the one given), and return how many."""
    rows = StaffSession.objects.filter(staff_id=staff.pk)
    if but is not None and but.session_key:
        rows = rows.exclude(session_key=digest_of(but.session_key))
    return rows.delete()[0]
