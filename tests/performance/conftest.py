from collections.abc import Iterator

import pytest
from tests.clock import Clock, beijing
from tests.given import City
from tests.performance.assessed import March


@pytest.fixture
def city(db: None) -> City:
    return City()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The product's clock, standing at 9 in the morning of Monday, 2 March 2026."""
    with Clock(beijing(2026, 3, 2, 9, 0)).wound() as wound:
        yield wound


@pytest.fixture
def march(db: None, clock: Clock) -> March:
    """A city that lived through March by hand; it is 2 April."""
    city = March()
    city.live(clock)
    return city
