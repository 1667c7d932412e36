"""docs/law.md is what the tables and the tests say, and no paragraph that imposes a duty is left without."""

import dataclasses
from pathlib import Path

import pytest
from scripts.law import document
from scripts.law.demand import PARAGRAPHS, Demand
from scripts.law.document import DEMANDS, DOCUMENT, carrier, section, written
from scripts.law.proofs import ROOT, Proof, proofs, refusals, told

from yiwang.petitions import lifecycle
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.exemptions import EXEMPTIONS
from yiwang.petitions.lifecycle import ALL
from yiwang.ui.words import numeral

pytestmark = pytest.mark.engine_free

DUTIES = [demand for demand in DEMANDS if not demand.reason[0]]
LAW = ROOT.parent / "shared" / "law" / "信访工作条例.md"


def test_the_committed_document_is_current():
    assert DOCUMENT.read_text(encoding="utf-8") == written(), "run scripts/write-law"


def test_every_paragraph_is_spoken_of():
    """Given arts. 17 to 47, then each paragraph has a row here, and none is named that does not exist."""
    spoken = {(demand.article, demand.paragraph) for demand in DEMANDS}
    assert spoken == {(article, number) for article, many in PARAGRAPHS.items() for number in range(1, many + 1)}
    assert set(PARAGRAPHS) == set(range(17, 48))
    assert {demand.item for demand in DEMANDS if demand.article == 31} == {1, 2, 3, 4, 5, 6}
    assert len({demand.ref for demand in DEMANDS}) == len(DEMANDS)


@pytest.mark.skipif(not LAW.exists(), reason="the law's text is not beside the repository")
def test_the_paragraphs_are_those_of_the_law():
    """Given the text of the Regulations, then each article has as many paragraphs as the table says, items and headings aside."""
    counted: dict[int, int] = {}
    article = 0
    numbers = {numeral(number): number for number in range(1, 51)}
    for line in LAW.read_text(encoding="utf-8").splitlines():
        begun = line.split("条 ")[0].removeprefix("第")
        if line.startswith("第") and begun in numbers:
            article = numbers[begun]
            counted[article] = 1
        elif article and line.strip() and not line.startswith(("（", "#")):
            counted[article] += 1
    assert {article: counted[article] for article in PARAGRAPHS} == PARAGRAPHS


@pytest.mark.parametrize("demand", DUTIES, ids=[demand.ref for demand in DUTIES])
def test_every_duty_has_a_row_and_a_test(demand: Demand):
    """Given a paragraph without a stated reason, then rows carry it, and at least one test proves it."""
    assert demand.rows, "no row carries it, and no reason is stated"
    assert proofs().get(demand.ref), "no test is marked with it: @pytest.mark.article"


def test_every_reason_is_given_in_both_languages():
    for demand in DEMANDS:
        assert bool(demand.reason[0]) == bool(demand.reason[1]), demand.ref
        assert bool(demand.reason[0]) != bool(demand.rows), f"{demand.ref} has rows and a reason, or neither"
        assert demand.zh
        assert demand.en


def test_what_carries_a_duty_exists():
    """Given the rows that paragraphs name, then each is an action, a limit, an exception, a refusal or a module of the product."""
    known = {row.action for row in ALL} | {f"limit:{code}" for code in RULES} | {f"check:{code}" for code in refusals()}
    known |= {f"exempt:{row.rule}" for row in EXEMPTIONS}
    for demand in DUTIES:
        for row in demand.rows:
            exists = (
                (ROOT / "src" / "yiwang" / row.removeprefix("page:")).exists()
                if row.startswith("page:")
                else row in known
            )
            assert exists, f"{demand.ref} names {row}"


def test_every_row_of_the_machine_has_a_paragraph():
    """Given the tables, then each action and each limit stands under some paragraph: nothing is done without its law."""
    named = {row for demand in DUTIES for row in demand.rows}
    assert {row.action for row in ALL} - named == set()
    assert {f"limit:{code}" for code in RULES} - named == set()


def test_the_article_of_a_row_is_one_that_it_stands_under():
    """Given an action whose row names an article, then one of that article's paragraphs names the action."""
    for row in ALL:
        under = {str(demand.article) for demand in DUTIES if row.action in demand.rows}
        assert not row.article or row.article in under, (
            f"{row.action} says art. {row.article}, and stands under {sorted(under)}"
        )


def test_no_test_proves_what_is_no_paragraph():
    refs = {demand.ref for demand in DEMANDS}
    assert set(proofs()) <= refs


def test_a_duty_without_a_test_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Given tests of which none is marked, then the document loses its proofs, and is behind."""
    assert proofs(tmp_path) == {}
    monkeypatch.setattr(document, "proofs", dict)
    assert written() != DOCUMENT.read_text(encoding="utf-8")


def test_a_changed_row_makes_the_document_stale(monkeypatch: pytest.MonkeyPatch):
    changed = {**lifecycle.BY_ACTION, "refer": dataclasses.replace(lifecycle.BY_ACTION["refer"], starts=())}
    monkeypatch.setattr(lifecycle, "BY_ACTION", changed)
    assert written() != DOCUMENT.read_text(encoding="utf-8")


def test_marks_are_read_off_the_text(tmp_path: Path):
    """Given a file of tests, then those marked are found with what they say, and others are not."""
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_some.py").write_text(
        '@pytest.mark.article("34", "35")\ndef test_it():\n    """Given this, then that."""\n\ndef test_other(): pass\n'
    )
    proof = Proof("tests/test_some.py", "test_it", "Given this, then that.")
    assert proofs(folder) == {"34": [proof], "35": [proof]}


def test_a_paragraph_reads_as_a_lawyer_wants_it():
    lines = section(
        Demand("34", "六十日", "Sixty days", rows=("limit:handling",)),
        [Proof("tests/x.py", "test_x", "Given 1, then 2.")],
    )
    assert lines.splitlines()[:4] == ["**34** 六十日。Sixty days.", "", "承担 carried by:", ""]
    assert carrier("limit:handling") == "时限 limit “办理答复 Handle and answer”: 60 日 calendar days (`handling`)"
    assert "- Given 1, then 2. (`tests/x.py`: `test_x`)" in lines


def test_what_is_told_is_found_along_the_calls():
    """Given the actions, then the notices of an acceptance, a hearing, a dispute's end and a review are found, however it is called."""
    assert told()["accept"] == ["accepted"]
    assert told()["accept_simply"] == ["accepted"]
    assert told()["hold_review_hearing"] == ["hearing"]
    assert told()["settle_dispute"] == ["referred"]
    assert told()["ask_review"] == ["review_asked"]
    assert told()["file"] == ["filed", "filed_directly", "split"]
