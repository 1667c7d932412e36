"""A map that cannot be used is refused with a sentence that says where and why."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.importing.conftest import MAP, write_map

from yiwang.cli.importing.mapping import MapRefused, RowRefused, read_map

pytestmark = pytest.mark.engine_free


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source = ", "cannot be read"),
        ('[columns]\nnumber = "a"\ntext = "b"\nreceived_at = "c"\n', "lacks `source`"),
        ('source = "s"\n[columns]\nnumber = "a"\n', "lacks text, received_at"),
        ('source = "s"\n', "lacks number, text, received_at"),
        (f'{MAP}\n[colums]\nnumber = "a"\n', "parts that nobody reads: colums"),
        (f'{MAP}\n[defaults]\nchanel = "letter"\n', "[defaults] of"),
        (f'{MAP}\n[values.colour]\nred = "1"\n', "unknown fields: colour"),
        (f'{MAP}\n[dates]\nzone = "Asia/Nowhere"\n', "'Asia/Nowhere' is no time zone"),
        (MAP.replace('optional = ["answer"', 'optional = ["number"'), "names what is required or no column: number"),
        (MAP.replace('optional = ["answer"', 'optional = ["place"'), "names what is required or no column: place"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(tmp_path, text, said):
    path = write_map(tmp_path, text)

    with pytest.raises(MapRefused) as refused:
        read_map(path, "Asia/Shanghai")

    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_map_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MapRefused, match=r"none\.toml cannot be read"):
        read_map(tmp_path / "none.toml", "Asia/Shanghai")


def test_a_file_must_have_the_columns_that_are_not_optional(tmp_path):
    mapping = read_map(write_map(tmp_path), "Asia/Shanghai")

    assert mapping.needed == {"编号", "标题", "内容", "收到", "姓名", "单位", "分类"}


def test_a_row_gets_defaults_and_translations_and_loses_what_no_database_takes(tmp_path):
    mapping = read_map(write_map(tmp_path, f'{MAP}\n[defaults]\nchannel = "letter"\n'), "Asia/Shanghai")

    given = mapping.fields_of({"编号": " 7\0 ", "内容": "灯坏了", "分类": "城建类", "姓名": "  "})

    assert (given["number"], given["text"], given["category"], given["channel"]) == ("7", "灯坏了", "0102", "letter")
    assert (given["name"], given["answer"], given["outcome"]) == ("", "", "")


@pytest.mark.parametrize(
    ("dates", "text", "instant"),
    [
        ("", "2020-03-01 08:30:00", datetime(2020, 3, 1, 0, 30, tzinfo=UTC)),
        ("", "2020/3/1 8:30", datetime(2020, 3, 1, 0, 30, tzinfo=UTC)),
        ("", "2020-03-01", datetime(2020, 2, 29, 16, 0, tzinfo=UTC)),
        ('zone = "Europe/Berlin"', "2020-07-01 08:30", datetime(2020, 7, 1, 6, 30, tzinfo=UTC)),
        ('formats = ["%d.%m.%Y %H.%M"]', "01.03.2020 08.30", datetime(2020, 3, 1, 0, 30, tzinfo=UTC)),
        ('formats = ["%Y-%m-%dT%H:%M:%S%z"]', "2020-03-01T08:30:00+0000", datetime(2020, 3, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_the_map_says(tmp_path, dates, text, instant):
    mapping = read_map(write_map(tmp_path, f"{MAP}\n[dates]\n{dates}\n"), "Asia/Shanghai")

    assert mapping.instant(text) == instant


@pytest.mark.parametrize("text", ["昨天", "2020-02-30", "2020-03-01 25:00", "20200301", "0001-01-01"])
def test_what_is_no_date_is_told(tmp_path, text):
    mapping = read_map(write_map(tmp_path), "Asia/Shanghai")

    with pytest.raises(RowRefused, match="is no date that the map describes"):
        mapping.instant(text)


def test_the_example_map_can_be_read():
    example = Path(__file__).parents[2] / "examples" / "import" / "message-board.toml"

    mapping = read_map(example, "Europe/Berlin")

    assert mapping.source == "message-board"
    assert mapping.needed == {"message_id", "title", "text", "posted_at", "user"}
    assert mapping.zone.key == "Asia/Shanghai"
