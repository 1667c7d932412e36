"""What may be watched 监测项: a table, each row with a function that reads it now.

A signal gives a number for each thing it is about (a channel, a way out, a machine, a job; "" where there is but one).
It tells of the platform as a whole to those who run it, so that accusations 检举控告 are left out of whatever counts
petitions, and nothing names anybody.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.outbox import tally
from yiwang.outbox.models import Notice
from yiwang.petitions.lifecycle import OPEN
from yiwang.watch import heartbeats, intake, queues, timings
from yiwang.watch.models import Reading

Values = dict[str, float]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEWEST_REQUESTS = 20
"""Of fewer answers in five minutes no p95 is told: one slow page is no slow site."""
LAST_BACKUP = "last-backup.json"
CERTIFICATE = "certificate_days"
STALE = timedelta(days=2)
"""A reading older than that says nothing any more."""


@dataclass(frozen=True)
class Signal:
    """One row: what is watched, in which unit, from which value on by default, and how it is read.

    ``below``: it is beyond the threshold when it is less. ``about`` says what its values are told apart by, "" for one value.
    """

    code: str
    label: str | Promise
    unit: str | Promise
    threshold: int
    read: Callable[[datetime], Values]
    about: str | Promise = ""
    below: bool = False

    def beyond(self, value: float, threshold: int) -> bool:
        return value < threshold if self.below else value >= threshold


def _queue_age(now: datetime) -> Values:
    about = queues.ordinary()
    lines = [*queues.messages(about, now), queues.papers(about, now), queues.scans(about, now)]
    return {queue.name: queue.oldest_seconds / 60 for queue in lines if queue.name != Notice.PERSON}


def _sequencer_lag(now: datetime) -> Values:
    return {queue.name: float(queue.oldest_seconds) for queue in queues.logs(now)}


def _worker_silent(now: datetime) -> Values:
    silent: Values = {}
    for worker in heartbeats.workers(now):
        silent[worker.row.host] = max(silent.get(worker.row.host, 0), worker.silent_seconds / 60)
    return silent


def _job_failing(now: datetime) -> Values:
    failing: Values = {}
    for worker in heartbeats.workers(now):
        for job in worker.failing:
            failing[job] = failing.get(job, 0) + 1
    return failing


def _channel_down(now: datetime) -> Values:
    """For how many minutes a way out has only failed; one that lacks settings counts from when a message first waited for it."""
    return {
        route: (now - standing.failing_since).total_seconds() / 60 if standing.failing_since else 0
        for route, standing in tally.standings().items()
    }


def _silent_within(span: timedelta) -> Callable[[datetime], Values]:
    def read(now: datetime) -> Values:
        """What usually comes by each channel in this time and did not: nothing at all came."""
        found = intake.arrivals(queues.ordinary(), now - span, now)
        return {row.channel.value: row.usual or 0 for row in found if not row.number}

    return read


def _failures(now: datetime) -> Values:
    found: Values = {}
    for (route, _code), number in tally.failures_since(now - HOUR).items():
        found[route] = found.get(route, 0) + number
    return found


def _p95(now: datetime) -> Values:
    speed = timings.speed(now)
    return {"": speed.p95} if speed.p95 is not None and speed.number >= FEWEST_REQUESTS else {}


def _errors(now: datetime) -> Values:
    return {"": float(timings.speed(now).errors)}


def _disk(now: datetime) -> Values:
    return {
        worker.row.host: float(worker.row.disk_free_mb)
        for worker in heartbeats.workers(now)
        if worker.fresh and worker.row.disk_free_mb is not None
    }


def _clock(now: datetime) -> Values:
    return {
        worker.row.host: abs(worker.row.clock_off_ms) / 1000
        for worker in heartbeats.workers(now)
        if worker.fresh and worker.row.clock_off_ms is not None
    }


def _backup(now: datetime) -> Values:
    try:
        last = json.loads((Path(settings.YIWANG_VAR) / LAST_BACKUP).read_text())
        made = datetime.fromisoformat(last["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {"": (now - made).total_seconds() / 3600}


def _certificate(now: datetime) -> Values:
    row = Reading.objects.filter(name=CERTIFICATE, at__gt=now - STALE).first()
    return {"": row.value} if row and row.value is not None else {}


def _late(now: datetime) -> Values:
    waiting = queues.ordinary().filter(state__in=OPEN, closed_at__isnull=True)
    return {"": float(waiting.filter(next_due_at__lte=now).count())}


SIGNALS: dict[str, Signal] = {
    row.code: row
    for row in (
        Signal("queue_age", _("队列里等得最久的"), _("分钟"), 30, _queue_age, _("队列")),
        Signal("worker_silent", _("后台进程没有心跳"), _("分钟"), 3, _worker_silent, _("机器")),
        Signal("job_failing", _("后台任务失败"), _("个进程"), 1, _job_failing, _("任务")),
        Signal("channel_down", _("发送方式一直失败"), _("分钟"), 15, _channel_down, _("发送方式")),
        Signal("channel_silent_hour", _("渠道一小时没有来件，平时同一时段会来"), _("件"), 5, _silent_within(HOUR), _("渠道")),
        Signal("channel_silent_day", _("渠道一天没有来件，平时同一时段会来"), _("件"), 5, _silent_within(DAY), _("渠道")),
        Signal("failures", _("近一小时发送失败"), _("次"), 50, _failures, _("发送方式")),
        Signal("p95", _("近五分钟网页响应时间（二十次里有十九次在多少以内）"), _("毫秒"), 2_000, _p95),
        Signal("errors", _("近五分钟网页出错（5xx）"), _("次"), 5, _errors),
        Signal("disk", _("磁盘剩余"), "MB", 2_048, _disk, _("机器"), below=True),
        Signal("clock", _("时钟和数据库相差"), _("秒"), 5, _clock, _("机器")),
        Signal("backup", _("上次备份距今"), _("小时"), 36, _backup),
        Signal("certificate", _("网站证书还有几天到期"), _("天"), 14, _certificate, below=True),
        Signal("sequencer_lag", _("日志排序落后"), _("秒"), 120, _sequencer_lag, _("日志")),
        Signal("late_petitions", _("超期信访件"), _("件"), 20, _late),
    )
}  # fmt: skip
