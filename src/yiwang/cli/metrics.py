"""What `/metrics` says: the whole office's figures, read from the database when asked, whichever process answers (ADR 0029).

Labels are names of addresses, statuses, channels, ways out, codes of failures, jobs and machines: each from a short list
of ours, so that no petition and nobody can be one. Accusations 检举控告 are left out of whatever counts petitions.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import Count
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from yiwang.outbox import senders, tally
from yiwang.petitions.lifecycle import OPEN
from yiwang.petitions.models import Petition
from yiwang.store.ids import first_id_at
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.models import Finding
from yiwang.watch import heartbeats, queues, timings
from yiwang.workdays.counting import office_date, start_of

LABELS = frozenset({"page", "status", "channel", "state", "queue", "way", "result", "job", "host", "kind", "le"})
"""Every label that a metric may have; a test walks all metrics of a busy office."""


def registry() -> CollectorRegistry:
    """Return a registry that reads the office once."""
    found = CollectorRegistry(auto_describe=False)
    found.register(Office())
    return found


class Office(Collector):
    """Reads the office when it is collected: some fifteen statements, none of which hangs on how large the office is but for what waits."""

    def collect(self) -> Iterator[Metric]:
        now = datetime.now(UTC)
        yield from _requests()
        yield from _petitions(now)
        yield from _queues(now)
        yield from _deliveries()
        yield from _workers(now)
        yield from _findings()


def _requests() -> Iterator[Metric]:
    requests = CounterMetricFamily("yiwang_requests", "Answers given, by page and status", labels=["page", "status"])
    seconds = HistogramMetricFamily("yiwang_request_seconds", "How long answers took, by page", labels=["page"])
    by_page: dict[str, timings.Histogram] = {}
    for (page, status), histogram in sorted(timings.totals().items()):
        requests.add_metric([page, str(status)], histogram.number)
        by_page.setdefault(page, timings.Histogram()).merge(histogram)
    for page, histogram in by_page.items():
        passed, buckets = 0, []
        for bound, count in zip(timings.BOUNDS_MS, histogram.buckets, strict=False):
            passed += count
            buckets.append((str(bound / 1000), float(passed)))
        buckets.append(("+Inf", float(histogram.number)))
        seconds.add_metric([page], buckets, histogram.microseconds / 1_000_000)
    yield requests
    yield seconds


def _petitions(now: datetime) -> Iterator[Metric]:
    today = first_id_at(start_of(office_date(now)))
    received = GaugeMetricFamily(
        "yiwang_petitions_received_today", "Petitions received since midnight, by channel", labels=["channel"]
    )
    came = queues.ordinary().filter(pk__gte=today, historical=False).order_by().values_list("channel")
    for channel, number in came.annotate(number=Count("*")).order_by("channel"):
        received.add_metric([channel], number)
    yield received
    waiting = queues.ordinary().filter(state__in=OPEN, closed_at__isnull=True).order_by()
    open_ones = GaugeMetricFamily("yiwang_petitions_open", "Petitions that wait, by step", labels=["state"])
    for state, number in waiting.values_list("state").annotate(number=Count("*")).order_by("state"):
        open_ones.add_metric([state], number)
    yield open_ones
    late = waiting.filter(next_due_at__lte=now).count()
    yield GaugeMetricFamily("yiwang_petitions_late", "Petitions with a limit that has passed", value=late)


def _queues(now: datetime) -> Iterator[Metric]:
    size = GaugeMetricFamily("yiwang_queue_size", "What waits to be done by the platform", labels=["queue"])
    age = GaugeMetricFamily("yiwang_queue_oldest_seconds", "For how long the first has waited", labels=["queue"])
    for queue in queues.every(queues.ordinary(), now):
        size.add_metric([queue.name], queue.waiting)
        age.add_metric([queue.name], queue.oldest_seconds)
    yield size
    yield age


def _deliveries() -> Iterator[Metric]:
    tried = CounterMetricFamily(
        "yiwang_deliveries", "Messages handed over, or the code of the failure, by way out", labels=["way", "result"]
    )
    for (route, code), number in tally.totals().items():
        tried.add_metric([route, code or "delivered"], number)
    yield tried
    ready = GaugeMetricFamily("yiwang_way_out_ready", "1 where a way out has its settings", labels=["way"])
    failing = GaugeMetricFamily("yiwang_way_out_failing", "1 where a way out only fails now", labels=["way"])
    for sender in senders.registered():
        ready.add_metric([sender.route], int(sender.ready()))
    for route, standing in sorted(tally.standings().items()):
        failing.add_metric([route], int(standing.failing_since is not None))
    yield ready
    yield failing


def _workers(now: datetime) -> Iterator[Metric]:
    silent = GaugeMetricFamily("yiwang_worker_silent_seconds", "Since the last heartbeat, by machine", labels=["host"])
    free = GaugeMetricFamily("yiwang_disk_free_bytes", "Free where the office lies, by machine", labels=["host"])
    clock = GaugeMetricFamily("yiwang_clock_offset_seconds", "Ahead of the database's, by machine", labels=["host"])
    failing = GaugeMetricFamily("yiwang_job_failing", "Workers in which a job's last run failed", labels=["job"])
    jobs: dict[str, int] = {}
    by_host: dict[str, heartbeats.Worker] = {}
    for worker in heartbeats.workers(now):
        for job, result in worker.row.jobs.items():
            jobs[job] = jobs.get(job, 0) + (not result.get("ok"))
        known = by_host.get(worker.row.host)
        if known is None or worker.silent_seconds < known.silent_seconds:
            by_host[worker.row.host] = worker
    for host, worker in sorted(by_host.items()):
        silent.add_metric([host], worker.silent_seconds)
        if worker.row.disk_free_mb is not None:
            free.add_metric([host], worker.row.disk_free_mb * 1_000_000)
        if worker.row.clock_off_ms is not None:
            clock.add_metric([host], worker.row.clock_off_ms / 1000)
    for job, number in sorted(jobs.items()):
        failing.add_metric([job.replace(" ", "_")], number)
    yield from (silent, free, clock, failing)


def _findings() -> Iterator[Metric]:
    """Open findings of supervision by kind; flags are hints for supervisors alone, and no figure."""
    found = GaugeMetricFamily("yiwang_findings_open", "Open findings of supervision, by kind", labels=["kind"])
    shown = [code for code, kind in KINDS.items() if not kind.flag]
    rows = Finding.objects.filter(ended_at=None, kind__in=shown).exclude(petition__purpose=Petition.Purpose.ACCUSATION)
    for kind, number in rows.order_by().values_list("kind").annotate(number=Count("*")).order_by("kind"):
        found.add_metric([kind], number)
    yield found
