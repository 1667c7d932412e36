from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def city(db: None) -> "City":
    from tests.given import City

    return City()


@pytest.fixture
def written() -> dict[str, str]:
    """What an ordinary citizen writes."""
    return {
        "form_key": "a-form-of-its-own",
        "subject": "楼道灯不亮",
        "text": "三单元的楼道灯坏了三个月，请派人来修。",
        "place": "明渠路 88 号",
        "name": "钱大妈",
        "phone": "19900000001",
    }
