"""`yiwang deadline` and `yiwang recount-deadlines`, as an operator or a script runs them."""

import json
import subprocess
import sys

import pytest
from tests.offices import ROOT, Office

FIELDS = ["rule", "article", "from", "unit", "length", "suspended_days", "due"]


def ask(office: Office, line: str, **more: str) -> subprocess.CompletedProcess[str]:
    return office.run("deadline", *line.split(), **more)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("refer --from 2026-11-23T23:59", ["refer", "22", "2026-11-23T23:59:00+08:00", "days", 15, 0, "2026-12-08"]),
        ("notice --from 2026-11-24T00:01", ["notice", "23", "2026-11-24T00:01:00+08:00", "days", 15, 0, "2026-12-09"]),
        ("refer --from 2026-11-23T16:01Z", ["refer", "22", "2026-11-24T00:01:00+08:00", "days", 15, 0, "2026-12-09"]),
        ("handling --from 2024-02-01T09:00 --extended 30", ["handling", "34", "2024-02-01T09:00:00+08:00", "days", 90, 0, "2024-05-01"]),
        ("objection --from 2026-09-28T10:00", ["objection", "23", "2026-09-28T10:00:00+08:00", "working_days", 5, 0, "2026-10-10"]),
        (
            "re-review --from 2026-03-02T09:00 --suspended 2026-03-10 2026-03-12 --suspended 2026-03-12 2026-03-13",
            ["re-review", "36", "2026-03-02T09:00:00+08:00", "days", 30, 4, "2026-04-05"],
        ),
        ("review-request --from 2026-01-16T09:00", ["review-request", "35", "2026-01-16T09:00:00+08:00", "days", 30, 0, "2026-02-24"]),
        (
            "review-request --from 2026-01-16T09:00 --rollover off",
            ["review-request", "35", "2026-01-16T09:00:00+08:00", "days", 30, 0, "2026-02-15"],
        ),
        ("review --from 2026-01-16T09:00 --rollover on", ["review", "35", "2026-01-16T09:00:00+08:00", "days", 30, 0, "2026-02-24"]),
        ("simple-decision --from 2026-09-30", ["simple-decision", "", "2026-09-30T00:00:00+08:00", "working_days", 3, 0, "2026-10-10"]),
        ("simple-handling --from 2026-09-28", ["simple-handling", "", "2026-09-28T00:00:00+08:00", "working_days", 10, 0, "2026-10-16"]),
    ],
)  # fmt: skip
def test_a_program_reads_seven_fields(office: Office, line: str, expected: list[object]) -> None:
    """Given an office, when a limit is asked for, then the answer is one JSON object of seven fields, and nothing else is said."""
    done = ask(office, f"{line} --json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == dict(zip(FIELDS, expected, strict=True))
    assert list(json.loads(done.stdout)) == FIELDS


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("handling --from 2026-11-23 --extended 31", "can be extended by 1 to 30 days, not by 31"),
        ("handling --from 2026-11-23 --extended -1", "not by -1"),
        ("refer --from 2026-11-23 --extended 5", "cannot be extended"),
        ("handling --from 2026-11-23 --extended many", "not a valid integer"),
        ("review --from 2026-11-23 --suspended 2026-12-01 2026-12-02", "Nothing suspends the limit"),
        ("re-review --from 2026-11-23 --suspended 2026-12-02 2026-12-01", "cannot lie before its first"),
        ("re-review --from 2026-11-23 --suspended 2026-12-02 2026-02-30", "“2026-02-30” is no day"),
        ("re-review --from 2026-11-23 --suspended 0001-01-01 9999-12-31", "after the year 9999"),
        ("nonsense --from 2026-11-23", "choose one of refer, notice, objection"),
        ("refer --from 2026-13-01", "“2026-13-01” is no date"),
        ("refer --from tomorrow", "“tomorrow” is no date"),
        ("refer --from 9999-12-30", "after the year 9999"),
        ("refer --from 0001-01-01", "is no date and time that can be counted from"),
        ("refer --from 2026-11-23 --rollover maybe", "is not one of"),
        ("refer", "Missing option '--from'"),
    ],
)
def test_an_impossible_request_is_refused_with_status_2(office: Office, line: str, sentence: str) -> None:
    """Given an impossible request, then status 2, a sentence on standard error, and nothing on standard output."""
    done = ask(office, f"{line} --json")
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_person_reads_it_in_both_languages(office: Office) -> None:
    """Given no --json, then there is a line in Chinese and one in English."""
    done = ask(office, "re-review --from 2026-03-02T09:00 --suspended 2026-03-10 2026-03-12")
    assert done.returncode == 0
    chinese, english = done.stdout.splitlines()
    assert chinese == "复核（《信访工作条例》第36条）：2026年3月2日次日起30天，扣除3天，最后一天是2026年4月4日。"
    assert english == "Re-review (art. 36): 30 days after 2 March 2026, 3 suspended; in time until 4 April 2026."


def test_a_provisional_result_says_so_on_standard_error(office: Office) -> None:
    """Given a limit that runs into a year that nobody has published, then it is counted, and a note says so."""
    done = ask(office, "objection --from 2040-05-01T09:00 --json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["due"] == "2040-05-08"
    assert "provisional 暂定" in done.stderr


def test_another_zone_is_another_day(office: Office) -> None:
    """Given an office elsewhere, then its own zone decides which day it is."""
    line = "refer --from 2026-11-23T16:01Z --json"
    assert json.loads(ask(office, line, YIWANG_TIME_ZONE="UTC").stdout)["due"] == "2026-12-08"
    assert json.loads(ask(office, line).stdout)["due"] == "2026-12-09"


def test_all_limits_roll_over_where_the_office_says_so(office: Office) -> None:
    """Given YIWANG_ROLLOVER=all, then an agency's limit moves too, unless the line says otherwise."""
    line = "review --from 2026-01-16T09:00 --json"
    assert json.loads(ask(office, line, YIWANG_ROLLOVER="all").stdout)["due"] == "2026-02-24"
    assert json.loads(ask(office, f"{line} --rollover off", YIWANG_ROLLOVER="all").stdout)["due"] == "2026-02-15"
    assert ask(office, line, YIWANG_ROLLOVER="sometimes").returncode == 1


def test_before_there_is_an_office_it_counts_by_the_published_calendar(office: Office) -> None:
    """Given no office, then working days are counted all the same, a note says by which calendar, and no folder is made."""
    nowhere = office.var.parent / "nowhere"
    bare = Office(nowhere, office.database_url and office.database_url.rsplit("/", 1)[0] + "/nothing_here")
    done = ask(bare, "objection --from 2026-09-28T10:00 --json")
    assert json.loads(done.stdout)["due"] == "2026-10-10"
    assert "calendar that the State Council has published" in done.stderr
    plain = ask(bare, "refer --from 2026-09-28T10:00 --json")
    assert (json.loads(plain.stdout)["due"], plain.stderr) == ("2026-10-13", "")
    assert not nowhere.exists()


def test_it_counts_by_the_offices_own_calendar(office: Office) -> None:
    """Given an office that closed a day, then its limits are counted without it."""
    office.python(
        "from yiwang.workdays.changes import set_day\nfrom datetime import date\nset_day(date(2026, 6, 3), False, '停电', 1)"
    )
    assert json.loads(ask(office, "objection --from 2026-06-01T10:00 --json").stdout)["due"] == "2026-06-09"


FILL = """
from datetime import datetime, timezone, timedelta
from django.db.models import F
from yiwang.agencies.seed import root_office
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import RULES, due, recounting
from yiwang.petitions.models import Deadline, Referral
recounting.SETTLED_AFTER = timedelta(0)
recounting.count_all()
office = root_office()
petition = actions.File(channel="portal", office=office, subject="路灯", text="坏了").run(Actor.citizen())
start = datetime(2026, 6, 1, 1, tzinfo=timezone.utc)
end = due(RULES["simple-handling"], start)
sent = [Referral(petition=petition, agency=office, sent_at=start) for _ in range(300)]
Referral.objects.bulk_create(sent)
Deadline.objects.bulk_create(
    Deadline(petition=petition, referral=one, rule="simple-handling", rule_version="2022", owed_by=office, started_at=start,
             due_on=end.on, due_at=end.at, by_calendar=True) for one in sent)
from yiwang.workdays.changes import set_day
from datetime import date
set_day(date(2026, 6, 3), False, "停电", 1)
"""
SLOWLY = """
from yiwang.cli.main import start_django; start_django()
from yiwang.petitions.deadlines import recounting
recounting.BATCH, recounting.PAUSE = 20, 0.2
recounting.count_all(lambda run: print(run.looked_at, flush=True))
"""
ENDS = """
from yiwang.petitions.models import Deadline, Recount
ends = Deadline.objects.filter(rule="simple-handling").values_list("due_on", flat=True)
print(sum(str(day) == "2026-06-16" for day in ends), len(ends), Recount.objects.get().finished_at is None)
"""


def test_a_count_that_is_killed_goes_on_where_it_stood(office: Office) -> None:
    """Given 300 limits being counted anew, when the process is killed with -9 half way, then the next finishes, and none is lost."""
    office.python(FILL)
    process = subprocess.Popen(
        [sys.executable, "-c", SLOWLY], env=office.environ, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert [process.stdout.readline().strip() for _turn in range(3)] == ["20", "40", "60"]
    process.kill()
    process.wait()
    moved, of, under_way = office.python(ENDS).split()
    assert 60 <= int(moved) < 300
    assert (of, under_way) == ("300", "True")

    done = office.run("recount-deadlines")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "300 of 300 limits end on another day or are certain now.\n"
    assert "300/300" in done.stderr  # the progress bar
    assert office.python(ENDS) == "300 300 False"
    assert office.run("recount-deadlines").stdout.startswith("The calendar has not changed")
    assert "0 of 300 limits" in office.run("recount-deadlines", "--all").stdout
