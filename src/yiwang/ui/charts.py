"""Where the marks of a chart stand, in percent of its box, so that its text keeps the page's own size at any width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a series. x, y, width and height are percentages; y counts from the top as SVG does."""

    label: str
    value: float
    href: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    labelled: bool
    tone: str = ""


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


def lay_out(rows: Iterable[Sequence[Any]]) -> Chart:
    """Place (label, value[, href[, tone]]) rows along the x axis; values must not be negative.

    At most six labels are shown below the axis, evenly spread, so that they do not touch on a telephone.
    """
    listed = [(str(row[0]), float(row[1] or 0), *(str(part or "") for part in row[2:4])) for row in rows]
    top = nice_ceiling(max((row[1] for row in listed), default=0))
    slot = 100 / max(len(listed), 1)
    step = max(1, ceil(len(listed) / MOST_LABELS))
    marks = []
    for index, row in enumerate(listed):
        height = 100 * row[1] / top
        marks.append(
            Mark(
                label=row[0],
                value=row[1],
                href=str(row[2]) if len(row) > 2 else "",
                tone=str(row[3]) if len(row) > 3 else "",
                x=_percent(index * slot + slot * 0.18),
                y=_percent(100 - height),
                width=_percent(slot * 0.64),
                height=_percent(height),
                middle=_percent(index * slot + slot / 2),
                labelled=index % step == 0,
            )
        )
    segments = [Segment(a.middle, a.y, b.middle, b.y) for a, b in zip(marks, marks[1:], strict=False)]
    parts = (0, 0.5, 1) if (top / 2).is_integer() else (0, 1)
    ticks = [Tick(top * part, _percent(100 - 100 * part)) for part in parts]
    return Chart(marks, ticks, segments)


def shares(rows: Iterable[Sequence[Any]]) -> list[Mark]:
    """Place (label, value[, href[, tone]]) rows as horizontal bars; the longest is the full width."""
    listed = [(str(row[0]), float(row[1] or 0), *(str(part or "") for part in row[2:4])) for row in rows]
    most = max((row[1] for row in listed), default=0) or 1
    return [
        Mark(
            label=row[0],
            value=row[1],
            href=str(row[2]) if len(row) > 2 else "",
            tone=str(row[3]) if len(row) > 3 else "",
            x="0%", y="0%", width=_percent(100 * row[1] / most), height="100%", middle="0%", labelled=True,
        )
        for row in listed
    ]  # fmt: skip
