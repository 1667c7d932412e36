from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from yiwang.transparency import covers, sequencing

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def city(db: None) -> "City":
    from tests.given import City

    return City()


@pytest.fixture(autouse=True)
def _a_log_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin each test without heads outside the database, and without covers, which come by chance."""
    monkeypatch.setattr(covers, "due", lambda filings, since, now: 0)
    yield
    for path in sequencing.files():
        path.unlink(missing_ok=True)
