"""How deliveries went, by way out and result, in slots of ten minutes: numbers alone, of no message in particular.

The duty desk, the health page and the alerts read off it when a way out last delivered, and whether it fails now.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Min, Q, Sum

from yiwang.outbox.models import Tally

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The slot under which all stand that are older than :data:`KEPT`, so that totals never fall."""
SLOT = timedelta(minutes=10)
KEPT = timedelta(days=2)


def count(route: str, code: str, *, lasting: bool, now: datetime) -> None:
    """Count one attempt, within the caller's transaction; ``code`` is empty for a delivery.

    ``lasting`` says that the other side refused this message for good, which is no fault of the way out.
    """
    slot = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
    row = {"route": route, "code": code[:40], "lasting": lasting, "slot": slot}
    again = {"number": F("number") + 1, "last_at": now}
    if Tally.objects.filter(**row).update(**again):
        return
    try:
        with transaction.atomic():
            Tally.objects.create(**row, number=1, first_at=now, last_at=now)
    except IntegrityError:  # another worker counted the first one of this slot at the same moment
        Tally.objects.filter(**row).update(**again)


def fold(now: datetime | None = None) -> int:
    """Sum up what is older than two days, and return how many rows went; the worker does it every hour."""
    now = now or datetime.now(UTC)
    with transaction.atomic():
        old = list(Tally.objects.select_for_update(skip_locked=True).filter(slot__gt=LONG_AGO, slot__lt=now - KEPT))
        sums: dict[tuple[str, str, bool], list[Tally]] = {}
        for row in old:
            sums.setdefault((row.route, row.code, row.lasting), []).append(row)
        for (route, code, lasting), rows in sums.items():
            total = {"first_at": min(row.first_at for row in rows), "last_at": max(row.last_at for row in rows)}
            kept, _made = Tally.objects.get_or_create(
                route=route, code=code, lasting=lasting, slot=LONG_AGO, defaults={"number": 0, **total}
            )
            Tally.objects.filter(pk=kept.pk).update(
                number=F("number") + sum(row.number for row in rows), last_at=total["last_at"]
            )
        Tally.objects.filter(pk__in=[row.pk for row in old]).delete()
    return len(old)


@dataclass(frozen=True)
class Standing:
    """How one way out stands: when it last delivered and last failed, and since when it has only failed (None: it works)."""

    route: str
    delivered_at: datetime | None
    failed_at: datetime | None
    failing_since: datetime | None
    code: str
    """The reason of the last failure."""


def standings() -> dict[str, Standing]:
    """Return how each way out stands that ever tried anything; one statement. Refusals of one address do not count."""
    rows = (
        Tally.objects.filter(Q(code="") | Q(lasting=False))
        .values_list("route", "code", "slot")
        .annotate(first=Min("first_at"), last=Max("last_at"))
    )
    by_route: dict[str, list[tuple[str, datetime, datetime]]] = {}
    for route, code, _slot, first, last in rows:
        by_route.setdefault(route, []).append((code, first, last))
    return {route: _standing(route, tried) for route, tried in by_route.items()}


def _standing(route: str, tried: list[tuple[str, datetime, datetime]]) -> Standing:
    delivered = max((last for code, _first, last in tried if not code), default=None)
    failures = [(last, first, code) for code, first, last in tried if code]
    if not failures:
        return Standing(route, delivered, None, None, "")
    failed, _first, code = max(failures)
    since = None
    if delivered is None:
        since = min(first for _last, first, _code in failures)
    elif failed > delivered:
        since = max(delivered, min(first for last, first, _code in failures if last > delivered))
    return Standing(route, delivered, failed, since, code)


def failures_since(since: datetime) -> dict[tuple[str, str], int]:
    """Return how many attempts failed by way out and reason, in the slots that begin from an instant on; one statement."""
    rows = (
        Tally.objects.filter(slot__gte=since, slot__gt=LONG_AGO)
        .exclude(code="")
        .values_list("route", "code")
        .annotate(total=Sum("number"))
        .order_by("route", "code")
    )
    return {(route, code): total for route, code, total in rows}


def totals() -> dict[tuple[str, str], int]:
    """Return how many attempts there ever were by way out and result; these never fall. One statement."""
    rows = Tally.objects.values_list("route", "code").annotate(total=Sum("number")).order_by("route", "code")
    return {(route, code): total for route, code, total in rows}
