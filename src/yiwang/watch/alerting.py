"""Alerts 告警: the job that reads the signals, keeps the events, and writes the messages that are owed.

An event begins when a value is beyond a rule's threshold, is raised when that has lasted as long as the rule says, and
ends when it has not been so for as long. What is written to the outbox is written in one transaction with the event, the
rule's row locked: killed in the middle, or done by two workers at once, a message is neither lost nor doubled. After a
downtime an event is told of once, not once for each hour that was missed; one that had not lasted long enough begins anew.
"""

import json
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from yiwang.outbox.changes import write_to
from yiwang.petitions.models import Petition
from yiwang.store.ids import new_id
from yiwang.watch.models import Alert, AlertRule
from yiwang.watch.rules import note, recipients
from yiwang.watch.signals import SIGNALS, Signal, Values
from yiwang.workdays.counting import office_zone

GAP = timedelta(minutes=10)
"""Seen again after a longer pause, a value has not “lasted”: nobody looked in between."""
KEPT = timedelta(days=90)
log = structlog.get_logger(__name__)


def go_on(now: datetime | None = None) -> int:
    """Look at all rules once, and return how many messages were written; the worker calls it every half minute."""
    now = now or datetime.now(UTC)
    readings: dict[str, Values | None] = {}
    written = 0
    for rule in AlertRule.objects.filter(active=True).order_by("pk"):
        signal = SIGNALS.get(rule.signal)
        if signal is None:
            continue
        if rule.signal not in readings:
            readings[rule.signal] = _read(signal, now)
        values = readings[rule.signal]
        if values is not None:
            written += _apply(rule, signal, values, now)
    return written


def sweep(now: datetime | None = None) -> int:
    """Remove events that ended more than ninety days ago, and return how many."""
    return Alert.objects.filter(ended_at__lt=(now or datetime.now(UTC)) - KEPT).delete()[0]


def send_test(rule: AlertRule, by_id: int, now: datetime) -> int:
    """Owe a trial message to everybody whom a rule tells, whatever the hour; leave a line in the behaviour log; return how many."""
    with transaction.atomic():
        note("test_alert_rule", rule, by_id, rule.signal)
        return _tell(rule, None, "test", new_id(now), now)


def name_of(signal: Signal, about: str) -> str:
    """Return what an event is about in words, as 渠道一小时没有来件（网站）."""
    return f"{signal.label}（{thing(signal, about)}）" if about else str(signal.label)


def thing(signal: Signal, about: str) -> str:
    """Return the name of a channel; other things are called what they are."""
    if signal.code.startswith("channel_silent") and about in Petition.Channel.values:
        return str(Petition.Channel(about).label)
    return about


def number(value: float) -> str:
    """Return a value as people read it: with one decimal where it is no whole number."""
    return f"{value:.1f}".removesuffix(".0")


def is_quiet(rule: AlertRule, now: datetime) -> bool:
    """Return whether it is an hour in which a rule tells nobody, by the office's clock; from 22:00 to 7:00 goes over midnight."""
    if rule.quiet_from is None or rule.quiet_until is None:
        return False
    clock = now.astimezone(office_zone()).time()
    if rule.quiet_from < rule.quiet_until:
        return rule.quiet_from <= clock < rule.quiet_until
    return clock >= rule.quiet_from or clock < rule.quiet_until


def _read(signal: Signal, now: datetime) -> Values | None:
    """Return a signal's values; None when it cannot be read, which ends no event."""
    try:
        return signal.read(now)
    except DatabaseError:
        raise
    except Exception as error:  # one that cannot be read keeps no other from being told of
        log.error("signal not read", signal=signal.code, exc_info=error)
        return None


def _apply(rule: AlertRule, signal: Signal, values: Values, now: datetime) -> int:
    over = {
        about: value
        for about, value in values.items()
        if rule.about in {"", about} and signal.beyond(value, rule.threshold)
    }
    if not over and not _unfinished(rule).exists():
        return 0  # so that in a quiet office no writer is kept waiting
    with transaction.atomic():
        held = AlertRule.objects.select_for_update(skip_locked=True).filter(pk=rule.pk, active=True).first()
        if held is None or held.changed_at != rule.changed_at:
            return 0  # another worker is at it, or an administrator just changed it
        return _follow(held, over, now)


def _unfinished(rule: AlertRule) -> QuerySet[Alert]:
    return Alert.objects.filter(rule=rule).filter(Q(ended_at=None) | Q(end_told_at=None, told__gt=0))


def _follow(rule: AlertRule, over: Values, now: datetime) -> int:
    lasting, quiet = timedelta(minutes=rule.minutes), is_quiet(rule, now)
    written = 0
    events = {event.about: event for event in _unfinished(rule).filter(ended_at=None)}
    for about, value in sorted(over.items()):
        event = events.pop(about, None) or Alert(rule=rule, about=about[:80], began_at=now, seen_at=now)
        if event.raised_at is None and now - event.seen_at > GAP:
            event.began_at = now
        event.value, event.seen_at, event.well_since = value, now, None
        if event.raised_at is None and now - event.began_at >= lasting:
            event.raised_at = now
        if event.raised_at and not quiet and _is_due(rule, event, now):
            written += _tell(rule, event, "repeated" if event.told else "raised", event.pk, now)
            event.told, event.told_at = event.told + 1, now
        event.save()
    for event in events.values():
        if event.raised_at is None:
            event.delete()
            continue
        event.well_since = event.well_since or now
        if now - event.well_since >= lasting:
            event.ended_at = now
        event.save(update_fields=["well_since", "ended_at"])
    if not quiet:
        for event in _unfinished(rule).exclude(ended_at=None).order_by("pk"):
            written += _tell(rule, event, "ended", event.pk, now)
            event.end_told_at = now
            event.save(update_fields=["end_told_at"])
    return written


def _is_due(rule: AlertRule, event: Alert, now: datetime) -> bool:
    return event.told_at is None or now - event.told_at >= timedelta(hours=rule.repeat_hours)


def _tell(rule: AlertRule, event: Alert | None, what: str, event_id: int, now: datetime) -> int:
    """Write the messages of one event to the outbox, in the caller's transaction; return how many."""
    signal = SIGNALS[rule.signal]
    told = event.told if event else 0
    written = 0
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = _words(rule, signal, event, what)
        for place, (route, address) in enumerate(recipients(rule)):
            key = f"{event_id}-{what[0]}{told}-{place}"
            text = _document(rule, signal, event, what, subject, now) if route == "webhook" else body
            write_to("alert", key, address, subject, text, now, route=route)
            written += 1
    return written


def _words(rule: AlertRule, signal: Signal, event: Alert | None, what: str) -> tuple[str, str]:
    name = name_of(signal, event.about if event else rule.about)
    heads = {
        "raised": _("告警：%(name)s"), "repeated": _("仍在告警：%(name)s"), "ended": _("告警解除：%(name)s"), "test": _("测试告警：%(name)s"),
    }  # fmt: skip
    subject = f"{settings.OFFICE_NAME} {heads[what] % {'name': name}}"
    if event is None:
        lines = [_("这是一条测试，没有发生故障。收到它，说明这条规则的告警能送到。")]
    else:
        lines = [
            _("现在的数值：%(value)s %(unit)s") % {"value": number(event.value), "unit": signal.unit},
            _("开始于：%(at)s") % {"at": _clock(event.began_at)},
        ]  # fmt: skip
        if what == "ended" and event.ended_at:
            lines = [
                _("已恢复正常，从 %(from)s 到 %(to)s。")
                % {"from": _clock(event.began_at), "to": _clock(event.ended_at)}
            ]
    limit = _("告警线：低于 %(limit)d %(unit)s") if signal.below else _("告警线：达到 %(limit)d %(unit)s")
    lines.append(limit % {"limit": rule.threshold, "unit": signal.unit})
    lines.append(f"{settings.BASE_URL}/desk/duty/")
    return subject, "\n".join(lines)


def _document(rule: AlertRule, signal: Signal, event: Alert | None, what: str, subject: str, now: datetime) -> str:
    """Return what a webhook is sent: JSON, described in docs/monitoring.md."""
    return json.dumps(
        {
            "event": what, "signal": signal.code, "about": event.about if event else rule.about, "text": subject,
            "value": event.value if event else None, "threshold": rule.threshold, "unit": str(signal.unit),
            "began_at": event.began_at.isoformat() if event else None,
            "ended_at": event.ended_at.isoformat() if event and event.ended_at else None,
            "alert": str(event.pk) if event else None, "office": settings.OFFICE_NAME, "at": now.isoformat(),
        },
        ensure_ascii=False,
    )  # fmt: skip


def _clock(instant: datetime) -> str:
    return f"{instant.astimezone(office_zone()):%Y-%m-%d %H:%M}"
