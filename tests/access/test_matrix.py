"""The matrix 权限矩阵, cell by cell: what the running rules answer is what a table written by hand expects.

The tables in `expected/` were written from the Regulations, action by action; nothing of the product made them.
"""

import csv
from pathlib import Path

import pytest
from django.db import transaction
from scripts.access.document import DOCUMENT, written
from scripts.access.ground import APART, STANDINGS, Ground, Standing, laid_out
from scripts.access.matrix import LETTERS, Matrix, accusation, ordinary

from yiwang.agencies.models import ADMINISTRATORS, Role
from yiwang.agencies.seed import root_office, seed_root
from yiwang.petitions import actions
from yiwang.petitions.actors import READS_PETITIONS
from yiwang.petitions.lifecycle import ALL
from yiwang.petitions.models import Entry

EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture
def ground(db: None) -> Ground:
    seed_root()
    return laid_out(root_office())


def expected(name: str) -> list[list[str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("table", [ordinary, accusation], ids=lambda table: table.__name__)
def test_every_cell_is_as_expected(ground: Ground, table: object) -> None:
    """Given each role, action and standing, when the rules are asked, then each cell is that of the table written by hand."""
    found: Matrix = table(ground)  # type: ignore[operator]
    wanted = expected(table.__name__)  # type: ignore[attr-defined]
    assert found.lines()[0] == wanted[0]
    for here, there in zip(found.lines()[1:], wanted[1:], strict=True):
        assert here == there, here[0]


def test_the_tables_speak_of_everything() -> None:
    """Given roles and actions, then each role has its letter, each action its row, and administrators stand in none of them."""
    assert set(LETTERS) == set(Role)
    assert set(Role) == READS_PETITIONS | ADMINISTRATORS
    assert not READS_PETITIONS & ADMINISTRATORS
    cells = {name: expected(name) for name in ("ordinary", "accusation")}
    for rows in cells.values():
        assert {row[0] for row in rows[1:]} == {"see"} | {row.action for row in ALL if row.start != ("",)}
        assert not any(LETTERS[role] in cell for role in ADMINISTRATORS for row in rows[1:] for cell in row[1:])
    assert sum(len(row) - 1 for rows in cells.values() for row in rows[1:]) * len(Role) > 10_000


@pytest.mark.parametrize("standing", [*STANDINGS, *APART], ids=lambda one: f"{one.code}{'!' * one.accusation}")
def test_the_action_itself_says_the_same(ground: Ground, standing: Standing) -> None:
    """Given each role in a standing, when a note is really added, then it is where the table says so, else refused and nothing is written."""
    rows = expected("accusation" if standing.accusation else "ordinary")
    by_action = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    petition = ground.petition_of(standing)
    for role, letter in LETTERS.items():
        with transaction.atomic():
            try:
                actions.Note(text="已电话联系").run(ground.who(standing, role), petition.pk)
                outcome = "done"
            except actions.Refused as refused:
                outcome = refused.code
            assert Entry.objects.filter(petition=petition).count() == (outcome == "done")
            transaction.set_rollback(True)
        may, sees = letter in by_action["note"][standing.code], letter in by_action["see"][standing.code]
        assert outcome == ("done" if may else "not_entitled" if sees else "not_found"), role


def test_the_document_is_current(ground: Ground) -> None:
    """Given the rules of today, then docs/access.md is what they say."""
    assert DOCUMENT.read_text(encoding="utf-8") == written(ground), "run scripts/write-access"
