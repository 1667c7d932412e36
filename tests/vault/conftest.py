import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from yiwang.vault.keys import make_keys

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def city(db: None) -> "City":
    from tests.given import City

    return City()


@pytest.fixture
def key_folder(settings: LazySettings, tmp_path: Path) -> Path:
    """The keys of an office of this test's own, which begins with a copy of everybody's: what was sealed before still opens."""
    shutil.copytree(Path(settings.YIWANG_VAR) / "keys", tmp_path / "keys")
    settings.YIWANG_VAR = str(tmp_path)
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"
