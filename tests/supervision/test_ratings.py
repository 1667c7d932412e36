"""Rated badly, one finding for each verdict, at the one whom it is about; and good verdicts from the office's own networks."""

from datetime import UTC, datetime

from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition, Rating
from yiwang.supervision.detectors import Found
from yiwang.supervision.detectors.ratings import rated_badly, rated_from_office


def rated(city, office, agency):
    petition = city.bring_to("answered")
    actions.Rate(office=office, agency=agency).run(Actor.citizen(petition.pk), petition.pk)
    return petition


def test_a_bad_verdict_is_found_at_the_agency_that_it_is_about(city):
    petition = rated(city, "basically", "dissatisfied")
    rating = Rating.objects.get(petition=petition, about="agency")

    found = list(rated_badly([petition.pk], datetime.now(UTC)))

    assert found == [
        Found("rated_badly", petition.pk, city.housing.pk, rating.pk, rating.at, {"about": "agency", "how": "portal"})
    ]


def test_the_office_can_be_rated_badly_too(city):
    petition = rated(city, "dissatisfied", "dissatisfied")

    found = {(one.agency_id, one.detail["about"]) for one in rated_badly([petition.pk], datetime.now(UTC))}

    assert found == {(city.office.pk, "office"), (city.housing.pk, "agency")}


def test_good_verdicts_are_no_finding(city):
    petition = rated(city, "satisfied", "basically")

    assert list(rated_badly([petition.pk], datetime.now(UTC))) == []


def test_a_verdict_on_an_earlier_answer_is_no_finding(city):
    petition = rated(city, "satisfied", "dissatisfied")
    city.again(petition)

    assert list(rated_badly([petition.pk], datetime.now(UTC))) == []


def test_silence_is_no_verdict(city):
    petition = rated(city, "dissatisfied", "dissatisfied")
    Rating.objects.filter(petition=petition).update(how="silent")

    assert list(rated_badly([petition.pk], datetime.now(UTC))) == []


def given(city, office, agency, *, from_office):
    petition = city.bring_to("answered")
    actions.Rate(office=office, agency=agency, from_office=from_office).run(Actor.citizen(petition.pk), petition.pk)
    return petition


def test_good_verdicts_out_of_the_offices_own_network_are_found_bad_ones_are_not(city):
    petition = given(city, "dissatisfied", "satisfied", from_office=True)
    rating = Rating.objects.get(petition=petition, about="agency")

    assert list(rated_from_office([petition.pk], datetime.now(UTC))) == [
        Found(
            "rated_from_office",
            petition.pk,
            city.housing.pk,
            rating.pk,
            rating.at,
            {"about": "agency", "how": "portal"},
        )
    ]


def test_good_verdicts_from_elsewhere_and_those_that_an_operator_wrote_down_are_none(city):
    elsewhere = given(city, "satisfied", "satisfied", from_office=False)
    asked = given(city, "satisfied", "satisfied", from_office=True)
    Rating.objects.filter(petition=asked).update(how="callback")

    assert list(rated_from_office([elsewhere.pk, asked.pk], datetime.now(UTC))) == []


def test_verdicts_on_accusations_are_left_out(city):
    petition = given(city, "satisfied", "satisfied", from_office=True)
    Petition.objects.filter(pk=petition.pk).update(purpose="accusation")

    assert list(rated_from_office([petition.pk], datetime.now(UTC))) == []
