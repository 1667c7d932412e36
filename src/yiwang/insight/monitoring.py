"""The figures of 运行监控: what came, what waits, what is late and how fast answers are, for what the reader may see.

Each figure is the number of petitions in one list of the desk, and says so by the same terms:

- a day is a day at the office, and “today” ends at its midnight;
- waiting 待办 is every petition in an open state, those merged into another included;
- due today 今日到期 and late 超期 go by the limit of a petition that ends first. Imported history has no open limits, so
  it is never late.

Seven statements whatever the size of the city, each read off an index made for it (petitions/models/petition.py).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from yiwang.agencies.models import Agency
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import OPEN
from yiwang.petitions.models import Category, Petition
from yiwang.petitions.visibility import visible_to
from yiwang.store.ids import first_id_at
from yiwang.store.trees import ids_on
from yiwang.workdays.counting import end_of, office_date, start_of

WINDOW_DAYS = 90
TREND_DAYS = 30
ANSWERED_DAYS = 7
SOON_DAYS = 3
MOST_BURNING = 10


@dataclass(frozen=True)
class Channelled:
    """How many came by one channel in the last 90 days."""

    channel: Petition.Channel
    received: int


@dataclass(frozen=True)
class Categorised:
    """How many of the last 90 days are about one branch of the category tree; None: not yet sorted 未分类."""

    category: Category | None
    received: int


@dataclass(frozen=True)
class AgencyLoad:
    """What waits with one lead agency; None: not yet referred, with the office itself."""

    agency: Agency | None
    waiting: int
    due_today: int
    late: int


@dataclass(frozen=True)
class TrendDay:
    """What came and what was answered on one day."""

    day: date
    received: int
    answered: int


@dataclass(frozen=True)
class Overview:
    """All figures of the page. ``median_days`` is None when nothing was answered in the last 90 days."""

    at: datetime
    today: date
    received_today: int
    waiting: int
    due_today: int
    late: int
    answered_week: int
    answered_window: int
    median_days: float | None
    channels: list[Channelled]
    categories: list[Categorised]
    agencies: list[AgencyLoad]
    trend: list[TrendDay]
    burning: list[Petition]

    @property
    def window_from(self) -> date:
        """The first day of the 90 that end today."""
        return self.today - timedelta(days=WINDOW_DAYS - 1)

    @property
    def week_from(self) -> date:
        """The first day of the 7 that end today."""
        return self.today - timedelta(days=ANSWERED_DAYS - 1)


def overview(actor: Actor, *, at: datetime | None = None, level: int = 1) -> Overview:
    """Return the figures of what ``actor`` may see at an instant (now, when omitted).

    Categories are summed up at that level of their tree, the top one being 1.
    """
    at = at or datetime.now(UTC)
    today = office_date(at)
    first = today - timedelta(days=WINDOW_DAYS - 1)
    visible = visible_to(actor, counted_from=0).order_by()
    came_lately = visible_to(actor, counted_from=first_id_at(start_of(first))).order_by()

    received = list(
        came_lately.filter(received_on__gte=first, received_on__lte=today)
        .values_list("received_on", "channel")
        .annotate(petitions=Count("*"))
    )
    answered = list(
        visible.filter(answered_on__gte=first, answered_on__lte=today)
        .values_list("answered_on", "days_to_answer")
        .annotate(petitions=Count("*"))
    )
    agencies = _agencies(visible, at, today)
    came, gone = _sums((day, n) for day, _, n in received), _sums((day, n) for day, _, n in answered)
    week = {today - timedelta(days=days) for days in range(ANSWERED_DAYS)}
    return Overview(
        at=at,
        today=today,
        received_today=came[today],
        waiting=sum(load.waiting for load in agencies),
        due_today=sum(load.due_today for load in agencies),
        late=sum(load.late for load in agencies),
        answered_week=sum(n for day, n in gone.items() if day in week),
        answered_window=sum(gone.values()),
        median_days=median(_sums((days, n) for _, days, n in answered if days is not None)),
        channels=_channels(_sums((channel, n) for _, channel, n in received)),
        categories=_categories(came_lately, first, today, level),
        agencies=agencies,
        trend=[
            TrendDay(day, came[day], gone[day])
            for day in (today - timedelta(days=back) for back in reversed(range(TREND_DAYS)))
        ],
        burning=_burning(visible, today),
    )


def median(histogram: Counter[int]) -> float | None:
    """Return the exact median of whole numbers, of which only how often each comes is known; None of none."""
    total = sum(histogram.values())
    if not total:
        return None
    middles = ((total - 1) // 2, total // 2)
    found: list[int] = []
    passed = 0
    for value in sorted(histogram):
        passed += histogram[value]
        while len(found) < 2 and middles[len(found)] < passed:
            found.append(value)
    return sum(found) / 2


def _sums(rows: "Iterable[tuple[object, int]]") -> Counter:
    found: Counter = Counter()
    for key, number in rows:
        found[key] += number
    return found


def _channels(received: Counter[str]) -> list[Channelled]:
    return [Channelled(Petition.Channel(channel), number) for channel, number in received.most_common()]


def _categories(visible: QuerySet[Petition], first: date, today: date, level: int) -> list[Categorised]:
    received = (
        visible.filter(received_on__gte=first, received_on__lte=today)
        .values_list("category_id")
        .annotate(petitions=Count("*"))
    )
    nodes = {node.pk: node for node in Category.objects.all()}
    found: Counter[int | None] = Counter()
    for category_id, number in received:
        node = nodes.get(category_id)
        above = ids_on(node.path)[:level] if node else [None]
        found[above[-1]] += number
    return [Categorised(nodes.get(key) if key else None, number) for key, number in found.most_common()]


def open_ones(petitions: QuerySet[Petition]) -> QuerySet[Petition]:
    """Return those that wait. Nothing open has been closed: saying so too lets both engines use the index of what waits."""
    return petitions.filter(state__in=OPEN, closed_at__isnull=True)


def _agencies(visible: QuerySet[Petition], at: datetime, today: date) -> list[AgencyLoad]:
    rows = list(
        open_ones(visible)
        .values_list("lead_agency_id")
        .annotate(
            waiting=Count("*"),
            due_today=Count("pk", filter=Q(next_due_at__gt=at, next_due_at__lte=end_of(today))),
            late=Count("pk", filter=Q(next_due_at__lte=at)),
        )
    )
    named = Agency.objects.in_bulk([agency_id for agency_id, *_ in rows if agency_id])
    loads = [AgencyLoad(named[row[0]] if row[0] else None, *row[1:]) for row in rows]
    return sorted(
        loads, key=lambda load: (-load.late, -load.due_today, -load.waiting, load.agency.pk if load.agency else 0)
    )


def _burning(visible: QuerySet[Petition], today: date) -> list[Petition]:
    """Return the ten that burn most, of all that is late, ends within three days or is urgent.

    What ends first stands first: the late ones, longest overdue, then those due soonest. Being urgent decides between
    two that end at the same instant, and brings a matter with time left in when there is room.
    """
    soon = end_of(today + timedelta(days=SOON_DAYS))
    order = ("next_due_at", F("urgent").desc(), "pk")
    first = (
        open_ones(visible)
        .filter(Q(urgent=True) | Q(next_due_at__lte=soon), merged_into=None)
        .order_by(*order)
        .values("pk")[:MOST_BURNING]
    )
    return list(Petition.objects.filter(pk__in=first).select_related("lead_agency", "office").order_by(*order))
