"""CSV for people who open it in a spreadsheet: no cell that somebody wrote is run there as a formula.

Every export goes through `writer`. A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
injection); `read_back` takes it off again, for a file of ours that comes back by an import.
"""

import csv
import io
from collections.abc import Iterable
from typing import IO

BEGINS_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")
GUARD = "'"


class Writer:
    """Writes rows as RFC 4180 has them."""

    def __init__(self, file: IO[str]) -> None:
        """Prepare for a text file that was opened with ``newline=""``; “utf-8-sig” lets spreadsheets know the encoding."""
        self._out = csv.writer(file)

    def row(self, cells: Iterable[object]) -> None:
        """Write one row; numbers stay numbers, None is empty."""
        self._out.writerow([cell if isinstance(cell, (int, float)) else guarded(str(cell or "")) for cell in cells])


def writer(file: IO[str]) -> Writer:
    """Return the writer for a file."""
    return Writer(file)


def line_of(cells: Iterable[object]) -> bytes:
    """Return one row as bytes in UTF-8, for an answer that is sent row by row."""
    text = io.StringIO(newline="")
    writer(text).row(cells)
    return text.getvalue().encode()


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet runs. One that begins with an apostrophe gets another, so that it comes back whole."""
    # Blanks before it do not keep some programs from seeing a formula.
    return GUARD + cell if cell.startswith(GUARD) or cell.lstrip(" \u3000\ufeff").startswith(BEGINS_FORMULA) else cell


def read_back(cell: str) -> str:
    """Return what a cell held before it was guarded."""
    rest = cell[1:]
    return rest if cell.startswith(GUARD) and guarded(rest) == cell else cell
