"""On the real messages the hits are exactly those of a substring search: some hundred fragments, both ways."""

import csv
import random
import re
from pathlib import Path

import pytest

from yiwang.petitions.grams import body
from yiwang.petitions.search import Query, page, parse

MESSAGES = Path(__file__).resolve().parents[3] / "shared" / "data" / "teddy2020c" / "hot_topics_messages.csv"
FRAGMENTS = 130  # of each length

pytestmark = pytest.mark.skipif(not MESSAGES.exists(), reason=f"the real messages are not at {MESSAGES}")


@pytest.fixture
def bodies(notes, index):
    """Put all messages into the index, and return their folded texts by id."""
    with MESSAGES.open(encoding="utf-8-sig", newline="") as file:
        rows = [(int(row["message_id"]), (row["title"], row["text"])) for row in csv.DictReader(file)]
    notes.model.objects.bulk_create(notes.model(id=pk) for pk, _parts in rows)
    index.rebuild(rows)
    return {pk: body(*parts) for pk, parts in rows}


def fragments(bodies):
    """Draw fragments of two, three and four characters as they come, and English words."""
    dice = random.Random(20260101)
    texts = sorted(bodies.values())
    drawn = set()
    for length in (2, 3, 4):
        while sum(len(fragment) == length for fragment in drawn) < FRAGMENTS:
            text = dice.choice(texts)
            start = dice.randrange(max(1, len(text) - length))
            fragment = text[start : start + length]
            if len(fragment) == length and not re.search(r"\s", fragment):
                drawn.add(fragment)
    words = sorted({word for text in texts for word in re.findall(r"[a-z]{2,}", text)})
    return sorted(drawn) + dice.sample(words, min(60, len(words)))


@pytest.mark.parametrize("common", [10**6, 0], ids=["from the index", "along the queryset"])
def test_hits_are_those_of_a_substring_search(bodies, notes, index, monkeypatch, common):
    monkeypatch.setattr(index, "COMMON", common)
    newest_first = sorted(bodies, reverse=True)
    wrong = []
    asked = fragments(bodies)
    for fragment in asked:
        query = parse(fragment)
        assert isinstance(query, Query), fragment
        expected = [pk for pk in newest_first if all(word in bodies[pk] for word in query.words)]
        got = [note.pk for note in page(notes, index, query, limit=5000).rows]
        if got != expected:
            wrong.append((fragment, len(got), len(expected)))

    assert len(asked) > 3 * FRAGMENTS
    assert wrong == []


def test_two_words_must_both_be_there(bodies, notes, index):
    for typed in ("小区 物业", "地铁 噪音", "a7县 学校"):
        words = typed.split()
        expected = [pk for pk in sorted(bodies, reverse=True) if all(word in bodies[pk] for word in words)]
        found = page(notes, index, parse(typed), limit=5000)

        assert expected
        assert [note.pk for note in found.rows] == expected
