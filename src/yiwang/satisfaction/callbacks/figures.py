"""How the calls went: by agency, and of the calling work as a whole. Nothing is counted by operator, nor by whom was called.

Accusations 检举控告 are counted nowhere here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from yiwang.agencies.models import Agency
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition, Rating
from yiwang.satisfaction.callbacks.due import seen_by
from yiwang.satisfaction.models import Attempt, Callback, Checked, Said
from yiwang.workdays.counting import end_of, start_of

REACHED = (Callback.End.RATED, Callback.End.DECLINED, Callback.End.OTHER_WAY)
QUESTIONS = ("contacted", "solved")
"""Questions of the house's script that are counted by agency, as long as the office asks them."""
NOT_REACHED = (Callback.End.NO_NUMBER, Callback.End.LET_GO)
APART = Q(petition__purpose=Petition.Purpose.ACCUSATION)


@dataclass
class AgencyCalls:
    """The call-backs about what one agency handled, by how they ended; and its checks, compared with what was rated before."""

    agency: Agency | None
    made: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    differ: int = 0
    said: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def contacted(self) -> tuple[int, int]:
        """How many said that nobody had been in touch with them, of so many who were asked."""
        return self._no("contacted")

    @property
    def solved(self) -> tuple[int, int]:
        """How many said that the matter is not solved, of so many who were asked."""
        return self._no("solved")

    def _no(self, question: str) -> tuple[int, int]:
        return self.said[question, Said.Code.NO], sum(self.said[question, code] for code in Said.Code.values)

    @property
    def reached(self) -> int:
        return sum(self.ended[end] for end in REACHED)

    @property
    def rated(self) -> int:
        return self.ended[Callback.End.RATED]

    @property
    def declined(self) -> int:
        return self.ended[Callback.End.DECLINED]

    @property
    def not_reached(self) -> int:
        return sum(self.ended[end] for end in NOT_REACHED)

    @property
    def open(self) -> int:
        return self.ended[""]


def of_period(actor: Actor, first: date, last: date) -> QuerySet[Callback]:
    """Return the call-backs put on the list on these days, as far as an actor sees them."""
    return seen_by(actor).filter(made_at__gte=start_of(first), made_at__lt=end_of(last)).exclude(APART)


def by_agency(actor: Actor, first: date, last: date) -> list[AgencyCalls]:
    """Return the figures of each agency, the one with most call-backs first; four statements."""
    calls = of_period(actor, first, last)
    rows: dict[int | None, AgencyCalls] = {}
    counted = calls.values_list("agency", "ended_as").annotate(number=Count("pk")).order_by()
    for agency, end, number in counted:
        row = rows.setdefault(agency, AgencyCalls(None))
        row.made += number
        row.ended[end] += number
    for agency, compared, differ in differences(Checked.objects.filter(callback__in=calls.values("pk"))):
        row = rows.setdefault(agency, AgencyCalls(None))
        row.compared, row.differ = compared, differ
    answers = Said.objects.filter(attempt__callback__in=calls.values("pk"), line__code__in=QUESTIONS).exclude(code="")
    grouped = answers.values_list("attempt__callback__agency", "line__code", "code").annotate(number=Count("pk"))
    for agency, question, code, number in grouped.order_by():
        rows[agency].said[question, code] += number
    named = Agency.objects.in_bulk([pk for pk in rows if pk is not None])
    for pk, row in rows.items():
        row.agency = named.get(pk) if pk is not None else None
    return sorted(rows.values(), key=lambda row: (-row.made, row.agency.path if row.agency else ""))


def differences(checked: QuerySet[Checked]) -> Iterable[tuple[int, int, int]]:
    """Return for each agency how many verdicts on it were compared with an earlier rating, and how many differ; one statement."""
    told = checked.filter(about=Rating.About.AGENCY).exclude(rated="")
    rows = told.values_list("agency", "level", "rated").annotate(number=Count("pk")).order_by("agency")
    compared, differ = Counter[int](), Counter[int]()
    for agency, level, rated, number in rows:
        compared[agency] += number
        differ[agency] += number if level != rated else 0
    return [(agency, compared[agency], differ[agency]) for agency in compared]


def outcomes(actor: Actor, first: date, last: date) -> Counter[str]:
    """Return how the attempts of these days ended, all together; one statement."""
    tries = Attempt.objects.filter(
        at__gte=start_of(first), at__lt=end_of(last), callback__in=seen_by(actor).values("pk")
    )
    return Counter(dict(tries.exclude(APART).values_list("outcome").annotate(number=Count("pk")).order_by()))
