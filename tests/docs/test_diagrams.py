"""The diagrams of docs/architecture.md are what the tables say."""

import dataclasses

import pytest
from scripts.write_diagrams import (
    DOCUMENT,
    petition_states,
    referral_states,
    review_states,
    review_transitions,
    rewritten,
    rules,
    transitions,
    turns,
)

from yiwang.petitions import lifecycle
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.lifecycle import OPEN, REFERRAL_MOVES, REVIEW_TRANSITIONS, REVIEW_TURN, TRANSITIONS, TURN
from yiwang.petitions.models import Petition, Referral, Review

pytestmark = pytest.mark.engine_free


def test_the_committed_document_is_current():
    committed = DOCUMENT.read_text(encoding="utf-8")

    assert rewritten(committed) == committed, "run scripts/write-diagrams"


def test_every_move_of_a_petition_is_drawn():
    drawn = petition_states().splitlines()

    for row in TRANSITIONS:
        if row.end and row.start != OPEN:
            for start in row.start:
                arrow = f"    {start or '[*]'} --> {row.end}: "
                assert [line for line in drawn if line.startswith(arrow) and str(row.label) in line], row.action
    assert "    note right of withdrawn: 撤回 Withdraw, 未答复前 from every open state" in drawn
    for state in Petition.State:
        assert [line for line in drawn if line.endswith(f'" as {state.value}')]


def test_every_move_of_a_review_is_drawn():
    drawn = review_states().splitlines()

    for row in REVIEW_TRANSITIONS:
        for start in row.start if row.end else ():
            arrow = f"    {start or '[*]'} --> {row.end}: "
            assert [line for line in drawn if line.startswith(arrow) and str(row.label) in line], row.action
    for state in Review.State:
        assert [line for line in drawn if line.endswith(f'" as {state.value}')]


def test_every_move_of_a_referral_is_drawn():
    drawn = referral_states().splitlines()

    moves = {(start, move.end) for move in REFERRAL_MOVES.values() for start in move.start if start != move.end}
    for start, end in moves:
        assert [line for line in drawn if line.startswith(f"    {start or '[*]'} --> {end}: ")]
    arrows = [line for line in drawn if " --> " in line and not line.endswith("[*]")]
    assert len(arrows) == len(moves)
    assert {line.split()[0] for line in drawn if line.endswith("--> [*]")} == {
        Referral.State.DONE,
        Referral.State.REPORTED,
        Referral.State.RETURNED,
    }


def test_every_row_of_the_tables_is_a_line():
    assert len(transitions().splitlines()) == len(TRANSITIONS) + 2
    assert len(rules().splitlines()) == len(RULES) + 2
    assert len(review_transitions().splitlines()) == len(REVIEW_TRANSITIONS) + 2
    assert len(turns().splitlines()) == len(TURN) + len(REVIEW_TURN) + 2
    assert (
        "| `refer` | 转办 Refer | 待转办 To be referred | 待受理 To be accepted | 信访部门 office: 信访经办人 Office handler "
        "| 22 | `notice`, `objection` | `refer` | yes | yes |"
    ) in transitions()
    assert (
        "| `objection` | 提出异议 Object | 5 个工作日 working days | 转办 referral | 责任单位 agency | 权利 right | — | — | 23 | no |"
        in rules()
    )


def test_a_changed_row_makes_the_document_stale(monkeypatch):
    committed = DOCUMENT.read_text(encoding="utf-8")
    changed = tuple(
        dataclasses.replace(row, article="99") if row.action == "refer" else row for row in lifecycle.TRANSITIONS
    )
    monkeypatch.setattr(lifecycle, "TRANSITIONS", changed)

    assert rewritten(committed) != committed


def test_a_limit_without_a_rule_is_told(monkeypatch):
    broken = (dataclasses.replace(lifecycle.TRANSITIONS[0], starts=("nobody_knows",)),)
    monkeypatch.setattr(lifecycle, "TRANSITIONS", broken)

    with pytest.raises(LookupError, match="nobody_knows"):
        transitions()


def test_a_lost_part_is_told():
    with pytest.raises(LookupError, match="turns"):
        rewritten("nothing is made from the tables here")
