"""The rules on the real answers of a message board, read where they lie: exact counts, so that a changed rule shows what it changes.

Of 60 that they call empty and 60 that they do not, drawn at random, all were read by a person: docs/supervision-phrases.md.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from yiwang.supervision.phrases.reading import read

REPLIES = Path(__file__).parents[3] / "shared" / "data" / "teddy2020c" / "replies_train.csv"

pytestmark = [
    pytest.mark.engine_free,
    pytest.mark.skipif(not REPLIES.exists(), reason=f"the real answers are not at {REPLIES}"),
]


def test_247_of_2111_answers_say_nothing():
    with REPLIES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    readings = [read(row["reply"], row["title"], row["text"]) for row in rows]

    assert len(readings) == 2111
    assert sum(reading.empty for reading in readings) == 247
    assert Counter(reason for reading in readings for reason in reading.reasons) == {
        "passed_on": 150,
        "formulas": 54,
        "promise": 26,
        "elsewhere": 18,
        "no_shared_word": 15,
        "asks_more": 7,
        "answered_before": 5,
        "blank": 2,
        "not_ours": 2,
    }


def test_most_of_those_that_others_call_unexplained_are_found():
    """Of the answers that contestants marked as explaining nothing, and of the others, so many are called empty."""
    with REPLIES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    found = Counter((row["explainable_S"], read(row["reply"], row["title"], row["text"]).empty) for row in rows)

    assert found == {("0", True): 198, ("0", False): 21, ("1", True): 49, ("1", False): 1843}
