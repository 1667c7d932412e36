"""Where the marks of charts stand."""

from yiwang.ui.charts import lay_out, nice_ceiling, shares


def test_the_scale_ends_at_a_round_figure_not_below_the_largest():
    assert [nice_ceiling(value) for value in (0, 1, 7, 53, 61, 100, 1268)] == [1, 1, 8, 60, 80, 100, 2000]


def test_columns_stand_in_per_cent_of_the_box():
    chart = lay_out([("一", 5, "/a"), ("二", 10, "", "late")])
    assert [(mark.x, mark.y, mark.width, mark.height, mark.middle) for mark in chart.marks] == [
        ("9%", "50%", "32%", "50%", "25%"),
        ("59%", "0%", "32%", "100%", "75%"),
    ]
    assert [(mark.href, mark.tone) for mark in chart.marks] == [("/a", ""), ("", "late")]
    assert [(tick.value, tick.y) for tick in chart.ticks] == [(0, "100%"), (5, "50%"), (10, "0%")]
    assert [(piece.x1, piece.y1, piece.x2, piece.y2) for piece in chart.segments] == [("25%", "50%", "75%", "0%")]


def test_at_most_six_labels_are_written_below_thirty_days():
    chart = lay_out([(str(day), day) for day in range(1, 31)])
    assert [mark.label for mark in chart.marks if mark.labelled] == ["1", "6", "11", "16", "21", "26"]


def test_no_rows_and_rows_of_nothing_are_still_a_chart():
    assert lay_out([]).marks == []
    assert [mark.height for mark in lay_out([("一", 0), ("二", None)]).marks] == ["0%", "0%"]
    assert [bar.width for bar in shares([("一", 0)])] == ["0%"]


def test_bars_are_measured_by_the_longest():
    assert [bar.width for bar in shares([("网上", 182), ("电话", 91), ("来信", 1)])] == ["100%", "50%", "0.55%"]
