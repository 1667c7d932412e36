"""The chart of what came and what was answered, day by day, on one scale: columns and a line, in percent of their box."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from yiwang.insight.monitoring import TrendDay
from yiwang.ui.charts import Mark, Segment, Tick, lay_out


@dataclass(frozen=True)
class Trend:
    """Columns of what came, a line of what was answered, and their common scale."""

    received: list[Mark]
    answered: list[Mark]
    segments: list[Segment]
    ticks: list[Tick]


def draw(days: Sequence[TrendDay], words: Sequence[str]) -> Trend:
    """Return the drawing; ``words`` name the days. Both series are laid out as one, so that they have the same scale."""
    number = len(days)
    both = lay_out(
        [
            *zip(words, (day.received for day in days), strict=True),
            *zip(words, (day.answered for day in days), strict=True),
        ]
    )
    columns = lay_out([(word, day.received) for word, day in zip(words, days, strict=True)])
    received = [_on(mark, scaled) for mark, scaled in zip(columns.marks, both.marks[:number], strict=True)]
    answered = [_on(mark, scaled) for mark, scaled in zip(columns.marks, both.marks[number:], strict=True)]
    segments = [Segment(a.middle, a.y, b.middle, b.y) for a, b in pairwise(answered)]
    return Trend(received, answered, segments, both.ticks)


def _on(place: Mark, scaled: Mark) -> Mark:
    """Return a mark at the place of one and with the height of another."""
    return replace(place, value=scaled.value, y=scaled.y, height=scaled.height)
