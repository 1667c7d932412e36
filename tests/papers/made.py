"""A stand-in for the workshop: a paper is made at once, of its facts alone, where a test is not about how papers look."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from yiwang.papers import workshop


def quick(template: bytes, fields: Mapping[str, bool], facts: Mapping[str, Any], **_more: Any) -> workshop.Made:
    """Return files that hold the facts as JSON."""
    text = json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)
    return workshop.Made(b"PK" + text.encode(), b"%PDF-" + text.encode(), "", hashlib.sha256(text.encode()).hexdigest())


@pytest.fixture
def quick_workshop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "make", quick)
