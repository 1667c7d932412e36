"""Within which hours people are called 回访时段: some spans of each working day, at the office's own time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from yiwang.workdays.counting import Calendar, office_date, office_zone, start_of, worked

SPAN = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])-([01]?[0-9]|2[0-3]):([0-5][0-9])")
LOOK_AHEAD = 60
"""Days in which a working day must come; the longest holiday has a dozen."""


@dataclass(frozen=True)
class Hours:
    """Spans of a day, in their order; each begins with its first minute and ends before its last."""

    spans: tuple[tuple[time, time], ...]

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Read “09:00-11:30 14:30-17:30”. Raises ValueError when a span is written otherwise, ends before it begins or overlaps."""
        spans: list[tuple[time, time]] = []
        for word in text.replace("–", "-").replace("，", " ").replace(",", " ").split():
            found = SPAN.fullmatch(word)
            if not found:
                raise ValueError(word)
            first, last = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
            if last <= first or (spans and first < spans[-1][1]):
                raise ValueError(word)
            spans.append((first, last))
        if not spans:
            raise ValueError(text)
        return cls(tuple(spans))

    def __str__(self) -> str:
        return " ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in self.spans)

    def first_within(self, at: datetime, calendar: Calendar) -> datetime:
        """Return the first instant from ``at`` on that lies within the hours of a working day.

        Where the calendar knows of no working day for two months, it is no calendar of an office: ``at`` itself is returned.
        """
        for begins, ends in self._ahead(at, calendar):
            if at < ends:
                return max(at, begins)
        return at

    def holds(self, at: datetime, calendar: Calendar) -> bool:
        """Tell whether calls are made at this instant."""
        return any(begins <= at < ends for begins, ends in self._of_day(at, 0, calendar))

    def _ahead(self, at: datetime, calendar: Calendar) -> Iterable[tuple[datetime, datetime]]:
        for number in range(LOOK_AHEAD):
            yield from self._of_day(at, number, calendar)

    def _of_day(self, at: datetime, later: int, calendar: Calendar) -> Iterable[tuple[datetime, datetime]]:
        day = office_date(at) + timedelta(days=later)
        if worked(calendar, day)[0]:
            for first, last in self.spans:
                begins, ends = (datetime.combine(day, clock, office_zone()).astimezone(UTC) for clock in (first, last))
                yield begins, ends


def next_day(at: datetime) -> datetime:
    """Return the instant at which the day after begins at the office."""
    return start_of(office_date(at) + timedelta(days=1))
