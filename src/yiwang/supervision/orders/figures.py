"""What the ladder and the reports ask of the orders: which are due, and how many were issued, answered and adopted.

Orders about accusations are in no figure of an agency; reports give their total for the whole office, and nothing more.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.db.models import Count, Q, QuerySet

from yiwang.supervision.models import Order
from yiwang.supervision.orders.kinds import ROWS, Adoption, Family
from yiwang.supervision.orders.steps import OWED, State
from yiwang.supervision.orders.visibility import on_accusations, without_accusations

ADVICE = tuple(kind.code for kind in ROWS if kind.family == Family.ADVICE)
BINDING = tuple(kind.code for kind in ROWS if kind.family in (Family.ORDER, Family.ITEM))


class Days(Protocol):
    """A period, both days included."""

    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date: ...


def due(now: datetime, ahead: timedelta = timedelta(0)) -> QuerySet[Order]:
    """Return the orders of which an agency owes its answer and whose limit ends by ``now + ahead``, the earliest first.

    What is reported to a body outside the platform is not among them: nobody there can be urged. A limit is over when
    ``order.is_late(now)``; ``telling.readers(order, Side.ADDRESSEE, now)`` are those who may be told.
    """
    return (
        Order.objects.filter(state__in=OWED, due_at__lte=now + ahead, agency__isnull=False)
        .select_related("petition", "agency", "issuer")
        .order_by("due_at", "pk")
    )


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What became of the orders that one agency was given in a period (art. 41 (2), (3)). Accusations are not counted.

    ``orders`` are supervision orders, listed ones and items; ``advice`` is counted apart, with what was adopted.
    ``answered_in_time`` are those whose first answer came within the limit, ``late`` those not answered when it was over.
    """

    orders: int = 0
    answered: int = 0
    answered_in_time: int = 0
    late: int = 0
    done: int = 0
    sent_back: int = 0
    advice: int = 0
    advice_answered: int = 0
    advice_in_time: int = 0
    adopted_wholly: int = 0
    adopted_partly: int = 0
    not_adopted: int = 0


@dataclass(frozen=True)
class Counts:
    """``by_agency``: the id of the agency addressed to its tally. ``accusations``: the office's one total of the others."""

    by_agency: dict[int, Tally]
    accusations: int

    @property
    def total(self) -> Tally:
        """The sum over all agencies."""
        names = Tally.__dataclass_fields__
        return Tally(**{name: sum(getattr(tally, name) for tally in self.by_agency.values()) for name in names})


def counts(period: Days, now: datetime) -> Counts:
    """Count the orders issued in a period as they stand at ``now``; two statements. Cancelled ones are left out."""
    issued = Order.objects.filter(
        issued_on__gte=period.first_day, issued_on__lte=period.last_day, agency__isnull=False
    ).exclude(state=State.CANCELLED)
    order, advice = Q(kind__in=BINDING), Q(kind__in=ADVICE)
    answered = Q(answered_at__isnull=False)
    late = Q(in_time=False) | Q(answered_at=None, state__in=OWED, due_at__lte=now, provisional=False)

    def many(condition: Q) -> Count:
        return Count("pk", filter=condition)

    rows = (
        without_accusations(issued)
        .order_by()
        .values("agency")
        .annotate(
            orders=many(order), answered=many(order & answered), answered_in_time=many(order & Q(in_time=True)),
            late=many(order & late), done=many(order & Q(state__in=(State.DONE, State.LIFTED))),
            sent_back=many(order & Q(sent_back__gt=0)), advice=many(advice), advice_answered=many(advice & answered),
            advice_in_time=many(advice & Q(in_time=True)), adopted_wholly=many(advice & Q(adoption=Adoption.WHOLLY)),
            adopted_partly=many(advice & Q(adoption=Adoption.PARTLY)), not_adopted=many(advice & Q(adoption=Adoption.NOT)),
        )
    )  # fmt: skip
    names = list(Tally.__dataclass_fields__)
    tallies = {
        agency: Tally(**dict(zip(names, figures, strict=True)))
        for agency, *figures in rows.values_list("agency", *names)
    }
    return Counts(tallies, issued.filter(on_accusations()).count())
