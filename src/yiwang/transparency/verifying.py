"""Proving the log whole: leaves without gaps, nodes that are theirs, heads that are signed and say what the leaves say, here and outside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yiwang.journal import appended, merkle
from yiwang.transparency import sequencing, statements, tree
from yiwang.transparency.models import Head, Leaf, Node

BATCH = 5_000
MOST_FAULTS = 100

FAULTS = {
    "leaf_gone": "a leaf was removed",
    "node_altered": "a stored node is not the one that the leaves give",
    "head_unsigned": "a head is not signed by this office",
    "head_contradicted": "the leaves are not those for which the head was signed: some were changed, removed or put in another order",
    "log_cut": "leaves were removed from the end",
    "file_gone": "the file of heads outside the database is missing",
    "file_contradicted": "the database does not hold the head that stands in the file outside it",
    "opening_altered": "what opens the petition's commitment was altered or moved",
    "words_altered": "subject or text are not those that were filed",
    "facts_altered": "number or time of receipt were altered, or the commitment was removed from the log",
    "petition_gone": "petitions that the log holds are not there any more, and the behaviour log knows of no disposal",
}
"""What may be wrong, and how it is told."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written; ``place`` counts leaves, ``petition`` is its number."""

    fault: str
    place: int | None = None
    petition: str = ""
    detail: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        return {"fault": self.fault, "leaf": self.place, "petition": self.petition or None}

    def __str__(self) -> str:
        where = f"leaf {self.place}: " if self.place is not None else ""
        whose = f"petition {self.petition}: " if self.petition else ""
        return f"{where}{whose}{FAULTS[self.fault]}{f' ({self.detail})' if self.detail else ''}"


@dataclass
class Verdict:
    """What came of it: so many leaves, heads and petitions were checked, with these faults."""

    leaves: int = 0
    heads: int = 0
    petitions: int = 0
    before: int = 0
    """Petitions without a commitment: filed before there was a log."""
    disposed: int = 0
    """Petitions that were disposed of at the end of retention: their leaves stay, and nobody can say which they are."""
    faults: list[Fault] = field(default_factory=list)
    found: int = 0

    @property
    def ok(self) -> bool:
        return not self.found

    def note(self, fault: Fault) -> None:
        """Keep the first faults; count all."""
        self.found += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok, "checked": self.leaves + self.petitions,
            "first_bad": self.faults[0].as_json if self.faults else None,
            "leaves": self.leaves, "heads": self.heads, "petitions": self.petitions, "before": self.before,
            "disposed": self.disposed,
        }  # fmt: skip


def verify_log(verdict: Verdict, size: int, tell: Callable[[int], object] = lambda leaves: None) -> None:
    """Check the first ``size`` leaves with all that hangs on them, in bounded memory. Raises KeysMissing."""
    walk = _Walk(verdict, size)
    while walk.seen < size:
        rows = list(
            Leaf.objects.filter(index__gte=walk.seen, index__lt=min(size, walk.seen + BATCH))
            .order_by("index")
            .values_list("index", "hash")
        )
        if not walk.take(rows):
            break  # behind a gap no root can be told
        tell(len(rows))
    if (last := tree.last_head()) is not None and last.size > max(size, tree.size()):
        verdict.note(Fault("log_cut", size, detail=f"a head was signed over {last.size} leaves"))
    for path in sequencing.files():
        _check_file(verdict, path)


class _Walk:
    """One walk over the leaves, in order, with the heads beside them."""

    def __init__(self, verdict: Verdict, size: int) -> None:
        self.verdict, self.seen = verdict, 0
        self.frontier: list[bytes] = []
        self.heads = _heads(size)
        self.head = next(self.heads, None)
        self._compare()

    def take(self, rows: list[tuple[int, bytes | memoryview]]) -> bool:
        """Go on by some leaves; False at a gap."""
        nodes: dict[int, bytes] = {}
        whole = bool(rows)
        for index, hash_ in rows:
            if index != self.seen:
                whole = False
                break
            for level, node in enumerate(merkle.append(self.frontier, index, bytes(hash_))):
                if level:
                    nodes[tree.node_id(level, index >> level)] = node
            self.seen += 1
            self.verdict.leaves += 1
            self._compare()
        _check_nodes(self.verdict, nodes)
        if not whole:
            self.verdict.note(Fault("leaf_gone", self.seen))
        return whole

    def _compare(self) -> None:
        if self.head is not None and self.head.size == self.seen:
            self.verdict.heads += 1
            _check_head(self.verdict, self.head, merkle.root(self.frontier))
            self.head = next(self.heads, None)


def _heads(size: int) -> Iterator[Head]:
    above = -1
    while batch := list(Head.objects.filter(size__gt=above, size__lte=size).order_by("size")[:BATCH]):
        yield from batch
        above = batch[-1].size


def _check_head(verdict: Verdict, head: Head, root: bytes) -> None:
    if bytes(head.root) != root:
        verdict.note(Fault("head_contradicted", detail=f"head over {head.size} leaves"))
    elif not statements.is_signed(statements.HEAD, statements.as_published(head)):
        verdict.note(Fault("head_unsigned", detail=f"head over {head.size} leaves"))


def _check_nodes(verdict: Verdict, nodes: dict[int, bytes]) -> None:
    wanted = list(nodes)
    for at in range(0, len(wanted), BATCH):
        stored = dict(Node.objects.filter(pk__in=wanted[at : at + BATCH]).values_list("pk", "hash"))
        wrong = [pk for pk in wanted[at : at + BATCH] if bytes(stored.get(pk, b"")) != nodes[pk]]
        if wrong:
            verdict.note(Fault("node_altered", detail=f"{len(wrong)} of {len(wanted)}"))


def _check_file(verdict: Verdict, path: Path) -> None:
    """Check that the database holds every head that stands in the file."""
    if not path.exists():
        if Head.objects.exists():
            verdict.note(Fault("file_gone", detail=str(path)))
        return
    marks = [line for line in appended.read(path) if "restored" in line]
    for mark in marks:
        if not statements.is_signed(statements.RESTORED, mark):
            verdict.note(Fault("head_unsigned", detail=f"mark of a restored backup in {path}"))
    batch: list[dict[str, Any]] = []
    for line in _that_count(path, [mark["restored"] for mark in marks]):
        batch.append(line)
        if len(batch) == BATCH:
            _compare(verdict, batch, path)
            batch = []
    _compare(verdict, batch, path)


def _that_count(path: Path, marks: list[int]) -> Iterator[dict[str, Any]]:
    """Yield the heads of a file that hold still: those that no later mark of a restored backup took back."""
    for line in appended.read(path):
        if "restored" in line:
            marks = marks[1:]
        elif "size" in line and (not marks or line["size"] <= min(marks)):
            yield line


def _compare(verdict: Verdict, batch: list[dict[str, Any]], path: Path) -> None:
    there = Head.objects.in_bulk([line["size"] for line in batch])
    for line in batch:
        head = there.get(line["size"])
        if head is None and line["size"] > tree.size():
            verdict.note(Fault("log_cut", tree.size(), detail=f"{path} tells of {line['size']} leaves"))
        elif head is None or statements.as_published(head) != line:
            verdict.note(Fault("file_contradicted", detail=f"head over {line['size']} leaves in {path}"))
