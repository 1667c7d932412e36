"""The law, article by article: each test names by ``@pytest.mark.article`` what it proves (docs/law.md is made from that)."""

from collections.abc import Iterator

import pytest
from tests.clock import Clock, beijing

from yiwang.workdays.seed import seed_calendar


@pytest.fixture
def clock(db: None) -> Iterator[Clock]:
    """It is Monday 2 March 2026, nine in the morning at the office."""
    with Clock(beijing(2026, 3, 2, 9, 0)).wound() as clock:
        yield clock


@pytest.fixture
def calendar(db: None) -> None:
    """The State Council's calendar is entered."""
    seed_calendar()
