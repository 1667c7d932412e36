"""What is offered in the lists of the portal: regions and categories, read once for each page that shows them."""

from django.utils.translation import gettext as _

from yiwang.agencies.models import Region
from yiwang.petitions.models import Category
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
