"""The table of docs/papers.md is what the table of kinds says."""

import pytest
from scripts.write_papers_page import DOCUMENT, rewritten

pytestmark = pytest.mark.engine_free


def test_the_committed_document_is_current():
    """Given the committed page, when it is written anew, then nothing changes."""
    committed = DOCUMENT.read_text(encoding="utf-8")
    assert rewritten(committed) == committed, "run scripts/write-papers-page"
