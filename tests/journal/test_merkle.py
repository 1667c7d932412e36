"""The Merkle tree: against the vectors of Certificate Transparency's reference implementation, and against the RFC's recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.journal import merkle

LEAVES = [
    bytes.fromhex(content)
    for content in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Tree:
    """A tree that keeps every node, as the store does."""

    def __init__(self, contents: list[bytes]) -> None:
        self.frontier: list[bytes] = []
        self.nodes: dict[merkle.Node, bytes] = {}
        self.roots = [merkle.EMPTY]
        for size, content in enumerate(contents):
            for level, node in enumerate(merkle.append(self.frontier, size, merkle.leaf_hash(content))):
                self.nodes[level, size >> level] = node
            self.roots.append(merkle.root(self.frontier))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return [merkle.hash_of(span, self.nodes.__getitem__) for span in merkle.inclusion_spans(index, size)]

    def consistency(self, old: int, new: int) -> list[bytes]:
        return [merkle.hash_of(span, self.nodes.__getitem__) for span in merkle.consistency_spans(old, new)]


def hashes(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(node) for node in path]


def test_roots_of_the_reference() -> None:
    """Given the eight leaves of the reference, when they are appended one by one, then every root is the reference's."""
    assert [root.hex() for root in Tree(LEAVES).roots] == [sha256().hexdigest(), *ROOTS]


@pytest.mark.parametrize("place", INCLUSION, ids=str)
def test_inclusion_of_the_reference(place: tuple[int, int]) -> None:
    """Given the reference's tree, when a leaf is proved, then path and verdict are the reference's."""
    index, size = place
    path = Tree(LEAVES).inclusion(index, size)
    assert path == hashes(INCLUSION[place])
    assert merkle.verify_inclusion(merkle.leaf_hash(LEAVES[index]), index, size, path, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize("sizes", CONSISTENCY, ids=str)
def test_consistency_of_the_reference(sizes: tuple[int, int]) -> None:
    """Given the reference's tree, when two sizes are proved to be one log, then path and verdict are the reference's."""
    old, new = sizes
    path = Tree(LEAVES).consistency(old, new)
    assert path == hashes(CONSISTENCY[sizes])
    assert merkle.verify_consistency(old, bytes.fromhex(ROOTS[old - 1]), new, bytes.fromhex(ROOTS[new - 1]), path)


def test_a_node_is_no_leaf() -> None:
    """Given a node's two halves as the content of a leaf, then its hash is another than the node's."""
    assert merkle.leaf_hash(bytes(64)) != merkle.node_hash(bytes(32), bytes(32))


# The definitions of RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, word for word.


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    k = below(len(leaves))
    return sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = below(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def below(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


contents = st.lists(st.binary(max_size=3), min_size=1, max_size=40)


@given(contents, st.data())
def test_every_proof_is_the_definitions(leaves: list[bytes], data: st.DataObject) -> None:
    """Given any leaves, when any leaf and any two sizes are proved, then roots and paths are those of the RFC's definition and hold."""
    tree = Tree(leaves)
    new = data.draw(st.integers(1, len(leaves)), "new")
    old = data.draw(st.integers(1, new), "old")
    index = data.draw(st.integers(0, new - 1), "index")

    assert tree.roots[new] == mth(leaves[:new])
    inclusion, consistency = tree.inclusion(index, new), tree.consistency(old, new)
    assert inclusion == path(index, leaves[:new])
    assert consistency == subproof(old, leaves[:new], True)
    assert merkle.verify_inclusion(merkle.leaf_hash(leaves[index]), index, new, inclusion, tree.roots[new])
    assert merkle.verify_consistency(old, tree.roots[old], new, tree.roots[new], consistency)


@given(contents, st.data())
def test_a_changed_proof_does_not_hold(leaves: list[bytes], data: st.DataObject) -> None:
    """Given a good proof, when one byte of it, one of its hashes or its place is changed, then it holds no more."""
    tree = Tree(leaves)
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1), "index")
    leaf, good, head = merkle.leaf_hash(leaves[index]), tree.inclusion(index, size), tree.roots[size]
    bit = 1 << data.draw(st.integers(0, 7), "bit")

    def changed(value: bytes) -> bytes:
        place = data.draw(st.integers(0, len(value) - 1), "place")
        return value[:place] + bytes([value[place] ^ bit]) + value[place + 1 :]

    assert not merkle.verify_inclusion(changed(leaf), index, size, good, head)
    assert not merkle.verify_inclusion(leaf, index, size, good, changed(head))
    assert not merkle.verify_inclusion(leaf, index, size, [*good, head], head)
    assert not merkle.verify_inclusion(leaf, index, size, good[:-1], head) or not good
    if good:
        spot = data.draw(st.integers(0, len(good) - 1), "spot")
        bad = [*good[:spot], changed(good[spot]), *good[spot + 1 :]]
        assert not merkle.verify_inclusion(leaf, index, size, bad, head)
    old = data.draw(st.integers(1, size), "old")
    links = tree.consistency(old, size)
    assert not merkle.verify_consistency(old, changed(tree.roots[old]), size, head, links)
    assert not merkle.verify_consistency(old, tree.roots[old], size, changed(head), links)
    assert not merkle.verify_consistency(old, tree.roots[old], size, head, [*links, head])
    assert not merkle.verify_consistency(old, tree.roots[old], size, head, links[:-1]) or not links


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [(1, 1, []), (-1, 4, []), (0, 0, []), (0, 2, [b"short"]), (0, 1, [bytes(32)]), (0, 2**70, [bytes(32)])],
    ids=["no such leaf", "below zero", "empty tree", "no hash", "too long", "too short"],
)
def test_nonsense_does_not_hold(index: int, size: int, proof: list[bytes]) -> None:
    """Given what no tree has, when it is verified, then the answer is no, not an error."""
    assert not merkle.verify_inclusion(bytes(32), index, size, proof, bytes(32))


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [(2, 1, []), (-1, 1, []), (0, 1, []), (1, 2, []), (3, 4, []), (1, 1, [bytes(32)])],
    ids=["shrunk", "below zero", "not the empty root", "no path", "no path of an odd tree", "a path too many"],
)
def test_nonsense_is_not_consistent(old: int, new: int, proof: list[bytes]) -> None:
    """Given heads of which one is no beginning of the other, when they are verified, then the answer is no."""
    assert not merkle.verify_consistency(old, bytes(32), new, bytes([1]) * 32, proof)


def test_no_proof_of_what_is_not_there() -> None:
    """Given a tree of four, when a proof of a fifth leaf or of a beginning of five is asked for, then there is none."""
    with pytest.raises(ValueError, match="has no leaf 4"):
        merkle.inclusion_spans(4, 4)
    with pytest.raises(ValueError, match="does not begin"):
        merkle.consistency_spans(5, 4)


def test_a_million_leaves_need_few_nodes() -> None:
    """Given a log of a million, when a proof is made, then it reads no more than twice the tree's height."""
    assert len(merkle.nodes_for(merkle.inclusion_spans(123_456, 1_000_000))) <= 40
    assert len(merkle.nodes_for(merkle.consistency_spans(123_457, 1_000_000))) <= 40
    assert merkle.frontier_nodes(13) == [(3, 0), (2, 2), (0, 12)]
