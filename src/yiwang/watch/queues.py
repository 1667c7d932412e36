"""What waits to be done by the platform: messages by way out, papers, scans, the two logs. Numbers and ages, nothing of anybody.

``about`` narrows to what the reader may know of: petitions that `visible_to` gave, or, for who runs the machines, all but
accusations 检举控告, which are not even counted for them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from yiwang.journal import sequencer
from yiwang.journal.models import Sequencer
from yiwang.outbox.models import Notice
from yiwang.papers.models import Paper
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Attachment, Petition
from yiwang.petitions.visibility import visible_to
from yiwang.store.ids import first_id_at, instant_of
from yiwang.transparency.models import Waiting

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Queue:
    """What waits in one line. ``oldest_seconds``: for how long the first has been due (0: nothing is)."""

    name: str
    waiting: int
    oldest_seconds: int
    failing: int = 0
    """Of these, how many were tried in vain."""
    given_up: int = 0
    """Within the last seven days."""

    @property
    def oldest_minutes(self) -> int:
        return self.oldest_seconds // 60


def ordinary() -> QuerySet[Petition]:
    """Return all petitions but accusations: what those may know of who run the machines."""
    return visible_to(Actor.system()).exclude(purpose=Petition.Purpose.ACCUSATION)


def pending(about: QuerySet[Petition]) -> QuerySet[Notice]:
    """Return the messages that wait: about these petitions, or about none."""
    known = Q(petition_id=None) | Exists(about.filter(pk=OuterRef("petition_id")))
    return Notice.objects.filter(known, state=Notice.State.PENDING)


def messages(about: QuerySet[Petition], now: datetime) -> list[Queue]:
    """Return the line of each way out, “to tell by a person” included; two statements.

    Messages to staff about no petition count for everybody.
    """
    waiting = (
        pending(about)
        .order_by()
        .values_list("route")
        .annotate(
            number=Count("*"),
            oldest=Min("created_at", filter=Q(next_attempt_at__lte=now) | Q(attempts__gt=0) | Q(route=Notice.PERSON)),
            failing=Count("pk", filter=Q(attempts__gt=0) & ~Q(route=Notice.PERSON)),
        )
    )
    lost = dict(  # of petitions nothing is given up: a person tells it
        Notice.objects.filter(petition_id=None, state=Notice.State.GIVEN_UP, pk__gte=first_id_at(now - WEEK))
        .order_by()
        .values_list("route")
        .annotate(number=Count("*"))
    )
    found = {
        route: Queue(route, number, _age(oldest, now), failing, lost.get(route, 0))
        for route, number, oldest, failing in waiting
    }
    for route, number in lost.items():
        found.setdefault(route, Queue(route, 0, 0, 0, number))
    return [found[route] for route in sorted(found)]


def reasons(about: QuerySet[Petition]) -> list[tuple[str, str, int]]:
    """Return why messages that wait were not delivered: way out, code of the last failure, how many; one statement."""
    return list(
        pending(about)
        .exclude(last_error="")
        .order_by()
        .values_list("route", "last_error")
        .annotate(number=Count("*"))
        .order_by("-number", "route", "last_error")
    )


def papers(about: QuerySet[Petition], now: datetime) -> Queue:
    """Return the papers that are owed; one statement."""
    found = Paper.objects.filter(Exists(about.filter(pk=OuterRef("petition_id"))), state=Paper.State.OWED).aggregate(
        number=Count("*"), oldest=Min("owed_at")
    )
    return Queue("papers", found["number"], _age(found["oldest"], now))


def scans(about: QuerySet[Petition], now: datetime) -> Queue:
    """Return the files that wait for the scanner; one statement."""
    found = Attachment.objects.filter(
        Exists(about.filter(pk=OuterRef("petition_id"))), scan=Attachment.Scan.WAITING
    ).aggregate(number=Count("*"), oldest=Min("id"))
    return Queue("scans", found["number"], _age(_instant(found["oldest"]), now))


def logs(now: datetime) -> list[Queue]:
    """Return how far the sequencers of the behaviour log and of the public log are behind; three statements.

    Of either only the oldest line is looked for: how many wait behind it says no more, and in the public log would tell
    how many came, accusations included.
    """
    floor = Sequencer.objects.values_list("floor", flat=True).first() or 0
    firsts = {
        "journal": sequencer.waiting(floor).values_list("pk", flat=True).first(),
        "petition_log": Waiting.objects.order_by("pk").values_list("pk", flat=True).first(),
    }
    return [Queue(name, 1 if first else 0, _age(_instant(first), now)) for name, first in firsts.items()]


def every(about: QuerySet[Petition], now: datetime | None = None) -> list[Queue]:
    """Return all lines; seven statements."""
    now = now or datetime.now(UTC)
    return [*messages(about, now), papers(about, now), scans(about, now), *logs(now)]


def _instant(row_id: int | None) -> datetime | None:
    return instant_of(row_id) if row_id else None


def _age(since: datetime | None, now: datetime) -> int:
    return max(int((now - since).total_seconds()), 0) if since else 0
