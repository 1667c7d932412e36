"""`yiwang import petitions` in a process of its own."""

import csv
import json
import re
import signal

from tests.importing.conftest import row, write_csv, write_map

COUNT = "from yiwang.petitions.models import Petition; print(Petition.objects.count())"


def test_it_works_right_after_migrate(office, tmp_path):
    path = write_csv(tmp_path / "messages.csv", [row("1"), row("2", 收到="昨天"), row("3", 答复="")])
    map_file = write_map(tmp_path)

    dry = office.run("import", "petitions", path, "--map", map_file, "--dry-run", "--json")
    assert dry.stdout == '{"read": 3, "imported": 2, "already_there": 0, "rejected": 1}\n', dry.stderr
    assert office.python(COUNT) == "0"

    done = office.run("import", "petitions", path, "--map", map_file)

    assert done.returncode == 0, done.stderr
    rejected = office.var / "imports" / "messages.rejected.csv"
    assert done.stdout.splitlines() == [
        f"1 rows were not taken; see why in {rejected}",
        '{"read": 3, "imported": 2, "already_there": 0, "rejected": 1}',
    ]
    assert "100%" in done.stderr
    assert office.python(COUNT) == "2"
    assert rejected.stat().st_mode & 0o077 == 0
    with rejected.open(encoding="utf-8-sig", newline="") as file:
        assert [(line["row"], line["编号"]) for line in csv.DictReader(file)] == [("3", "2")]


def test_what_cannot_be_used_is_told_in_one_sentence(office, tmp_path):
    path = write_csv(tmp_path / "a.csv", [["1"]], heading=("编号",))

    no_column = office.run("import", "petitions", path, "--map", write_map(tmp_path))
    no_map = office.run("import", "petitions", path, "--map", tmp_path / "none.toml", "--json")

    assert no_column.returncode == no_map.returncode == 1
    assert no_column.stderr == f"yiwang: {path} lacks the columns 内容, 分类, 单位, 姓名, 收到, 标题; it has 编号.\n"
    assert no_map.stderr.startswith(f"yiwang: The map {tmp_path / 'none.toml'} cannot be read")
    assert office.python(COUNT) == "0"


def test_killed_in_the_middle_the_second_run_completes_it(office, tmp_path):
    total = 150
    path = write_csv(tmp_path / "a.csv", [row(str(number)) for number in range(total)])
    arguments = ("import", "petitions", str(path), "--map", str(write_map(tmp_path)))

    first = office.start(*arguments)
    assert first.stdout is not None
    for line in first.stdout:  # the progress bar: a line each time it moves
        at = re.search(rf" (\d+)/{total}", line)
        if at and int(at[1]) >= 10:
            break
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    first.stdout.close()

    second = office.run(*arguments, "--json")

    assert first.returncode == -signal.SIGKILL
    counts = json.loads(second.stdout)
    assert counts["read"] == total
    assert counts["rejected"] == 0
    assert 10 <= counts["already_there"] < total
    assert counts["imported"] == total - counts["already_there"]
    whole = "from yiwang.petitions.models import Petition as P; print(P.objects.filter(state='closed', days_to_answer=10).count())"
    assert office.python(whole) == str(total)
