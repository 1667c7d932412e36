"""A quarter of a real message board as imported history: its bulletins and its ranking, counted independently from the file."""

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from statistics import median

import pytest

from yiwang.agencies.models import Agency
from yiwang.agencies.seed import root_office, seed_root
from yiwang.cli.importing.mapping import read_map
from yiwang.cli.importing.petitions import Import, RejectedFile
from yiwang.cli.importing.reading import read_rows
from yiwang.performance.measures import Period
from yiwang.performance.reports import keeping
from yiwang.performance.reports.figures import figures

ROOT = Path(__file__).parents[2]
REPLIES = ROOT.parent / "shared" / "data" / "teddy2020c" / "replies_train.csv"
QUARTER = Period(date(2019, 4, 1), date(2019, 6, 30), imported=True)
WEEK = Period(date(2019, 5, 13), date(2019, 5, 19), imported=True)
WORDS = {"education": "学校", "traffic": "公交", "housing": "小区"}
"""The file names no agencies: for the test, each message goes to the first whose word it has, else to the office."""
LEAST = 10

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow_once,
    pytest.mark.skipif(not REPLIES.exists(), reason=f"the real messages are not at {REPLIES}"),
]


class Message:
    """One row of the file, read by nothing of the product."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row = row
        self.posted = datetime.fromisoformat(row["posted_at"]).date()
        self.replied = datetime.fromisoformat(row["replied_at"]).date()
        said = row["title"] + row["text"]
        self.agency = next((code for code, word in WORDS.items() if word in said), "")
        self.days = (self.replied - self.posted).days


def within(day: date, period: Period) -> bool:
    return period.first_day <= day <= period.last_day


@pytest.fixture
def messages(tmp_path: Path) -> list[Message]:
    """All messages that were posted or answered in the quarter, brought into an office of four agencies."""
    with REPLIES.open(encoding="utf-8-sig", newline="") as file:
        every = [Message(row) for row in csv.DictReader(file)]
    chosen = [one for one in every if within(one.posted, QUARTER) or within(one.replied, QUARTER)]
    seed_root()
    for code in WORDS:
        Agency.objects.create(code=code, name=code, parent=root_office())
    path = tmp_path / "quarter.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, [*chosen[0].row, "agency"])
        out.writeheader()
        out.writerows({**one.row, "agency": one.agency} for one in chosen)
    text = (ROOT / "examples" / "import" / "message-board.toml").read_text(encoding="utf-8")
    map_file = tmp_path / "map.toml"
    map_file.write_text(text.replace('answer = "reply"', 'answer = "reply"\nagency = "agency"'), encoding="utf-8")
    mapping = read_map(map_file, "Asia/Shanghai")
    done = Import(mapping, RejectedFile(tmp_path / "rejected.csv")).run(read_rows(path, mapping.needed))
    assert (done.imported, done.rejected) == (len(chosen), 0)
    return chosen


def wilson_low(done: int, n: int) -> float:
    """Return the lower end of the 95 % interval as the textbook writes it, in per cent."""
    z, p = 1.959963984540054, done / n
    return 100 * (p + z * z / (2 * n) - z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5) / (1 + z * z / n)


def test_bulletin_and_ranking_are_the_files_own(messages: list[Message]) -> None:
    """Given the quarter as history, when ranking and bulletin are made, then every figure is the file's own; without history, none is left."""
    ranking = keeping.make("quarterly", QUARTER).read()
    bulletin = keeping.make("weekly", WEEK).read()

    for found, period in ((ranking, QUARTER), (bulletin, WEEK)):
        answered = [one for one in messages if within(one.replied, period)]
        assert len(answered) > 5
        assert found["received"]["total"]["now"] == sum(within(one.posted, period) for one in messages)
        assert found["handling"]["answered"]["now"] == len(answered)
        assert float(found["handling"]["median_days"]["now"]) == median(one.days for one in answered)
        assert found["handling"]["in_time"]["now"]["n"] == len(answered)
        assert found["handling"]["in_time"]["now"]["done"] == sum(one.days <= 60 for one in answered)
        assert found["handling"]["late"]["now"] == 0
        assert found["satisfaction"]["agencies"]["now"]["n"] == 0
    came_before = sum(one.posted < QUARTER.first_day and one.posted >= date(2019, 1, 1) for one in messages)
    assert ranking["received"]["total"]["before"] == came_before
    by_channel = [(row["code"], row["now"]) for row in ranking["received"]["by_channel"]]
    assert by_channel == [("history", sum(within(one.posted, QUARTER) for one in messages))]

    given = [one for one in messages if within(one.replied, QUARTER)]
    n = Counter(one.agency or root_office().code for one in given)
    done = Counter(one.agency or root_office().code for one in given if one.days <= 60)
    ranked = sorted(
        (code for code in n if n[code] >= LEAST), key=lambda code: (-round(wilson_low(done[code], n[code]), 1), code)
    )
    (group,) = ranking["handling"]["ranking"]
    assert [(row["code"], row["in_time"]["n"], row["in_time"]["done"]) for row in group["rows"]] == [
        (code, n[code], done[code]) for code in ranked
    ]
    assert len(ranked) >= 2
    assert group["rows"][0]["place"] == 1
    for row in group["rows"]:
        assert float(row["in_time"]["low"]) == pytest.approx(
            wilson_low(row["in_time"]["done"], row["in_time"]["n"]), abs=0.0501
        )

    left_out = figures("quarterly", Period(QUARTER.first_day, QUARTER.last_day, imported=False))
    assert left_out["received"]["total"]["now"] == 0
    assert left_out["handling"]["answered"]["now"] == 0
    assert left_out["handling"]["ranking"] == []
