"""Reading the tree: each proof is two statements, whatever the size of the log."""

from collections.abc import Iterable
from dataclasses import dataclass

from yiwang.journal import merkle
from yiwang.transparency.models import LEVEL_SHIFT, Head, Leaf, Node


class NotThere(Exception):
    """The log has no such leaf or size, or its nodes are not all there."""


@dataclass(frozen=True)
class Inclusion:
    """Where a leaf is, and what proves it against the root of a tree of that size."""

    index: int
    size: int
    path: list[bytes]


def size() -> int:
    """Return how many leaves the tree has."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def frontier_of(size: int) -> list[bytes]:
    """Return the frontier of the tree of that size. Raises NotThere."""
    nodes = merkle.frontier_nodes(size)
    hashes = _hashes(nodes)
    return [hashes[node] for node in nodes]


def root_of(size: int) -> bytes:
    """Return the root of the tree of that size. Raises NotThere."""
    return merkle.root(frontier_of(size))


def index_of(leaf: bytes) -> int | None:
    """Return where the leaf of that hash is, or None when it is not in the tree."""
    return Leaf.objects.filter(hash=leaf).values_list("index", flat=True).first()


def inclusion(index: int, size: int) -> Inclusion:
    """Return the proof that the tree of that size has this leaf. Raises NotThere."""
    if not 0 <= index < size:
        raise NotThere
    return Inclusion(index, size, _path(merkle.inclusion_spans(index, size)))


def consistency(old: int, new: int) -> list[bytes]:
    """Return the path that proves that the tree of ``new`` leaves begins with that of ``old``. Raises NotThere."""
    if not 0 <= old <= new:
        raise NotThere
    return _path(merkle.consistency_spans(old, new))


def last_head() -> Head | None:
    """Return the latest head."""
    return Head.objects.order_by("-size").first()


def node_id(level: int, index: int) -> int:
    """Return under which id the node of a level from 1 on is stored."""
    return level << LEVEL_SHIFT | index


def _path(spans: list[merkle.Span]) -> list[bytes]:
    hashes = _hashes(merkle.nodes_for(spans))
    return [merkle.hash_of(span, hashes.__getitem__) for span in spans]


def _hashes(nodes: Iterable[merkle.Node]) -> dict[merkle.Node, bytes]:
    wanted = list(nodes)
    leaves = [index for level, index in wanted if not level]
    above = {node_id(level, index): (level, index) for level, index in wanted if level}
    found = {(0, index): bytes(hash_) for index, hash_ in Leaf.objects.filter(pk__in=leaves).values_list("pk", "hash")}
    found |= {above[pk]: bytes(hash_) for pk, hash_ in Node.objects.filter(pk__in=above).values_list("pk", "hash")}
    if len(found) != len(wanted):
        raise NotThere
    return found
