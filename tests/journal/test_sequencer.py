"""The sequencer gives every line one place, in one order, whatever commits late and whoever dies; heads are signed and kept outside."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from yiwang.journal import heads, log, merkle, sequencer
from yiwang.journal.models import Head, Place, Record, Sequencer
from yiwang.journal.verify import verify
from yiwang.store.ids import new_id

pytestmark = pytest.mark.django_db


def written(count: int) -> list[Record]:
    """Write lines, and return them in the order of their ids."""
    lines = [
        log.line("look", actor_kind="staff", actor_id=1, subject_kind="petition", subject_id=n) for n in range(count)
    ]
    log.write(lines)
    return sorted(lines, key=lambda line: line.pk)


def places() -> list[tuple[int, int]]:
    return list(Place.objects.order_by("seq").values_list("seq", "record_id"))


def test_lines_get_their_places_chain_and_leaves() -> None:
    """Given five lines, when the sequencer goes on, then they stand from 1 to 5 with chain and leaves, under a signed head."""
    lines = written(5)
    assert sequencer.go_on() == 5
    assert places() == [(number, line.pk) for number, line in enumerate(lines, 1)]
    chain, frontier = bytes(32), []
    for size, (line, place) in enumerate(zip(lines, Place.objects.order_by("seq"), strict=True)):
        leaf = merkle.leaf_hash(line.pk.to_bytes(8, "big") + bytes(line.mac))
        chain = sequencer.chained(chain, leaf)
        merkle.append(frontier, size, leaf)
        assert (bytes(place.leaf), bytes(place.chain)) == (leaf, chain)
    head = Head.objects.get()
    assert (head.number, head.count, bytes(head.chain), bytes(head.root)) == (1, 5, chain, merkle.root(frontier))
    assert heads.is_signed(head)


def test_a_line_that_commits_late_with_a_lower_id_gets_the_next_place() -> None:
    """Given a place for a line, when one with a lower id appears, then it is not passed over."""
    [late] = written(1)
    early = log.line("look", actor_kind="staff", actor_id=1)
    early.pk = late.pk - 1
    early.mac = log.mac_of(early)
    sequencer.go_on()
    log.write([early])
    assert sequencer.go_on() == 1
    assert places() == [(1, late.pk), (2, early.pk)]


def test_a_line_older_than_the_window_waits_for_the_sweep() -> None:
    """Given a line whose transaction took an hour, when the hourly sweep is due, then it gets its place; `seal` does so at once."""
    written(1)
    sequencer.go_on()
    old = [log.line("look", actor_kind="system") for _number in range(2)]
    for line in old:
        line.pk = new_id(datetime.now(UTC) - timedelta(hours=1))
        line.mac = log.mac_of(line)
    log.write(old[:1])
    assert sequencer.go_on() == 0
    assert sequencer.go_on(datetime.now(UTC) + sequencer.SWEEP_EVERY) == 1
    log.write(old[1:])
    assert sequencer.seal() == 1


def test_batches_go_on_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given more lines than a batch holds, when the sequencer goes on, then all get places, and one head is signed at the end."""
    monkeypatch.setattr(sequencer, "BATCH", 4)
    lines = written(10)
    assert sequencer.go_on() == 10
    assert places() == [(number, line.pk) for number, line in enumerate(lines, 1)]
    assert list(Head.objects.values_list("count", flat=True)) == [10]
    assert verify().ok


def test_one_at_a_time() -> None:
    """Given a lease that another holds, when the sequencer goes on, then it does nothing until the lease has run out."""
    written(1)
    sequencer.go_on()
    written(1)
    until = datetime.now(UTC) + timedelta(seconds=3)
    Sequencer.objects.update(holder="another", until=until)
    assert sequencer.go_on() == 0
    assert Place.objects.count() == 1
    Sequencer.objects.update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert sequencer.go_on() == 1


def test_what_dies_within_a_batch_leaves_nothing_by_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a sequencer that dies before its commit, when the next one goes on, then each line has one place."""
    written(3)

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sequencer, "_sign", die)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            sequencer.go_on()
    assert places() == []
    assert sequencer.go_on() == 3
    assert verify().ok


def test_a_row_of_progress_that_was_lost_is_counted_anew() -> None:
    """Given an ordered journal whose progress was lost, when the sequencer goes on, then it continues the same chain and tree."""
    written(5)
    sequencer.seal()
    Sequencer.objects.all().delete()
    written(2)
    assert sequencer.seal() == 2
    assert Head.objects.order_by("-number").values_list("count", flat=True).first() == 7
    assert verify().ok


def test_heads_stand_in_the_file_and_name_the_one_before() -> None:
    """Given two heads, then the file outside the database holds the same, each naming the one before it."""
    for _turn in range(2):
        written(2)
        sequencer.seal()
    [path] = heads.files()
    first, second = list(heads.read(path))
    assert isinstance(first, Head)
    assert isinstance(second, Head)
    assert [heads.link_of(first), heads.link_of(second)] == [
        heads.link_of(row) for row in Head.objects.order_by("number")
    ]
    assert (bytes(first.previous), bytes(second.previous)) == (heads.NO_HEAD, heads.link_of(first))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_fell_behind_is_caught_up(settings: Any, tmp_path: Any) -> None:
    """Given a crash between the commit and the file, and a torn last line, when the next head is signed, then both files hold all."""
    settings.YIWANG_HEADS_FOLDER = str(tmp_path / "other-disk")
    written(1)
    sequencer.seal()
    first, second = heads.files()
    first.write_bytes(first.read_bytes()[:-40])
    second.unlink()
    written(1)
    sequencer.seal()
    for path in (first, second):
        assert [head.number for head in heads.read(path) if isinstance(head, Head)] == [1, 2]
    assert verify().ok


def test_heads_are_signed_at_once_after_a_pause_and_seldom_while_lines_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given lines every moment, when the sequencer goes on within the time of a head, then only the first run signs."""
    monkeypatch.setattr(sequencer, "HEAD_EVERY", timedelta(hours=1))
    for _turn in range(3):
        written(1)
        sequencer.go_on()
    assert list(Head.objects.values_list("count", flat=True)) == [1]
    sequencer.go_on(datetime.now(UTC) + sequencer.HEAD_EVERY)
    Sequencer.objects.update(signed_at=datetime.now(UTC) - sequencer.HEAD_EVERY)
    sequencer.go_on()
    assert list(Head.objects.order_by("number").values_list("count", flat=True)) == [1, 3]


def test_nothing_to_do_is_two_statements(django_assert_num_queries: Any) -> None:
    """Given a journal in order, when the sequencer goes on, then it only looks."""
    written(1)
    sequencer.seal()
    with django_assert_num_queries(2):
        sequencer.go_on()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_both_order_lines() -> None:
    """Given a sequencer within its transaction on another connection, when a second one goes on, then it gives way."""
    if connection.vendor != "postgresql":
        return  # SQLite lets one write at a time, and the second waits for its turn
    written(3)
    sequencer._begin(datetime.now(UTC))
    found: list[int] = []

    def second() -> None:
        try:
            found.append(sequencer.go_on())
        finally:
            connection.close()

    with transaction.atomic():
        Sequencer.objects.select_for_update().get(pk=1)
        thread = Thread(target=second)
        thread.start()
        thread.join(10)
    assert found == [0]
    assert sequencer.go_on() == 3
