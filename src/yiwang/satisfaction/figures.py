"""How satisfied petitioners were, by agency, channel, way of rating, category and month: each rate with its certainty.

Every figure counts ratings of petitions that the reader may see, so that nobody learns of an accusation from a number; what
silence gave stands apart, and is part of a rate only where the rules said so when it was given. Agencies are measured,
never persons.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category, Petition, Rating
from yiwang.petitions.visibility import visible_to
from yiwang.satisfaction.rates import Rate
from yiwang.store.trees import ids_on, within
from yiwang.workdays.counting import end_of, office_date, office_zone, start_of
from yiwang.workdays.wording import month_in_words

NONE = "none"
COUNTS = {
    "n": Count("id", filter=Q(counted=True)),
    "good": Count("id", filter=Q(counted=True, satisfied=True)),
    "silent": Count("id", filter=Q(how=Rating.How.SILENT)),
    "inside": Count("id", filter=Q(from_office=True)),
}


@dataclass(frozen=True)
class Period:
    """Days on which ratings were given, both ends included."""

    first: date
    last: date


@dataclass(frozen=True)
class Row:
    """One line: what it is of, its rate, how many silence gave, and how many came from the office's own networks."""

    key: str
    label: str
    rate: Rate
    silent: int
    inside: int

    @property
    def bad(self) -> int:
        """How many of those counted were not satisfied."""
        return self.rate.n - self.rate.satisfied


def ratings_seen(actor: Actor, period: Period, about: str) -> "QuerySet[Rating]":
    """Return the ratings of a period on the office or on agencies, of petitions that the reader may see."""
    return Rating.objects.filter(
        at__gte=start_of(period.first), at__lt=end_of(period.last), about=about,
        petition__in=visible_to(actor).order_by().values("pk"),
    ).order_by()  # fmt: skip


@dataclass(frozen=True)
class Dimension:
    """One way to group ratings: the expression to group by, what the groups are called, and which ratings are of one of them."""

    code: str
    expression: str
    named: "Callable[[dict[object, Tally]], list[Row]]"
    of_key: Callable[[str], Q]


@dataclass
class Tally:
    """Counts of one group."""

    n: int = 0
    good: int = 0
    silent: int = 0
    inside: int = 0

    def add(self, other: "Tally") -> None:
        """Add another group's counts."""
        self.n += other.n
        self.good += other.good
        self.silent += other.silent
        self.inside += other.inside

    def row(self, key: object, label: object) -> Row:
        return Row(str(key), str(label), Rate(self.good, self.n), self.silent, self.inside)


def _by_certainty(rows: Iterable[Row]) -> list[Row]:
    """Return the best first, by what is certain: the lower bound, so that 3 of 3 does not stand above 960 of 1000."""
    return sorted(rows, key=lambda row: (-row.rate.interval.low, -row.rate.n, row.label))


def _agencies(found: dict[object, Tally]) -> list[Row]:
    rows = Agency.objects.filter(pk__in=list(found))
    return _by_certainty(found[one.pk].row(one.pk, one) for one in rows)


def _choices(found: dict[object, Tally], labels: dict[object, object]) -> list[Row]:
    return _by_certainty(found[code].row(code, label) for code, label in labels.items() if code in found)


def _categories(found: dict[object, Tally]) -> list[Row]:
    """Return the top categories, each with all below it."""
    known = {one.pk: one for one in Category.objects.filter(Q(pk__in=[key for key in found if key]) | Q(depth=0))}
    tops: dict[object, Tally] = defaultdict(Tally)
    for key, tally in found.items():
        category = known.get(key) if isinstance(key, int) else None
        tops[ids_on(category.path)[0] if category else None].add(tally)
    return _by_certainty(
        tally.row(key or NONE, known[key] if isinstance(key, int) else _("未分类")) for key, tally in tops.items()
    )


def _months(found: dict[object, Tally]) -> list[Row]:
    months = sorted((key for key in found if isinstance(key, datetime)), reverse=True)
    return [found[key].row(f"{key:%Y-%m}", month_in_words(key.date())) for key in months]


def _of_category(key: str) -> Q:
    if key == NONE:
        return Q(petition__category=None)
    top = Category.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    return within(top.path, "petition__category__path") if top else Q(pk__in=[])


def _of_month(key: str) -> Q:
    try:
        first = datetime.strptime(key, "%Y-%m").date()
    except ValueError:
        return Q(pk__in=[])
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return Q(at__gte=start_of(first), at__lt=start_of(following))


DIMENSIONS: dict[str, Dimension] = {
    one.code: one
    for one in (
        Dimension("agency", "agency", _agencies, lambda key: Q(agency=int(key)) if key.isdecimal() else Q(pk__in=[])),
        Dimension(
            "channel", "petition__channel", lambda found: _choices(found, dict(Petition.Channel.choices)),
            lambda key: Q(petition__channel=key),
        ),
        Dimension("how", "how", lambda found: _choices(found, dict(Rating.How.choices)), lambda key: Q(how=key)),
        Dimension("category", "petition__category", _categories, _of_category),
        Dimension("month", "month", _months, _of_month),
    )
}  # fmt: skip
LEVELS: dict[str, Q] = {
    "counted": Q(counted=True),
    "good": Q(counted=True, satisfied=True),
    "bad": Q(counted=True, satisfied=False),
    "silent": Q(how=Rating.How.SILENT),
    "inside": Q(from_office=True),
}
"""What a figure counts, by the name that its list bears."""


def rates_by(actor: Actor, period: Period, about: str, by: str) -> list[Row]:
    """Return the lines of one dimension: two statements at most beside what visibility asks."""
    dimension = DIMENSIONS[by]
    rows = ratings_seen(actor, period, about)
    if by == "month":
        rows = rows.annotate(month=TruncMonth("at", tzinfo=office_zone()))
    counted = rows.values_list(dimension.expression).annotate(**COUNTS).values_list(dimension.expression, *COUNTS)
    return dimension.named({key: Tally(*numbers) for key, *numbers in counted})


def total(rows: Iterable[Row]) -> Row:
    """Return the sum of the lines of one dimension."""
    tally = Tally()
    for row in rows:
        tally.add(Tally(row.rate.n, row.rate.satisfied, row.silent, row.inside))
    return tally.row("", _("合计"))


def listed(actor: Actor, period: Period, about: str, *, by: str = "", key: str = "", level: str = "counted") -> "QuerySet[Rating]":  # fmt: skip
    """Return the ratings behind one figure, the newest first: exactly as many as the figure says."""
    rows = ratings_seen(actor, period, about).filter(LEVELS[level])
    if by:
        rows = rows.filter(DIMENSIONS[by].of_key(key))
    return rows.select_related("petition", "agency", "grade", "reason").order_by("-at", "-pk")


def office_rate(period: Period) -> Rate:
    """Return the rate of all agencies as anybody may read it: accusations left out, silence too. One statement."""
    rows = Rating.objects.filter(
        at__gte=start_of(period.first), at__lt=end_of(period.last), about=Rating.About.AGENCY, counted=True
    ).exclude(how=Rating.How.SILENT)
    told = rows.exclude(petition__purpose=Petition.Purpose.ACCUSATION)
    counts = told.aggregate(n=Count("id"), good=Count("id", filter=Q(satisfied=True)))
    return Rate(counts["good"], counts["n"])


def year_until(now: datetime) -> Period:
    """Return the twelve months that end today: from the first of a month."""
    today = office_date(now)
    return Period(date(today.year - (today.month < 12), today.month % 12 + 1, 1), today)
