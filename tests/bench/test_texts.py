"""Invented texts: reproducible, and as long as real ones."""

import random
from statistics import median

from bench.texts import BODY_LENGTHS, Lengths, Writer, built_in


def test_the_same_seed_writes_the_same_texts():
    first, second, other = (Writer(seed, built_in()) for seed in (5, 5, 6))
    assert (first.subject(), first.body()) == (second.subject(), second.body())
    assert first.body() != other.body()


def test_drawn_lengths_keep_the_median_and_the_bounds():
    # given the built-in lengths of bodies
    lengths, dice = Lengths(BODY_LENGTHS), random.Random(1)
    # when many are drawn
    drawn = [lengths.draw(dice) for _ in range(4_000)]
    # then half of them lie on either side of the median, and none outside the bounds
    assert 190 < median(drawn) < 216
    assert min(drawn) >= BODY_LENGTHS[0]
    assert max(drawn) <= BODY_LENGTHS[-1]
