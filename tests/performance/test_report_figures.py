"""The figures of reports: counted exactly, compared with earlier periods, without accusations, and never a float."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.clock import Clock, beijing
from tests.given import City
from tests.orders.conftest import Orders

from yiwang.agencies.models import Agency, Region, Role
from yiwang.performance.measures import Period
from yiwang.performance.reports.canonical import canonical, digest_of
from yiwang.performance.reports.figures import figures, steps
from yiwang.performance.reports.figures.counted import median, tenths
from yiwang.performance.reports.figures.handling import ranking
from yiwang.performance.reports.figures.whole import share
from yiwang.performance.reports.periods import after, before, issue_of, last_whole, name_of, period_of, year_before
from yiwang.performance.reports.sections import prefilled, sections_of
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22), imported=True)


@pytest.mark.engine_free
@pytest.mark.parametrize(
    ("kind", "first", "last", "issue", "name"),
    [
        ("weekly", "2026-11-16", "2026-11-22", (2026, 47), "2026年第47周"),
        ("monthly", "2026-10-01", "2026-10-31", (2026, 10), "2026年10月"),
        ("quarterly", "2026-07-01", "2026-09-30", (2026, 3), "2026年第3季度"),
        ("yearly", "2025-01-01", "2025-12-31", (2025, 1), "2025年"),
    ],
)
def test_the_last_whole_period_ended_before_the_day(
    kind: str, first: str, last: str, issue: tuple[int, int], name: str
) -> None:
    """Given Monday 23 November 2026, when the last whole period is asked for, then it is the one that ended before that day."""
    period = last_whole(kind, date(2026, 11, 23))
    assert (period.first_day.isoformat(), period.last_day.isoformat()) == (first, last)
    assert issue_of(kind, period) == issue
    assert name_of(kind, period) == name


@pytest.mark.engine_free
def test_a_day_within_a_period_gives_the_one_before() -> None:
    """Given the last day of a week, of a month and of a year, then it is not over yet, and the one before it is given."""
    assert last_whole("weekly", date(2026, 11, 22)).last_day == date(2026, 11, 15)
    assert last_whole("monthly", date(2026, 2, 28)).last_day == date(2026, 1, 31)
    assert last_whole("yearly", date(2026, 12, 31)).last_day == date(2025, 12, 31)


@pytest.mark.engine_free
def test_weeks_are_compared_with_the_same_weekdays_of_the_year_before() -> None:
    """Given a week, a month, a leap February, then what they are compared with is of the same kind and whole."""
    assert year_before("weekly", WEEK).first_day == date(2025, 11, 17)
    assert before("weekly", WEEK).first_day == date(2026, 11, 9)
    assert after("weekly", WEEK).first_day == date(2026, 11, 23)
    assert year_before("monthly", period_of("monthly", date(2028, 2, 29))).last_day == date(2027, 2, 28)
    assert before("yearly", period_of("yearly", date(2026, 5, 1))) == year_before(
        "yearly", period_of("yearly", date(2026, 5, 1))
    )


@pytest.mark.engine_free
def test_no_float_is_written_down() -> None:
    """Given figures with a float somewhere, when they are written, then that is refused; without, keys are sorted."""
    with pytest.raises(TypeError):
        canonical({"a": [{"b": 0.5}]})
    assert canonical({"b": "0.5", "a": 1}) == '{"a":1,"b":"0.5"}'
    assert digest_of("{}") == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.engine_free
def test_shares_and_medians_are_exact() -> None:
    """Given counts, then shares have one decimal, rounded half up, and medians a half where two lie in the middle."""
    assert [tenths(1, 3), tenths(2, 3), tenths(1, 2000), tenths(1, 2001), tenths(7, 7), tenths(0, 0)] == [
        "33.3", "66.7", "0.1", "0.0", "100.0", None,
    ]  # fmt: skip
    assert [median({8: 1}), median({1: 1, 2: 1}), median({1: 2, 30: 1}), median({})] == ["8", "1.5", "1", None]


@pytest.mark.engine_free
def test_three_of_three_stand_below_960_of_1000() -> None:
    """Given 3 of 3 and 960 of 1,000, then the interval of the few reaches far lower (Wilson, worked by hand)."""
    assert share(3, 3) == {"done": 3, "n": 3, "rate": "100.0", "low": "43.9", "high": "100.0"}
    assert share(960, 1000) == {"done": 960, "n": 1000, "rate": "96.0", "low": "94.6", "high": "97.0"}


def _row(code: str, done: int, n: int) -> dict[str, Any]:
    return {
        "code": code, "zh": code, "en": code, "in_time": share(done, n), "accepted": share(0, 0), "median_days": None,
        "late": 0, "answered": n,
    }  # fmt: skip


@pytest.mark.engine_free
def test_the_ranking_says_ties_and_leaves_out_the_few() -> None:
    """Given agencies with 960/1000, twice 10/10, 30/40 and 9/9, at least ten asked, then places are 1, 2, 2, 4, and one has none."""

    class Trees:
        agencies = {number: Agency(code=code, level="city") for number, code in enumerate("abcde")}

    rows = [_row("a", 30, 40), _row("b", 10, 10), _row("c", 960, 1000), _row("d", 10, 10), _row("e", 9, 9)]
    groups = ranking(rows, Trees(), 10)  # type: ignore[arg-type]
    assert [group["level"] for group in groups] == ["city"]
    assert [(row["place"], row["tied"], row["code"], row["in_time"]["low"]) for row in groups[0]["rows"]] == [
        (1, False, "c", "94.6"), (2, True, "b", "72.2"), (2, True, "d", "72.2"), (4, False, "a", "59.8"),
    ]  # fmt: skip
    assert groups[0]["few"] == [{"code": "e", "zh": "e", "en": "e", "n": 9}]


@pytest.fixture
def weeks(city: City) -> City:
    """Two weeks in a small city, told in the test below."""
    light = Category.objects.create(code="01", name="路灯")
    lamp = Category.objects.create(code="0101", name="灯不亮", parent=light)
    county = Region.objects.get(code="county")
    clock = Clock(beijing(2026, 11, 10, 9))
    with clock.wound():
        first = city.file()
        first = actions.Register().run(city.clerk, first.pk)
        first = actions.Refer(lead=city.housing).run(city.officer, first.pk)
        clock.set(2026, 11, 11, 9)
        first = actions.Accept().run(city.handler(city.housing), first.pk)
        clock.set(2026, 11, 16, 9)
        city.file(
            channel="visit",
            actor=city.clerk,
            persons=3,
            read_back=True,
            purpose="suggestion",
            category=lamp,
            region=county,
        )
        clock.set(2026, 11, 17, 9)
        letter = city.file(channel="letter", actor=city.clerk, category=light)
        letter = actions.Register().run(city.clerk, letter.pk)
        letter = actions.Refer(lead=city.parks).run(city.officer, letter.pk)
        clock.set(2026, 11, 18, 9)
        city.file(purpose="accusation")
        handler = city.handler(city.housing)
        first = actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(handler, first.pk)
        first = actions.Approve().run(city.approver(city.housing), first.pk)
        clock.set(2026, 11, 19, 9)
        citizen = Actor.citizen(first.pk)
        first = actions.Deliver(how="lookup").run(citizen, first.pk)
        actions.Rate(office="basically", agency="satisfied").run(citizen, first.pk)
        clock.set(2026, 11, 23, 6)
    return city


def test_a_week_is_counted_exactly(weeks: City) -> None:
    """Given one matter of the week before answered and rated now, a visit of three, a letter, and an accusation.

    When the week is counted, then each figure is as worked by hand, and the accusation is in one total alone.
    """
    found = figures("weekly", WEEK)
    came, handled, told = found["received"], found["handling"], found["satisfaction"]

    assert came["total"] == {"now": 2, "before": 1, "year_before": 0}
    assert came["accusations"] == 1
    assert came["visits"] == {
        "batches": {"now": 1, "before": 0, "year_before": 0}, "persons": {"now": 3, "before": 0, "year_before": 0},
    }  # fmt: skip
    assert _spans(came["by_channel"]) == [("letter", 1, 0, 0), ("visit", 1, 0, 0), ("portal", 0, 1, 0)]
    assert _spans(came["by_purpose"]) == [("appeal", 1, 1, 0), ("suggestion", 1, 0, 0)]
    assert _spans(came["by_category"]) == [("01", 2, 0, 0), ("", 0, 1, 0)]
    assert _spans(came["by_region"]) == [("", 1, 1, 0), ("county", 1, 0, 0)]
    assert _spans(came["by_agency"]) == [("", 1, 0, 0), ("parks", 1, 0, 0), ("housing", 0, 1, 0)]
    assert came["topics"] == []
    assert handled["answered"] == {"now": 1, "before": 0, "year_before": 0}
    assert handled["median_days"] == {"now": "8", "before": None, "year_before": None}
    assert handled["late"] == {"now": 0, "before": 0, "year_before": 0}
    assert told["agencies"]["now"] == {"done": 1, "n": 1, "rate": "100.0", "low": "20.7", "high": "100.0"}
    assert told["office"]["now"]["n"] == 1
    assert [(row["code"], row["n"]) for row in told["by_agency"]] == [("housing", 1)]
    assert canonical(found) == canonical(figures("weekly", WEEK))


def _spans(rows: list[dict[str, Any]]) -> list[tuple[str, int, int, int]]:
    return [(row["code"], row["now"], row["before"], row["year_before"]) for row in rows]


@pytest.mark.parametrize("kind", ["weekly", "yearly"])
def test_an_accusation_moves_one_number_and_no_other(weeks: City, kind: str) -> None:
    """Given figures, when accusations are filed, accepted by discipline inspection, late and answered, then only their total differs."""
    period = period_of(kind, date(2026, 11, 18))
    before_it = figures(kind, period)
    city = weeks
    clock = Clock(beijing(2026, 11, 17, 9))
    with clock.wound():
        opened = {
            role: city.actor(city.office, role, compartment=True) for role in (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)
        }
        handler = city.actor(city.discipline, Role.AGENCY_HANDLER, compartment=True)
        approver = city.actor(city.discipline, Role.APPROVER, compartment=True)
        for answered in (False, True):
            accusation = city.file(purpose="accusation", accused=city.housing)
            accusation = actions.Register().run(opened[Role.INTAKE_CLERK], accusation.pk)
            accusation = actions.Refer(lead=city.discipline).run(opened[Role.OFFICE_HANDLER], accusation.pk)
            if answered:
                accusation = actions.Accept().run(handler, accusation.pk)
                accusation = actions.DraftAnswer(text="经核查，反映的问题属实，已处理。", outcome="support").run(
                    handler, accusation.pk
                )
                accusation = actions.Approve().run(approver, accusation.pk)
                actions.Rate(office="satisfied", agency="satisfied").run(Actor.citizen(accusation.pk), accusation.pk)
    after_it = figures(kind, period)
    assert after_it["received"].pop("accusations") == before_it["received"].pop("accusations") + 2
    assert canonical(after_it) == canonical(before_it)


def test_limits_count_in_the_period_in_which_they_end(weeks: City) -> None:
    """Given the same weeks, when the quarter is counted, then one notice was given in time and one was not, and two are late."""
    found = figures("quarterly", Period(date(2026, 10, 1), date(2026, 12, 31), imported=True))
    handled = found["handling"]
    assert handled["accepted"]["now"]["done"] == 1
    assert handled["accepted"]["now"]["n"] == 2
    assert handled["in_time"]["now"]["n"] == 0
    assert handled["late"]["now"] == 2
    assert {row["code"]: row["late"] for row in handled["by_agency"]} == {
        "housing": 0,
        "parks": 1,
        weeks.office.code: 1,
    }


@pytest.mark.parametrize("kind", ["weekly", "monthly", "quarterly", "yearly"])
def test_the_statements_are_constant_and_the_progress_is_told(weeks: City, kind: str) -> None:
    """Given any kind, when it is counted over few petitions or some more, then the statements are the same, and ticks as promised."""
    ticks: list[int] = []
    period = period_of(kind, date(2026, 11, 18))
    with CaptureQueriesContext(connection) as few:
        figures(kind, period, tick=lambda: ticks.append(1))
    with Clock(beijing(2026, 11, 19, 9)).wound():
        for _number in range(3):
            weeks.bring_to("registered")
    with CaptureQueriesContext(connection) as more:
        figures(kind, period)
    assert len(few) == len(more)
    assert len(ticks) == steps(kind)


def test_five_alike_in_one_place_are_a_topic(city: City) -> None:
    """Given five matters of one category in one county and four in another, then the five are a topic and the four are none."""
    light = Category.objects.create(code="01", name="路灯")
    road = Category.objects.create(code="02", name="道路")
    county = Region.objects.get(code="county")
    with Clock(beijing(2026, 11, 18, 9)).wound():
        for category, number in ((light, 5), (road, 4)):
            for _each in range(number):
                city.file(category=category, region=county)
    topics = figures("weekly", WEEK)["received"]["topics"]
    assert [(row["category"]["zh"], row["region"]["zh"], row["now"]) for row in topics] == [("路灯", "东河县", 5)]


def test_an_agency_is_named_in_both_languages(city: City) -> None:
    """Given an agency with an English name, then the figures keep both, so that a report of either language has the same."""
    city.housing.name_en = "Housing Bureau"
    city.housing.save()
    with Clock(beijing(2026, 11, 18, 9)).wound():
        city.bring_to("referred")
    row = figures("weekly", WEEK)["received"]["by_agency"][0]
    assert (row["code"], row["zh"], row["en"], row["now"]) == ("housing", "住建局", "Housing Bureau", 1)


@pytest.mark.article("41.1")
def test_the_yearly_report_has_what_article_41_names(weeks: City) -> None:
    """Given the same weeks, an order, and advice adopted in part, then the year has all that the article names."""
    orders = Orders(weeks)
    with Clock(beijing(2026, 11, 20, 9)).wound():
        orders.bring_to("issued")
        orders.bring_to("answered", "improve_work")
        found = figures("yearly", period_of("yearly", date(2026, 11, 20)))

    assert found["received"]["total"] == {"now": 3, "before": 0, "year_before": 0}
    assert [(row["code"], row["now"]) for row in found["received"]["by_category"]] == [("01", 2), ("", 1)]
    assert {row["code"]: row["now"] for row in found["received"]["by_agency"]} == {"": 1, "parks": 1, "housing": 1}
    assert {code: row["now"] for code, row in found["referrals"].items()} == {"transfer": 2, "assign": 0, "direct": 0}
    told = found["supervision"]["total"]
    assert (told["orders"], told["answered"]) == (1, 0)
    assert (told["advice"], told["advice_answered"], told["adopted_partly"], told["not_adopted"]) == (1, 1, 1, 0)
    assert [(row["code"], row["orders"], row["advice"]) for row in found["supervision"]["by_agency"]] == [
        ("housing", 1, 1)
    ]
    assert [section.code for section in sections_of(found)] == [
        "overview", "channels", "matters", "complained", "referrals", "supervision", "advice", "handling", "verdicts", "reviews",
        "topics",
    ]  # fmt: skip
    words = prefilled(found)
    assert words["supervision"].startswith("发出督办1件，已反馈0件")
    assert words["advice"].startswith(
        "提出改进工作、完善政策、追究责任的建议1件，已书面反馈1件：全部采纳0件，部分采纳1件"
    )
