"""From what was measured of the pages to lines of the table, each with what is asked of it."""

from collections.abc import Mapping
from statistics import median

from bench.figures import AT_LEAST, AT_MOST, Row, Target
from bench.journal import AIM_ORDERED, AIM_VERIFIED
from bench.pages import Pages

STATEMENTS = {
    "filing": 14,
    "work-list of 10": 8,
    "work-list of 50": 8,
    "work-list of 100": 8,
    "petition page": 15,
    "monitoring page": 12,
}
RECOUNT_S = 60
MONITORING_MS = 300
COUNTED_PAGES = ("monitoring page", "supervision board", "duty desk")
"""Pages that count what there is: they have a bound of their own among a million petitions, and none for how they grow."""
SCAN_S = 5
AIM_REPORT_S = 30
LARGE = 1_000_000


def statement_rows(engine: str, counted: Mapping[str, int]) -> list[Row]:
    """Return a line for each page: statements without BEGIN, COMMIT and SAVEPOINT."""
    group = "Statements, without BEGIN, COMMIT and SAVEPOINT"
    return [
        Row(group, name, engine, count, "", Target(AT_MOST, STATEMENTS[name]) if name in STATEMENTS else Target())
        for name, count in counted.items()
    ]


def loading_row(engine: str, loaded: Mapping[str, float]) -> Row:
    """Return the line for loading in bulk, from what the generator printed."""
    group = "Loading in bulk"
    note = f"{loaded['seconds']:.0f} s, two processes, {loaded['processor_ms']:.2f} ms of processor time each in them"
    return Row(
        group, f"{loaded['petitions']:,} petitions", engine, loaded["per_second"], "/s", Target(AT_LEAST, 2_000), note
    )


def recount_row(engine: str, petitions: int, counted: Mapping[str, float]) -> Row:
    """Return the line for counting open limits anew after a change of the calendar, from what bench/recount.py printed."""
    group = "Counting limits anew after a change of the calendar"
    note = f"{counted['limits']:,} limits, all of them moved; longest batch {counted['longest_batch_ms']:.0f} ms"
    # The aim is for 100,000 open petitions; fewer or more are measured by the same share of it.
    asked = Target(AT_MOST, RECOUNT_S * petitions / 100_000)
    return Row(group, f"{petitions:,} open petitions", engine, counted["seconds"], " s", asked, note)


def scan_rows(engine: str, petitions: int, found: Mapping[str, float]) -> list[Row]:
    """Return the lines for the scan, from what bench/supervision.py printed."""
    group = f"Scanning {petitions:,} open petitions for what is late"
    # The aim is for 100,000 open petitions; fewer or more are measured by the same share of it.
    asked = Target(AT_MOST, SCAN_S * petitions / 100_000)
    first = f"{found['new']:,} findings written; processor time {found['first_processor_s']:.1f} s"
    daily = f"{found['touched']:,} touched, at midnight; {found['daily_new']:,} findings written"
    return [
        Row(group, "first scan", engine, found["first_s"], " s", asked, first),
        Row(group, "first scan of a day", engine, found["daily_s"], " s", asked, daily),
        Row(group, "scan with nothing new", engine, found["idle_s"], " s", asked),
    ]


def report_row(engine: str, found: Mapping[str, float]) -> Row:
    """Return the line for a year's report, from what bench/reports.py printed: the command from its start to the DOCX."""
    note = f"{found['of_the_year']:,} of the year; the figures alone {found['figures_seconds']:.1f} s"
    # The aim is for a million petitions; fewer or more are measured by the same share of it.
    asked = Target(AT_MOST, AIM_REPORT_S * found["petitions"] / LARGE)
    return Row(
        "A year's report", f"among {found['petitions']:,} petitions", engine, found["seconds"], " s", asked, note
    )


def rotation_row(engine: str, found: Mapping[str, float]) -> Row:
    """Return the line for wrapping rows anew with a new key, from what bench/rotation.py printed; no target is set."""
    note = f"{found['rows']:,} rows, while the office could work; longest batch {found['longest_batch_ms']:.0f} ms"
    return Row("Rotating the keys", "rows wrapped anew", engine, found["rows_per_second"], "/s", Target(), note)


def journal_rows(engine: str, found: Mapping[str, float]) -> list[Row]:
    """Return the lines for ordering and verifying the behaviour log, from what bench/journal.py printed."""
    group = f"The behaviour log, {found['lines']:,} lines"
    if not found["ok"]:
        raise RuntimeError("the journal that was just ordered does not verify")
    note = f"memory grew by {found['grown_mb']:.0f} MB, what SQLite maps of its file (64 MB at most) included"
    return [
        Row(group, "lines ordered", engine, found["ordered"], "/s", Target(AT_LEAST, AIM_ORDERED)),
        Row(group, "lines verified", engine, found["verified"], "/s", Target(AT_LEAST, AIM_VERIFIED), note),
    ]


def page_rows(engine: str, petitions: int, pages: Pages) -> list[Row]:
    """Return p95 of each page among so many petitions, for the reader for whom it is slowest."""
    group = f"Pages among {petitions:,} petitions, one after the other"
    found = []
    for name, opened in pages.opened.items():
        p95, reader = opened.worst(0.95)
        p50, _ = opened.worst(0.50)
        asked = Target(AT_MOST, MONITORING_MS) if name in COUNTED_PAGES and petitions >= LARGE else Target()
        processor = median(opened.processor_ms)
        note = f"p50 {p50:.1f} ms, workers' processor time {processor:.0f} ms" + (
            f"; slowest for: {reader}" if reader else ""
        )
        if opened.failures:
            note = f"FAILED: {', '.join(sorted(opened.failures))}"
        found.append(Row(group, f"{name}: p95", engine, p95, "ms", asked, note))
    found.append(
        Row(
            group,
            "memory of a web worker (PSS)",
            engine,
            pages.pss,
            "MB",
            Target(AT_MOST, 150),
            f"{pages.mapped:.0f} MB of it mapped files; RSS {pages.rss:.0f} MB",
        )
    )
    return found


def growth_rows(engine: str, few: int, many: int, small: Pages, large: Pages) -> list[Row]:
    """Return by how much each page's p95 grew from the small office to the large one."""
    found = []
    for name, opened in large.opened.items():
        growth = opened.worst(0.95)[0] / small.opened[name].worst(0.95)[0]
        bound = 3 if "search" in name or "published" in name else 1.5
        target = Target() if name in COUNTED_PAGES else Target(AT_MOST, bound)
        found.append(Row(f"Growth of p95 from {few:,} to {many:,} petitions", name, engine, growth, "×", target))
    return found
