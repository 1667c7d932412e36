"""The scan over imported history: nothing by itself, and when it is asked for, exactly what the rules say of each answer."""

import csv
import itertools
from pathlib import Path

import pytest

from yiwang.petitions.models import Petition
from yiwang.supervision.models import Finding
from yiwang.supervision.phrases.reading import read
from yiwang.supervision.scan import scan

ROOT = Path(__file__).parents[2]
REPLIES = ROOT.parent / "shared" / "data" / "teddy2020c" / "replies_train.csv"
MAP = ROOT / "examples" / "import" / "message-board.toml"
SAMPLE = 120


@pytest.mark.skipif(not REPLIES.exists(), reason=f"the real answers are not at {REPLIES}")
def test_empty_phrases_are_found_in_real_history_when_asked_for(bring_in, tmp_path):
    with REPLIES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    sample = list(itertools.islice(rows, 0, None, len(rows) // SAMPLE))[:SAMPLE]
    path = tmp_path / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(sample)
    assert bring_in(path, MAP).counts.imported == SAMPLE

    scan()
    assert not Finding.objects.exists()

    scan(history=True)
    empty = {row["message_id"] for row in sample if read(row["reply"], row["title"], row["text"]).empty}
    found = Petition.objects.filter(findings__kind="empty_phrase").values_list("source_number", flat=True)
    assert set(found) == empty
    assert len(empty) == 13

    again = scan()
    assert (again.new, again.ended, Finding.objects.filter(kind="empty_phrase", ended_at=None).count()) == (0, 0, 13)
