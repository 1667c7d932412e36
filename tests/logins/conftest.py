from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.given import City

    from yiwang.agencies.models import Staff


@pytest.fixture
def city(db: None) -> "City":
    from tests.given import City

    return City()


@pytest.fixture
def clerk(city: "City") -> "Staff":
    """Somebody who may log in with the password of ``tests.logins.visits``."""
    from tests.logins.visits import PASSWORD

    staff = city.who(city.office, "office_handler")
    staff.set_password(PASSWORD)
    staff.save()
    return staff
