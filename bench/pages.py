"""The pages of an office among many petitions: opened over HTTP one after the other, all kinds of page in turn."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import cycle, islice

from bench.figures import percentile
from bench.load import Request, expect, run
from bench.office import HOST, THROUGH_PROXY, Office

CONNECTIONS = 1
"""One at a time: what a page takes, not how long it waits behind others. The filings are the load test."""


@dataclass
class Opened:
    """What was measured of one kind of page: latencies in ms by reader, and what went wrong."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    processor_ms: list[float] = field(default_factory=list)
    """Processor time of the web workers for one page, by reader and round."""
    failures: set[str] = field(default_factory=set)

    def worst(self, share: float) -> tuple[float, str]:
        """Return the percentile for the reader for whom it is highest, and who that is."""
        return max((percentile(values, share), reader) for reader, values in self.latencies.items())


@dataclass
class Pages:
    """All kinds of page of one office, and the memory of its greatest web worker in MB afterwards."""

    opened: dict[str, Opened]
    pss: float
    mapped: float
    rss: float


def measure(office: Office, rounds: int, requests: int) -> Pages:
    """Open each page ``requests`` times in each round for each reader; the first round warms up and does not count."""
    addresses = office.module("bench.inside", "addresses")
    cookies = {"": "", **office.module("bench.inside", "sessions")}
    opened: dict[str, Opened] = defaultdict(Opened)
    with office.serving() as server:
        for turn in range(rounds + 1):
            for page, readers in addresses.items():
                for reader, paths in readers.items():
                    wanted = [
                        Request("GET", path, cookies[reader], headers=THROUGH_PROXY, host=HOST)
                        for path in islice(cycle(paths), turn * requests, (turn + 1) * requests)
                    ]
                    used = server.processor_seconds()
                    outcome = run(server.port, wanted, expect(200), CONNECTIONS)
                    opened[page].failures.update(outcome.failures)
                    if turn:
                        opened[page].latencies[reader] += outcome.latencies
                        taken = 1000 * (server.processor_seconds() - used)
                        opened[page].processor_ms.append(taken / len(wanted))
        greatest = (max(server.worker_pss()), max(server.worker_mapped()), max(server.worker_rss()))
        return Pages(dict(opened), *greatest)
