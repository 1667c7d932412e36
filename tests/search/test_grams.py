"""Cutting: what the index is given must hold every gram that any fragment of the text asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.petitions.grams import LONGEST_BODY, body, fold, grams, wanted


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Metro Line２", "metro line2"),
        ("㎡", "m2"),
        ("小区\u3000物业", "小区 物业"),
        ("a\0b", "a b"),
        ("\ud800x", "?x"),
        ("ß", "ss"),
    ],
)
def test_folding(typed, folded):
    assert fold(typed) == folded


def test_parts_stand_on_lines_of_their_own_and_empty_ones_on_none():
    assert body("停水 了\n吗", "", "  三天\t没水  ") == "停水 了 吗\n三天 没水"
    assert len(body("水" * (LONGEST_BODY + 5))) == LONGEST_BODY


def test_pairs_do_not_cross_spaces_and_latin_runs_have_threes():
    assert set(grams("停水 abcd").split()) == {"停水", "ab", "bc", "cd", "abc", "bcd"}
    assert wanted("停水了") == ["停水", "水了"]
    assert wanted("abcd") == ["abc", "bcd"]
    assert wanted("a3区") == ["a3", "3区"]
    assert wanted("区a315路") == ["a31", "315", "区a", "5路"]


def test_punctuation_never_reaches_the_engines():
    assert not set(grams('it\'s a\\b "c" d:e (f) *g* -h')) & set("'\\\":()*-")


LETTERS = st.text(alphabet="停水了小区ab1c2 '\"\\:&|!()*-^%_，。é\U00020000\U0010fffe\ue021", min_size=2, max_size=30)


@given(text=LETTERS, start=st.integers(0, 28), length=st.integers(2, 6))
def test_every_fragment_is_among_the_candidates(text, start, length):
    folded = body(text)
    fragment = folded[start : start + length]
    for word in fragment.split():
        if len(word) > 1:
            assert set(wanted(word)) <= set(grams(folded).split())
