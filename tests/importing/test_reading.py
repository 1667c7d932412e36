"""Rows out of CSV and XLSX: encodings, real dates, numbers of rows, and files that are none."""

from datetime import datetime

import pytest
from openpyxl import Workbook
from tests.importing.conftest import write_csv

from yiwang.cli.importing.mapping import MapRefused
from yiwang.cli.importing.reading import read_rows

pytestmark = pytest.mark.engine_free

NEEDED = {"编号", "内容"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_csv_is_read_in_its_own_encoding(tmp_path, encoding):
    path = write_csv(
        tmp_path / "a.csv", [["7", "第一行\n第二行，“引号”"], ["8", "楼道灯不亮"]], encoding, ("编号", "内容")
    )

    assert list(read_rows(path, NEEDED)) == [
        (2, {"编号": "7", "内容": "第一行\n第二行，“引号”"}),
        (3, {"编号": "8", "内容": "楼道灯不亮"}),
    ]


def test_rows_are_numbered_as_a_spreadsheet_does_and_empty_ones_left_out(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号 ,内容\r\n7,灯\r\n,\r\n\r\n8\r\n9,灯,多出来的\r\n", encoding="utf-8")

    assert list(read_rows(path, NEEDED)) == [
        (2, {"编号": "7", "内容": "灯"}),
        (5, {"编号": "8", "内容": ""}),
        (6, {"编号": "9", "内容": "灯"}),
    ]


def test_an_xlsx_is_read_with_real_dates_and_numbers(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["编号", "内容", "收到"])
    sheet.append([20200007, "楼道灯不亮", datetime(2020, 3, 1, 8, 30, 5)])
    sheet.append([8.0, None, "2020-03-02"])
    path = tmp_path / "a.xlsx"
    book.save(path)

    assert list(read_rows(path, NEEDED)) == [
        (2, {"编号": "20200007", "内容": "楼道灯不亮", "收到": "2020-03-01 08:30:05"}),
        (3, {"编号": "8", "内容": "", "收到": "2020-03-02"}),
    ]


def test_a_missing_column_is_told_with_those_that_are_there(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["7", "灯"]], heading=("编号", "正文"))

    with pytest.raises(MapRefused, match="lacks the columns 内容; it has 编号, 正文"):
        list(read_rows(path, NEEDED))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xff\xfe\xff\xff" * 9, "neither in UTF-8 nor in GB 18030"),
        ("a.xlsx", b"PK\x03\x04 and nothing more", "no XLSX file that can be opened"),
        ("a.xlsx", "编号,内容\n".encode(), "no XLSX file that can be opened"),
        ("a.csv", '编号,内容\n7,"'.encode() + b"a" * 1_100_000, "no CSV file that can be read"),
    ],
)
def test_what_is_no_such_file_is_told(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(MapRefused, match=said):
        list(read_rows(path, NEEDED))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MapRefused, match="There is no file"):
        list(read_rows(tmp_path / "none.csv", NEEDED))
