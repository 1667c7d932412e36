"""Filing by HTTP: all contestants of an engine in turn, round after round, so that a noisy minute meets them all."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from bench.contestants import Contestant
from bench.load import Outcome, run, shares
from bench.machine import busy_share

WARM_UP = 80


@dataclass
class Filings:
    """All rounds of one contestant."""

    contestant: Contestant
    outcomes: list[Outcome] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)
    """Processor time of the web workers for one filing, by round: it says what others on the machine cannot blur."""
    made: int = 0
    pss: float = 0.0
    rss: float = 0.0

    @property
    def rates(self) -> list[float]:
        return [outcome.per_second for outcome in self.outcomes]

    @property
    def sent(self) -> int:
        return sum(len(outcome.latencies) for outcome in self.outcomes)

    @property
    def failures(self) -> list[str]:
        """What went wrong: answers that were refused or lost, and rows that the answers promised and nobody wrote."""
        wrong = [text for outcome in self.outcomes for text in outcome.failures]
        missing = self.sent - self.made
        return wrong + ([f"{missing} filings answered but not in the database"] if missing else [])

    def percentile(self, share: float) -> float:
        """Return the median over the rounds of a percentile of the latencies, in ms."""
        return median(outcome.at(share) for outcome in self.outcomes)

    def tail(self) -> float:
        """Return the median over the rounds of p99 ÷ p50."""
        return median(outcome.at(0.99) / outcome.middle for outcome in self.outcomes)

    def client(self) -> str:
        """Return in words what the load generator took while these rounds ran."""
        return shares(self.outcomes)


@dataclass
class Comparison:
    """The rounds of all contestants, and how busy others kept the machine between them (shares, 0 to 1)."""

    filings: dict[str, Filings]
    others_busy: list[float]


def compare(contestants: Sequence[Contestant], rounds: int, requests: int, concurrency: int = 8) -> Comparison:
    """Serve all contestants at once (the idle ones sleep) and let them file in turn: A B C, A B C, …

    Each round of each has ``requests`` filings (the floor more: it is done with them so soon) with texts of its own.
    Rows are counted before and after, so that an answer without a row is a failure.
    """
    others: list[float] = []
    results = {one.name: Filings(one) for one in contestants}
    before: defaultdict[str, int] = defaultdict(int)
    with ExitStack() as servers:
        running = {one.name: servers.enter_context(one.open()) for one in contestants}
        for place, one in enumerate(contestants):
            run(running[one.name].port, one.filings(running[one.name], WARM_UP, 1000 + place), one.check, concurrency)
            before[one.name] = one.count()
        for turn in range(rounds):
            for place, one in enumerate(contestants):
                server = running[one.name]
                prepared = one.filings(server, requests * one.weight, 2000 + 100 * turn + place)
                others.append(busy_share())
                used, result = server.processor_seconds(), results[one.name]
                result.outcomes.append(run(server.port, prepared, one.check, concurrency))
                result.processor_ms.append(1000 * (server.processor_seconds() - used) / len(prepared))
        for one in contestants:
            result, server = results[one.name], running[one.name]
            result.made = one.count() - before[one.name]
            result.pss, result.rss = max(server.worker_pss()), max(server.worker_rss())
    return Comparison(results, others)
