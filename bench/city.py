"""The invented city that the generator fills: one office at the top, eight county offices, 136 agencies, 120 categories.

The office at the top is the product's own; all other codes, and all user names, begin with ``bench-``. Nobody in it has a
password: the benchmark makes their sessions itself.
"""

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count
from typing import Generic, TypeVar

from django.db import transaction

from yiwang.agencies.models import Agency, Named, Post, Region, Role, Staff
from yiwang.agencies.seed import root_office
from yiwang.petitions.models import Category
from yiwang.store.ids import new_id

PREFIX = "bench-"
COUNTIES = 8
CITY_AGENCIES = 40
COUNTY_AGENCIES = 12
AREAS = 20
CATEGORIES_OF_AN_AREA = 5
OFFICE_ROLES = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.APPROVER, Role.LEADER)
AGENCY_ROLES = (Role.AGENCY_HANDLER, Role.APPROVER)

_ids = count(new_id())
"""Ids one after the other: drawn blindly within one millisecond, two of some hundred posts were once the same."""

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
    top = root_office()
    assert top.region
    counties, agencies = [top.region], [top]
    for number in range(CITY_AGENCIES):
        agencies.append(_agency(f"0-{number}", f"市属单位{number + 1}", top, top.region, Agency.Kind.AGENCY))
    for county in range(1, COUNTIES + 1):
        level = Region.Level.COUNTY
        region = _placed(
            Region(id=next(_ids), code=f"{PREFIX}{county}", name=f"基准{county}县", parent=top.region, level=level),
            county,
        )
        office = _agency(f"{county}", f"基准{county}县信访局", top, region, Agency.Kind.OFFICE)
        counties.append(region)
        agencies.append(office)
        for number in range(COUNTY_AGENCIES):
            agencies.append(
                _agency(f"{county}-{number}", f"{county}县属单位{number + 1}", office, region, Agency.Kind.AGENCY)
            )
    categories = []
    for area in range(AREAS):
        above = _placed(Category(id=next(_ids), code=f"{PREFIX}{area}", name=f"领域{area + 1}"), area)
        below = [
            Category(id=next(_ids), code=f"{above.code}-{number}", name=f"{above.name}事项{number + 1}", parent=above)
            for number in range(CATEGORIES_OF_AN_AREA)
        ]
        categories += [above, *(_placed(node, number) for number, node in enumerate(below))]
    posts = [post for agency in agencies for post in _posts(agency)]
    with transaction.atomic():
        Region.objects.bulk_create(counties[1:])
        Agency.objects.bulk_create(agencies[1:])
        Category.objects.bulk_create(categories)
        Staff.objects.bulk_create([post.staff for post in posts])
        Post.objects.bulk_create(posts)


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
        categories=zipf(list(Category.objects.filter(code__startswith=PREFIX, depth=1).order_by("code"))),
        holders={(post.agency_id, post.role): post.staff for post in posts},
    )


def _agency(code: str, name: str, parent: Agency, region: Region, kind: Agency.Kind) -> Agency:
    agency = Agency(
        id=next(_ids), code=f"{PREFIX}{code}", name=name, parent=parent, region=region, kind=kind, level=region.level
    )
    return _placed(agency, int(code.rpartition("-")[2]))


def _placed(node: Node, position: int) -> Node:
    node.position = position
    node.trace()
    return node


def _posts(agency: Agency) -> list[Post]:
    roles = OFFICE_ROLES if agency.is_office else AGENCY_ROLES
    return [
        Post(
            id=next(_ids),
            staff=Staff(
                id=next(_ids), username=username(agency.code, role), name=f"{agency.name}{role.label}", password="!"
            ),
            agency=agency,
            role=role,
            compartment=agency.parent is None,
        )
        for role in roles
    ]


def username(agency_code: str, role: Role) -> str:
    """Return the user name of whoever holds that role there."""
    return f"{PREFIX}{agency_code.removeprefix(PREFIX)}-{role}"
