"""Rated badly: one finding for each verdict, at the one whom it is about, on the present answer alone."""

from datetime import UTC, datetime

from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Rating
from yiwang.supervision.detectors import Found
from yiwang.supervision.detectors.ratings import rated_badly


def rated(city, office, agency):
    petition = city.bring_to("answered")
    actions.Rate(office=office, agency=agency).run(Actor.citizen(petition.pk), petition.pk)
    return petition


def test_a_bad_verdict_is_found_at_the_agency_that_it_is_about(city):
    petition = rated(city, "basically", "dissatisfied")
    rating = Rating.objects.get(petition=petition, about="agency")

    found = list(rated_badly([petition.pk], datetime.now(UTC)))

    assert found == [Found("rated_badly", petition.pk, city.housing.pk, rating.pk, rating.at, {"about": "agency"})]


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
