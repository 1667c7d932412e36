"""Drawing from a seed: the same from the same, whoever draws, with sizes worked by hand."""

from hashlib import sha256

import pytest

from yiwang.satisfaction.samples.drawing import (
    Plan,
    commitment_to,
    draw,
    faults,
    frame_hash,
    frame_of,
    frame_text,
    lot,
    sizes,
)

pytestmark = pytest.mark.engine_free

SEED = "00112233445566778899aabbccddeeff"
PINNED = [1028, 1021, 1012, 1017, 1025]
"""As `sha256sum` and `sort` have it."""
FRAME = [(number, 7 if number % 3 else 9) for number in range(1001, 1031)]


def test_the_lots_are_plain_sha256() -> None:
    """Given seed and id, then the lot is what any other program makes of the text SEED:ID."""
    assert lot(SEED, 1001) == sha256(b"00112233445566778899aabbccddeeff:1001").hexdigest()
    assert commitment_to(SEED) == sha256(b"00112233445566778899aabbccddeeff").hexdigest()


def test_the_lowest_lots_are_drawn() -> None:
    """Given thirty petitions, when five are drawn, then they are those with the five lowest lots, in any order of the frame."""
    expected = sorted((sha256(f"{SEED}:{number}".encode()).hexdigest(), number) for number, _agency in FRAME)[:5]
    assert draw(SEED, FRAME, Plan(size=5)) == [number for _lot, number in expected]
    assert draw(SEED, FRAME[::-1], Plan(size=5)) == [number for _lot, number in expected]


def test_a_drawing_never_changes() -> None:
    """Given this seed and frame, then these are drawn, in every version of the program: samples on record hang on it."""
    assert draw(SEED, FRAME, Plan(size=5)) == PINNED
    assert draw("f" * 32, FRAME, Plan(size=5)) != PINNED


@pytest.mark.parametrize(
    ("plan", "strata", "expected"),
    [
        (Plan(size=10), {0: 30}, {0: 10}),
        (Plan(size=50), {0: 30}, {0: 30}),  # more than there are
        (Plan(share=10), {0: 30}, {0: 3}),
        (Plan(share=10), {0: 31}, {0: 4}),  # 3.1 is rounded up
        (Plan(share=5, stratified=True), {1: 1, 2: 20, 3: 21}, {1: 1, 2: 1, 3: 2}),
        # 10 of 60, 30 and 11: 5.94, 2.97 and 1.09; whole 5, 2 and 1; two are left, for the remainders .97 and .94.
        (Plan(size=10, stratified=True), {1: 60, 2: 30, 3: 11}, {1: 6, 2: 3, 3: 1}),
        # 3 of 2, 2, 2, 2: 0.75 each; three are left, for the lowest ids.
        (Plan(size=3, stratified=True), {4: 2, 3: 2, 2: 2, 1: 2}, {1: 1, 2: 1, 3: 1, 4: 0}),
        (Plan(size=3), {}, {}),
    ],
)
def test_how_many_are_drawn(plan: Plan, strata: dict[int, int], expected: dict[int, int]) -> None:
    """Given the numbers of each agency, when a size or share is drawn, then each has its part, as worked by hand."""
    assert sizes(strata, plan) == expected


def test_stratified_is_drawn_within_each_agency() -> None:
    """Given twenty and ten, when a tenth of each is drawn, then the two and the one with the lowest lots of each are taken."""
    drawn = draw(SEED, FRAME, Plan(share=10, stratified=True))
    of_seven = sorted((lot(SEED, number), number) for number, agency in FRAME if agency == 7)[:2]
    of_nine = sorted((lot(SEED, number), number) for number, agency in FRAME if agency == 9)[:1]
    assert drawn == [number for _lot, number in sorted(of_seven + of_nine)]


def test_what_was_altered_is_found() -> None:
    """Given a draw on record, when seed, frame or what was drawn is altered afterwards, then the fault is told."""
    text, plan = frame_text(FRAME), Plan(size=5)
    record = {
        "seed": SEED, "commitment": commitment_to(SEED), "text": text, "hashed": frame_hash(text), "plan": plan,
        "drawn": draw(SEED, FRAME, plan),
    }  # fmt: skip
    assert frame_of(text) == FRAME
    assert faults(**record) == []
    assert faults(**record | {"seed": "f" * 32}) == ["seed", "drawn"]
    assert faults(**record | {"text": frame_text(FRAME[:-1])})[0] == "frame"
    assert faults(**record | {"drawn": PINNED[::-1]}) == ["drawn"]
