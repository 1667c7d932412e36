"""The files of a real message board, read where they lie: every row is taken, with its dates and its answering time."""

import csv
import itertools
import statistics
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from yiwang.insight.monitoring import overview
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "teddy2020c"
QUESTIONS, REPLIES = DATA / "hot_topics_messages.csv", DATA / "replies_train.csv"
MAP = ROOT / "examples" / "import" / "message-board.toml"
SAMPLE = 150
CHINA = timezone(timedelta(hours=8))

pytestmark = pytest.mark.skipif(not REPLIES.exists(), reason=f"the real messages are not at {DATA}")


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def days(row):
    return (datetime.fromisoformat(row["replied_at"]).date() - datetime.fromisoformat(row["posted_at"]).date()).days


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def every_petition_is_as_its_row(rows):
    """Compare dates, answering times and words of all petitions with the file's own."""
    by_number = {row["message_id"]: row for row in rows}
    assert Petition.objects.count() == len(by_number)
    for petition in Petition.objects.select_related("answer"):
        row = by_number[petition.source_number]
        assert petition.received_at == instant(row["posted_at"])
        assert petition.subject == row["title"].strip()
        assert petition.text == row["text"].strip()
        if "reply" in row:
            assert petition.answer is not None
            assert (petition.state, petition.answered_at) == ("closed", instant(row["replied_at"]))
            assert petition.days_to_answer == days(row)
            assert petition.answer.text == row["reply"].strip()


def the_median_is_the_files_own(rows):
    """Compare the median over all, and that of the monitoring page over the 90 days up to the last answer."""
    assert statistics.median(Petition.objects.values_list("days_to_answer", flat=True)) == statistics.median(
        map(days, rows)
    )
    last = max(datetime.fromisoformat(row["replied_at"]) for row in rows)
    first_day = last.date() - timedelta(days=89)
    recent = [days(row) for row in rows if datetime.fromisoformat(row["replied_at"]).date() >= first_day]
    seen = overview(Actor.system(), at=last.replace(tzinfo=CHINA))
    assert seen.median_days == statistics.median(recent)
    assert seen.late == 0


def test_a_sample_of_answers_keeps_dates_and_median(bring_in, tmp_path):
    rows = rows_of(REPLIES)
    step = len(rows) // SAMPLE
    sample = list(itertools.islice(rows, 0, step * SAMPLE, step))
    path = tmp_path / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(sample)

    counts = bring_in(path, MAP).counts

    assert counts.as_json() == f'{{"read": {SAMPLE}, "imported": {SAMPLE}, "already_there": 0, "rejected": 0}}'
    every_petition_is_as_its_row(sample)
    the_median_is_the_files_own(sample)
    one = sample[7]
    life = Entry.objects.filter(petition__source_number=one["message_id"]).order_by("happened_at", "recorded_at")
    assert [(entry.action, entry.happened_at) for entry in life] == [
        *((action, instant(one["posted_at"])) for action in ("file", "register", "refer", "accept")),
        *((action, instant(one["replied_at"])) for action in ("draft_answer", "approve", "close")),
    ]


@pytest.mark.slow_once
def test_all_answers_are_taken_with_their_dates(bring_in):
    counts = bring_in(REPLIES, MAP).counts

    assert counts.as_json() == '{"read": 2111, "imported": 2111, "already_there": 0, "rejected": 0}'
    rows = rows_of(REPLIES)
    every_petition_is_as_its_row(rows)
    the_median_is_the_files_own(rows)


@pytest.mark.slow_once
def test_all_questions_are_taken(bring_in):
    counts = bring_in(QUESTIONS, MAP).counts

    assert counts.as_json() == '{"read": 4326, "imported": 4326, "already_there": 0, "rejected": 0}'
    every_petition_is_as_its_row(rows_of(QUESTIONS))
    assert bring_in(QUESTIONS, MAP).counts.already_there == 4326
