"""Each measure with figures worked by hand: by which day, which agency, what is left out."""

from datetime import date

import pytest
from tests.clock import Clock
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.performance.measures import DAYS_TO_ANSWER, MEASURES, RATIOS, Period, Snapshot, branches_of, median
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
SPRING = Period(date(2026, 3, 1), date(2026, 5, 31))


def counted(code: str, period: Period) -> dict[int | None, int]:
    return MEASURES[code].by_agency(period)


def test_received_by_the_offices_day_and_channel(city: City, clock: Clock) -> None:
    """Given receipts on both sides of a month's midnight, then each counts in its month, the hotline apart."""
    clock.set(2026, 3, 31, 23, 59)
    city.file(channel="letter", actor=city.clerk)
    city.file(channel="hotline", actor=city.clerk, read_back=True)
    clock.set(2026, 4, 1, 0, 1)
    city.file(office=city.county_office)
    office, county = city.office.pk, city.county_office.pk
    assert counted("received", MARCH) == {office: 1}
    assert counted("received_letters", MARCH) == {office: 1}
    assert counted("received_hotline", MARCH) == {office: 1}
    assert counted("received_all", MARCH) == {office: 2}
    assert counted("received", APRIL) == {county: 1}
    assert counted("received_net", APRIL) == {county: 1}
    assert counted("received_visits", SPRING) == {}


def test_accusations_are_one_total_and_nowhere_else(city: City, clock: Clock) -> None:
    """Given an accusation that was referred and one ordinary matter, then only the total for the whole office tells of it."""
    boss = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    accusation = city.file(purpose="accusation", accused=city.parks)
    actions.Register().run(boss, accusation.pk)
    actions.Refer(lead=city.discipline).run(boss, accusation.pk)
    city.bring_to("referred")
    taken = Snapshot.take(MARCH)
    assert taken.counts["accusations"] == {None: 1}
    assert taken.counts["received_all"] == {city.office.pk: 1}
    assert taken.counts["referred"] == {city.housing.pk: 1}
    assert all(city.discipline.pk not in found and city.parks.pk not in found for found in taken.counts.values())
    with pytest.raises(ValueError, match="whole office"):
        MEASURES["accusations"].petitions(MARCH, [city.parks.pk])


def test_imported_history_counts_only_when_asked_for(city: City, clock: Clock) -> None:
    """Given one imported petition, then it counts where the period says so."""
    past = actions.File(channel="history", office=city.office, subject="旧件", text="旧件内容", received_at=clock.at)
    past.run(Actor.system(), historical=True)
    assert counted("received_all", MARCH) == {}
    assert counted("received_all", Period(MARCH.first_day, MARCH.last_day, imported=True)) == {city.office.pk: 1}


def test_in_time_to_the_last_day(city: City, clock: Clock) -> None:
    """Given a notice told on its last day and one a day late, then both were due in their month and one was in time."""
    first, second = city.bring_to("referred"), city.bring_to("referred")
    clock.set(2026, 3, 17, 23, 50)  # referred on 2 March: until 17 March
    actions.Accept().run(city.handler(city.housing), first.pk)
    clock.set(2026, 3, 18, 0, 1)
    actions.Accept().run(city.handler(city.housing), second.pk)
    housing = city.housing.pk
    assert counted("notice_due", MARCH) == {housing: 2}
    assert counted("notice_in_time", MARCH) == {housing: 1}
    assert counted("accepted", MARCH) == {housing: 2}
    assert counted("refer_due", MARCH) == counted("refer_in_time", MARCH) == {city.office.pk: 2}


def test_answered_counts_by_the_day_it_was_due(city: City, clock: Clock) -> None:
    """Given three accepted on 2 March, due on 1 May: answered in April, answered in May too late, and never.

    Then nothing was due in April, three in May, one in time; a fourth that was withdrawn in time is not counted.
    """
    first, second, third, fourth = (city.bring_to("accepted") for _ in range(4))
    handler, approver = city.handler(city.housing), city.approver(city.housing)

    def answer(petition: Petition) -> None:
        actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(handler, petition.pk)
        actions.Approve().run(approver, petition.pk)

    clock.set(2026, 4, 11, 9, 0)
    answer(first)
    actions.Withdraw().run(Actor.citizen(fourth.pk), fourth.pk)
    clock.set(2026, 5, 4, 9, 0)
    answer(second)
    housing, may = city.housing.pk, Period(date(2026, 5, 1), date(2026, 5, 31))
    assert counted("handling_due", APRIL) == {}
    assert counted("handling_due", may) == {housing: 3}
    assert counted("handling_in_time", may) == {housing: 1}
    assert counted("handling_late", may) == {housing: 2}
    assert counted("answered", APRIL) == counted("answered", may) == {housing: 1}
    # 2 March to 11 April are 40 days, to 4 May 63: the middle of both
    assert DAYS_TO_ANSWER.by_agency(SPRING) == {housing: 51.5}
    assert DAYS_TO_ANSWER.total(SPRING) == 51.5
    # at the end of April two waited; at the end of May one, late since 1 May
    assert counted("open", APRIL) == {housing: 2}
    assert counted("open", may) == counted("late", may) == {housing: 1}
    assert counted("late", APRIL) == {}
    assert list(MEASURES["late"].petitions(may)) == [Petition.objects.get(pk=third.pk)]


def test_each_agency_keeps_what_it_did(city: City, clock: Clock) -> None:
    """Given a matter answered by the housing agency, reopened, and answered by the parks, then each has its own answer."""
    petition = city.bring_to("closed")
    clock.go(days=40)
    city.again(petition, city.parks)
    housing, parks = city.housing.pk, city.parks.pk
    assert counted("answered", MARCH) == {housing: 1}
    assert counted("answered", APRIL) == {parks: 1}
    assert counted("answered", SPRING) == {housing: 1, parks: 1}
    assert MEASURES["answered"].total(SPRING) == 1
    assert counted("reopened", APRIL) == {housing: 1}
    assert counted("closed", SPRING) == {housing: 1}
    assert DAYS_TO_ANSWER.by_agency(SPRING) == {housing: 0}
    assert counted("open", MARCH) == {}


def test_a_branch_counts_each_petition_once(city: City, clock: Clock) -> None:
    """Given one matter answered by two agencies of a county, then the county has one, and its agencies one each."""
    petition = city.bring_to("answered", city.county_housing)
    city.again(petition, city.township)
    county = branches_of([city.county_office])
    assert counted("answered", MARCH) == {city.county_housing.pk: 1, city.township.pk: 1}
    assert MEASURES["answered"].by_branch(MARCH, county) == {city.county_office.pk: 1}
    with pytest.raises(ValueError, match="another branch"):
        branches_of([city.county_office, city.township])


def test_objections_belong_to_whoever_objected(city: City, clock: Clock) -> None:
    """Given an objection that was upheld and the matter answered by another agency, then it stays the first one's."""
    petition = city.bring_to("objected")
    actions.UpholdObjection(reason="属园林局").run(city.officer, petition.pk)
    actions.Refer(lead=city.parks).run(city.officer, petition.pk)
    assert counted("objections", MARCH) == counted("objections_upheld", MARCH) == {city.housing.pk: 1}
    assert counted("referred", MARCH) == {city.housing.pk: 1, city.parks.pk: 1}
    assert counted("open", MARCH) == {city.parks.pk: 1}


def test_sent_back_extended_and_reviewed(city: City, clock: Clock) -> None:
    """Given a draft sent back twice, an extension, and a review that changed an answer, then each counts once for its agency."""
    drafted = city.bring_to("drafted")
    handler, approver = city.handler(city.housing), city.approver(city.housing)
    actions.SendBack(reason="没有写依据").run(approver, drafted.pk)
    actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(handler, drafted.pk)
    actions.SendBack(reason="还是没有写依据").run(approver, drafted.pk)
    actions.Extend(days=20, reason="案情复杂").run(approver, drafted.pk)
    reviewed = city.bring_review_to("asked", city.parks)
    city._lead_review(reviewed, "decided", "changed")
    parks = city.parks.pk
    assert counted("sent_back", MARCH) == counted("extended", MARCH) == {city.housing.pk: 1}
    assert counted("reviews_asked", MARCH) == counted("reviews_changed", MARCH) == {parks: 1}
    assert counted("review_due", APRIL) == counted("review_in_time", APRIL) == {city.office.pk: 1}


def test_ratings_and_silence_stand_apart(city: City, clock: Clock) -> None:
    """Given three answers, one rated well, one badly, one not at all, then the silent one is neither."""
    good, bad, _silent = (city.bring_to("answered") for _ in range(3))
    actions.Rate(office="satisfied", agency="basically").run(Actor.citizen(good.pk), good.pk)
    actions.Rate(office="basically", agency="dissatisfied").run(Actor.citizen(bad.pk), bad.pk)
    housing, office = city.housing.pk, city.office.pk
    assert counted("rated", MARCH) == {housing: 2}
    assert counted("rated_satisfied", MARCH) == counted("rated_dissatisfied", MARCH) == {housing: 1}
    assert counted("unrated", MARCH) == {housing: 1}
    assert counted("office_rated", MARCH) == counted("office_satisfied", MARCH) == {office: 2}


def test_repeated_and_urgent(city: City, clock: Clock) -> None:
    """Given a repeated and an urgent petition, then each is counted at receipt, the repeated one also where it was sent."""
    first = city.bring_to("closed")
    again = city.file(urgent=True)
    actions.Register(repeats=first).run(city.clerk, again.pk)
    actions.Refer(lead=city.parks).run(city.officer, again.pk)
    assert counted("repeated", MARCH) == counted("urgent", MARCH) == {city.office.pk: 1}
    assert counted("referred_repeated", MARCH) == {city.parks.pk: 1}


def test_many_measures_cost_one_statement_a_table(city: City, django_assert_num_queries: object) -> None:
    """Given all measures, when they are counted at once, then twelve statements do, and one does for a single measure."""
    city.bring_to("answered")
    with django_assert_num_queries(12):  # type: ignore[operator]
        Snapshot.take(SPRING)
    with django_assert_num_queries(1):  # type: ignore[operator]
        MEASURES["handling_in_time"].by_agency(SPRING)
    with django_assert_num_queries(1):  # type: ignore[operator]
        DAYS_TO_ANSWER.by_agency(SPRING)


def test_every_measure_says_what_it_counts() -> None:
    """Given the table, then each row has one Chinese sentence and each share two measures of the table."""
    for measure in MEASURES.values():
        sentence = str(measure.definition)
        assert sentence.count("。") == 1, measure.code
        assert sentence.endswith("。"), measure.code
        assert measure.whole_only or "不含" in sentence, measure.code
    for ratio in RATIOS.values():
        assert MEASURES[ratio.numerator.code] is ratio.numerator
        assert str(ratio.numerator.definition) in ratio.definition


def test_periods() -> None:
    """Given periods, then what comes before them, and what of them is over, is counted by days."""
    assert Period.year(2024).before == Period.year(2023)
    assert Period(date(2026, 2, 1), date(2026, 2, 28)).before == Period(date(2026, 1, 4), date(2026, 1, 31))
    assert Period(date(2024, 2, 29), date(2024, 3, 1)).year_before == Period(date(2023, 2, 28), date(2023, 3, 1))
    assert Period.year(2026).until(date(2026, 3, 2)) == Period(date(2026, 1, 1), date(2026, 3, 1))
    with pytest.raises(ValueError, match="before it begins"):
        Period.year(2026).until(date(2026, 1, 1))


def test_median_of_even_and_odd() -> None:
    """Given how often each value comes, then the median is the middle one, or between the middle two."""
    assert median({1: 1, 5: 1, 9: 1}) == 5
    assert median({1: 1, 4: 1}) == 2.5
    assert median({3: 4}) == 3
    with pytest.raises(ValueError, match="no values"):
        median({})
