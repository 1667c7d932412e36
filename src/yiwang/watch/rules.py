"""Rules of alerts 告警规则: the first ones, and changing them; one transaction and one line of the behaviour log each."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from yiwang.journal import log
from yiwang.watch.models import Alert, AlertRule
from yiwang.watch.signals import SIGNALS

MOST_RECIPIENTS = 20
WAYS = {"mails": "mail", "telephones": "sms", "webhooks": "webhook"}
"""The columns of recipients, and the way out of each."""


class Refused(Exception):
    """A rule cannot be as it was given; ``field`` names what is wrong with it, ``code`` what."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@dataclass(frozen=True)
class Given:
    """What an administrator gives for a rule."""

    signal: str
    about: str
    threshold: int
    minutes: int
    repeat_hours: int
    quiet_from: time | None
    quiet_until: time | None
    active: bool
    mails: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()


def recipients(rule: AlertRule) -> list[tuple[str, str]]:
    """Return whom a rule tells: way out and address, in order."""
    return [
        (route, address) for column, route in WAYS.items() for address in rule.unseal(column).splitlines() if address
    ]


def save_rule(rule: AlertRule, given: Given, by_id: int, now: datetime) -> None:
    """Write a rule, new or changed. Its open events end without a word when what it watches changes, or it is switched off.

    Raises Refused.
    """
    _check(given)
    new = rule._state.adding
    ends = not new and (not given.active or (rule.signal, rule.about) != (given.signal, given.about))
    for name in ("signal", "about", "threshold", "minutes", "repeat_hours", "quiet_from", "quiet_until", "active"):
        setattr(rule, name, getattr(given, name))
    for column in WAYS:
        rule.seal(column, "\n".join(getattr(given, column)))
    rule.changed_at = now
    with transaction.atomic():
        rule.save()
        if ends:
            Alert.objects.filter(rule=rule, ended_at=None).update(ended_at=now, end_told_at=now)
        state = f"{rule.signal} {rule.threshold}" if rule.active else f"{rule.signal} off"
        note("add_alert_rule" if new else "change_alert_rule", rule, by_id, state)


def remove_rule(rule: AlertRule, by_id: int) -> None:
    """Remove a rule and its events."""
    with transaction.atomic():
        note("remove_alert_rule", rule, by_id, rule.signal)
        rule.delete()


def _check(given: Given) -> None:
    if given.signal not in SIGNALS:
        raise Refused("signal", "unknown")
    if (given.quiet_from is None) != (given.quiet_until is None):
        raise Refused("quiet_until", "half")
    if given.quiet_from is not None and given.quiet_from == given.quiet_until:
        raise Refused("quiet_until", "always")
    for column in WAYS:
        if len(getattr(given, column)) > MOST_RECIPIENTS:
            raise Refused(column, "many")
    if not any(getattr(given, column) for column in WAYS):
        raise Refused("mails", "nobody")


def note(act: str, rule: AlertRule, by_id: int, reason: str) -> None:
    """Leave a line of the behaviour log about a rule, within the caller's transaction."""
    log.write(
        [
            log.line(
                act, actor_kind="staff", actor_id=by_id, subject_kind="alert_rule", subject_id=rule.pk, reason=reason[:60]
            )
        ]
    )  # fmt: skip
