"""The log of petitions: what waits gets into the tree once, in whatever order it was committed, and under a signed head."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.journal import appended, merkle
from yiwang.transparency import covers, sequencing, statements, tree
from yiwang.transparency.models import Head, Leaf, Node, Turn, Waiting

NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)

REAL_DUE = covers.due

pytestmark = pytest.mark.django_db


def wait(*contents: bytes) -> list[bytes]:
    """Let commitments wait, and return their leaves."""
    commitments = [content.ljust(32, b".") for content in contents]
    Waiting.objects.bulk_create(Waiting(commitment=commitment) for commitment in commitments)
    return [merkle.leaf_hash(commitment) for commitment in commitments]


def leaves() -> list[bytes]:
    return [bytes(hash_) for hash_ in Leaf.objects.order_by("index").values_list("hash", flat=True)]


def naive_root(leaves: list[bytes]) -> bytes:
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        merkle.append(frontier, size, leaf)
    return merkle.root(frontier)


def test_what_waits_becomes_leaves_under_a_head() -> None:
    """Given three commitments, when the worker's turn comes, then they are leaves, wait no more, and a signed head covers them."""
    filed = wait(b"a", b"b", b"c")
    assert sequencing.go_on(NOW) == 3
    assert leaves() == sorted(filed)
    assert not Waiting.objects.exists()
    head = Head.objects.get()
    assert (head.size, bytes(head.root), head.at) == (3, naive_root(leaves()), NOW)
    assert statements.is_signed(statements.HEAD, statements.as_published(head))


def test_nothing_is_done_twice() -> None:
    """Given all in the log, when the worker's turn comes again, then nothing is added and nothing signed."""
    wait(b"a")
    sequencing.go_on(NOW)
    assert sequencing.go_on(NOW + timedelta(hours=1)) == 0
    assert (Leaf.objects.count(), Head.objects.count()) == (1, 1)


def test_what_was_committed_late_gets_in() -> None:
    """Given a row whose transaction took long, so that its id lies below those in the log, then the next turn takes it."""
    wait(b"a")
    sequencing.go_on(NOW)
    Waiting.objects.create(id=1, commitment=b"z" * 32)
    assert sequencing.go_on(NOW + timedelta(minutes=1)) == 1
    assert leaves()[1] == merkle.leaf_hash(b"z" * 32)


def test_heads_are_not_signed_more_often_than_needed() -> None:
    """Given a head of now, when more comes, then it is a leaf at once, and gets its head when the time between two is over."""
    wait(b"a")
    sequencing.go_on(NOW)
    wait(b"b")
    assert sequencing.go_on(NOW + timedelta(seconds=2)) == 1
    assert [head.size for head in Head.objects.order_by("size")] == [1]
    sequencing.go_on(NOW + sequencing.HEAD_EVERY)
    assert [head.size for head in Head.objects.order_by("size")] == [1, 2]


def test_batches_make_one_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given more than a batch, when a command ends, then all of it is in one tree, under one way of proving."""
    monkeypatch.setattr(sequencing, "BATCH", 3)
    filed = wait(*[bytes([65 + number]) for number in range(11)])
    assert sequencing.seal() == 11
    assert sorted(leaves()) == sorted(filed)
    head = Head.objects.latest("size")
    assert (head.size, bytes(head.root)) == (11, naive_root(leaves()))
    for old in range(1, 12):
        path = tree.consistency(old, 11)
        assert merkle.verify_consistency(old, naive_root(leaves()[:old]), 11, bytes(head.root), path)
    for index, leaf in enumerate(leaves()):
        found = tree.inclusion(index, 11)
        assert merkle.verify_inclusion(leaf, index, 11, found.path, bytes(head.root))
        assert tree.index_of(leaf) == index


def test_a_proof_is_two_statements() -> None:
    """Given trees of five and of forty leaves, when any leaf or older head is proved, then two statements do."""
    for contents in (b"abcde", bytes(range(110, 145))):
        wait(*[bytes([each]) for each in contents])
        sequencing.seal()
        size = tree.size()
        for place in range(1, size):
            with CaptureQueriesContext(connection) as queries:
                tree.inclusion(place, size)
            assert len(queries) <= 2
            with CaptureQueriesContext(connection) as queries:
                tree.consistency(place, size)
            assert len(queries) <= 2


def test_an_idle_turn_writes_nothing(django_assert_num_queries: pytest.FixtureRequest) -> None:
    """Given nothing to do, when the turn comes, then it asks four questions and takes no lock."""
    wait(b"a")
    sequencing.go_on(NOW)
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert sequencing.go_on(NOW + timedelta(seconds=2)) == 0


def test_one_batch_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a turn that breaks off before its end, then neither leaf nor head is there and the commitments wait on."""
    wait(b"a", b"b")

    def fail(*_args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(statements, "sign_head", fail)
        with pytest.raises(RuntimeError):
            sequencing.go_on(NOW)
    assert (Leaf.objects.count(), Node.objects.count(), Head.objects.count(), Waiting.objects.count()) == (0, 0, 0, 2)
    assert sequencing.go_on(NOW) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda: Node.objects.update(hash=bytes(32)),
        lambda: Leaf.objects.filter(index=2).delete(),
        lambda: Head.objects.update(root=bytes(32)),
        lambda: Head.objects.update(signature=bytes(64)),
    ],
    ids=["node altered", "end cut off", "head altered", "signature altered"],
)
def test_nothing_is_signed_on_top_of_what_was_changed(change: "pytest.MonkeyPatch") -> None:
    """Given a tree or head that somebody changed, when more comes, then it waits on, and no head is signed over the change."""
    wait(b"a", b"b", b"c")
    sequencing.go_on(NOW)
    change()  # type: ignore[operator]
    wait(b"d")
    with pytest.raises(sequencing.NotAsSigned):
        sequencing.go_on(NOW + timedelta(minutes=1))
    assert (Waiting.objects.count(), Head.objects.count()) == (1, 1)


def test_heads_stand_outside_the_database_too() -> None:
    """Given a file that lacks a head, or whose last line was torn, when the next turn signs, then all heads are in it, in order."""
    [path] = sequencing.files()
    wait(b"a")
    sequencing.go_on(NOW)
    with path.open("ab") as file:
        file.write(b'{"size": 2, "ro')
    wait(b"b")
    sequencing.go_on(NOW + timedelta(minutes=1))
    assert [line["size"] for line in appended.read(path)] == [1, 2]
    assert list(appended.read(path)) == [statements.as_published(head) for head in Head.objects.order_by("size")]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_lost_file_is_written_anew(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    """Given a second folder that was named later, when heads are written, then it gets them all."""
    wait(b"a")
    sequencing.go_on(NOW)
    settings.YIWANG_HEADS_FOLDER = tmp_path / "far"  # type: ignore[attr-defined]
    sequencing.write_heads()
    assert [line["size"] for line in appended.read(tmp_path / "far" / "transparency.log")] == [1]


def test_covers_stand_among_the_filings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given two covers with a batch of three, when it is appended, then five leaves are there, two of which only the key tells."""
    monkeypatch.setattr(covers, "due", lambda filings, since, now: 2)
    filed = wait(b"a", b"b", b"c")
    assert sequencing.go_on(NOW) == 5
    found = leaves()
    assert [leaf for leaf in found if leaf in filed] == sorted(filed)
    assert sum(leaf == covers.cover_leaf(index) for index, leaf in enumerate(found)) == 2


def test_a_quiet_office_gets_covers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given nobody who files, when half a minute is over, then it is decided whether a cover is due; not before."""
    asked: list[tuple[int, timedelta]] = []

    def due(filings: int, since: datetime, now: datetime) -> int:
        asked.append((filings, now - since))
        return 1

    monkeypatch.setattr(covers, "due", due)
    Turn.objects.create(pk=1, covered_at=NOW)
    Head.objects.bulk_create([statements.sign_head(0, merkle.EMPTY, NOW)])
    assert sequencing.go_on(NOW + timedelta(seconds=2)) == 0
    assert sequencing.go_on(NOW + timedelta(seconds=31)) == 1
    assert asked == [(0, timedelta(seconds=31))]


def test_how_many_covers() -> None:
    """Given the real draw, then none comes in no time, one in a long time, and with filings up to a quarter of them."""
    draw = REAL_DUE
    assert {draw(0, NOW, NOW) for _ in range(20)} == {0}
    assert {draw(0, NOW - timedelta(seconds=covers.LONGEST), NOW) for _ in range(20)} == {1}
    many = {draw(8, NOW, NOW) for _ in range(200)}
    assert many == {0, 1, 2}
