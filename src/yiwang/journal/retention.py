"""The end of the behaviour log's retention: whole segments go, and their signed closing stays.

A segment ends with the last head before the beginning of a month (UTC) that lies the retention back. The closing is
committed before the first line goes, so that a removal that is broken off is taken up again, and the journal verifies at
any moment in between.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from yiwang.journal import heads, merkle
from yiwang.journal.models import Closing, Head, Place, Record
from yiwang.journal.sequencer import START, chained, leaf_of, subtrees
from yiwang.store.append_only import lifted
from yiwang.vault.signing import office_signed, office_signing_keys

SHORTEST_MONTHS = 6
"""The behaviour log is kept for not less: what the Cybersecurity Law 网络安全法 demands of network logs."""
BATCH = 5_000
TABLES = ("journal_record", "journal_place", "journal_head")


class NotAsSigned(Exception):
    """The lines that would go are not those that were signed: nothing is removed before that is looked into."""


@dataclass(frozen=True)
class Removed:
    """What a run removed, and up to which instant."""

    lines: int
    until: datetime | None


def months_before(now: datetime, months: int) -> datetime:
    """Return the beginning (UTC) of the month that lies so many months before the one of ``now``."""
    now = now.astimezone(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def expire(months: int, now: datetime | None = None, tell: Callable[[int], object] = lambda lines: None) -> Removed:
    """Close what is older than so many months and remove it; ``tell`` is called with the lines of each batch.

    Run by the owner of the tables. Raises ValueError for less than :data:`SHORTEST_MONTHS`, and :class:`NotAsSigned`.
    """
    if months < SHORTEST_MONTHS:
        raise ValueError(f"the behaviour log is kept for at least {SHORTEST_MONTHS} months")
    now = now or datetime.now(UTC)
    before = Closing.objects.order_by("-count").first()
    head = Head.objects.filter(at__lt=months_before(now, months)).order_by("-number").first()
    if head and head.count > (before.count if before else 0):
        before = _close(head, before, now)
    if before is None:
        return Removed(0, None)
    return Removed(_remove(before, tell), before.covers_until)


def is_closed_rightly(closing: Closing) -> bool:
    """Tell whether the office signed a closing, and not before the shortest retention was over."""
    signed = office_signed(closing.key, _message_of(closing), bytes(closing.signature))
    return signed and closing.covers_until < months_before(closing.at, SHORTEST_MONTHS)


def _close(head: Head, before: Closing | None, now: datetime) -> Closing:
    """Return the saved closing of all lines that a head counts, once these are found to be as it says."""
    size, chain = (before.count, bytes(before.chain)) if before else (0, START)
    frontier = subtrees(before.frontier) if before else []
    rows = Place.objects.filter(seq__gt=size, seq__lte=head.count).order_by("seq")
    for seq, record_id, mac in rows.values_list("seq", "record_id", "record__mac").iterator(chunk_size=BATCH):
        leaf = leaf_of(record_id, bytes(mac))
        merkle.append(frontier, size, leaf)
        chain, size = chained(chain, leaf), size + 1
        if seq != size:
            break
    if (size, chain) != (head.count, bytes(head.chain)) or merkle.root(frontier) != bytes(head.root):
        raise NotAsSigned("run “yiwang journal verify”, which tells what is wrong; nothing was removed")
    keys = office_signing_keys()
    closing = Closing(
        count=size, chain=chain, frontier=b"".join(frontier), head_number=head.number, head_link=heads.link_of(head),
        covers_until=head.at, at=now, key=keys.current,
    )  # fmt: skip
    closing.signature = keys.sign(_message_of(closing))[1]
    closing.save(force_insert=True)
    return closing


def _remove(closing: Closing, tell: Callable[[int], object]) -> int:
    done = 0
    while True:
        with lifted(*TABLES):
            rows = Place.objects.filter(seq__lte=closing.count).order_by("seq").values_list("seq", "record_id")[:BATCH]
            found = list(rows)
            if not found:
                # Last of all: as long as lines are left, so are the heads that tell of them.
                Head.objects.filter(number__lte=closing.head_number).delete()
                return done
            Record.objects.filter(pk__in=[record_id for _seq, record_id in found]).delete()
            Place.objects.filter(seq__lte=found[-1][0]).delete()
        done += len(found)
        tell(len(found))


def _message_of(closing: Closing) -> bytes:
    plain = {
        "count": closing.count,
        "chain": bytes(closing.chain).hex(),
        "frontier": bytes(closing.frontier).hex(),
        "head_number": closing.head_number,
        "head_link": bytes(closing.head_link).hex(),
        "covers_until": closing.covers_until.astimezone(UTC).isoformat(timespec="microseconds"),
        "at": closing.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "key": closing.key,
    }
    return b"yiwang journal closing\n" + json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
