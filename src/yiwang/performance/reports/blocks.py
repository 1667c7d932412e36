"""What a report is built of, the same for page, DOCX and PDF: headings, paragraphs, bars with their numbers, tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from yiwang.insight.public import FEWEST


@dataclass(frozen=True)
class Cell:
    """One cell: words, or a count that may be too small to be told to everybody."""

    text: str
    count: int | None = None


Given = str | int | Cell | None


@dataclass(frozen=True)
class Table:
    """A table with its title; the first column names the row."""

    title: str
    headings: list[str]
    rows: list[list[Cell]]
    note: str = ""
    form: str = "table"

    @property
    def labelled(self) -> list[list[tuple[str, Cell]]]:
        """Each row as pairs of heading and cell: on a narrow screen a cell says what it is."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Bars:
    """A chart of horizontal bars, each with its name and its number: chart and data table in one."""

    title: str
    unit: str
    rows: list[tuple[str, int]]
    note: str = ""
    form: str = "bars"


@dataclass(frozen=True)
class Ranges:
    """A chart of shares with their intervals: name, words, and low, rate and high in tenths of a per cent."""

    title: str
    rows: list[tuple[str, str, int, int, int]]
    note: str = ""
    form: str = "ranges"

    @property
    def drawn(self) -> list[tuple[str, str, str, str, str]]:
        """Name and words, then where the interval begins, how wide it is, and where its middle lies, in per cent of the track."""
        return [
            (name, words, _percent(low), _percent(max(high - low, 2)), _percent(middle))
            for name, words, low, middle, high in self.rows
        ]


Block = Table | Bars | Ranges


@dataclass(frozen=True)
class Part:
    """One section: its heading, its paragraphs, its charts and tables. ``code`` is what the words are kept by."""

    code: str
    heading: str
    paragraphs: list[str]
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class Edition:
    """A whole report as it is read. ``facts`` stand under the title; ``foot`` at the end."""

    title: str
    subtitle: str
    facts: list[str]
    parts: list[Part]
    foot: list[str]


def _percent(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}%"


def cell(value: Given) -> Cell:
    """Return a cell; a whole number is a count, and nothing is a dash."""
    if isinstance(value, Cell):
        return value
    if value is None:
        return Cell("—")
    return Cell(f"{value:,}", value) if isinstance(value, int) else Cell(value)


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[Given]], note: str = "") -> Table:
    """Return a table of plain values."""
    return Table(title, list(headings), [[cell(value) for value in row] for row in rows], note)


def for_everybody(block: Block, few: str) -> Block:
    """Return a block in which no count below five can be read, nor found by subtracting the others from a sum.

    Such counts say ``few``; where a column has but one, the next smallest goes with it. Of bars, those are left out.
    """
    if isinstance(block, Bars):
        hidden = too_small([value for _name, value in block.rows])
        return Bars(block.title, block.unit, [row for row in block.rows if row[1] not in hidden], block.note)
    if isinstance(block, Ranges):
        return block
    rows = [list(row) for row in block.rows]
    for column in range(len(block.headings)):
        hidden = too_small([row[column].count for row in rows if row[column].count is not None])
        for row in rows:
            if row[column].count in hidden:
                row[column] = Cell(few)
    return Table(block.title, block.headings, rows, block.note)


def too_small(counts: Sequence[int | None]) -> set[int]:
    """Return those of the counts of one column that not everybody may read: below five, and with a single one the next smallest."""
    told = sorted(count for count in counts if count)
    small = [count for count in told if count < FEWEST]
    if len(small) == 1 and len(told) > 1:
        small.append(told[1])
    return set(small)
