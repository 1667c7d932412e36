"""The tables of docs/supervision-kinds.md are what the table of kinds says."""

import pytest
from scripts.write_kinds_page import DOCUMENT, rewritten

pytestmark = pytest.mark.engine_free


def test_the_committed_document_is_current():
    """Given the committed page, when it is written anew, then nothing changes."""
    committed = DOCUMENT.read_text(encoding="utf-8")
    assert rewritten(committed) == committed, "run scripts/write-kinds-page"
