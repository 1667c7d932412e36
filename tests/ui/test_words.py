"""Dates, times, sums and counts in both languages."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from yiwang.ui import words

TODAY = dt.date(2026, 11, 23)
# 14:05 in Shanghai
INSTANT = dt.datetime(2026, 11, 23, 6, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _shanghai(settings):
    from django.utils import timezone

    with timezone.override(ZoneInfo("Asia/Shanghai")), override("zh-hans"):
        yield


def test_a_day_and_a_moment_in_chinese_and_in_english():
    assert words.day(TODAY) == "2026年11月23日"
    assert words.moment(INSTANT) == "2026年11月23日 14:05"
    with override("en"):
        assert words.day(TODAY) == "23 November 2026"
        assert words.moment(INSTANT) == "23 November 2026 14:05"


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        ("7", "第七条", "art. 7"),
        ("10", "第十条", "art. 10"),
        ("17", "第十七条", "art. 17"),
        ("20", "第二十条", "art. 20"),
        ("22", "第二十二条", "art. 22"),
        ("47", "第四十七条", "art. 47"),
        ("", "", ""),
    ],
)
def test_an_article_as_people_cite_it(number, chinese, english):
    assert words.article(number) == chinese
    with override("en"):
        assert words.article(number) == english


def test_an_instant_late_in_the_evening_of_utc_is_the_next_day_in_the_office():
    assert words.day(dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)) == "2026年11月23日"


@pytest.mark.parametrize(
    ("due", "chinese", "english", "state"),
    [
        (dt.date(2026, 11, 20), "已超期 3 天", "3 days late", "late"),
        (dt.date(2026, 11, 22), "已超期 1 天", "1 day late", "late"),
        (dt.date(2026, 11, 23), "今天到期", "due today", "today"),
        (dt.date(2026, 11, 24), "明天到期", "due tomorrow", "soon"),
        (dt.date(2026, 11, 26), "还有 3 天", "3 days left", "soon"),
        (dt.date(2026, 12, 5), "还有 12 天", "12 days left", "ok"),
    ],
)
def test_how_long_is_left(due, chinese, english, state):
    assert words.days_left(due, TODAY) == chinese
    assert words.due_state(due, TODAY) == state
    with override("en"):
        assert words.days_left(due, TODAY) == english


def test_sums_turn_to_ten_thousands():
    assert words.money(Decimal("980")) == "980.00 元"
    assert words.money(12_345_600) == "1,234.56 万元"
    with override("en"):
        assert words.money(12_345_600) == "¥12,345,600.00"


def test_counts_are_capped_above_the_cap_alone():
    assert [words.capped(number) for number in (0, 999, 1000, 1001, 250_000)] == [
        "0",
        "999",
        "1,000",
        "1,000+",
        "1,000+",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812345678", "138****5678"),
        ("张三", "张*"),
        ("欧阳小红", "欧***"),
        ("张", "张*"),
        ("110101199003074567", "11**************67"),
        ("", ""),
    ],
)
def test_a_mask_never_shows_the_whole(value, shown):
    assert words.masked(value) == shown


def test_codes_are_grouped_and_latin_is_set_apart():
    assert words.grouped("K7M29QXD") == "K7M2 9QXD"
    assert words.spaced("乘12路到CBD站") == "乘\u200912\u2009路到\u2009CBD\u2009站"
