"""Sorted anew and so out of the limit or the house, by the same unit again and again."""

from datetime import UTC, datetime

import pytest

from yiwang.petitions import actions
from yiwang.petitions.models import Entry, Petition
from yiwang.supervision.detectors.reclassified import reclassified
from yiwang.supervision.models import Observation, Threshold


def look(*petitions):
    return list(reclassified([petition.pk for petition in petitions], datetime.now(UTC)))


@pytest.fixture
def once(city):
    """One such petition is often enough."""
    Threshold.objects.create(
        code="reclassified_times", number=1, changed_by=city.who(city.office, "supervisor"),
        changed_at=datetime.now(UTC),
    )  # fmt: skip


def sorted_and_not_taken(city):
    petition = city.bring_to("registered")
    actions.Correct(purpose=Petition.Purpose.SUGGESTION).run(city.clerk, petition.pk)
    return actions.NotTake(reason="不属受理范围。", where="向物业公司提出").run(city.officer, petition.pk)


def out_of_the_limit(city, agency):
    petition = city.bring_to("accepted", agency)
    return actions.ChooseRoute(basis="《城市照明管理规定》第五条").run(city.handler(agency), petition.pk)


def test_sorted_anew_and_then_not_taken_is_found(city, once):
    petition = sorted_and_not_taken(city)
    change = Entry.objects.get(petition=petition, action="correct")

    (found,) = look(petition)

    assert (found.agency_id, found.about_id, found.since) == (city.office.pk, change.pk, change.happened_at)
    assert found.detail == {"how": "sent_away"}


def test_another_route_that_ends_the_60_days_is_found_at_the_agency(city, once):
    petition = out_of_the_limit(city, city.housing)

    (found,) = look(petition)

    assert (found.agency_id, found.detail) == (city.housing.pk, {"how": "out_of_the_limit"})


def test_a_purpose_that_ends_the_60_days_is_found(city, once):
    petition = city.bring_to("accepted")
    actions.Correct(purpose=Petition.Purpose.SUGGESTION).run(city.clerk, petition.pk)

    assert [one.detail for one in look(petition)] == [{"how": "out_of_the_limit"}]


def test_not_taken_without_being_sorted_anew_is_no_finding(city, once):
    assert look(city.bring_to("not_taken")) == []


def test_sorted_anew_at_registration_is_no_finding(city, once):
    petition = city.file()
    actions.Register(purpose=Petition.Purpose.SUGGESTION).run(city.clerk, petition.pk)
    actions.NotTake(reason="不属受理范围。", where="向物业公司提出").run(city.officer, petition.pk)

    assert look(petition) == []


def test_other_corrections_are_no_finding(city, once):
    petition = city.bring_to("registered")
    actions.Correct(place="和平里").run(city.clerk, petition.pk)
    actions.NotTake(reason="不属受理范围。", where="向物业公司提出").run(city.officer, petition.pk)

    assert look(petition) == []


def test_sorted_anew_and_handled_all_the_same_is_no_finding(city, once):
    petition = city.bring_to("registered")
    actions.Correct(purpose=Petition.Purpose.SUGGESTION).run(city.clerk, petition.pk)
    actions.Refer(lead=city.housing).run(city.officer, petition.pk)

    assert look(petition) == []


def test_it_takes_three_of_the_same_unit(city):
    two = [out_of_the_limit(city, city.housing) for _one in range(2)]
    others = [out_of_the_limit(city, city.parks)]

    assert look(*two, *others) == []

    third = out_of_the_limit(city, city.housing)

    assert {one.petition_id for one in look(third)} == {third.pk}
    assert {one.petition_id for one in look(*two, *others, third)} == {two[0].pk, two[1].pk, third.pk}
    assert Observation.objects.count() == 4
