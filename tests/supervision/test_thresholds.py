"""The numbers of the rules: defaults, and what a supervisor sets, with a line of the behaviour log."""

import pytest

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions.refusals import Refused
from yiwang.supervision import thresholds
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.models import Threshold
from yiwang.supervision.numbers import set_number


def test_the_defaults_hold_until_a_supervisor_sets_others(city):
    assert thresholds.current()["sent_back_times"] == 2

    changed = set_number(city.actor(city.office, Role.SUPERVISOR), "sent_back_times", 3)

    assert changed
    assert thresholds.current()["sent_back_times"] == 3
    assert thresholds.current()["copied_matters"] == 5
    line = Record.objects.filter(act="change_threshold").get()
    assert (line.actor_id, line.reason) == (city.who(city.office, Role.SUPERVISOR).pk, "sent_back_times 3")


def test_the_same_number_again_changes_nothing(city):
    supervisor = city.actor(city.office, Role.SUPERVISOR)

    assert not set_number(supervisor, "sent_back_times", 2)
    assert not Threshold.objects.exists()
    assert not Record.objects.filter(act="change_threshold").exists()


@pytest.mark.parametrize(
    ("role", "code", "number", "why"),
    [
        (Role.OFFICE_HANDLER, "sent_back_times", 3, "not_entitled"),
        (Role.SYSTEM_ADMINISTRATOR, "sent_back_times", 3, "not_entitled"),
        (Role.SUPERVISOR, "sent_back_times", 1, "out_of_bounds"),
        (Role.SUPERVISOR, "last_share", 101, "out_of_bounds"),
        (Role.SUPERVISOR, "nonsense", 3, "no_number"),
    ],
)
def test_what_is_refused_changes_nothing(city, role, code, number, why):
    with pytest.raises(Refused) as refused:
        set_number(city.actor(city.office, role), code, number)

    assert refused.value.code == why
    assert not Threshold.objects.exists()
    assert not Record.objects.filter(act="change_threshold").exists()


def test_a_supervisor_of_a_county_does_not_set_the_numbers(city):
    with pytest.raises(Refused) as refused:
        set_number(city.actor(city.county_office, Role.SUPERVISOR), "sent_back_times", 3)

    assert refused.value.code == "not_entitled"


def test_every_number_belongs_to_a_kind_and_its_default_lies_within_its_bounds():
    for number in thresholds.NUMBERS:
        assert number.kind in KINDS
        assert number.least <= number.default <= number.most
