"""The Merkle tree of RFC 9162 (and RFC 6962, which has the same), section 2.1, with SHA-256: pure functions, no store.

A tree of n leaves is kept as its frontier, the roots of the perfect subtrees that n is made of, the largest first: 13
leaves are 8 + 4 + 1. A leaf is appended with O(log n) work and no look at what lies before. A perfect subtree is named by
level and index: level 0 are the leaves, and (level, index) covers the 2**level leaves from index * 2**level on. Once
complete it never changes, so that a proof about any size of the tree needs no more than O(log n) of them.

Proofs are made in two steps, so that a store reads all nodes at once: the spans of leaves whose hashes the proof consists
of, then the nodes of those spans. What is verified comes from strangers: the functions that verify take anything, and
answer no.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

Span = tuple[int, int]
"""Leaves from the first number (counted from 0) up to, and without, the second."""
Node = tuple[int, int]
"""Level and index of a perfect subtree."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf; its first byte keeps it apart from a node's."""
    return sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return sha256(b"\1" + left + right).digest()


def append(frontier: list[bytes], size: int, leaf: bytes) -> list[bytes]:
    """Add a leaf's hash to the frontier of a tree of ``size`` leaves; return the nodes that it completes, by level from 0.

    The node of level L has the index ``size >> L``.
    """
    completed = [leaf]
    while size & 1:
        leaf = node_hash(frontier.pop(), leaf)
        completed.append(leaf)
        size >>= 1
    frontier.append(leaf)
    return completed


def root(frontier: Sequence[bytes]) -> bytes:
    """Return the root of the tree that has this frontier."""
    if not frontier:
        return EMPTY
    *left, above = frontier
    for node in reversed(left):
        above = node_hash(node, above)
    return above


def frontier_nodes(size: int) -> list[Node]:
    """Return which nodes the frontier of a tree of that size consists of, the largest first."""
    return nodes_of((0, size))


def nodes_of(span: Span) -> list[Node]:
    """Return the perfect subtrees that a span is made of, the largest first.

    It must be a span of the tree: one that begins at a multiple of the largest of them.
    """
    begin, end = span
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def hash_of(span: Span, node: Callable[[Node], bytes]) -> bytes:
    """Return the hash of a span (MTH of the RFC); ``node`` gives the hash of a perfect subtree."""
    return root([node(each) for each in nodes_of(span)])


def nodes_for(spans: Iterable[Span]) -> set[Node]:
    """Return all nodes that the hashes of these spans are made of."""
    return {node for span in spans for node in nodes_of(span)}


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the spans whose hashes prove that a tree of ``size`` has its leaf ``index``: PATH(m, D[n]), section 2.1.3.1.

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    spans = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _largest_power_below(end - begin)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return the spans whose hashes prove that the tree of ``new`` leaves begins with that of ``old``: PROOF(m, D[n]), section 2.1.4.1.

    None for equal sizes, and for an empty tree, with which every tree begins. Raises ValueError when ``old`` is the larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with one of {old}")
    if old in (0, new):
        return []
    spans = []
    begin, end, whole = 0, new, True
    while old < end:
        middle = begin + _largest_power_below(end - begin)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin, whole = middle, False
    if not whole:
        spans.append((begin, end))
    return spans[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Tell whether a path proves that the tree of ``size`` leaves with the root ``head`` has this leaf hash at ``index`` (section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, head, *path]):
        return False
    number, last, above = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            above = node_hash(beside, above)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            above = node_hash(above, beside)
        number, last = number >> 1, last >> 1
    return last == 0 and above == head


def verify_consistency(old: int, old_head: bytes, new: int, new_head: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a path proves that the tree of ``new`` leaves begins with all leaves of that of ``old`` (section 2.1.4.2)."""
    if not 0 <= old <= new or not _are_hashes([old_head, new_head, *path]):
        return False
    if old == new:
        return not path and old_head == new_head
    if old == 0:
        return not path and old_head == EMPTY
    # A tree whose size is a power of two is itself the first node, and the path leaves it out.
    nodes = list(path) if old & (old - 1) else [old_head, *path]
    if not nodes:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    from_old = from_new = nodes[0]
    for beside in nodes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            from_old, from_new = node_hash(beside, from_old), node_hash(beside, from_new)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            from_new = node_hash(from_new, beside)
        number, last = number >> 1, last >> 1
    return last == 0 and from_old == old_head and from_new == new_head


def _largest_power_below(size: int) -> int:
    """Return the largest power of two that is smaller than ``size``, which is 2 at least."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
