"""Reading rows from CSV (UTF-8 or GB 18030, told by content) and XLSX, without holding the file in memory."""

import csv
import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from yiwang.cli.importing.mapping import MapRefused
from yiwang.store.spreadsheets import read_back

LONGEST_CELL = 1_000_000
Row = tuple[int, dict[str, str]]
"""The row's number in the file, as a spreadsheet counts it (the heading is 1), and its cells by heading."""


def read_rows(path: Path, needed: set[str]) -> Iterator[Row]:
    """Yield the rows of a file; raises MapRefused when it cannot be read or lacks a column that the map names."""
    if not path.is_file():
        raise MapRefused(f"There is no file {path}.")
    rows = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    try:
        first = next(rows)
    except StopIteration:
        raise MapRefused(f"{path} is empty.") from None
    heading = [cell.strip() for cell in first[1]]
    if missing := sorted(needed - set(heading)):
        raise MapRefused(f"{path} lacks the columns {', '.join(missing)}; it has {', '.join(heading)}.")
    for number, cells in rows:
        if any(cells):
            # A file of refused rows, mended and brought again, has guarded cells.
            cells = [read_back(cell) for cell in cells]
            yield number, dict(itertools.zip_longest(heading, cells[: len(heading)], fillvalue=""))


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            yield from enumerate(csv.reader(file), start=1)
    except csv.Error as error:
        raise MapRefused(f"{path} is no CSV file that can be read: {error}.") from error


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise MapRefused(f"{path} is written neither in UTF-8 nor in GB 18030: save it as “CSV UTF-8” and try again.")


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    from yiwang.store.archives import Explosive, check_archive

    try:
        check_archive(path)
    except Explosive as error:
        raise MapRefused(f"{path} is no XLSX file that can be opened: {error}.") from error
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise MapRefused(f"{path} is no XLSX file that can be opened: {error}.") from error
    try:
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_text(cell) for cell in cells]
    finally:
        book.close()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
