"""PostgreSQL goes away under a running office and comes back: polite meanwhile, and well again by itself."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest
from tests.badluck.browser import Browser, Processes, filing, wait_until_served
from tests.badluck.cluster import Cluster
from tests.offices import Office
from tests.ports import free_port as any_port

pytestmark = pytest.mark.slow_once

COUNTS = """
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.people.models import Petitioner
from yiwang.petitions.models import Deadline, Entry, Petition
written = Record.objects.exclude(subject_kind="command").count()
print([model.objects.count() for model in (Petition, Petitioner, Entry, Deadline, Notice)], written)
"""


@dataclass
class Served:
    """An office on a PostgreSQL of its own, and the port where its pages are."""

    cluster: Cluster
    office: Office
    port: int


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    cluster, port = Cluster(any_port()), any_port()
    office = Office(tmp_path_factory.mktemp("away") / "office", cluster.url)
    server = Processes(office, "serve", PORT=str(port))
    try:
        cluster.make()
        made = office.run("migrate")
        assert made.returncode == 0, made.stderr
        server.start()
        wait_until_served(port)
        yield Served(cluster, office, port)
    finally:
        server.kill()
        cluster.remove()


def test_postgresql_that_goes_away_is_told_politely_and_found_again(served: Served) -> None:
    """Given a form filled in, when PostgreSQL is cut off, then 503 and nothing kept; when it is back, the same form is taken once."""
    citizens = [Browser(served.port) for _ in range(4)]
    forms = [{**filing(f"路灯不亮 {number}"), **citizen.form("/ask/")} for number, citizen in enumerate(citizens)]
    warm = [
        citizen.post("/ask/", {**form, "subject": "先来一件"}).status
        for citizen, form in zip(citizens, forms, strict=True)
    ]
    assert warm == [303] * 4

    served.cluster.stop()
    away = [citizen.post("/ask/", form) for citizen, form in zip(citizens, forms, strict=True)]
    assert [answer.status for answer in away] == [503] * 4
    assert {answer.headers["Retry-After"] for answer in away} == {"30"}
    assert all("没有存下半截的东西" in answer.text and "您写的内容一般还在那一页上" in answer.text for answer in away)
    assert citizens[0].ask("GET", "/").status == 200  # the home page asks nothing of the database

    served.cluster.start()
    back = time.monotonic()
    statuses: list[int] = []
    for citizen, form in zip(citizens, forms, strict=True):
        while (status := citizen.post("/ask/", form).status) != 303:
            statuses.append(status)
            assert time.monotonic() - back < 6
    statuses += [
        citizen.post("/ask/", form).status for citizen, form in zip(citizens, forms, strict=True) for _ in range(3)
    ]
    assert set(statuses) <= {303, 503}
    assert statuses.count(503) <= 2  # a process that none of the four had asked meanwhile finds out only now
    assert statuses.count(303) >= 10
    assert citizens[0].post("/ask/", forms[0]).status == 303
    assert served.office.python(COUNTS) == "[8, 8, 8, 8, 8] 8"


def test_a_postgresql_that_was_restarted_unseen_costs_each_process_one_polite_page_at_most(served: Served) -> None:
    """Given kept connections, when PostgreSQL was restarted between two requests, then at most one request for each process gets 503."""
    with ThreadPoolExecutor(4) as crowd:
        asked = crowd.map(lambda _turn: Browser(served.port).ask("GET", "/ask/").status, range(60))
        assert set(asked) == {200}
    with psycopg.connect(served.cluster.url) as connection:
        kept = connection.execute("SELECT count(*) - 1 FROM pg_stat_activity WHERE client_port IS NOT NULL").fetchone()
    assert kept is not None
    assert kept[0] >= 4

    served.cluster.stop()
    served.cluster.start()

    citizen = Browser(served.port)
    statuses = [citizen.ask("GET", "/ask/").status for _ in range(20)]
    assert statuses.count(503) <= 2
    assert statuses.count(200) == 20 - statuses.count(503)
    assert statuses[-10:] == [200] * 10
