"""The invented city that the generator fills: one office at the top, eight county offices, 136 agencies, 120 categories.

The office at the top is the product's own; all other codes, and all user names, begin with ``bench-``. Nobody in it has a
password: the benchmark makes their sessions itself.
"""

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from django.db import transaction

from yiwang.agencies.models import Agency, Named, Post, Region, Role, Staff
from yiwang.agencies.seed import root_office
from yiwang.petitions.models import Category

PREFIX = "bench-"
COUNTIES = 8
CITY_AGENCIES = 40
COUNTY_AGENCIES = 12
AREAS = 20
CATEGORIES_OF_AN_AREA = 5
OFFICE_ROLES = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.APPROVER, Role.LEADER)
AGENCY_ROLES = (Role.AGENCY_HANDLER, Role.APPROVER)

Chosen = TypeVar("Chosen")
Node = TypeVar("Node", bound=Named)


class Weighted(Generic[Chosen]):
    """A choice among things of different weight."""

    def __init__(self, weights: Mapping[Chosen, float]) -> None:
        self.given = list(weights)
        self.sums = list(accumulate(weights.values()))

    def draw(self, dice: random.Random) -> Chosen:
        return self.given[bisect(self.sums, dice.random() * self.sums[-1])]


def zipf(given: Sequence[Chosen]) -> Weighted[Chosen]:
    """Return a choice in which the n-th of the given is taken n times as seldom as the first."""
    return Weighted({one: 1 / rank for rank, one in enumerate(given, 1)})


@dataclass(frozen=True)
class City:
    """The city as the generator draws from it."""

    offices: Weighted[Agency]
    agencies_of: dict[int, Weighted[Agency]]
    """The agencies below an office, by the office's id."""
    regions: Weighted[Region]
    categories: Weighted[Category]
    holders: dict[tuple[int, str], Staff]
    """Who holds a role in an agency, by the agency's id and the role."""

    def holder(self, agency: Agency, role: Role) -> Staff:
        return self.holders[agency.pk, role]


def build() -> None:
    """Make the city in an empty office; nothing happens when it is there."""
    if Agency.objects.filter(code__startswith=PREFIX).exists():
        return
    with transaction.atomic():
        top = root_office()
        city = top.region
        _staff(top, OFFICE_ROLES, compartment=True)
        for number in range(CITY_AGENCIES):
            _agency(f"bench-0-{number}", f"市属单位{number + 1}", top, city, Agency.Kind.AGENCY)
        for county in range(1, COUNTIES + 1):
            region = _node(Region, f"bench-county-{county}", f"基准{county}县", city, level=Region.Level.COUNTY)
            office = _agency(f"bench-{county}", f"基准{county}县信访局", top, region, Agency.Kind.OFFICE)
            for number in range(COUNTY_AGENCIES):
                _agency(f"bench-{county}-{number}", f"{county}县属单位{number + 1}", office, region, Agency.Kind.AGENCY)
        for area in range(AREAS):
            above = _node(Category, f"bench-{area}", f"领域{area + 1}", None)
            for number in range(CATEGORIES_OF_AN_AREA):
                _node(Category, f"bench-{area}-{number}", f"领域{area + 1}事项{number + 1}", above)


def load() -> City:
    """Read the city back, ready to be drawn from."""
    agencies = [root_office(), *Agency.objects.filter(code__startswith=PREFIX).order_by("position")]
    offices = [agency for agency in agencies if agency.is_office]
    below = {
        office.pk: zipf([agency for agency in agencies if agency.parent_id == office.pk and not agency.is_office])
        for office in offices
    }
    posts = Post.objects.filter(staff__username__startswith=PREFIX).select_related("staff")
    return City(
        offices=zipf(offices),
        agencies_of=below,
        regions=zipf(list(Region.objects.order_by("position"))),
        categories=zipf(list(Category.objects.filter(code__startswith=PREFIX, depth=1).order_by("position"))),
        holders={(post.agency_id, post.role): post.staff for post in posts},
    )


def _agency(code: str, name: str, parent: Agency, region: Region | None, kind: Agency.Kind) -> Agency:
    level = region.level if region else Region.Level.CITY
    agency = _node(Agency, code, name, parent, region=region, kind=kind, level=level)
    _staff(agency, OFFICE_ROLES if agency.is_office else AGENCY_ROLES, compartment=False)
    return agency


def _staff(agency: Agency, roles: tuple[Role, ...], compartment: bool) -> None:
    for role in roles:
        person = Staff.objects.create_staff(username(agency.code, role), f"{agency.name}{role.label}")
        Post.objects.create(staff=person, agency=agency, role=role, compartment=compartment)


def username(agency_code: str, role: Role) -> str:
    """Return the user name of whoever holds that role there."""
    return f"{PREFIX}{agency_code.removeprefix(PREFIX)}-{role}"


def _node(model: type[Node], code: str, name: str, parent: Named | None, **more: object) -> Node:
    node = model(code=code, name=name, parent=parent, position=model._default_manager.count(), **more)
    node.save()
    return node
