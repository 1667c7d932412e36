"""The instant that the product takes for now: a test sets it and lets it go on, so that a month passes in no time.

Every module of the product that has read ``datetime`` gets a stand-in for as long as the clock is wound.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

TICK = timedelta(milliseconds=1)


def beijing(*parts: int) -> datetime:
    """Return an instant given in the office's own time (UTC+8)."""
    return datetime(*parts, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[misc, arg-type]


class Clock:
    """A clock that stands where it was set, but for a millisecond at each look: no two things happen at one instant."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def go(self, **length: float) -> None:
        """Let so much time pass (the arguments of a timedelta)."""
        self.at += timedelta(**length)

    def set(self, *parts: int) -> None:
        """Set it to an instant given in the office's own time."""
        self.at = beijing(*parts)

    def look(self) -> datetime:
        self.at += TICK
        return self.at

    @contextmanager
    def wound(self) -> Iterator["Clock"]:
        """Let the whole product go by this clock."""
        stand_in = _stand_in(self)
        readers = [
            module
            for name, module in list(sys.modules.items())
            if name.startswith("yiwang.") and vars(module).get("datetime") is datetime
        ]
        for module in readers:
            module.datetime = stand_in  # type: ignore[attr-defined]
        try:
            yield self
        finally:
            for module in readers:
                module.datetime = datetime  # type: ignore[attr-defined]


def _stand_in(clock: Clock) -> type[datetime]:
    class Real(type):
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, datetime)

    class StandIn(datetime, metaclass=Real):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.look().astimezone(tz)

    return StandIn
