"""The two rows that an office cannot do without: its own region and its own bureau, the roots of their trees."""

from django.conf import settings
from django.db.models import QuerySet

from yiwang.agencies.models import Agency, Region

ROOT_CODE = "office"


def seed_root() -> int:
    """Make the root region and the office at the root of the tree from the settings, where there is none; return how many rows."""
    if Agency.objects.filter(parent=None, kind=Agency.Kind.OFFICE).exists():
        return 0
    region = Region.objects.create(code=ROOT_CODE, name="本市", name_en="The city", level=Region.Level.CITY)
    Agency.objects.create(
        code=ROOT_CODE,
        name=settings.OFFICE_NAME,
        name_en=settings.OFFICE_NAME_EN,
        kind=Agency.Kind.OFFICE,
        region=region,
        telephone=settings.OFFICE_TELEPHONE,
    )
    return 2


def root_offices() -> QuerySet[Agency]:
    """Return the offices at the root of the tree, the one to which the portal files first."""
    return Agency.objects.filter(parent=None, kind=Agency.Kind.OFFICE).order_by("id")


def root_office() -> Agency:
    """Return the office at the root of the tree, to which the portal files. Raises Agency.DoesNotExist before ``yiwang migrate``."""
    office = root_offices().first()
    if office is None:
        raise Agency.DoesNotExist("run “yiwang migrate” first: there is no office yet")
    return office
