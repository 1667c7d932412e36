"""Web servers and workers, in offices of their own (tests/offices.py), that can be killed."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from tests.badluck.browser import Processes, wait_until_served
from tests.offices import Office

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def start(office: Office) -> Iterator[Callable[..., Processes]]:
    """Return a function that starts a command in the office; what is left running is killed at the end."""
    started: list[Processes] = []

    def make(*arguments: str, **more: str) -> Processes:
        processes = Processes(office, *arguments, **more)
        started.append(processes)
        processes.start()
        return processes

    yield make
    for processes in started:
        processes.kill()


@pytest.fixture
def serve(start: Callable[..., Processes], free_port: int) -> Processes:
    """The office's web server, answering on ``free_port``."""
    server = start("serve", PORT=str(free_port))
    wait_until_served(free_port)
    return server


@pytest.fixture
def city(db: None) -> "City":
    from tests.given import City

    return City()
