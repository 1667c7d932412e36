from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def city(db: None) -> "City":
    from tests.given import City

    return City()
