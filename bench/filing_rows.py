"""From the rounds of the filing comparison to lines of the table, each with what is asked of it."""

from collections.abc import Mapping
from statistics import median

from bench.contestants import UNGUARDED
from bench.figures import AT_LEAST, AT_MOST, Row, Target, ratio_of_medians
from bench.filing import Filings

OURS, FLOOR, PEER = "yiwang", "floor", "django-helpdesk"
GUARDS = "What the guards cost"
GROUP = "Filing by HTTP, concurrency 8"


def rows(engine: str, filings: Mapping[str, Filings]) -> list[Row]:
    """Return the lines of one engine: everybody's figures, then the product's ratios."""
    found: list[Row] = []
    for name, one in filings.items():
        found += _own(engine, name, one)
    ours = filings.get(OURS)
    if ours is None:
        return found
    if PEER in filings:
        found.append(_ratio(engine, ours, filings[PEER], "×", 1, Target(AT_LEAST, 2, aim=3)))
    if FLOOR in filings:
        found.append(_ratio(engine, ours, filings[FLOOR], "%", 100, Target(AT_LEAST, 20, aim=35)))
    found.append(Row(GROUP, f"{OURS}: p99 ÷ p50", engine, ours.tail(), "×", Target(AT_MOST, 10)))
    found.append(Row(GROUP, f"{OURS}: memory of a web worker (PSS)", engine, ours.pss, "MB", Target(AT_MOST, 150)))
    return found


def guard_rows(engine: str, filings: Mapping[str, Filings]) -> list[Row]:
    """Return what sealing, the behaviour log and the log of petitions take of the throughput, all together."""
    kept = ratio_of_medians(filings[OURS].rates, filings[UNGUARDED].rates)
    per_filing = [median(filings[name].processor_ms) for name in (OURS, UNGUARDED)]
    note = "workers' processor time {:.2f} ms a filing, {:.2f} ms without; offices that were empty before".format(
        *per_filing
    )
    wrong = [failure for one in filings.values() for failure in one.failures]
    if wrong:
        raise RuntimeError(f"filings failed: {sorted(set(wrong))[:3]}")
    name = "sealing, behaviour log and log of petitions cost a filing, of its throughput"
    return [Row(GUARDS, name, engine, 100 * (1 - kept), "%", Target(AT_MOST, 25), note)]


def _own(engine: str, name: str, one: Filings) -> list[Row]:
    p50, p95, p99 = (one.percentile(share) for share in (0.5, 0.95, 0.99))
    rounds = ", ".join(f"{rate:.0f}" for rate in one.rates)
    rate = sorted(one.rates)[len(one.rates) // 2]
    note = f"p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f} ms; rounds {rounds}; load generator {one.client()}"
    processor = f"median of rounds; {', '.join(f'{taken:.2f}' for taken in one.processor_ms)}"
    wrong = one.failures
    return [
        Row(GROUP, f"{name}: filings", engine, rate, "/s", note=note),
        Row(GROUP, f"{name}: workers' processor time", engine, median(one.processor_ms), "ms", note=processor),
        Row(
            GROUP,
            f"{name}: errors in {one.sent:,} filings",
            engine,
            len(wrong),
            "",
            Target(AT_MOST, 0),
            "; ".join(sorted(set(wrong))[:3]),
        ),
    ]


def _ratio(engine: str, ours: Filings, other: Filings, unit: str, scale: int, target: Target) -> Row:
    ratio = ratio_of_medians(ours.rates, other.rates) * scale
    return Row(GROUP, f"{OURS} against {other.contestant.name}", engine, ratio, unit, target)
