"""The order of a run: load, file in turn, count statements, open pages; then the same pages among ten times as many."""

import shutil
import sys
from dataclasses import dataclass, field

from bench import filing_rows, office, page_rows, pages
from bench.contestants import Contestant, floor, peer, unguarded, yiwang
from bench.figures import Row
from bench.filing import compare
from bench.office import Office
from bench.pages import Pages
from bench.postgres import Postgres
from bench.servers import VAR

PARTS = ("filing", "guards", "statements", "pages", "recount", "scan", "rotation", "journal", "reports")
PAGE_ROUNDS, PAGE_REQUESTS = 3, 12
TIMES = 10
SECONDS_OF_A_WALK = 120
"""How long the scan walks through the loaded petitions before the pages are opened."""


@dataclass(frozen=True)
class Options:
    """What one run is asked to do."""

    petitions: int
    large: bool
    rounds: int
    requests: int
    engines: tuple[str, ...]
    parts: tuple[str, ...]
    times: int = TIMES
    """How many times as many petitions the large office has."""


@dataclass
class Plan:
    """A run under way: its lines of the table, and how busy others kept the machine between rounds."""

    options: Options
    server: Postgres | None
    rows: list[Row] = field(default_factory=list)
    others_busy: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Do all of it; engines one after the other."""
        for engine in self.options.engines:
            if engine == "PostgreSQL" and self.server is None:
                continue
            house = self._loaded(engine, self.options.petitions)
            if "filing" in self.options.parts:
                self._filing(engine, house)
            if "statements" in self.options.parts:
                _say(f"counting statements on {engine}")
                self.rows += page_rows.statement_rows(engine, house.module("bench.inside", "statements"))
            if "reports" in self.options.parts:
                self.rows.append(self._report(engine, house))
            if "pages" in self.options.parts:
                small = self._pages(engine, house, self.options.petitions)
                if self.options.large:
                    many = self.options.times * self.options.petitions
                    city = self._loaded(engine, many, "-large")
                    large = self._pages(engine, city, many)
                    if "reports" in self.options.parts:
                        self.rows.append(self._report(engine, city))
                    self.rows += page_rows.growth_rows(engine, self.options.petitions, many, small, large)
            if "guards" in self.options.parts:
                self._guards(engine)
            if "recount" in self.options.parts:
                self.rows.append(self._recount(engine))
            if "scan" in self.options.parts:
                self.rows += self._scan(engine)
            if "rotation" in self.options.parts:
                self.rows.append(self._rotation(engine))
            if "journal" in self.options.parts:
                self.rows += self._journal(engine)
        groups = list(dict.fromkeys(row.group for row in self.rows))
        self.rows.sort(key=lambda row: groups.index(row.group))

    def _loaded(self, engine: str, petitions: int, suffix: str = "") -> Office:
        _say(f"loading {petitions:,} petitions on {engine}")
        url = (
            self.server.fresh(f"bench_office{suffix.replace('-', '_')}")
            if engine == "PostgreSQL" and self.server
            else ""
        )
        house = office.fresh(f"office-{engine.lower()}{suffix}", url)
        self.rows.append(page_rows.loading_row(engine, house.module("bench.generate", str(petitions))))
        return house

    def _filing(self, engine: str, house: Office) -> None:
        contestants = [*self._others(engine), yiwang(house)]
        _say(f"filing on {engine}: {', '.join(one.name for one in contestants)}")
        comparison = compare(contestants, self.options.rounds, self.options.requests)
        self.rows += filing_rows.rows(engine, comparison.filings)
        self.others_busy += comparison.others_busy

    def _others(self, engine: str) -> list[Contestant]:
        if engine == "SQLite" or self.server is None:
            folder = VAR / "floor"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            return [floor(engine, str(folder / "floor.sqlite3"))]
        _say(f"loading {self.options.petitions:,} tickets into django-helpdesk")
        return [
            floor(engine, self.server.fresh("bench_floor")),
            peer(self.server.fresh("bench_peer"), self.options.petitions),
        ]

    def _guards(self, engine: str) -> None:
        _say(f"filing on {engine} with and without the guards")
        offices = [self._empty(engine, "guarded"), self._empty(engine, "unguarded")]
        contestants = [yiwang(offices[0]), unguarded(offices[1])]
        comparison = compare(contestants, self.options.rounds, self.options.requests)
        self.rows += filing_rows.guard_rows(engine, comparison.filings)
        self.others_busy += comparison.others_busy

    def _empty(self, engine: str, name: str) -> Office:
        url = self.server.fresh(f"bench_{name}") if engine == "PostgreSQL" and self.server else ""
        return office.fresh(f"{name}-{engine.lower()}", url)

    def _recount(self, engine: str) -> Row:
        petitions = self.options.petitions
        _say(f"counting the limits of {petitions:,} open petitions anew on {engine}")
        house = self._empty(engine, "recount")
        counted = house.module("bench.recount", "--inside", "--petitions", str(petitions))
        return page_rows.recount_row(engine, petitions, counted)

    def _scan(self, engine: str) -> list[Row]:
        petitions = self.options.petitions
        _say(f"scanning {petitions:,} open petitions on {engine}")
        house = self._empty(engine, "scan")
        found = house.module("bench.supervision", "--inside", "--petitions", str(petitions))
        return page_rows.scan_rows(engine, petitions, found)

    def _report(self, engine: str, house: Office) -> Row:
        _say(f"making a year's report on {engine}")
        return page_rows.report_row(engine, house.module("bench.reports"))

    def _rotation(self, engine: str) -> Row:
        rows = self.options.petitions
        _say(f"wrapping {rows:,} rows anew on {engine}")
        house = self._empty(engine, "rotation")
        return page_rows.rotation_row(engine, house.module("bench.rotation", "--inside", "--rows", str(rows)))

    def _journal(self, engine: str) -> list[Row]:
        lines = self.options.petitions
        _say(f"ordering and verifying {lines:,} lines of the behaviour log on {engine}")
        house = self._empty(engine, "journal")
        return page_rows.journal_rows(engine, house.module("bench.journal", "--inside", "--lines", str(lines)))

    def _pages(self, engine: str, house: Office, petitions: int) -> Pages:
        _say(f"scanning among {petitions:,} petitions on {engine}, so that the board has what to show")
        house.module("bench.supervision", "--walk", str(SECONDS_OF_A_WALK))
        _say(f"opening pages among {petitions:,} petitions on {engine}")
        found = pages.measure(house, PAGE_ROUNDS, PAGE_REQUESTS)
        self.rows += page_rows.page_rows(engine, petitions, found)
        return found


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)
