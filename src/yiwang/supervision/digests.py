"""What is owed 催办汇总, told by mail: one message a day for each person who is urged, whatever came together.

A line is numbers, days and the name of a limit: no title, no name, no words of anybody, since mail leaves the platform. The
message and the note that its lines are told are one transaction, so that who dies between urging and mail forgets nothing
and tells nothing twice.
"""

import time
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.outbox.changes import write_to
from yiwang.outbox.models import Notice
from yiwang.outbox.senders import sender_for
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.visibility import visible_to
from yiwang.supervision.lease import Lease
from yiwang.supervision.models import Urged
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

KIND = "urging"
MOST = 50
"""Lines that one message has; it says how many more there are, and where."""
SECONDS_OF_A_TURN = 2.0


def tell(lease: Lease, now: datetime, seconds: float = SECONDS_OF_A_TURN) -> int:
    """Put today's digest into the outbox for everybody who is to be told, for so long at most; return how many.

    Who had one today waits for the next working day.
    """
    until, told, today = time.monotonic() + seconds, 0, office_date(now)
    waiting = list(Urged.objects.filter(told_at=None).order_by("staff").values_list("staff", flat=True).distinct())
    for person in Staff.objects.in_bulk(waiting).values():
        if time.monotonic() >= until:
            break
        with lease.writing():
            told += _tell(person, today, now)
    return told


def _tell(person: Staff, today: date, now: datetime) -> int:
    key = f"{person.pk}-{today:%Y%m%d}"
    if Notice.objects.filter(idempotency_key=f"{KIND}-{key}").exists():
        return 0
    rows = list(
        Urged.objects.filter(staff=person, told_at=None)
        .select_related("urging__petition", "urging__deadline")
        .order_by("urging__deadline__due_at", "pk")
    )
    seen = set(
        visible_to(Actor.of_staff(person, now))
        .filter(pk__in={row.urging.petition_id for row in rows})
        .values_list("pk", flat=True)
    )
    # What was done since is not told any more, nor what this person may no longer see.
    still = [row for row in rows if row.urging.deadline.is_open and row.urging.petition_id in seen]
    mails = bool(still and person.is_active and person.email and sender_for("mail"))
    if mails:
        write_to(KIND, key, person.email, *in_words(person, still, today, now), now)
    Urged.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    if mails:
        Urged.objects.filter(pk__in=[row.pk for row in still]).update(by_mail=True)
    return int(mails)


def in_words(person: Staff, rows: Sequence[Urged], today: date, now: datetime) -> tuple[str, str]:
    """Return the subject and the text of a digest."""
    limits = {row.urging.deadline_id: row for row in rows}  # of several urgings about one limit, a line
    lines = [_line(row, today, now) for row in list(limits.values())[:MOST]]
    if len(limits) > MOST:
        lines.append(_("……另有 %(number)d 件，请到平台查看。") % {"number": len(limits) - MOST})
    text = _(
        "%(name)s，您好：\n\n下列信访件请抓紧办理。\n\n%(lines)s\n\n请登录平台办理：%(address)s\n\n%(office)s\n"
    ) % {
        "name": person.name,
        "lines": "\n".join(lines),
        "address": f"{settings.BASE_URL}{reverse('desk:work')}",
        "office": settings.OFFICE_NAME,
    }
    return _("催办：%(number)d 件信访请抓紧办理") % {"number": len(limits)}, text


def _line(row: Urged, today: date, now: datetime) -> str:
    limit = row.urging.deadline
    words = {
        "number": row.urging.petition.number,
        "limit": RULES[limit.rule].label if limit.rule in RULES else _("反馈结果"),
        "day": day_in_words(limit.due_on),
        "days": abs((today - limit.due_on).days),
    }
    if limit.due_at <= now:
        return _("%(number)s　%(limit)s，期限%(day)s，已超期 %(days)d 天") % words
    return _("%(number)s　%(limit)s，%(day)s到期，还有 %(days)d 天") % words
