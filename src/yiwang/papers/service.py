"""Service 送达: on which day a paper reached whom it was for, and how that is proven. The limits of appeal run from there (arts. 35, 36)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.journal import log
from yiwang.papers.making import office_today
from yiwang.papers.models import Paper, Service
from yiwang.store.ids import new_id
from yiwang.vault import files

SLACK = timedelta(minutes=5)


class ServiceRefused(Exception):
    """A record of service is not taken; ``field`` names what is to be mended."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Served:
    """What an action needs to start the next limit: ``delivered_on`` is the day from which it is counted (None: on its way).

    ``first`` tells whether no earlier record named a day; ``proven`` whether limits run from papers of this kind at all.
    """

    paper: Paper
    service: Service
    delivered_on: date | None
    first: bool
    proven: bool


@dataclass(frozen=True)
class Proof:
    """A picture or PDF of a signed proof of service, checked by whoever took it in."""

    content: bytes
    content_type: str


def record(
    paper_id: int,
    *,
    how: str,
    sent_at: datetime,
    delivered_on: date | None = None,
    tracking: str = "",
    received_by: str = "",
    proof: Proof | None = None,
    by_id: int | None = None,
    now: datetime | None = None,
) -> Served:
    """Append a record of service, with its line of the behaviour log. Raises :class:`ServiceRefused`, or OSError (the disk is full …)."""
    now = now or datetime.now(UTC)
    paper = Paper.objects.get(pk=paper_id)
    _check(paper, how, sent_at, delivered_on, received_by, now)
    row = Service(
        paper=paper, how=how, sent_at=sent_at, delivered_on=delivered_on, tracking=tracking.strip()[:40],
        recorded_by_id=by_id, recorded_at=now,
    )  # fmt: skip
    row.seal("received_by", received_by.strip())
    if proof:
        row.scan_id, row.scan_type = new_id(), proof.content_type
        files.write_sealed(row.key, row.scan_id, proof.content)
    elif not row.data_key:
        _ = row.key
    with transaction.atomic():
        Paper.objects.select_for_update().get(pk=paper_id)
        first = not Service.objects.filter(paper=paper, delivered_on__isnull=False).exists()
        row.save(force_insert=True)
        log.write(
            [
                log.line(
                    "record_service", actor_kind="staff" if by_id else "system", actor_id=by_id, subject_kind="paper",
                    subject_id=paper.pk, reason=how,
                )
            ]
        )  # fmt: skip
    return Served(paper, row, delivered_on, first and delivered_on is not None, paper.row.proven)


def delivered_on(paper: Paper) -> date | None:
    """Return the day on which a paper was received, by the last record that names one; None while none does."""
    return (
        Service.objects.filter(paper=paper, delivered_on__isnull=False)
        .order_by("-id")
        .values_list("delivered_on", flat=True)
        .first()
    )


def read_scan(service: Service) -> bytes:
    """Return the file of the proof; raises FileNotFoundError or SealBroken."""
    if service.scan_id is None:
        raise FileNotFoundError(f"service {service.pk} has no scan")
    return files.read_sealed(service.key, service.scan_id)


def _check(paper: Paper, how: str, sent_at: datetime, delivered: date | None, received_by: str, now: datetime) -> None:
    if not paper.is_made or paper.dated_on is None:
        raise ServiceRefused("not_made", "", _("这份文书还没有制作好，或者已经作废，不能登记送达。"))
    if how not in Service.How.values:
        raise ServiceRefused("how", "how", _("请选择送达方式。"))
    if sent_at > now + SLACK:
        raise ServiceRefused("future", "sent_at", _("送出的时间不能在将来。"))
    if office_today(sent_at) < paper.dated_on:
        raise ServiceRefused("before_made", "sent_at", _("送出的时间不能早于文书的日期。"))
    if delivered and delivered > office_today(now):
        raise ServiceRefused("future", "delivered_on", _("送达的日期不能在将来。"))
    if delivered and delivered < office_today(sent_at):
        raise ServiceRefused("before_sent", "delivered_on", _("送达的日期不能早于送出的日期。"))
    if how == Service.How.HAND and delivered and not received_by.strip():
        raise ServiceRefused("no_receiver", "received_by", _("当面送达要写明由谁签收。"))
