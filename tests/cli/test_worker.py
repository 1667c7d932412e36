"""The worker gives each job its turn, survives a job's fault and the database's absence, and says how it fares."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from yiwang.cli.worker import HEARTBEAT_FILE, JOBS, LONGEST_WAIT, Job, Worker, last_heartbeat

pytestmark = pytest.mark.engine_free


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Two jobs that note their runs; ``fail`` names what the first one raises next."""
    state = SimpleNamespace(runs=[], fail=None)

    def first() -> None:
        if state.fail:
            raise state.fail
        state.runs.append("first")

    monkeypatch.setattr("yiwang.cli.worker.first", first, raising=False)
    monkeypatch.setattr("yiwang.cli.worker.second", lambda: state.runs.append("second"), raising=False)
    state.table = (Job("first", 2, "yiwang.cli.worker:first"), Job("second", 10, "yiwang.cli.worker:second"))
    return state


@pytest.fixture
def clock() -> SimpleNamespace:
    """Seconds that a test sets."""
    return SimpleNamespace(seconds=0.0)


@pytest.fixture
def worker(jobs: SimpleNamespace, clock: SimpleNamespace, tmp_path: Path) -> Worker:
    return Worker(jobs.table, tmp_path, now=lambda: clock.seconds)


def away() -> OperationalError:
    error = OperationalError("unable to open database file")
    error.__cause__ = sqlite3.OperationalError("unable to open database file")
    return error


def test_each_job_has_its_own_period(worker: Worker, jobs: SimpleNamespace, clock: SimpleNamespace):
    for clock.seconds in (0, 1, 2, 4, 9.9, 10):
        worker.tick()
    assert jobs.runs == ["first", "second", "first", "first", "first", "second"]


def test_the_next_tick_is_when_the_next_job_is_due(worker: Worker):
    assert worker.tick() == 2


def test_a_faulty_job_keeps_no_other_from_its_turn(worker: Worker, jobs: SimpleNamespace, tmp_path: Path):
    jobs.fail = ValueError("a fault of the program")
    worker.tick()
    assert jobs.runs == ["second"]
    beat = last_heartbeat(tmp_path)
    assert beat is not None
    assert (beat["database"], beat["jobs"]["first"]["ok"], beat["jobs"]["second"]["ok"]) == ("there", False, True)


def test_while_the_database_is_away_it_waits_longer_each_time_and_then_goes_on(
    worker: Worker, jobs: SimpleNamespace, tmp_path: Path
):
    jobs.fail = away()
    waits = [worker.tick() for _ in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]
    assert jobs.runs == []
    assert last_heartbeat(tmp_path)["database"] == "away"

    jobs.fail = None
    worker.tick()
    assert jobs.runs == ["first", "second"]
    assert worker.tick() == 2
    worker._beat_at = float("-inf")
    worker.tick()
    assert last_heartbeat(tmp_path)["database"] == "there"


def test_a_misspelt_statement_is_a_fault_and_not_an_absence(worker: Worker, jobs: SimpleNamespace):
    error = OperationalError("no such table: nowhere")
    error.__cause__ = sqlite3.OperationalError("no such table: nowhere")
    jobs.fail = error
    assert worker.tick() == 2
    assert jobs.runs == ["second"]


def test_told_to_stop_it_ends_and_takes_its_heartbeat_along(worker: Worker, jobs: SimpleNamespace, tmp_path: Path):
    worker.tick()
    assert (tmp_path / HEARTBEAT_FILE).exists()
    worker.stop.set()
    worker.run()
    assert not (tmp_path / HEARTBEAT_FILE).exists()
    assert jobs.runs == ["first", "second"]


def test_a_heartbeat_that_cannot_be_read_counts_as_none(tmp_path: Path):
    assert last_heartbeat(tmp_path) is None
    (tmp_path / HEARTBEAT_FILE).write_text("{")
    assert last_heartbeat(tmp_path) is None
    (tmp_path / HEARTBEAT_FILE).write_text(json.dumps({"at": datetime.now(UTC).isoformat()}))
    assert last_heartbeat(tmp_path) is not None


@pytest.mark.django_db
def test_every_job_of_the_table_runs_in_an_empty_office():
    for job in JOBS:
        job.run()
