"""Search: the hits are those of a substring search, within the queryset, newest first."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.petitions import search
from yiwang.petitions.grams import body, fold
from yiwang.petitions.search import Hint, Query, page, parse


def found(notes, index, typed, **options):
    query = parse(typed)
    assert isinstance(query, Query)
    return [note.pk for note in page(notes, index, query, **{"limit": 50, **options}).rows]


@pytest.fixture(params=["rare", "common"])
def way(request, index, monkeypatch):
    """Take both ways, however frequent the words: from the index, and along the queryset."""
    if request.param == "common":
        monkeypatch.setattr(index, "COMMON", 0)
    return request.param


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", Hint.EMPTY),
        (" \u3000\n", Hint.EMPTY),
        ("水", Hint.TOO_SHORT),
        ("水 电 a", Hint.TOO_SHORT),
        ("水" * 101, Hint.TOO_LONG),
        ("停水 停电 停气 停工 停车 停课 停业 停产 停办", Hint.TOO_LONG),
        ("停水", Query(("停水",))),
        ("停水 停水 水", Query(("停水", "水"))),
        ("ＡＢ", Query(("ab",))),
    ],
)
def test_what_is_typed(typed, answer):
    assert parse(typed) == answer


def test_each_hint_tells_what_to_do():
    assert [str(hint.text) for hint in Hint] == [
        "请输入要查找的内容。",
        "请至少输入连在一起的两个字。",
        "内容过长，请只输入几个关键的词。",
    ]


def test_newest_first_and_all_words_in_any_part(write, notes, index, way):
    old = write("小区停水", "三天没有水")
    other = write("路灯不亮", "小区门口")
    new = write("停水通知", "", "幸福小区")

    assert found(notes, index, "小区") == [new.pk, other.pk, old.pk]
    assert found(notes, index, "小区 停水") == [new.pk, old.pk]
    assert found(notes, index, "停水 亮") == []
    assert found(notes, index, "路灯 亮") == [other.pk]
    assert found(notes, index, "水三") == []  # the end of one part and the beginning of the next


@pytest.mark.parametrize("typed", ["metro", "METRO", "ｍｅｔｒｏ", "etr", "et", "ro lin", "line 2", "line２", "2号"])
def test_english_width_and_case(write, notes, index, way, typed):
    note = write("The Metro line2号", "LINE2")
    write("地铁", "meter online")

    assert note.pk in found(notes, index, typed)


def test_grams_alone_are_no_hit(write, notes, index, way):
    write("自来水", "来水自来")
    assert found(notes, index, "水自来水") == []
    write("abcab", "bcabd")
    assert found(notes, index, "abcabd") == []


@pytest.mark.parametrize("typed", ["100%", "a_b", "it's", '"x"', "c:\\d", "x' OR 1=1", "a*", "-b!", "(y)", "&&", "??"])
def test_punctuation_is_text_and_never_the_engines_language(write, notes, index, way, typed):
    write("nothing of it", "axb 100 x OR 1=1")
    note = write("", f"<<{typed}>>")

    assert found(notes, index, typed) == [note.pk]


def test_filters_combine(write, notes, index, way):
    mine = write("停水", room="a")
    write("停水", room="b")

    assert found(notes.filter(room="a"), index, "停水") == [mine.pk]
    assert found(notes.none(), index, "停水") == []


def test_pages_follow_each_other(write, notes, index, way):
    ids = [write("停水", str(number)).pk for number in range(5)][::-1]

    first = page(notes, index, parse("停水"), limit=2)
    second = page(notes, index, parse("停水"), limit=2, before_id=first.rows[-1].pk)
    last = page(notes, index, parse("停水"), limit=2, before_id=second.rows[-1].pk)

    assert [[note.pk for note in part.rows] for part in (first, second, last)] == [ids[:2], ids[2:4], ids[4:]]
    assert [part.more for part in (first, second, last)] == [True, True, False]


def test_counts_are_exact_while_there_are_few(write, notes, index):
    for number in range(5):
        write("停水", str(number), room="a")
    write("停水", room="b")

    few = page(notes.filter(room="a"), index, parse("停水"), limit=2)
    all_shown = page(notes, index, parse("停水"), limit=50)

    assert (few.count, few.at_least, few.count_text) == (5, False, "5")
    assert (all_shown.count, all_shown.count_text) == (6, "6")


def test_long_counts_are_capped(write, notes, index, monkeypatch):
    monkeypatch.setattr(index, "COUNTED", 3)
    for number in range(5):
        write("停水", str(number))

    shown = page(notes, index, parse("停水"), limit=2)

    assert (shown.count, shown.at_least, shown.count_text) == (3, True, "3+")


def test_a_thousand_reads_as_people_write_it():
    assert search.Page([], more=True, count=1000, at_least=True).count_text == "1,000+"


def test_of_a_common_word_the_newest_are_counted_and_only_those_that_the_reader_may_see(
    write, notes, index, monkeypatch
):
    monkeypatch.setattr(index, "COMMON", 4)
    monkeypatch.setattr(index, "WINDOW", 8)
    monkeypatch.setattr(index, "COUNTED", 7)
    for number in range(12):
        write("停水", str(number), room="secret" if number % 2 else "open")

    part = page(notes.filter(room="open"), index, parse("停水"), limit=2)
    whole = page(notes.filter(room="open"), index, parse("停水"), limit=6)

    assert (part.count, part.at_least, part.count_text) == (4, True, "4+")
    assert (whole.count, whole.at_least, whole.more) == (6, False, False)


def test_pages_of_a_common_word_go_on_beyond_the_window(write, notes, index, monkeypatch):
    monkeypatch.setattr(index, "COMMON", 1)
    monkeypatch.setattr(index, "WINDOW", 3)
    monkeypatch.setattr(index, "COUNTED", 2)
    ids = [write("停水", str(number)).pk for number in range(9)][::-1]

    assert found(notes, index, "停水", limit=2) == ids[:2]
    assert found(notes, index, "停水", limit=5) == ids[:5]
    assert found(notes, index, "停水", limit=2, before_id=ids[1]) == ids[2:4]
    assert found(notes, index, "停水", limit=50, before_id=ids[5]) == ids[6:]


def test_pages_of_a_rare_word_go_on_beyond_what_is_counted(write, notes, index, monkeypatch):
    monkeypatch.setattr(index, "COUNTED", 3)
    ids = [write("停水", str(number)).pk for number in range(9)][::-1]

    assert found(notes, index, "停水", limit=2, before_id=ids[3]) == ids[4:6]
    assert found(notes, index, "停水", limit=50, before_id=ids[5]) == ids[6:]


def test_relevance_prefers_the_subject_then_frequency_then_the_newer(write, notes, index, way):
    once = write("路灯", "停水")
    often = write("路灯", "停水停水，又停水")
    subject = write("停水", "很久")
    later = write("路灯", "停水了")

    assert found(notes, index, "停水", order="relevance") == [subject.pk, often.pk, later.pk, once.pk]
    assert found(notes, index, "停水", order="relevance", limit=2, offset=2) == [later.pk, once.pk]


def test_a_changed_text_is_found_by_its_new_words_alone(write, notes, index, way):
    note = write("停水", "三天")
    write("停水")

    index.change(note.pk, "停电", "三天")
    assert note.pk not in found(notes, index, "停水")
    assert found(notes, index, "停电") == [note.pk]

    index.change(note.pk, "停电", "三天")
    index.remove(note.pk)
    index.remove(note.pk)
    assert found(notes, index, "停电") == []
    assert len(found(notes, index, "停水")) == 1

    index.change(note.pk, "停气")
    assert found(notes, index, "停气") == [note.pk]


def test_a_text_is_added_once_and_in_one_statement(write, notes, index):
    with CaptureQueriesContext(connection) as statements:
        index.add(12, "停水", "三天")
    assert len(statements) == 1

    with pytest.raises(IntegrityError):
        index.add(12, "停水")


def test_an_index_is_rebuilt(write, notes, index):
    kept, gone = write("停水"), write("停水")

    index.rebuild((pk, ("停电", text)) for pk, text in [(kept.pk, "甲"), (gone.pk, "乙")])

    assert found(notes, index, "停水") == []
    assert found(notes, index, "停电") == [gone.pk, kept.pk]
    assert found(notes, index, "停电 甲") == [kept.pk]
    with index.loading():
        index.add_many([(gone.pk + 1, ("停电", "丙"))])
    notes.model.objects.create(id=gone.pk + 1)
    assert found(notes, index, "停电") == [gone.pk + 1, gone.pk, kept.pk]


def test_statements_do_not_grow_with_the_page(write, notes, index):
    for number in range(30):
        write("停水", str(number))
    counts = []
    for limit in (2, 20):
        with CaptureQueriesContext(connection) as statements:
            page(notes, index, parse("停水"), limit=limit)
        counts.append(len(statements))
    with CaptureQueriesContext(connection) as statements:
        page(notes, index, parse("停水"), limit=5, order="relevance")

    assert counts == [3, 3]
    assert len(statements) == 4


def test_a_text_of_a_hundred_thousand_different_pairs_fits(notes, index, write):
    text = "".join(chr(0x4E00 + number * 7 % 20_000) + chr(0xAC00 + number * 13 % 11_000) for number in range(50_000))
    note = write("长", text)

    assert found(notes, index, body("长", text)[70_000:70_004]) == [note.pk]


TEXT = st.text(alphabet="停水小区ab1 '\"\\:&|!*-%_，é\U00020000\ue021", max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    texts=st.lists(TEXT, min_size=1, max_size=6), typed=st.text(alphabet="停水小ab1 '\"\\:*%，é\U00020000", max_size=6)
)
def test_any_text_and_any_query_agree_with_substring_search(notes, index, texts, typed):
    query = parse(typed)
    if isinstance(query, Hint):
        return
    notes.model.objects.bulk_create(notes.model(id=number) for number in range(len(texts)))
    index.rebuild((number, (text,)) for number, text in enumerate(texts))
    try:
        expected = [
            number for number in reversed(range(len(texts))) if all(word in fold(texts[number]) for word in query.words)
        ]
        assert found(notes, index, typed) == expected
    finally:
        notes.model.objects.all().delete()
