"""Wilson's interval against published and hand-worked values, and how a rate reads."""

import pytest
from django.utils import translation

from yiwang.satisfaction.rates import Interval, Rate, wilson

pytestmark = pytest.mark.engine_free


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (3, 3, 0.4385, 1.0),  # by hand: 1 / (1 + 1.96²/3) = 3 / 6.8415
        (960, 1000, 0.9460, 0.9705),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_gives_the_published_bounds(successes: int, n: int, low: float, high: float) -> None:
    """Given counts, then the bounds are those of the literature, to four decimals."""
    found = wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_ends_are_exact() -> None:
    """Given all satisfied or none, then that bound is 1 or 0 itself, for any number of answers."""
    assert all(wilson(n, n).high == 1.0 and wilson(0, n).low == 0.0 for n in range(1, 500))


def test_more_confidence_is_a_wider_interval() -> None:
    """Given 7 of 10 at 90 %, then the bounds are 0.4417 and 0.8731 (z = 1.644854), within those at 95 %."""
    found = wilson(7, 10, confidence=0.90)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4417, 0.8731)


@pytest.mark.parametrize(("successes", "n", "confidence"), [(4, 3, 0.95), (-1, 3, 0.95), (1, 3, 1.0), (1, 3, 0.0)])
def test_no_interval_of_no_share(successes: int, n: int, confidence: float) -> None:
    """Given what is no share or no confidence, then it is an error of the program."""
    with pytest.raises(ValueError, match="is no"):
        wilson(successes, n, confidence)


@pytest.mark.parametrize(
    ("satisfied", "n", "chinese", "english"),
    [
        (960, 1000, "96.0 %（94.6–97.0 %，1000 人评价）", "96.0% (94.6–97.0%, 1000 ratings)"),
        (3, 3, "3 人评价，3 人满意：评价太少，满意率可能在 44–100 % 之间",
         "3 ratings, 3 satisfied: too few to tell; the rate may lie between 44% and 100%"),
        (1, 1, "1 人评价，1 人满意：评价太少，满意率可能在 21–100 % 之间",
         "1 rating, 1 satisfied: too few to tell; the rate may lie between 21% and 100%"),
        (0, 0, "还没有人评价", "No ratings yet"),
    ],
)  # fmt: skip
def test_a_rate_is_told_with_its_certainty(satisfied: int, n: int, chinese: str, english: str) -> None:
    """Given counts, then the rate reads with interval and number; with few answers, as a count and no bare per cent."""
    rate = Rate(satisfied, n)
    assert rate.text() == chinese
    with translation.override("en"):
        assert str(rate) == english


def test_three_of_three_does_not_stand_above_many() -> None:
    """Given 3 of 3 beside 960 of 1000, then by their lower bounds the many stand above the three."""
    assert Rate(3, 3).interval == Interval(pytest.approx(0.4385, abs=1e-4), 1.0)  # type: ignore[arg-type]
    assert Rate(960, 1000).interval.low > Rate(3, 3).interval.low
