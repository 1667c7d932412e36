"""The figures of 运行监控, from petitions made by hand on either side of the office's midnight."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category, Deadline, Petition

if TYPE_CHECKING:
    from tests.given import City

# Noon of 23 November 2026 in Shanghai; the office's day began at 16:00 UTC on the 22nd.
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def _received(petition: Petition, at: datetime) -> None:
    from yiwang.workdays.counting import office_date

    Petition.objects.filter(pk=petition.pk).update(received_at=at, received_on=office_date(at))


def _answered(petition: Petition, on: date, days: int) -> None:
    Petition.objects.filter(pk=petition.pk).update(answered_on=on, days_to_answer=days)


def _due(petition: Petition, at: datetime) -> None:
    Petition.objects.filter(pk=petition.pk).update(next_due_at=at, next_due_rule="refer")


def _all_long_ago() -> None:
    long_ago = NOW - timedelta(days=200)
    Petition.objects.update(received_at=long_ago, received_on=long_ago.date())


def test_received_today_begins_at_the_offices_midnight(city: "City") -> None:
    from yiwang.insight.monitoring import overview

    # given one received the second before midnight in Shanghai, one at midnight and one just now
    before, at, now = city.file("甲"), city.file("乙"), city.file("丙")
    _received(before, MIDNIGHT - timedelta(seconds=1))
    _received(at, MIDNIGHT)
    _received(now, NOW)
    # when the figures are read
    found = overview(city.officer, at=NOW)
    # then today has two, and the day before one
    assert found.received_today == 2
    assert [(day.day, day.received) for day in found.trend[-2:]] == [(date(2026, 11, 22), 1), (TODAY, 2)]
    assert len(found.trend) == 30
    assert found.trend[0].day == date(2026, 10, 25)


def test_late_due_today_and_in_time_part_at_midnight(city: "City") -> None:
    from yiwang.insight.monitoring import overview

    # given limits that ended with yesterday, end with today and end with tomorrow
    late, today, tomorrow = (city.file(name) for name in "甲乙丙")
    _due(late, MIDNIGHT)
    _due(today, MIDNIGHT + timedelta(days=1))
    _due(tomorrow, MIDNIGHT + timedelta(days=2))
    # when
    found = overview(city.officer, at=NOW)
    # then
    assert (found.waiting, found.due_today, found.late) == (3, 1, 1)
    assert [petition.pk for petition in found.burning] == [late.pk, today.pk, tomorrow.pk]
    # and one second before midnight today's is still due today, at midnight it is late
    last_second = MIDNIGHT + timedelta(days=1) - timedelta(seconds=1)
    assert overview(city.officer, at=last_second).due_today == 1
    assert overview(city.officer, at=MIDNIGHT + timedelta(days=1)).late == 2


def test_what_waits_is_told_by_its_lead_agency(city: "City") -> None:
    from yiwang.insight.monitoring import AgencyLoad, overview

    # given
    with_housing, late = city.bring_to("referred"), city.bring_to("accepted")
    with_parks, unreferred = city.bring_to("referred", city.parks), city.file()
    for over in ("answered", "closed", "withdrawn", "not_taken"):
        city.bring_to(over)
    for petition in (with_housing, with_parks, unreferred):
        _due(petition, NOW + timedelta(days=10))
    _due(late, NOW - timedelta(days=1))
    # when
    found = overview(city.officer, at=NOW)
    # then the agency with something late stands on top, and nothing that is over is counted
    assert found.waiting == 4
    assert found.agencies[0] == AgencyLoad(city.housing, 2, 0, 1)
    assert {(load.agency, load.waiting) for load in found.agencies[1:]} == {(city.parks, 1), (None, 1)}


def test_median_and_answers_count_their_windows_to_the_day(city: "City") -> None:
    from yiwang.insight.monitoring import overview

    # given answers on the first and last days of both windows and on the days before them
    petitions = [city.file(f"第{number}件") for number in range(5)]
    _answered(petitions[0], TODAY, 3)
    _answered(petitions[1], TODAY - timedelta(days=6), 8)
    _answered(petitions[2], TODAY - timedelta(days=7), 21)
    _answered(petitions[3], TODAY - timedelta(days=89), 40)
    _answered(petitions[4], TODAY - timedelta(days=90), 900)
    # when
    found = overview(city.officer, at=NOW)
    # then
    assert found.answered_week == 2
    assert found.answered_window == 4
    assert found.median_days == 14.5
    assert [day.answered for day in found.trend if day.answered] == [1, 1, 1]


def test_without_answers_there_is_no_median(city: "City") -> None:
    from yiwang.insight.monitoring import overview

    assert overview(city.officer, at=NOW).median_days is None


def test_channels_and_categories_of_the_last_90_days(city: "City") -> None:
    from yiwang.insight.monitoring import overview

    # given a tree of three levels
    top = Category.objects.create(code="housing", name="住房")
    middle = Category.objects.create(code="repair", name="维修", parent=top)
    leaf = Category.objects.create(code="lamp", name="照明", parent=middle)
    other = Category.objects.create(code="road", name="道路")
    old = city.file(category=leaf)
    for petition in (
        city.file(category=leaf), city.file(category=middle, channel=Petition.Channel.LETTER), city.file(category=other), city.file(),
    ):  # fmt: skip
        _received(petition, NOW)
    _received(old, NOW - timedelta(days=90))
    # when
    found = overview(city.officer, at=NOW)
    # then the branches are summed up at their top
    assert {(row.category, row.received) for row in found.categories} == {(top, 2), (other, 1), (None, 1)}
    assert {(row.channel, row.received) for row in found.channels} == {("portal", 3), ("letter", 1)}
    # and at the second level what lies at the first stays there
    second = overview(city.officer, at=NOW, level=2)
    assert {(row.category, row.received) for row in second.categories} == {(middle, 2), (other, 1), (None, 1)}


def test_late_ones_burn_first_and_merged_ones_not_at_all(city: "City") -> None:
    from yiwang.insight.monitoring import overview
    from yiwang.petitions import actions

    # given one urgent with much time, two due today of which one is urgent, one late and one that is later still, followed
    urgent, due, due_urgent, late = city.file("急"), city.file("今天"), city.file("今天又急"), city.file("迟")
    latest, follower = city.bring_to("registered"), city.file()
    for petition in (urgent, due_urgent):
        actions.MarkUrgent(reason="停水").run(city.officer, petition.pk)
    actions.Merge(into=latest.pk).run(city.officer, follower.pk)
    _due(urgent, NOW + timedelta(days=43))
    for petition in (due, due_urgent):
        _due(petition, MIDNIGHT + timedelta(days=1))
    _due(late, NOW - timedelta(days=1))
    for petition in (latest, follower):
        _due(petition, NOW - timedelta(days=3))
    # when
    found = overview(city.officer, at=NOW)
    # then what ended first burns most, urgent only parts the two of the same day, and the follower's work is at its lead
    assert [petition.pk for petition in found.burning] == [latest.pk, late.pk, due_urgent.pk, due.pk, urgent.pk]
    assert (found.waiting, found.late) == (6, 3)


def test_imported_history_is_never_late(city: "City") -> None:
    from yiwang.insight.monitoring import overview

    # given a petition from years ago that nobody has answered
    city.file(actor=Actor.system(), received_at=None)
    from yiwang.petitions.actions import File

    File(
        channel=Petition.Channel.HISTORY, office=city.office, subject="旧事", text="很久以前的来信。",
        received_at=datetime(2019, 5, 1, tzinfo=UTC), source="board", source_number="1",
    ).run(Actor.system(), historical=True)  # fmt: skip
    _due(Petition.objects.get(source=""), NOW + timedelta(days=10))
    # when
    found = overview(city.officer, at=NOW)
    # then it waits, but warns of nothing
    assert (found.waiting, found.late, found.due_today) == (2, 0, 0)
    assert found.burning == []
    assert not Deadline.objects.filter(petition__historical=True, met_at=None, cancelled_at=None).exists()


def test_everybody_counts_what_they_may_see(city: "City") -> None:
    from yiwang.insight.monitoring import overview

    # given one of the city's, one of the county's, and an accusation
    city.bring_to("referred")
    city.file(office=city.county_office)
    city.file(purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    _all_long_ago()
    # then
    waiting = {
        "office": overview(city.officer, at=NOW).waiting,
        "compartment": overview(city.actor(city.office, "leader", compartment=True), at=NOW).waiting,
        "county": overview(city.actor(city.county_office, "leader"), at=NOW).waiting,
        "housing": overview(city.approver(city.housing), at=NOW).waiting,
        "accused": overview(city.actor(city.housing, "approver", compartment=True), at=NOW).waiting,
        "parks": overview(city.approver(city.parks), at=NOW).waiting,
    }
    assert waiting == {"office": 2, "compartment": 3, "county": 1, "housing": 1, "accused": 1, "parks": 0}


def test_seven_statements_whatever_there_is(city: "City", django_assert_num_queries: "object") -> None:
    from yiwang.insight.monitoring import overview

    officer = city.officer
    for _number in range(3):
        city.bring_to("referred")
    with django_assert_num_queries(7):  # type: ignore[operator]
        overview(officer, at=NOW)


def test_what_burns_is_found_among_what_waits(city: "City") -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from yiwang.insight.monitoring import overview

    # given a city in which most is over
    officer = city.officer
    for _number in range(5):
        city.bring_to("closed")
    city.bring_to("referred")
    # when the engine plans the last of the seven statements
    with CaptureQueriesContext(connection) as seen:
        overview(officer, at=NOW)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{seen[-1]['sql']}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    # then it reads the index of what waits, and not the many that are over
    assert "petitions_petition_merged_into_id" not in plan
    if connection.vendor == "sqlite":  # PostgreSQL chooses by size, and of six rows any index is as good as another
        assert "monitoring_open" in plan


@pytest.mark.engine_free
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 400), min_size=1, max_size=40))
def test_median_is_that_of_the_whole_list(days: list[int]) -> None:
    from statistics import median as plain

    from yiwang.insight.monitoring import median

    assert median(Counter(days)) == plain(days)
