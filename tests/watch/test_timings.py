"""Response times: exact quantiles, no statement in a request, nothing lost by a fold, no label but names of ours."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connections
from django.test import Client

from yiwang.watch import timings
from yiwang.watch.models import Timing
from yiwang.watch.timings import Histogram, Recorder, packed, unpacked

if TYPE_CHECKING:
    from tests.given import City

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    timings.recorder.take()


def counted(*milliseconds: float) -> Histogram:
    found = Histogram()
    for one in milliseconds:
        found.add(one / 1000)
    return found


def test_a_quantile_is_read_off_within_its_bucket() -> None:
    """Given ten answers of 5 to 10 ms and ten of 100 to 200, then half stay below 10 ms, and 95 % below 190 ms."""
    found = counted(*[7] * 10, *[150] * 10)
    assert (found.quantile(0.5), found.quantile(0.95), found.quantile(1)) == (10, 190, 200)
    assert Histogram().quantile(0.5) is None
    assert counted(60_000).quantile(0.5) == 10_000
    assert counted(5).buckets[0] == counted(4.9).buckets[0] == 1  # a bucket holds its upper end
    assert counted(5.1).buckets[:2] == [0, 1]


@pytest.mark.django_db
def test_a_request_is_counted_by_the_name_of_its_address_without_a_statement(
    city: "City", django_assert_num_queries: Any
) -> None:
    """Given a petition's page, an unknown address and one for machines, then the counts name two pages and no number; nothing is written."""
    petition = city.bring_to("registered")
    client = Client()
    client.force_login(city.who(city.office, "office_handler"))
    before = Timing.objects.count()
    client.get(f"/desk/petitions/{petition.number}/")
    client.get("/nowhere/")
    client.get("/alive")
    assert Timing.objects.count() == before
    counts = timings.recorder.take()
    assert {key: found.number for key, found in counts.items()} == {("desk:petition", 200): 1, ("none", 404): 1}
    with django_assert_num_queries(0):
        Client().get("/alive")


@pytest.mark.django_db
def test_all_processes_together(city: "City") -> None:
    """Given two processes that told what they counted, then the speed of the last five minutes is of both; what is older is not in it."""
    for at, process, counts in (
        (NOW - timedelta(seconds=10), "a", {("portal:home", 200): counted(*[7] * 10)}),
        (
            NOW - timedelta(seconds=20),
            "b",
            {("portal:home", 200): counted(*[150] * 9), ("portal:ask", 503): counted(150)},
        ),
        (NOW - timedelta(minutes=6), "a", {("portal:home", 200): counted(*[9000] * 50)}),
    ):
        Timing.objects.create(process=process, at=at, counts=packed(counts))
    assert timings.speed(NOW) == timings.Speed(20, 10.0, 190.0, 1)
    assert timings.speed(NOW + timedelta(hours=1)) == timings.Speed(0, None, None, 0)


@pytest.mark.django_db
def test_a_fold_changes_no_total() -> None:
    """Given rows of an hour, when those older than ten minutes are folded, again and again, then the totals stay as they are."""
    for minute in range(60):
        Timing.objects.create(
            process="a", at=NOW - timedelta(minutes=minute), counts=packed({("portal:home", 200): counted(7, 150)})
        )
    before = timings.totals()
    assert [timings.fold(NOW), timings.fold(NOW)] == [50, 0]
    assert Timing.objects.count() == 11
    assert timings.fold(NOW + timedelta(minutes=5)) == 6
    assert timings.totals() == before
    assert before["portal:home", 200].number == 120


@pytest.mark.django_db
def test_a_fold_that_dies_in_the_middle_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a worker that dies after the sum was written and before the rows went, then neither happened."""
    for minute in (20, 30):
        Timing.objects.create(process="a", at=NOW - timedelta(minutes=minute), counts=packed({("x", 200): counted(7)}))
    create = Timing.objects.create

    def dying(**more: Any) -> None:
        create(**more)
        raise KeyboardInterrupt

    monkeypatch.setattr(Timing.objects, "create", dying)
    with pytest.raises(KeyboardInterrupt):
        timings.fold(NOW)
    monkeypatch.undo()
    assert timings.totals()["x", 200].number == 2
    assert timings.fold(NOW) == 2
    assert timings.totals()["x", 200].number == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_fold_at_once_double_nothing() -> None:
    """Given two workers that fold at the same moment, then the total stays."""
    for minute in range(20, 60):
        Timing.objects.create(process="a", at=NOW - timedelta(minutes=minute), counts=packed({("x", 200): counted(7)}))
    barrier = Barrier(2)

    def fold() -> None:
        barrier.wait(10)
        timings.fold(NOW)
        connections.close_all()

    pair = [Thread(target=fold) for _each in range(2)]
    for one in pair:
        one.start()
    for one in pair:
        one.join(20)
    timings.fold(NOW)
    assert timings.totals()["x", 200].number == 40


@pytest.mark.django_db
def test_while_the_database_is_away_counts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a database that is away, when a process tells, then its counts stay, and are told with the next ones."""
    timings.recorder.add("portal:home", 200, 0.007)

    def away(**_more: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(Timing.objects, "create", away)
    with pytest.raises(DatabaseError):
        timings.flush(NOW)
    monkeypatch.undo()
    timings.recorder.add("portal:home", 200, 0.007)
    assert timings.flush(NOW)
    assert not timings.flush(NOW)
    assert timings.totals()["portal:home", 200] == counted(7, 7)


def test_what_a_row_holds_comes_back() -> None:
    """Given counts, then the row's form gives them back; a row with other buckets is left out."""
    counts = {("desk:petition", 200): counted(7, 12_000), ("desk:petition", 404): counted(3)}
    assert unpacked([packed(counts)]) == counts
    assert unpacked([{"x": {"200": [1, 2, 3]}}]) == {}


def test_counting_costs_next_to_nothing() -> None:
    """Given ten thousand answers, then counting them takes a fifth of a second at most: 20 µs each, where a filing takes ten milliseconds."""
    from time import process_time

    recorder, begun = Recorder(), process_time()
    for _each in range(10_000):
        recorder.add("portal:ask", 303, 0.0123)
    assert process_time() - begun < 0.2
