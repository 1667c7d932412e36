"""Acceptance just before the limit: a pattern of an agency, counted in the last hours of the 15 days."""

from datetime import UTC, datetime, timedelta

import pytest

from yiwang.petitions.models import Deadline, Petition
from yiwang.supervision.detectors.last_minute import last_minute_acceptance
from yiwang.supervision.models import Observation, Threshold


@pytest.fixture
def few(city):
    """Four acceptances are enough for a share."""
    Threshold.objects.create(
        code="last_least", number=4, changed_by=city.who(city.office, "supervisor"), changed_at=datetime.now(UTC)
    )


def accepted(city, hours_left, agency=None):
    """Return a petition that was accepted so many hours before the end of the 15 days."""
    petition = city.bring_to("accepted", agency or city.housing)
    row = Deadline.objects.get(petition=petition, rule="notice")
    Deadline.objects.filter(pk=row.pk).update(due_at=row.met_at + timedelta(hours=hours_left))
    return petition


def look(petitions):
    return list(last_minute_acceptance([petition.pk for petition in petitions], datetime.now(UTC)))


def test_half_of_four_in_the_last_day_are_found_the_others_are_not(city, few):
    petitions = [accepted(city, hours) for hours in (24, 5, 25, 200)]

    found = look(petitions)

    assert [(one.petition_id, one.agency_id, one.detail) for one in found] == [
        (petitions[0].pk, city.housing.pk, {"minutes_left": 1440}),
        (petitions[1].pk, city.housing.pk, {"minutes_left": 300}),
    ]


def test_one_of_four_is_no_pattern(city, few):
    assert look([accepted(city, hours) for hours in (5, 25, 100, 200)]) == []


def test_too_few_acceptances_show_no_pattern(city, few):
    assert look([accepted(city, 5) for _one in range(3)]) == []


def test_what_was_accepted_late_is_neither(city, few):
    petitions = [accepted(city, hours) for hours in (5, 6, -1, -2)]

    assert look(petitions) == []
    assert Observation.objects.count() == 2


def test_each_agency_has_its_own_pattern(city, few):
    careful = [accepted(city, 200, city.parks) for _one in range(4)]
    late = [accepted(city, 5) for _one in range(4)]

    assert {one.agency_id for one in look([*careful, *late])} == {city.housing.pk}


def test_the_pattern_is_seen_by_scans_that_look_at_one_petition_each_and_counts_none_twice(city, few):
    petitions = [accepted(city, 5) for _one in range(4)]

    seen = [len(look([petition])) for petition in [*petitions, petitions[0]]]

    assert seen == [0, 0, 0, 1, 1]
    assert Observation.objects.count() == 4


def test_what_is_older_than_the_rule_looks_back_is_forgotten(city, few):
    petitions = [accepted(city, 5) for _one in range(4)]
    look(petitions[:3])
    Observation.objects.update(at=datetime.now(UTC) - timedelta(days=91))

    assert look(petitions[3:]) == []
    assert Observation.objects.count() == 1


def test_accusations_and_history_are_left_out(city, few):
    petitions = [accepted(city, 5) for _one in range(8)]
    Petition.objects.filter(pk__in=[one.pk for one in petitions[:4]]).update(historical=True)
    Petition.objects.filter(pk__in=[one.pk for one in petitions[4:]]).update(purpose="accusation")

    assert look(petitions) == []
    assert not Observation.objects.exists()
