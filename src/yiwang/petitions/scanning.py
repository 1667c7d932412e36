"""Quarantine 隔离: papers that nobody opens until the scanner has found them clean, and the worker's job that has them looked at."""

from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.doors import clamd
from yiwang.journal import log as journal
from yiwang.journal.models import Record
from yiwang.petitions.models import Attachment
from yiwang.store.ids import instant_of
from yiwang.vault import files
from yiwang.vault.sealing import SealBroken

Scan = Attachment.Scan
TOGETHER = 20

log = structlog.get_logger(__name__)


def state_of_new(content_type: str) -> str:
    """Return how a file begins: a picture was drawn anew and needs no scan; a paper waits, where there is a scanner."""
    if content_type.startswith("image/"):
        return Scan.REDRAWN
    return Scan.WAITING if clamd.is_set() else Scan.UNSCANNED


def may_open(row: Attachment) -> bool:
    """Tell whether a file may be given out to whoever may see its petition."""
    return row.scan in (Scan.REDRAWN, Scan.CLEAN) or (row.scan == Scan.UNSCANNED and not clamd.is_set())


def remark(row: Attachment) -> str:
    """Return what is said beside a file's name; empty where there is nothing to say."""
    if may_open(row):
        return _("没有查过病毒，打开要小心") if row.scan == Scan.UNSCANNED else ""
    return {
        Scan.INFECTED: _("查出病毒，已经隔离，打不开"),
        Scan.FAILED: _("没能查毒，已经隔离，打不开"),
    }.get(row.scan, _("正在查毒，查完才能打开"))  # type: ignore[call-overload]


def scan_waiting() -> int:
    """Have the files looked at that wait for it, oldest first, and return how many; the worker does it every few seconds.

    Also those that were taken in before there was a scanner. Raises ScannerAway when it does not answer: all stay in
    quarantine, and are tried at the next turn.
    """
    if not clamd.is_set():
        return 0
    waiting = Attachment.objects.filter(scan__in=[Scan.WAITING, Scan.UNSCANNED]).select_related("petition")
    done = 0
    for row in waiting.order_by("id")[:TOGETHER]:
        _note(row, _looked_at(row))
        done += 1
    return done


def longest_wait() -> timedelta:
    """Return for how long the oldest file has waited; one that came before there was a scanner counts from then on too."""
    waiting = Attachment.objects.filter(scan__in=[Scan.WAITING, Scan.UNSCANNED])
    oldest = waiting.order_by("id").values_list("id", flat=True).first()
    return datetime.now(UTC) - instant_of(oldest) if oldest else timedelta(0)


def _looked_at(row: Attachment) -> str:
    try:
        found = clamd.scan(files.read_sealed(row.petition.key, row.pk))
    except (clamd.NotScanned, SealBroken, FileNotFoundError) as error:
        # Its name and what is in it are nobody's business; the reason may be.
        log.error("file not scanned", attachment=row.pk, reason=type(error).__name__)
        return Scan.FAILED
    if found:
        log.warning("virus found", attachment=row.pk, signature=found)
    return Scan.INFECTED if found else Scan.CLEAN


def _note(row: Attachment, state: str) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        # Of two workers that looked at the same file, one writes it down.
        if Attachment.objects.filter(pk=row.pk, scan=row.scan).update(scan=state, scanned_at=now):
            result = Record.Result.DONE if state == Scan.CLEAN else Record.Result.REFUSED
            journal.write(
                [
                    journal.line(
                        "scan_file", actor_kind="system", subject_kind="attachment", subject_id=row.pk, reason=state,
                        result=result, at=now,
                    )
                ]
            )  # fmt: skip
