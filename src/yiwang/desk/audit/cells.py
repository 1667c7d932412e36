"""Rows of a CSV file that no spreadsheet takes for formulas (OWASP, CSV injection)."""

import csv
import io
from collections.abc import Sequence

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def row_of(cells: Sequence[object]) -> bytes:
    """Return one row in UTF-8; a text that a spreadsheet would run begins with an apostrophe."""
    text = io.StringIO()
    csv.writer(text).writerow(["" if cell is None else _harmless(cell) for cell in cells])
    return text.getvalue().encode()


def _harmless(cell: object) -> object:
    if isinstance(cell, int):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(RISKY) else text
