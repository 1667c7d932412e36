"""The benchmark's arithmetic: percentiles, verdicts and the table."""

import pytest
from bench.figures import AT_LEAST, AT_MOST, Row, Target, percentile, ratio_of_medians, with_unit
from bench.table import markdown


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.99, 5.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 11)), 0.99, 10),
        ([3.0, 1.0], 0.0, 1.0),
    ],
)
def test_a_percentile_is_the_nearest_rank(values, share, expected):
    assert percentile(values, share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.5)])
def test_a_percentile_of_nothing_or_beyond_all_is_refused(values, share):
    with pytest.raises(ValueError):
        percentile(values, share)


def test_a_ratio_takes_the_medians_so_that_one_bad_round_does_not_count():
    assert ratio_of_medians([300.0, 20.0, 310.0], [100.0, 100.0, 1.0]) == 3.0


@pytest.mark.parametrize(
    ("target", "figure", "expected"),
    [
        (Target(AT_LEAST, 2, aim=3), 2.0, "met"),
        (Target(AT_LEAST, 2, aim=3), 1.99, "missed"),
        (Target(AT_MOST, 14), 14, "met"),
        (Target(AT_MOST, 14), 15, "missed"),
        (Target(), 0, "told"),
    ],
)
def test_a_bound_itself_is_good_enough_and_an_aim_is_not_asked(target, figure, expected):
    assert target.verdict(figure) == expected


@pytest.mark.parametrize(
    ("figure", "unit", "expected"),
    [(1387.2, "/s", "1,387 /s"), (14, "", "14"), (2.614, "×", "2.61 ×"), (43.56, "ms", "43.6 ms")],
)
def test_a_figure_is_printed_with_three_digits(figure, unit, expected):
    assert with_unit(figure, unit) == expected


def test_the_table_says_target_and_verdict_and_a_heading_once_a_group():
    # given two figures of one group, one of them missed
    rows = [
        Row("Filing", "against the peer", "PostgreSQL", 2.5, "×", Target(AT_LEAST, 2, aim=3)),
        Row("Filing", "statements", "SQLite", 15, "", Target(AT_MOST, 14), note="a | b"),
    ]
    # when the table is made
    made = markdown(rows, {"machine": "two cores"})
    # then
    assert made.splitlines() == [
        "- machine: two cores",
        "",
        "### Filing",
        "",
        "| what | engine | figure | target | verdict | note |",
        "| --- | --- | --- | --- | --- | --- |",
        "| against the peer | PostgreSQL | 2.50 × | ≥ 2 × (aim 3 ×) | met |  |",
        "| statements | SQLite | 15 | ≤ 14 | **missed** | a \\| b |",
    ]
