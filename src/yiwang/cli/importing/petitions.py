"""Petitions out of a file: each row filed, and where it has an answer led to its close, in one transaction of its own.

The dates are the row's. History owes no notices and raises no warnings. A row is known again by the source's own number,
so that a second run, or one after a crash, goes on where the first one ended.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from yiwang.agencies.models import Agency, Region
from yiwang.agencies.seed import root_office
from yiwang.cli.importing.mapping import Map, RowRefused
from yiwang.cli.importing.reading import Row
from yiwang.petitions import actions
from yiwang.petitions.actions.filing import LONGEST_SUBJECT, LONGEST_TEXT
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Answer, Category, Petition
from yiwang.store import spreadsheets

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Before it there are no ids, which are made from the instant of receipt; and no petition that an office still has in a file."""
BATCH = 500
"""Rows whose numbers are looked up at once."""


@dataclass
class Counts:
    """The last line of an import: every row that was read is in exactly one of the other three."""

    read: int = 0
    imported: int = 0
    already_there: int = 0
    rejected: int = 0

    def as_json(self) -> str:
        return json.dumps(
            {
                "read": self.read,
                "imported": self.imported,
                "already_there": self.already_there,
                "rejected": self.rejected,
            }
        )


@dataclass
class RejectedFile:
    """Where refused rows go, with number and reason; made when the first one comes. Readable by the office alone."""

    path: Path
    written: int = 0

    def add(self, number: int, reason: str, row: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = "a" if self.written else "w"
        with self.path.open(mode, encoding="utf-8-sig" if not self.written else "utf-8", newline="") as file:
            out = spreadsheets.writer(file)
            if not self.written:
                out.row(["row", "reason", *row])
            out.row([number, reason, *row.values()])
        self.written += 1


@dataclass
class Import:
    """One run over one file. ``dry`` checks every row and writes none."""

    mapping: Map
    rejected: RejectedFile
    dry: bool = False
    counts: Counts = field(default_factory=Counts)

    def run(self, rows: Iterator[Row], tick: Callable[[], object] = lambda: None) -> Counts:
        """Take the rows one by one; ``tick`` is called after each."""
        self._office = root_office()
        self._agencies = _by_name(Agency)
        self._regions = _by_name(Region)
        self._categories = _by_name(Category)
        seen: set[str] = set()
        while batch := list(itertools.islice(rows, BATCH)):
            numbers = [self.mapping.fields_of(row)["number"] for _number, row in batch]
            there = set(
                Petition.objects.filter(source=self.mapping.source, source_number__in=numbers).values_list(
                    "source_number", flat=True
                )
            )
            for (line, row), number in zip(batch, numbers, strict=True):
                self.counts.read += 1
                if number in there or number in seen:
                    self.counts.already_there += 1
                else:
                    self._take(line, row)
                if number:
                    seen.add(number)
                tick()
        return self.counts

    def _take(self, line: int, row: dict[str, str]) -> None:
        try:
            filing, answer = self._read(row)
            if not self.dry:
                with transaction.atomic():
                    self._write(filing, answer)
        except RowRefused as refused:
            self._reject(line, str(refused), row)
        except actions.Refused as refused:
            self._reject(line, refused.message, row)
        else:
            self.counts.imported += 1

    def _reject(self, line: int, reason: str, row: dict[str, str]) -> None:
        self.counts.rejected += 1
        self.rejected.add(line, reason, row)

    def _read(self, row: dict[str, str]) -> tuple[actions.File, "HistoricAnswer | None"]:
        given = self.mapping.fields_of(row)
        if not given["number"]:
            raise RowRefused("the row has no number of its own")
        if len(given["number"]) > 80:
            raise RowRefused("the number is longer than 80 characters")
        if not given["text"]:
            raise RowRefused("the row has no text")
        if len(given["text"]) > LONGEST_TEXT:
            raise RowRefused(f"the text is longer than {LONGEST_TEXT} characters")
        received_at = self._past(given["received_at"], "received")
        subject, text = _subject_and_text(given["subject"], given["text"])
        category = _one(self._categories, given["category"], "category")
        region = _one(self._regions, given["region"], "region")
        filing = actions.File(
            channel=_known(given["channel"] or "history", Petition.Channel.values, "channel"),
            office=self._office,
            subject=subject,
            text=text,
            identity=actions.Identity(
                name=given["name"],
                phone=given["phone"],
                email=given["email"],
                address=given["address"],
                anonymous=not given["name"],
            ),
            purpose=_known(given["purpose"] or "appeal", Petition.Purpose.values, "purpose"),
            category=category,
            region=region,
            place=given["place"][:200],
            read_back=True,
            received_at=received_at,
            source=self.mapping.source,
            source_number=given["number"],
        )
        if not given["answer"]:
            return filing, None
        answered_at = self._past(given["answered_at"], "answered")
        if answered_at < received_at:
            raise RowRefused("it was answered before it was received")
        outcome = _known(given["outcome"] or Answer.Outcome.EXPLAIN, Answer.Outcome.values, "outcome")
        agency = _one(self._agencies, given["agency"], "agency") or self._office
        return filing, HistoricAnswer(agency, given["answer"], outcome, received_at, answered_at)

    def _past(self, text: str, what: str) -> datetime:
        if not text:
            raise RowRefused(f"the row does not say when it was {what}")
        instant = self.mapping.instant(text)
        if instant < EARLIEST:
            raise RowRefused(f"it would have been {what} before 1970: {text}")
        if instant > datetime.now(UTC):
            raise RowRefused(f"it would have been {what} in the future: {text}")
        return instant

    def _write(self, filing: actions.File, answer: "HistoricAnswer | None") -> None:
        importer = Actor.system()
        petition = filing.run(importer, historical=True)
        register = actions.Register().run(importer, petition.pk, happened_at=filing.received_at, historical=True)
        if answer:
            answer.give(importer, register.pk)


@dataclass(frozen=True)
class HistoricAnswer:
    """An answer that another system gave. What lay between receipt and answer is not known: it is dated with the receipt."""

    agency: Agency
    text: str
    outcome: str
    received_at: datetime
    answered_at: datetime

    def give(self, importer: Actor, petition_id: int) -> None:
        steps: tuple[tuple[actions.Action, datetime], ...] = (
            (actions.Refer(lead=self.agency), self.received_at),
            (actions.Accept(), self.received_at),
            (actions.DraftAnswer(text=self.text, outcome=self.outcome), self.answered_at),
            (actions.Approve(), self.answered_at),
            (actions.Close(), self.answered_at),
        )
        for action, happened_at in steps:
            action.run(importer, petition_id, happened_at=happened_at, historical=True)


def _subject_and_text(subject: str, text: str) -> tuple[str, str]:
    """Return a subject that fits and a text that loses nothing by it."""
    if not subject:
        return text.splitlines()[0][:40], text
    if len(subject) <= LONGEST_SUBJECT:
        return subject, text
    return subject[: LONGEST_SUBJECT - 1] + "…", f"{subject}\n{text}"


def _by_name(model: type[Agency] | type[Region] | type[Category]) -> dict[str, Agency | Region | Category]:
    found: dict[str, Agency | Region | Category] = {}
    for row in model.objects.all():
        found.setdefault(row.name, row)
        found[row.code] = row
    return found


def _one(known: dict[str, Agency | Region | Category], name: str, what: str):  # type: ignore[no-untyped-def]
    """Return the row of that code or name, or None for an empty one; raises RowRefused."""
    if not name:
        return None
    if name not in known:
        raise RowRefused(
            f"the office has no {what} “{name}” (by code or name); add it, or translate it in [values.{what}] of the map"
        )
    return known[name]


def _known(value: str, allowed: list[str], what: str) -> str:
    if value not in allowed:
        raise RowRefused(f"“{value}” is no {what}; known are {', '.join(allowed)}")
    return value
