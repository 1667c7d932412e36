"""Open figures: how many matters came, and how fast each agency answers. Anybody may read them, so nobody can be found in them.

Counts below five stand together with others like them. Accusations are counted nowhere, so that no difference between two
days tells whoever is accused of one (art. 30).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Count

from yiwang.agencies.models import Agency
from yiwang.petitions.models import Category, Petition
from yiwang.store.trees import ids_on
from yiwang.workdays.counting import office_date

FEWEST = 5
"""Smaller counts are not told: with few cases in a cell, neighbours could guess whose they are."""
MONTHS = 12


@dataclass(frozen=True)
class Counts:
    """Counts by name, the largest first; ``few`` names those whose counts are not told."""

    told: list[tuple[str, int]]
    few: list[str]


@dataclass(frozen=True)
class Speed:
    """How fast one agency answers: answers of the last twelve months, and the median of the days from receipt; None when too few."""

    agency: str
    answered: int | None
    median_days: float | None


@dataclass(frozen=True)
class Figures:
    """The last twelve months, this one included."""

    since: date
    total: int
    months: list[tuple[date, int | None]]
    """First day of the month and how many came; None for one to four."""
    channels: Counts
    categories: Counts
    speeds: list[Speed]
    overall: Speed


def figures(now: datetime | None = None) -> Figures:
    """Return the open figures; five statements, whatever the number of petitions."""
    today = office_date(now or datetime.now(UTC))
    since = _months_before(today, MONTHS - 1)
    told = Petition.objects.exclude(purpose=Petition.Purpose.ACCUSATION)
    came = told.filter(received_on__gte=since, received_on__lte=today).order_by()
    months: Counter[date] = Counter()
    for day, number in came.values_list("received_on").annotate(n=Count("id")):
        months[day.replace(day=1)] += number
    channels: Counter[str] = Counter()
    categories: Counter[int | None] = Counter()
    for channel, category_id, number in came.values_list("channel", "category").annotate(n=Count("id")):
        channels[channel] += number
        categories[category_id] += number
    by_agency = _days_by_agency(since, today)
    every_month = [_months_before(today, back) for back in range(MONTHS - 1, -1, -1)]
    return Figures(
        since=since,
        total=sum(months.values()),
        months=[(month, _told(months[month])) for month in every_month],
        channels=counts({str(Petition.Channel(code).label): number for code, number in channels.items()}),
        categories=counts(_by_top_category(categories)),
        speeds=_speeds(by_agency),
        overall=_speed("", sum((Counter(days) for days in by_agency.values()), Counter())),
    )


def counts(numbers: Mapping[str, int]) -> Counts:
    """Return what may be told of these counts.

    A single one that is too small could be found by subtracting the others from the sum: the next smallest goes with it.
    """
    listed = sorted(
        ((name, number) for name, number in numbers.items() if number), key=lambda pair: (-pair[1], pair[0])
    )
    told = [pair for pair in listed if pair[1] >= FEWEST]
    if len(listed) - len(told) == 1 and told:
        told.pop()
    return Counts(told, [name for name, _number in listed[len(told) :]])


def median(days: Mapping[int, int]) -> float:
    """Return the median of values given as a count for each; raises ValueError without any."""
    total = sum(days.values())
    if not total:
        raise ValueError("no values")
    ordered = sorted(days)
    return (_at(days, ordered, (total - 1) // 2) + _at(days, ordered, total // 2)) / 2


def _at(days: Mapping[int, int], ordered: list[int], place: int) -> int:
    for value in ordered:
        place -= days[value]
        if place < 0:
            return value
    raise ValueError("beyond the last value")


def _days_by_agency(since: date, today: date) -> dict[int, dict[int, int]]:
    """Return how many petitions each agency answered after how many days."""
    by_agency: dict[int, dict[int, int]] = defaultdict(dict)
    answered = (
        Petition.objects.filter(answered_on__gte=since, answered_on__lte=today, lead_agency__isnull=False)
        .exclude(purpose=Petition.Purpose.ACCUSATION)
        .order_by()
    )
    rows = answered.values_list("lead_agency", "days_to_answer").annotate(n=Count("id"))
    for agency_id, days, number in rows:
        by_agency[agency_id][days or 0] = number
    return by_agency


def _speeds(by_agency: Mapping[int, Mapping[int, int]]) -> list[Speed]:
    names = {agency.pk: str(agency) for agency in Agency.objects.filter(pk__in=by_agency)}
    speeds = [_speed(names[agency_id], days) for agency_id, days in by_agency.items()]
    return sorted(speeds, key=lambda speed: (-(speed.answered or 0), speed.agency))


def _speed(name: str, days: Mapping[int, int]) -> Speed:
    answered = sum(days.values())
    return Speed(name, answered, median(days)) if answered >= FEWEST else Speed(name, None, None)


def _by_top_category(numbers: Mapping[int | None, int]) -> dict[str, int]:
    rows = {row.pk: row for row in Category.objects.all()}
    summed: Counter[str] = Counter()
    for category_id, number in numbers.items():
        row = rows.get(category_id or 0)
        if row is not None:
            summed[str(rows[ids_on(row.path)[0]])] += number
    return summed


def _told(number: int) -> int | None:
    return number if number == 0 or number >= FEWEST else None


def _months_before(day: date, months: int) -> date:
    """Return the first day of the month that many months before a day's own."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
