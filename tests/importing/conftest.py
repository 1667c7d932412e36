"""Files and maps as an office would write them, and an office to bring them into."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from yiwang.agencies.seed import seed_root
from yiwang.cli.importing.mapping import read_map
from yiwang.cli.importing.petitions import Import, RejectedFile
from yiwang.cli.importing.reading import read_rows

MAP = """
source = "old-system"
optional = ["answer", "answered_at"]

[columns]
number = "编号"
subject = "标题"
text = "内容"
received_at = "收到"
name = "姓名"
agency = "单位"
category = "分类"
answer = "答复"
answered_at = "答复时间"

[values.category]
"城建类" = "0102"
"""
HEADING = ("编号", "标题", "内容", "收到", "姓名", "单位", "分类", "答复", "答复时间")


def row(number: str, **given: str) -> list[str]:
    """Return the cells of a row that is well, but for what is given."""
    plain = {
        "编号": number, "标题": "路灯不亮", "内容": "三号路的路灯坏了。", "收到": "2020-03-01 08:30:00", "姓名": "钱大妈",
        "单位": "", "分类": "", "答复": "您好，路灯已经修好。", "答复时间": "2020-03-11 16:00:00",
    }  # fmt: skip
    return [{**plain, **given}[name] for name in HEADING]


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8", heading: tuple[str, ...] = HEADING) -> Path:
    """Write a file of rows."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    return path


def write_map(folder: Path, text: str = MAP) -> Path:
    """Write a map."""
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


Run = Callable[..., Import]


@pytest.fixture
def bring_in(db: None, tmp_path: Path) -> Run:
    """Return a function that imports a file into an office as ``yiwang migrate`` leaves it, and returns the finished run."""
    seed_root()

    def run(path: Path, map_file: Path | None = None, *, dry: bool = False) -> Import:
        mapping = read_map(map_file or write_map(tmp_path), "Asia/Shanghai")
        done = Import(mapping, RejectedFile(tmp_path / "rejected.csv"), dry=dry)
        done.run(read_rows(path, mapping.needed))
        return done

    return run
