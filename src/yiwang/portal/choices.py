"""What is offered in the lists of the portal (regions and categories, read once for each page that shows them), and chosen."""

from dataclasses import dataclass

from django.db.models import Exists
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Region
from yiwang.agencies.seed import root_offices
from yiwang.petitions.models import Category
from yiwang.store.asking import Question
from yiwang.store.trees import in_tree_order

Options = list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]


def regions() -> Options:
    """Return the counties, each a group with its towns below it; one statement."""
    rows = in_tree_order(Region.objects.filter(active=True))
    offered: Options = [("", _("不清楚，或者全市"))]
    for county in (row for row in rows if row.depth == 1):
        towns = [row for row in rows if row.parent_id == county.pk]
        if towns:
            whole = (str(county.pk), _("%(region)s（不清楚街道乡镇）") % {"region": county})
            offered.append((str(county), [whole, *((str(town.pk), str(town)) for town in towns)]))
        else:
            offered.append((str(county.pk), str(county)))
    return offered


def categories() -> Options:
    """Return the categories of the first level: a citizen need not know the finer ones; one statement."""
    rows = Category.objects.filter(active=True, depth=0)
    return [("", _("不清楚")), *((str(row.pk), str(row)) for row in rows)]


@dataclass(frozen=True)
class Chosen:
    """Where a matter goes: the office, and the region and category that were chosen; None where no such row is offered.

    Only those columns are there that filing needs.
    """

    office: Agency
    region: Region | None
    category: Category | None


OFFICE_COLUMNS = ("id", "path", "depth", "kind", "local_limits")
"""In the order of the model's own fields: from_db takes the values as they come, whatever the names say."""
_CHOSEN = Question(
    2,
    lambda region, category: (
        root_offices()
        .annotate(
            region_offered=Exists(Region.objects.filter(pk=region, active=True)),
            category_offered=Exists(Category.objects.filter(pk=category, active=True)),
        )
        .values_list(*OFFICE_COLUMNS, "region_offered", "category_offered")[:1]
    ),
)


def chosen(region: int | None, category: int | None) -> Chosen:
    """Look up what a form names; one statement. Raises Agency.DoesNotExist before ``yiwang migrate``."""
    found = _CHOSEN.ask(region, category)
    if not found:
        raise Agency.DoesNotExist("run “yiwang migrate” first: there is no office yet")
    *office, region_offered, category_offered = found[0]
    return Chosen(
        Agency.from_db("default", OFFICE_COLUMNS, office),
        Region.from_db("default", ["id"], [region]) if region_offered else None,
        Category.from_db("default", ["id"], [category]) if category_offered else None,
    )
