"""What every kind of file is taken apart into: paragraphs and tables, each piece with its place in the source."""

import re
import unicodedata
from dataclasses import dataclass, field

CODES = re.compile(r"\[bookmark:[^\]]*\]|\{ ?TC\b[^}]*\}")
"""What a word processor's fields leave behind when a document is saved as text."""


LONGEST_TITLE = 40


@dataclass(frozen=True)
class Place:
    """Where something stands: the line (of text) or the number of the paragraph or table row (of other files), from 1.

    ``column`` counts signs of a line of text, or cells of a table's row, from 1; ``page`` is that of a PDF, else 0.
    """

    line: int
    column: int = 1
    page: int = 0
    table: str = ""

    def __str__(self) -> str:
        parts = [
            f"p. {self.page}" if self.page else "",
            f"“{self.table}”" if self.table else "",
            f"line {self.line}:{self.column}",
        ]
        return ", ".join(filter(None, parts))


@dataclass(frozen=True)
class Cell:
    """One cell of a table, or a paragraph's text."""

    text: str
    place: Place

    @property
    def plain(self) -> str:
        """The text with all signs of one width and without any spaces: what names are compared by."""
        return re.sub(r"\s+", "", one_width(self.text))


@dataclass
class Paragraph:
    """A paragraph of running text."""

    text: str
    place: Place


@dataclass
class Table:
    """Rows of cells; ``title`` is the last line of text before it."""

    title: str
    place: Place
    rows: list[list[Cell]] = field(default_factory=list)


Block = Paragraph | Table


def short_title(words: str) -> str:
    """Return what stands before a table as its name in places: the beginning, where it is a whole paragraph."""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_TITLE else f"{words[:LONGEST_TITLE]}…"


def one_width(text: str) -> str:
    """Return the text with full-width digits, signs and brackets as half-width ones, sign by sign: no place shifts."""
    return "".join(folded if len(folded := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text)


def without_codes(text: str) -> str:
    """Return a line without what a word processor's fields left in it, blanks in their stead, so that no place shifts."""
    return CODES.sub(lambda found: " " * len(found.group()), text)
