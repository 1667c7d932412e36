"""Verifying the journal: every line, its place, the chain, the Merkle tree, and all signed heads, inside the database and out.

It reads in batches and holds none of them for longer, so that its memory is flat, and it locks nothing: rows are only ever
added, and what was there at the beginning is looked at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Max

from yiwang.journal import heads, merkle
from yiwang.journal.log import MACED, mac_of_values
from yiwang.journal.models import Closing, Head, Place
from yiwang.journal.retention import is_closed_rightly
from yiwang.journal.sequencer import START, chained, leaf_of, subtrees, waiting
from yiwang.store.ids import first_id_at

BATCH = 5_000
MOST_FAULTS = 20
"""So many are told; one is enough to fail."""
SLACK = timedelta(days=1)
"""How much older than the end of an expired segment a line may be that was ordered after it."""

FAULTS = {
    "line_altered": "the line is not what was written",
    "line_gone": "the line was removed",
    "line_moved": "another line stands in this place",
    "line_from_before": "the line is older than what was removed at the end of its retention",
    "place_gone": "the line was removed with its place",
    "chain_broken": "the chain was altered",
    "head_altered": "the signed head was altered",
    "head_gone": "the signed head was removed",
    "head_unsigned": "the head is not signed by this office",
    "head_contradicted": "the lines are not those that were signed: some were removed, added or put in another order",
    "journal_cut": "lines were removed from the end, or all of them built anew",
    "file_gone": "the file of signed heads outside the database is missing",
    "file_contradicted": "the database does not hold the head that stands in the file outside it",
    "closing_wrong": "the closing of an expired segment is not signed by this office, or came too early",
}
"""What may be wrong, and how it is told."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written: at which place, of which line, where these are known."""

    fault: str
    seq: int | None = None
    record: int | None = None
    detail: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        return {"seq": self.seq, "record": self.record, "fault": self.fault}

    def __str__(self) -> str:
        where = f"place {self.seq}: " if self.seq is not None else ""
        whose = f" (line {self.record})" if self.record is not None else ""
        return f"{where}{FAULTS[self.fault]}{whose}{f': {self.detail}' if self.detail else ''}"


@dataclass
class Verdict:
    """What came of it. ``checked`` lines, of which ``waiting`` had no place yet; ``heads`` in the database."""

    checked: int = 0
    waiting: int = 0
    heads: int = 0
    faults: list[Fault] = field(default_factory=list)
    found: int = 0

    @property
    def ok(self) -> bool:
        return not self.found

    @property
    def first_bad(self) -> Fault | None:
        """The first place at which something is wrong; what is wrong with the journal as a whole comes after all places."""
        return min(self.faults, key=lambda fault: (fault.seq is None, fault.seq or 0), default=None)

    def note(self, fault: Fault) -> None:
        """Keep the first of each kind, and as many more as are told."""
        self.found += 1
        if len(self.faults) < MOST_FAULTS or fault.fault not in {known.fault for known in self.faults}:
            self.faults.append(fault)

    @property
    def as_json(self) -> dict[str, Any]:
        first = self.first_bad
        return {
            "ok": self.ok, "checked": self.checked, "first_bad": first.as_json if first else None,
            "waiting": self.waiting, "heads": self.heads,
        }  # fmt: skip


def verify(tell: Callable[[int], object] = lambda lines: None) -> Verdict:
    """Check the whole journal and return what was found; ``tell`` is called with the number of lines of each batch."""
    verdict = Verdict()
    closing = Closing.objects.order_by("-count").first()
    if closing and not is_closed_rightly(closing):
        verdict.note(Fault("closing_wrong", detail=f"{closing.count} lines"))
    last_head = Head.objects.aggregate(last=Max("number"))["last"] or (closing.head_number if closing else 0)
    _check_heads(verdict, closing, last_head)
    for path in heads.files():
        _check_file(verdict, path, closing, last_head)
    _Walk(verdict, closing, last_head).run(tell)
    _check_waiting(verdict, tell)
    return verdict


def _check_heads(verdict: Verdict, closing: Closing | None, last_head: int) -> None:
    """Check that each head names the one before it and counts no less, and that the last one, which thereby binds all, is signed."""
    number, link = (closing.head_number, bytes(closing.head_link)) if closing else (0, heads.NO_HEAD)
    count, head = closing.count if closing else 0, None
    for head in _heads(number, last_head):
        verdict.heads += 1
        if head.number != number + 1:
            verdict.note(Fault("head_gone", detail=f"head {number + 1}"))
        elif bytes(head.previous) != link or head.count < count:
            verdict.note(Fault("head_altered", detail=f"head {number} or {head.number}"))
        number, link, count = head.number, heads.link_of(head), head.count
    if head is not None and not heads.is_signed(head):
        verdict.note(Fault("head_unsigned", detail=f"head {head.number}"))


def _heads(above: int, last: int) -> Iterator[Head]:
    while batch := list(Head.objects.filter(number__gt=above, number__lte=last).order_by("number")[:BATCH]):
        yield from batch
        above = batch[-1].number


def _check_file(verdict: Verdict, path: Path, closing: Closing | None, last_head: int) -> None:
    """Check that the database holds every head that stands in a file, and that none is missing there but the latest.

    What a backup did not hold when it was put back is signed away by a mark. Heads of expired segments are gone from the
    database, and are checked as a chain among themselves.
    """
    marks = [line for line in heads.read(path) if isinstance(line, heads.Restored)]
    for mark in marks:
        if not mark.is_signed:
            verdict.note(Fault("head_unsigned", detail=f"mark of a restored backup in {path}"))
    if last_head and not path.exists():
        verdict.note(Fault("file_gone", detail=str(path)))
    batch: list[Head] = []
    before: Head | None = None
    for head in _that_count(path, [mark.to for mark in marks]):
        if before and (head.number != before.number + 1 or bytes(head.previous) != heads.link_of(before)):
            verdict.note(
                Fault("file_contradicted", detail=f"head {head.number} in {path} does not follow head {before.number}")
            )
        if closing and head.number == closing.head_number and heads.link_of(head) != bytes(closing.head_link):
            verdict.note(Fault("file_contradicted", detail=f"head {head.number} in {path}"))
        if closing is None or head.number > closing.head_number:
            batch.append(head)
        if len(batch) == BATCH:
            _compare(verdict, batch, path)
            batch = []
        before = head
    _compare(verdict, batch, path)


def _that_count(path: Path, marks: list[int]) -> Iterator[Head]:
    """Yield the heads of a file that hold still: those that a later mark of a restored backup did not take back."""
    left = list(marks)
    for line in heads.read(path):
        if isinstance(line, heads.Restored):
            left.pop(0)
        elif not left or line.number <= min(left):
            yield line


def _compare(verdict: Verdict, batch: list[Head], path: Path) -> None:
    there = Head.objects.in_bulk([head.number for head in batch])
    for head in batch:
        found = there.get(head.number)
        if found is None or heads.link_of(found) != heads.link_of(head):
            held = Place.objects.aggregate(last=Max("seq"))["last"] or 0
            cut = held < head.count
            verdict.note(
                Fault("journal_cut", seq=held + 1, detail=f"{path} tells of {head.count} lines")
                if cut
                else Fault("file_contradicted", detail=f"head {head.number} in {path}")
            )


class _Walk:
    """One walk over all places, in order."""

    def __init__(self, verdict: Verdict, closing: Closing | None, last_head: int) -> None:
        self.verdict = verdict
        self.size, self.chain = (closing.count, bytes(closing.chain)) if closing else (0, START)
        self.frontier = subtrees(closing.frontier) if closing else []
        self.oldest = first_id_at(closing.covers_until.astimezone(UTC) - SLACK) if closing else 0
        self.heads = _heads(closing.head_number if closing else 0, last_head)
        self.next_head = next(self.heads, None)
        self.whole = True
        """Whether the tree can still be compared: not after a place whose leaf nobody knows any more."""

    def run(self, tell: Callable[[int], object]) -> None:
        """Check every place, then that no head counts more of them than there are."""
        last = Place.objects.aggregate(last=Max("seq"))["last"] or 0
        while self.size < last:
            rows = list(
                Place.objects.filter(seq__gt=self.size, seq__lte=last)
                .order_by("seq")
                .values_list(
                    "seq", "leaf", "chain", "record__mac", *(f"record__{name}" for name in MACED[1:]), "record_id"
                )[:BATCH]
            )
            for row in rows:
                if row[0] != self.size + 1:
                    self._missing(row[0] - 1)
                seq, leaf, chain, mac, *rest, record_id = row
                self._place(seq, bytes(leaf), bytes(chain), bytes(mac), (record_id, *rest))
            if not rows:
                self._missing(last)
            tell(len(rows))
        while self.next_head is not None:
            self.verdict.note(Fault("journal_cut", seq=self.size + 1, detail=f"head {self.next_head.number}"))
            self.next_head = next(self.heads, None)

    def _place(self, seq: int, leaf: bytes, chain: bytes, mac: bytes, values: tuple[Any, ...]) -> None:
        self.verdict.checked += 1
        record_id: int = values[0]
        if mac_of_values(*values) != mac:
            self.verdict.note(Fault("line_altered", seq, record_id))
        if record_id < self.oldest:
            self.verdict.note(Fault("line_from_before", seq, record_id))
        right = leaf_of(record_id, mac)
        if right != leaf:
            self.verdict.note(Fault("line_moved", seq, record_id))
        self._step(seq, right, chain)

    def _missing(self, until: int) -> None:
        """Note the places up to one that are not there, or whose lines are not; go on by their leaves where these are known."""
        while self.size < until:
            upto = min(until, self.size + BATCH)
            rows = Place.objects.filter(seq__gt=self.size, seq__lte=upto).values_list(
                "seq", "leaf", "chain", "record_id"
            )
            known = {seq: (bytes(leaf), bytes(chain), record_id) for seq, leaf, chain, record_id in rows}
            for seq in range(self.size + 1, upto + 1):
                if seq in known:
                    leaf, chain, record_id = known[seq]
                    self.verdict.note(Fault("line_gone", seq, record_id))
                    self._step(seq, leaf, chain)
                else:
                    self.verdict.note(Fault("place_gone", seq))
                    self.whole, self.size = False, seq

    def _step(self, seq: int, leaf: bytes, chain: bytes) -> None:
        if self.whole:
            if chained(self.chain, leaf) != chain:
                self.verdict.note(Fault("chain_broken", seq))
            merkle.append(self.frontier, self.size, leaf)
        self.size, self.chain = seq, chain
        while self.next_head is not None and self.next_head.count <= seq:
            head = self.next_head
            if self.whole and head.count == seq:
                signed = bytes(head.chain), bytes(head.root)
                if signed != (chain, merkle.root(self.frontier)):
                    self.verdict.note(Fault("head_contradicted", seq, detail=f"head {head.number}"))
            self.next_head = next(self.heads, None)


def _check_waiting(verdict: Verdict, tell: Callable[[int], object]) -> None:
    """Check the lines that have no place yet: an invented one among them is found by its MAC."""
    since = 0
    while rows := list(waiting(since).values_list("mac", *MACED)[:BATCH]):
        for mac, *values in rows:
            verdict.checked += 1
            verdict.waiting += 1
            if mac_of_values(*values) != bytes(mac):
                verdict.note(Fault("line_altered", None, values[0]))
        since = rows[-1][1] + 1
        tell(len(rows))
