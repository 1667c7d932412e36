"""A city that is settled once for a whole file: people in every post, and a petition in every state.

To make them takes longer than what most tests do with one of them. They lie in a transaction around all tests of a file,
and each test has its own within: what it did is gone when it ends. Not for tests that wind the clock, or that need commits.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker
from tests.given import City

from yiwang.agencies.models import Agency, Role
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition, Review

Key = tuple[str, int, bool | None]


@dataclass
class SettledCity(City):
    """A city that hands out what it has before it makes more."""

    actors: dict[tuple[int, str], Actor] = field(default_factory=dict)
    waiting: dict[Key, int] = field(default_factory=dict)
    """Petitions by state, agency, and for reviews whether it is the re-review: each is given away once."""

    def settle(self) -> None:
        """Hire for every post, and bring a petition into every state."""
        for agency in Agency.objects.all():
            for role in Role:
                self.actors[agency.pk, role] = super().actor(agency, role)
        for agency in (self.housing, self.county_housing):
            for state in Petition.State.values:
                self.waiting[state, agency.pk, None] = super().bring_to(state, agency).pk
        for state in ("", *Review.State.values):
            self.waiting[state, self.housing.pk, False] = super().bring_review_to(state).pk
        for state in ("asked", "refused", "withdrawn", "decided"):  # the body above is outside the platform
            self.waiting[state, self.housing.pk, True] = super().bring_review_to(state, again=True).pk

    def for_one_test(self) -> "SettledCity":
        """Return the city as one test finds it."""
        one = copy(self)
        one.people, one.actors, one.waiting = dict(self.people), dict(self.actors), dict(self.waiting)
        return one

    def actor(self, agency: Agency, role: str, compartment: bool = False) -> Actor:
        known = None if compartment else self.actors.get((agency.pk, role))
        return known or super().actor(agency, role, compartment)

    def bring_to(self, state: str, agency: Agency | None = None, **given: Any) -> Petition:
        found = None if given else self.waiting.pop((state, (agency or self.housing).pk, None), None)
        return Petition.objects.get(pk=found) if found else super().bring_to(state, agency, **given)

    def bring_review_to(self, state: str, agency: Agency | None = None, *, again: bool = False) -> Petition:
        found = self.waiting.pop((state, (agency or self.housing).pk, again), None)
        return Petition.objects.get(pk=found) if found else super().bring_review_to(state, agency, again=again)


@pytest.fixture(scope="module")
def settled_city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SettledCity]:
    """The city of all tests of a file."""
    with django_db_blocker.unblock(), transaction.atomic():
        city = SettledCity()
        with translation.override(settings.LANGUAGE_CODE):
            city.settle()
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def city(settled_city: SettledCity, db: None) -> City:
    """A city with a petition in every state."""
    return settled_city.for_one_test()
