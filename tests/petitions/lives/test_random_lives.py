"""Thousands of random steps, and after each of them what must always be true."""

import os

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.given import City
from tests.petitions.lives.choices import GIVEN
from tests.petitions.lives.machine import Lives

from yiwang.petitions.actions import ACTIONS
from yiwang.workdays.seed import seed_calendar

LONG = os.environ.get("YIWANG_LIVES") == "long"
"""YIWANG_LIVES=long walks for half an hour instead of a minute."""


def test_every_action_can_be_chosen() -> None:
    """Given the registry of actions, then the machine knows what to give to each."""
    assert set(GIVEN) == set(ACTIONS)


@pytest.mark.slow
def test_whatever_happens_the_law_holds(city: City) -> None:
    """Given a city, when anybody does anything in any order, then no deadline, entry or petition is ever lost or doubled."""
    seed_calendar()
    Lives.inhabit(city)
    Lives.steps = 0
    examples = 40 if connection.vendor == "sqlite" else 8
    walk = settings(
        max_examples=examples * (30 if LONG else 1), stateful_step_count=100, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True, report_multiple_bugs=False,
        derandomize=not LONG,  # the suite walks the same lives each time; new ones are walked with YIWANG_LIVES=long
        phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
    )  # fmt: skip
    run_state_machine_as_test(Lives, settings=walk)
    assert Lives.steps >= examples * 40
