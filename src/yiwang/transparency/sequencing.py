"""Appending to the tree: what waits becomes leaves, nodes and, every few seconds, a signed head.

Each batch is one transaction that holds the row of :class:`Turn` locked: of two workers one appends and the other passes
by, and one that is killed leaves nothing by half. What waits is taken away in the transaction that writes its leaf, so
that there is no gap, whatever was committed late. Within a batch leaves stand in the order of their hashes, which is that
of chance: who files at the same time as whom is nobody's business.
"""

import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import structlog
from django.conf import settings
from django.db import transaction

from yiwang.journal import appended, merkle
from yiwang.transparency import covers, statements, tree
from yiwang.transparency.models import Head, Leaf, Node, Turn, Waiting

BATCH = 2_000
HEAD_EVERY = timedelta(seconds=20)
"""The shortest time between two heads while petitions come; one that comes after a pause gets its head at once."""
PATIENCE = timedelta(seconds=30)
COVER_EVERY = timedelta(seconds=30)
"""How often it is decided, while nothing comes, whether a cover leaf is due."""
FOLDER, FILE = "heads", "transparency.log"

log = structlog.get_logger(__name__)


class NotAsSigned(Exception):
    """The tree is not the one that the last head was signed for: nothing is signed on top of it."""


def go_on(now: datetime | None = None) -> int:
    """Append a batch of what waits, sign a head when one is due, and return how many leaves were added.

    The worker calls it every other second. Raises NotAsSigned when somebody changed the tree, KeysMissing, OSError.
    """
    added, signed = _batch(now or datetime.now(UTC), sign_now=False)
    if signed:
        write_heads()
    return added


def seal() -> int:
    """Append all that waits and sign a head over it at once: how a command ends. Return how many leaves were added.

    Raises TimeoutError when another keeps the turn for half a minute; the worker then does what is left.
    """
    added, until = 0, time.monotonic() + PATIENCE.total_seconds()
    while True:
        more, _signed = _batch(datetime.now(UTC), sign_now=True)
        added += more
        head = tree.last_head()
        if head is not None and head.size == tree.size() and not Waiting.objects.exists():
            write_heads()
            return added
        if more:
            until = time.monotonic() + PATIENCE.total_seconds()
        elif time.monotonic() > until:
            raise TimeoutError("another worker keeps the log of petitions; it will append what is left")
        else:
            time.sleep(0.1)


def files() -> list[Path]:
    """Return where heads are written outside the database."""
    folders = [Path(settings.YIWANG_VAR) / FOLDER]
    if further := getattr(settings, "YIWANG_HEADS_FOLDER", None):
        folders.append(Path(further))
    return [folder / FILE for folder in folders]


def write_heads() -> None:
    """Append to the files outside the database the heads that they lack. Raises OSError; the next turn then tries again."""
    for path in files():
        appended.append(
            path,
            lambda last: (
                statements.as_published(head)
                for head in Head.objects.filter(size__gt=_size_in(last)).order_by("size").iterator()
            ),
        )


def note_restored(last: Head | None) -> None:
    """Note in each file that a backup was put back with this as its last head: later ones in the file count no more.

    Raises KeysMissing and OSError.
    """
    mark = statements.restored(last.size if last else -1, datetime.now(UTC))
    for path in files():
        if path.exists():
            appended.append(path, lambda _last: [mark])


def _size_in(line: appended.Line | None) -> int:
    """Return up to which size a file goes that ends with this line."""
    return -1 if line is None else int(line["size"] if "size" in line else line["restored"])


def _batch(now: datetime, *, sign_now: bool) -> tuple[int, bool]:
    """Append one batch; return how many leaves, and whether a head was signed."""
    # Asked before the turn is taken: in a quiet office no writer is kept waiting every other second for nothing.
    turn, _made = Turn.objects.get_or_create(pk=1, defaults={"covered_at": now})
    idle = now - turn.covered_at < COVER_EVERY and not Waiting.objects.exists()
    if idle and not _owes_head(tree.last_head(), tree.size(), now, sign_now=sign_now):
        return 0, False
    with transaction.atomic():
        held = Turn.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if held is None:
            return 0, False  # another worker is at it
        head, size = tree.last_head(), tree.size()
        if head is not None and size < head.size:
            _refuse(head)
        added = _append(size, held.covered_at, now)
        Turn.objects.filter(pk=1).update(covered_at=now)
        if not _owes_head(head, size + added, now, sign_now=sign_now):
            return added, False
        _sign(head, size + added, now)
    return added, True


def _owes_head(head: Head | None, size: int, now: datetime, *, sign_now: bool) -> bool:
    if head is None:
        return size > 0 or sign_now
    return size > head.size and (sign_now or not timedelta(0) <= now - head.at < HEAD_EVERY)


def _append(size: int, covered_at: datetime, now: datetime) -> int:
    """Turn a batch of what waits into leaves, some covers among them; return how many."""
    waiting = list(Waiting.objects.order_by("pk").values_list("pk", "commitment")[:BATCH])
    rest = covers.due(len(waiting), covered_at, now)
    count = len(waiting) + rest
    if not count:
        return 0
    frontier = tree.frontier_of(size)
    filed = iter(sorted(merkle.leaf_hash(bytes(commitment)) for _pk, commitment in waiting))
    covered = set(secrets.SystemRandom().sample(range(size, size + count), rest))
    leaves, nodes = [], []
    for index in range(size, size + count):
        leaf = covers.cover_leaf(index) if index in covered else next(filed)
        leaves.append(Leaf(index=index, hash=leaf))
        for level, hash_ in enumerate(merkle.append(frontier, index, leaf)):
            if level:
                nodes.append(Node(id=tree.node_id(level, index >> level), hash=hash_))
    Leaf.objects.bulk_create(leaves)
    Node.objects.bulk_create(nodes)
    Waiting.objects.filter(pk__in=[pk for pk, _commitment in waiting]).delete()
    return count


def _sign(last: Head | None, size: int, now: datetime) -> None:
    """Sign a head over the whole tree, if the tree still is the one that the last head was signed for."""
    try:
        if last is not None and (
            not statements.is_signed(statements.HEAD, statements.as_published(last))
            or tree.root_of(last.size) != bytes(last.root)
        ):
            _refuse(last)
        root = tree.root_of(size)
    except tree.NotThere:
        _refuse(last)
    statements.sign_head(size, root, now).save(force_insert=True)


def _refuse(last: Head | None) -> NoReturn:
    size = last.size if last else 0
    log.error("the log of petitions is not the one that was signed", size=size)
    raise NotAsSigned(f"the log of petitions is not the one that was signed at {size} leaves")
