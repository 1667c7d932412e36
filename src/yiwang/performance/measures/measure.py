"""A measure: one count of petitions, what exactly it counts, and the list behind it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency
from yiwang.performance.measures.periods import Period
from yiwang.performance.measures.sources import Source
from yiwang.petitions.models import Petition

EVERYTHING = Q()
CASES, DAYS = _("件"), _("天")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A count of petitions in a period, each counted once however often the thing happened to it.

    ``definition`` is one sentence: what is counted, by which day, what is left out, and which agency answers for it.
    ``whole_only`` marks what is told for the whole office alone, of no agency.
    """

    code: str
    label: str | Promise
    definition: str | Promise
    source: Source
    condition: Q = EVERYTHING
    unit: str | Promise = CASES
    whole_only: bool = False

    def rows(self, period: Period) -> QuerySet[Any]:
        """Return what it counts, each row with ``answerable``, the id of the agency that answers for it."""
        return self.source.rows(period).filter(self.filter(period)).order_by()

    def filter(self, period: Period) -> Q:
        """Return the condition on the rows of its source in a period."""
        return self.condition

    @property
    def count(self) -> Count:
        """The number of petitions among rows of its source."""
        return Count(self.source.petition, distinct=not self.source.once)

    def petitions(self, period: Period, agencies: Collection[int] | None = None) -> QuerySet[Petition]:
        """Return the petitions behind the figure; of these agencies, when given. Whoever shows them begins at ``visible_to``.

        Raises ValueError when agencies are named to a measure of the whole office.
        """
        rows = self.rows(period)
        if agencies is not None:
            self._refuse_parts()
            rows = rows.filter(answerable__in=list(agencies))
        return Petition.objects.filter(pk__in=rows.values(self.source.petition))

    def total(self, period: Period, agencies: Collection[int] | None = None) -> int:
        """Return how many petitions there are, of these agencies when given: the length of the list; one statement."""
        return self.petitions(period, agencies).count()

    def by_agency(self, period: Period) -> dict[int | None, int]:
        """Return the figure of every agency that has one, in one statement.

        A petition that two agencies answered for is counted for both, so that a branch is not always their sum: for that
        see :meth:`by_branch`. What is told of the whole office alone stands under None.
        """
        if self.whole_only:
            found = self.rows(period).count()
            return {None: found} if found else {}
        return dict(self.rows(period).values_list("answerable").annotate(petitions=self.count))

    def by_branch(self, period: Period, branches: Mapping[int, Collection[int]]) -> dict[int, int]:
        """Return the figure of each branch, given by the ids of its agencies: each petition once; one statement."""
        self._refuse_parts()
        found = dict(
            self.rows(period).filter(answerable__in=members(branches)).values_list(branch_of(branches))
            .annotate(petitions=self.count)
        )  # fmt: skip
        return {branch: found.get(branch, 0) for branch in branches}

    def _refuse_parts(self) -> None:
        if self.whole_only:
            raise ValueError(f"{self.code} is told of the whole office alone")


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A share: the petitions of one measure among those of another, both of the same period 率."""

    code: str
    label: str | Promise
    numerator: Measure
    denominator: Measure

    @property
    def definition(self) -> str:
        """Both definitions, as one text."""
        return str(_("“%(numerator)s”占“%(denominator)s”的比例。%(first)s%(second)s")) % {
            "numerator": self.numerator.label, "denominator": self.denominator.label,
            "first": self.numerator.definition, "second": self.denominator.definition,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Median:
    """The middle one of the days that answers took, over the petitions answered for the first time in the period."""

    code: str
    label: str | Promise
    definition: str | Promise
    source: Source
    days: str
    unit: str | Promise = DAYS

    def petitions(self, period: Period, agencies: Collection[int] | None = None) -> QuerySet[Petition]:
        """Return the petitions whose days it looks at."""
        rows = self.source.rows(period).order_by()
        if agencies is not None:
            rows = rows.filter(answerable__in=list(agencies))
        return Petition.objects.filter(pk__in=rows.values(self.source.petition))

    def histograms(
        self, period: Period, branches: Mapping[int, Collection[int]] | None = None
    ) -> dict[int | None, dict[int, int]]:
        """Return for each agency (or branch) how many answers took how many days; one statement."""
        rows = self.source.rows(period).exclude(**{self.days: None}).order_by()
        key: Any = F("answerable")
        if branches is not None:
            rows, key = rows.filter(answerable__in=members(branches)), branch_of(branches)
        found: dict[int | None, dict[int, int]] = {}
        for whose, days, number in rows.annotate(whose=key).values_list("whose", self.days).annotate(n=Count("pk")):
            found.setdefault(whose, {})[days] = number
        return found

    def by_agency(self, period: Period) -> dict[int | None, float]:
        """Return the median of every agency that answered something; one statement."""
        return {agency: median(days) for agency, days in self.histograms(period).items()}

    def by_branch(self, period: Period, branches: Mapping[int, Collection[int]]) -> dict[int, float | None]:
        """Return the median of each branch, None where nothing was answered; one statement."""
        found = self.histograms(period, branches)
        return {branch: median(found[branch]) if branch in found else None for branch in branches}

    def total(self, period: Period) -> float | None:
        """Return the median of the whole office; None when nothing was answered."""
        summed: dict[int, int] = {}
        for days in self.histograms(period).values():
            for day, number in days.items():
                summed[day] = summed.get(day, 0) + number
        return median(summed) if summed else None


def median(histogram: Mapping[int, int]) -> float:
    """Return the exact median of whole numbers of which only how often each comes is known; raises ValueError of none."""
    total = sum(histogram.values())
    if not total:
        raise ValueError("no values")
    middles = ((total - 1) // 2, total // 2)
    found: list[int] = []
    passed = 0
    for value in sorted(histogram):
        passed += histogram[value]
        while len(found) < 2 and middles[len(found)] < passed:
            found.append(value)
    return sum(found) / 2


def branches_of(heads: Iterable[Agency]) -> dict[int, frozenset[int]]:
    """Return the ids of each head's branch, itself included: a county is its agencies; one statement.

    Raises ValueError when one head lies below another, since its petitions would have to be counted twice.
    """
    tops = list(heads)
    for top in tops:
        if any(top.pk != other.pk and top.lies_within(other) for other in tops):
            raise ValueError(f"{top.code} lies in another branch")
    paths = list(Agency.objects.order_by().values_list("pk", "path"))
    return {top.pk: frozenset(pk for pk, path in paths if path.startswith(top.path)) for top in tops}


def members(branches: Mapping[int, Collection[int]]) -> list[int]:
    """Return the agencies of all these branches."""
    return sorted({agency for branch in branches.values() for agency in branch})


def branch_of(branches: Mapping[int, Collection[int]]) -> Case:
    """Return the expression “the branch in which the agency that answers lies”."""
    cases = (When(answerable__in=list(ids), then=Value(branch)) for branch, ids in branches.items() if ids)
    return Case(*cases, output_field=BigIntegerField(null=True))
