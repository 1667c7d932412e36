"""Where the marks of a chart stand, in percent of its box, so that its text keeps the page's own size at any width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any, NamedTuple

MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a series. x, y, width and height are percentages; y counts from the top as SVG does."""

    label: str
    value: float
    href: str
    tone: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    labelled: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar; its width is a percentage of the longest."""

    label: str
    value: float
    href: str
    tone: str
    width: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One straight piece of a line chart between two neighbouring values, in percent."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One value on the scale and its height from the top in percent."""

    value: float
    y: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A laid-out series: marks, the scale, and for lines the segments between the marks."""

    marks: list[Mark]
    ticks: list[Tick]
    segments: list[Segment] = field(default_factory=list)


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def nice_ceiling(value: float) -> float:
    """The smallest of 1, 2, 4, 6, 8, 10 × a power of ten that is not below the value; 1 for nothing at all."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)


class Row(NamedTuple):
    """One value as the caller gave it; href opens the list behind it, tone is late or soon."""

    label: str
    value: float
    href: str = ""
    tone: str = ""


def _read(rows: Iterable[Sequence[Any]]) -> list[Row]:
    return [Row(str(row[0]), float(row[1] or 0), *(str(part or "") for part in row[2:4])) for row in rows]


def lay_out(rows: Iterable[Sequence[Any]]) -> Chart:
    """Place (label, value[, href[, tone]]) rows along the x axis; values must not be negative.

    At most six labels are shown below the axis, evenly spread, so that they do not touch on a telephone.
    """
    listed = _read(rows)
    top = nice_ceiling(max((row.value for row in listed), default=0))
    slot = 100 / max(len(listed), 1)
    step = max(1, ceil(len(listed) / MOST_LABELS))
    marks = []
    for index, row in enumerate(listed):
        height = 100 * row.value / top
        marks.append(
            Mark(
                *row,
                x=_percent(index * slot + slot * 0.18),
                y=_percent(100 - height),
                width=_percent(slot * 0.64),
                height=_percent(height),
                middle=_percent(index * slot + slot / 2),
                labelled=index % step == 0,
            )
        )
    segments = [Segment(a.middle, a.y, b.middle, b.y) for a, b in pairwise(marks)]
    parts = (0, 0.5, 1) if (top / 2).is_integer() else (0, 1)
    ticks = [Tick(top * part, _percent(100 - 100 * part)) for part in parts]
    return Chart(marks, ticks, segments)


def shares(rows: Iterable[Sequence[Any]]) -> list[Bar]:
    """Place (label, value[, href[, tone]]) rows as horizontal bars; the longest is the full width."""
    listed = _read(rows)
    most = max((row.value for row in listed), default=0) or 1
    return [Bar(*row, width=_percent(100 * row.value / most)) for row in listed]
