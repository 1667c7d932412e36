"""A city, and papers owed on its petitions one at a time: of each test the paper that it is about, and no other."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.given import City

    from yiwang.papers.models import Paper
    from yiwang.petitions.models import Petition


@pytest.fixture(autouse=True)
def _only_papers_that_the_test_owes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let actions owe no papers here: what each owes is shown in tests/petitions/test_table.py."""
    from yiwang.petitions.actions.work import Work

    monkeypatch.setattr(Work, "issue", lambda *_what, **_given: None)


@pytest.fixture
def city(db: None) -> "City":
    from tests.given import City

    return City()


@pytest.fixture
def owed(city: "City") -> Callable[..., "Paper"]:
    """Return a function that owes a paper of a kind on a petition, as an action would."""
    from yiwang.petitions.papers import owed_by
    from yiwang.store.inserting import insert

    def owe(kind: str, petition: "Petition", action: str = "", **more: Any) -> "Paper":
        entries = petition.entries.select_related("referral").order_by("-id")
        entry = (entries.filter(action=action) if action else entries).first()
        assert entry is not None
        (paper,) = owed_by([kind], petition, entry, **more)
        insert(paper)
        return paper

    return owe
