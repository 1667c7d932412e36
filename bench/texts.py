"""Invented messages with the statistics of real ones: lengths, and which character follows which.

Where the real messages lie beside the repository (``../shared/data``, never shipped) lengths and character pairs are
counted there at run time; elsewhere a built-in distribution stands in: frequent characters by Zipf's law and the
quantiles of the real lengths. No sentence of a real message survives: a chain of single characters knows pairs only.
"""

import csv
import math
import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "teddy2020c"
SAMPLED_CHARACTERS = 600_000
PIECE = 24
MOST_PIECES = 2_000
AGAIN = 0.3
"""Share of the pieces that a text has had before: real messages say things twice, and have three quarters of the different
pairs of characters that a chain without memory would give them (280 on average). They are what a search index costs."""
QUANTILES = (0.0, 0.01, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.98, 0.995, 1.0)
SUBJECT_LENGTHS = (1, 11, 14, 17, 20, 23, 27, 29, 31, 34, 37)
BODY_LENGTHS = (9, 31, 70, 115, 203, 401, 776, 1149, 1814, 2834, 6999)
ANSWER_LENGTHS = (3, 11, 52, 147, 271, 435, 676, 900, 1300, 2611, 7883)
ANSWER_DAYS = (0.0, 0.2, 2.0, 4.9, 11.7, 23.2, 42.0, 67.2, 109.2, 210.7, 893.7)
FREQUENT = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全"
    "表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料"
)


@dataclass(frozen=True)
class Lengths:
    """How long texts are: the quantiles of a distribution, straight lines between them."""

    quantiles: tuple[float, ...]

    def draw(self, dice: random.Random) -> float:
        """Return one length (or duration) of this distribution."""
        share = dice.random()
        upper = min(bisect(QUANTILES, share), len(QUANTILES) - 1)
        low, high = QUANTILES[upper - 1], QUANTILES[upper]
        start, end = self.quantiles[upper - 1], self.quantiles[upper]
        return start + (end - start) * (share - low) / (high - low)


@dataclass(frozen=True, eq=False)
class Statistics:
    """All that is taken over from real messages: which characters follow which, and how long things are."""

    followers: dict[str, str]
    starts: str
    subject: Lengths
    body: Lengths
    answer: Lengths
    answer_days: Lengths
    source: str


class Writer:
    """Writes invented texts; the same seed gives the same texts from the same statistics."""

    def __init__(self, seed: int, statistics: Statistics | None = None) -> None:
        self.statistics = statistics or learn()
        self.dice = random.Random(seed)
        self.pieces = pieces_of(self.statistics)
        # A title may begin with a character that nothing follows in the messages that were counted.
        self.starts = "".join(start for start in self.statistics.starts if start in self.pieces)

    def subject(self) -> str:
        return self._text(int(self.statistics.subject.draw(self.dice)))

    def body(self) -> str:
        return self._text(int(self.statistics.body.draw(self.dice)))

    def answer(self) -> str:
        return self._text(int(self.statistics.answer.draw(self.dice)))

    def answer_days(self) -> float:
        """Return after how many days an answer came."""
        return self.statistics.answer_days.draw(self.dice)

    def _text(self, length: int) -> str:
        pieces, starts, throw = self.pieces, self.starts, self.dice.random
        character = starts[int(throw() * len(starts))]
        written = [character]
        for _ in range(-(-(length - 1) // PIECE)):
            if len(written) > 1 and throw() < AGAIN:
                piece = written[1 + int(throw() * (len(written) - 1))]
            else:
                following = pieces.get(character) or pieces[starts[int(throw() * len(starts))]]
                piece = following[int(throw() * len(following))]
            written.append(piece)
            character = piece[-1]
        return "".join(written)[:length]


@lru_cache(maxsize=1)
def learn() -> Statistics:
    """Count the real messages where they are present; else return the built-in distribution."""
    messages, replies = REAL / "hot_topics_messages.csv", REAL / "replies_train.csv"
    if not (messages.is_file() and replies.is_file()):
        return built_in()
    rows, answered = _rows(messages), _rows(replies)
    texts = ["".join(row["text"].split()) for row in rows]
    counted = "。".join(texts)[:SAMPLED_CHARACTERS]
    followers: defaultdict[str, list[str]] = defaultdict(list)
    for here, after in pairwise(counted):
        followers[here].append(after)
    return Statistics(
        followers={here: "".join(after) for here, after in followers.items()},
        starts="".join(row["title"][0] for row in rows if row["title"]),
        subject=_measured([len(row["title"]) for row in rows]),
        body=_measured([len(text) for text in texts]),
        answer=_measured([len(row["reply"]) for row in answered]),
        answer_days=Lengths(ANSWER_DAYS),
        source="characters and lengths of the real messages",
    )


@lru_cache(maxsize=2)
def pieces_of(statistics: Statistics) -> dict[str, list[str]]:
    """Return, for each character, pieces of ``PIECE`` characters that may follow it, made by the chain once and for all.

    Text is put together from these many times as fast as from single characters; that phrases come again is as in life.
    """
    dice, followers, starts = random.Random(23), statistics.followers, statistics.starts
    pieces: defaultdict[str, list[str]] = defaultdict(list)
    for first, after in followers.items():
        for _ in range(min(MOST_PIECES, 1 + len(after) // 6)):
            character, piece = first, ""
            while len(piece) < PIECE:
                following = followers.get(character) or starts
                character = following[int(dice.random() * len(following))]
                piece += character
            pieces[first].append(piece)
    return dict(pieces)


def built_in() -> Statistics:
    """Return statistics for a machine without the real messages: frequent characters, each with some followers."""
    dice = random.Random(17)
    weights = [1 / (rank + 1) for rank in range(len(FREQUENT))]
    followers = {here: "".join(dice.choices(FREQUENT, weights, k=60)) + "，。" for here in FREQUENT}
    return Statistics(
        followers=followers,
        starts=FREQUENT,
        subject=Lengths(SUBJECT_LENGTHS),
        body=Lengths(BODY_LENGTHS),
        answer=Lengths(ANSWER_LENGTHS),
        answer_days=Lengths(ANSWER_DAYS),
        source="the built-in distribution",
    )


def _measured(lengths: Sequence[int]) -> Lengths:
    ranked = sorted(lengths)
    return Lengths(tuple(float(ranked[max(0, math.ceil(share * len(ranked)) - 1)]) for share in QUANTILES))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
