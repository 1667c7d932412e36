"""What the duty desk 值班台 shows: figures of petitions for who reads them, and how the platform fares for who keeps it running."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.desk.monitoring.links import received, waiting
from yiwang.outbox import senders, tally
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import OPEN
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import visible_to
from yiwang.watch import alerting, heartbeats, intake, queues, timings
from yiwang.watch.models import Alert
from yiwang.watch.signals import SIGNALS
from yiwang.workdays.counting import office_date, start_of

HOUR = timedelta(hours=1)
MOST_ALERTS = 20
SLOW_MS = 1_000
LONG_SECONDS = 900
"""After so long a queue counts as stuck, and a way out that only fails as down."""

WAYS: dict[str, str | Promise] = {
    "mail": _("邮件"),
    "sms": _("短信"),
    "webhook": _("网络回调"),
    "person": _("待告知（打电话或寄信）"),
}
QUEUES: dict[str, str | Promise] = {
    **WAYS,
    "papers": _("待制作的文书"),
    "scans": _("等查毒的文件"),
    "journal": _("行为日志排序"),
    "petition_log": _("存证日志排序"),
}


@dataclass(frozen=True)
class Coming:
    """One channel: what came today and in the last hour, and what usually comes by now and in this hour."""

    channel: Petition.Channel
    today: intake.Arrivals
    hour: intake.Arrivals
    href: str


@dataclass(frozen=True)
class Step:
    """What waits in one step, and how much of it is late."""

    state: Petition.State
    waiting: int
    late: int
    href: str
    href_late: str


@dataclass(frozen=True)
class Way:
    """One way out: up, down or not set up."""

    name: str | Promise
    state: str
    standing: tally.Standing | None


def figures(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the figures of petitions that an actor may see: what came by each channel, what waits in each step."""
    today = office_date(now)
    midnight = start_of(today)
    lately = visible_to(actor, counted_from=intake.reach(min(midnight, now - HOUR)))
    day = {row.channel: row for row in intake.arrivals(lately, midnight, now)}
    hour = {row.channel: row for row in intake.arrivals(lately, now - HOUR, now)}
    coming = [
        Coming(
            channel,
            day.get(channel) or intake.Arrivals(channel, 0, None),
            hour.get(channel) or intake.Arrivals(channel, 0, None),
            received(today, today, channel=channel.value),
        )
        for channel in Petition.Channel
        if channel in day or channel in hour
    ]
    steps = _steps(visible_to(actor, counted_from=0), now)
    return {
        "coming": coming,
        "silent": [row for row in coming if row.hour.silent],
        "received_today": sum(row.today.number for row in coming),
        "received_hour": sum(row.hour.number for row in coming),
        "received_link": received(today, today),
        "steps": steps,
        "waiting": sum(step.waiting for step in steps),
        "late": sum(step.late for step in steps),
        "waiting_link": waiting(),
        "late_link": waiting(due="late"),
    }


def machine(about: QuerySet[Petition], now: datetime) -> dict[str, Any]:
    """Return how the platform fares; ``about`` says of which petitions' messages, papers and files the reader may know."""
    lines = queues.every(about, now)
    speed = timings.speed(now)
    workers = heartbeats.workers(now)
    return {
        "queues": [(QUEUES.get(line.name, line.name), line, line.oldest_seconds >= LONG_SECONDS) for line in lines],
        "undelivered": sum(line.waiting for line in lines if line.name in WAYS),
        "reasons": [(WAYS.get(route, route), code, number) for route, code, number in queues.reasons(about)],
        "ways": _ways({line.name: line.waiting for line in lines}, now),
        "workers": workers,
        "workers_fresh": sum(worker.fresh for worker in workers),
        "speed": speed,
        "slow": speed.p95 is not None and speed.p95 >= SLOW_MS,
        "alerts": [_alert(event) for event in open_alerts()],
    }


def open_alerts() -> QuerySet[Alert]:
    """Return the events that were raised and have not ended, the latest first."""
    raised = Alert.objects.filter(ended_at=None, raised_at__isnull=False)
    return raised.select_related("rule").order_by("-raised_at", "-pk")[:MOST_ALERTS]


def _alert(event: Alert) -> dict[str, Any]:
    signal = SIGNALS.get(event.rule.signal)
    return {
        "event": event,
        "name": alerting.name_of(signal, event.about) if signal else event.rule.signal,
        "value": alerting.number(event.value),
        "unit": signal.unit if signal else "",
    }


def _steps(visible: QuerySet[Petition], now: datetime) -> list[Step]:
    rows = (
        visible.filter(state__in=OPEN, closed_at__isnull=True)
        .order_by()
        .values_list("state")
        .annotate(waiting=Count("*"), late=Count("pk", filter=Q(next_due_at__lte=now)))
    )
    found = {state: (number, late) for state, number, late in rows}
    return [
        Step(state, *found[state], waiting(state=state.value), waiting(state=state.value, due="late"))
        for state in Petition.State
        if state in found
    ]


def _ways(waiting_by: dict[str, int], now: datetime) -> list[Way]:
    standings = tally.standings()
    found = []
    for sender in senders.registered():
        standing = standings.get(sender.route)
        if not sender.ready():
            state = "missing" if waiting_by.get(sender.route) else "off"
        elif standing and standing.failing_since:
            state = "down" if (now - standing.failing_since).total_seconds() >= LONG_SECONDS else "failing"
        else:
            state = "up"
        found.append(Way(WAYS.get(sender.route, sender.route), state, standing))
    return found
