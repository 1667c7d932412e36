"""Where measures are read: rows of one table in a period, each with the petition that it speaks of and the agency that answers for it.

Accusations 检举控告 are left out of all of them (art. 30): no difference between two figures tells of one. A row's ``answerable``
is the agency that answered for the petition when it happened, and not whoever has it today: limits name it themselves, what
was said about a referral names the referral's, and everything from acceptance on belongs to the lead of that time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from yiwang.performance.measures.periods import Period
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.lifecycle import OPEN
from yiwang.petitions.models import Deadline, Entry, Extension, Petition, Rating, Referral, Review
from yiwang.store.ids import first_id_at


@dataclass(frozen=True)
class Source:
    """``rows`` returns what happened in a period, with ``answerable``; ``petition`` is the way from a row to its petition.

    ``once``: no petition stands in two rows of a period, so that counting rows counts petitions. ``apart``: no row meets the
    conditions of two measures, so that many are counted in one sorting of the rows.
    """

    code: str
    rows: Callable[[Period], QuerySet[Any]]
    petition: str = "petition"
    once: bool = False
    apart: bool = False


def _told(period: Period, way: str = "petition__") -> Q:
    """Return the condition on petitions that count at all."""
    told = ~Q(**{f"{way}purpose": Petition.Purpose.ACCUSATION})
    return told if period.imported else told & Q(**{f"{way}historical": False})


def _told_of_many(period: Period) -> Q:
    """Return the same condition for tables that are read from end to end: to leave out few petitions is quicker than to look up all."""
    if not period.imported:
        return _told(period)
    return ~Q(petition__in=Petition.objects.filter(purpose=Petition.Purpose.ACCUSATION).order_by().values("pk"))


def _received(period: Period) -> QuerySet[Petition]:
    days = Q(received_on__gte=period.first_day, received_on__lte=period.last_day)
    return Petition.objects.filter(days & _told(period, "")).annotate(answerable=F("office_id"))


def _accusations(period: Period) -> QuerySet[Petition]:
    kept = Petition.objects.filter(purpose=Petition.Purpose.ACCUSATION)
    if not period.imported:
        kept = kept.filter(historical=False)
    days = Q(received_on__gte=period.first_day, received_on__lte=period.last_day)
    return kept.filter(days).annotate(answerable=F("office_id"))


def _referred(period: Period) -> QuerySet[Referral]:
    sent = Referral.objects.filter(lead=True, sent_at__gte=period.start, sent_at__lt=period.end)
    return sent.exclude(kind=Referral.Kind.REVIEW).filter(_told(period)).annotate(answerable=F("agency_id"))


def _lead_at(petition: str, at: str) -> Case:
    """Return the agency that had the lead of an accepted matter when a row happened.

    From acceptance on it stays, until the matter is taken up again: only then is the newest referral of that time looked up.
    """
    led = Referral.objects.filter(petition=OuterRef(petition), lead=True, sent_at__lte=OuterRef(at))
    newest = Subquery(led.exclude(kind=Referral.Kind.REVIEW).order_by("-sent_at", "-id").values("agency")[:1])
    prefix = "" if petition == "pk" else f"{petition}__"
    return Case(
        When(**{f"{prefix}reopened": 0}, then=_first_of(f"{prefix}lead_agency_id", f"{prefix}office_id")),
        default=_first_of(newest, f"{prefix}office_id"),
        output_field=BigIntegerField(),
    )


def _first_of(*agencies: Any) -> Coalesce:
    return Coalesce(*agencies, output_field=BigIntegerField())


ANSWERING = ("approve", "settle")
"""The actions that answer a petition."""
ABOUT_A_REFERRAL = ("object", "uphold_objection", "reject_objection")


def _events(period: Period) -> QuerySet[Entry]:
    """Return the entries of a period. Their ids are made from the instant at which they happened: a range of the primary key."""
    within = Entry.objects.filter(pk__gte=first_id_at(period.start), pk__lt=first_id_at(period.end))
    lead = _lead_at("petition", "happened_at")
    answerable = Case(
        When(action__in=ABOUT_A_REFERRAL, then=_first_of("referral__agency_id", "petition__office_id")),
        default=lead,
        output_field=BigIntegerField(),
    )
    return within.filter(_told(period)).annotate(answerable=answerable)


def _due(period: Period) -> QuerySet[Deadline]:
    """Return the limits that ended in a period; not those that were cancelled in time, as when the petitioner withdrew."""
    ended = Deadline.objects.filter(due_on__gte=period.first_day, due_on__lte=period.last_day)
    bound = ended.filter(Q(cancelled_at=None) | Q(cancelled_at__gte=F("due_at")))
    return bound.filter(_told_of_many(period)).annotate(answerable=F("owed_by_id"))


DUTIES = (*tuple(code for code, rule in RULES.items() if not rule.lapses), "report")


def _overdue(period: Period) -> QuerySet[Deadline]:
    """Return the limits that had passed at a period's end and were neither met nor cancelled then."""
    passed = Deadline.objects.filter(due_at__lte=period.end, rule__in=DUTIES)
    unmet = passed.filter(
        Q(met_at=None) | Q(met_at__gte=period.end), Q(cancelled_at=None) | Q(cancelled_at__gte=period.end)
    )
    return unmet.filter(_told_of_many(period)).annotate(answerable=F("owed_by_id"))


def _open(period: Period) -> QuerySet[Petition]:
    """Return the petitions that waited at a period's end.

    It waited then as it does now, unless it has gone from waiting to done, or back, since: only what happened since is
    looked at, and not every petition's life.
    """
    crossing = Entry.objects.filter(
        (Q(from_state__in=OPEN) & ~Q(to_state__in=OPEN)) | (~Q(from_state__in=(*OPEN, "")) & Q(to_state__in=OPEN)),
        pk__gte=first_id_at(period.end),
    ).order_by()
    known = Petition.objects.filter(received_on__lte=period.last_day).filter(_told(period, ""))
    concerned = known.filter(Q(state__in=OPEN) | Q(pk__in=crossing.values("petition")))
    # Where it has crossed since, it stood there from where it went first.
    first = crossing.filter(petition=OuterRef("pk")).order_by("pk").values("from_state")[:1]
    stood = concerned.annotate(stood=Coalesce(Subquery(first), "state")).filter(stood__in=OPEN)
    led = Referral.objects.filter(petition=OuterRef("pk"), lead=True, sent_at__lt=period.end).exclude(
        kind=Referral.Kind.REVIEW
    )
    kept = led.filter(Q(ended_at=None) | Q(ended_at__gte=period.end)).order_by("-sent_at", "-id").values("agency")[:1]
    return stood.annotate(answerable=_first_of(Subquery(kept), "office_id"))


def _answered_first(period: Period) -> QuerySet[Petition]:
    days = Q(answered_on__gte=period.first_day, answered_on__lte=period.last_day)
    return Petition.objects.filter(days & _told(period, "")).annotate(answerable=_lead_at("pk", "answered_at"))


def _rated(period: Period) -> QuerySet[Rating]:
    """Return the ratings of a period that are part of the rate: not those that silence stands for 期满未评价, unless the rules count them."""
    given = Rating.objects.filter(counted=True, at__gte=period.start, at__lt=period.end)
    return given.filter(_told(period)).annotate(answerable=F("agency_id"))


def _reviewed(at: str) -> Callable[[Period], QuerySet[Review]]:
    def rows(period: Period) -> QuerySet[Review]:
        when = Review.objects.filter(**{f"{at}__gte": period.start, f"{at}__lt": period.end})
        return when.filter(_told(period)).annotate(answerable=F("answer__agency_id"))

    return rows


def _extended(period: Period) -> QuerySet[Extension]:
    granted = Extension.objects.filter(at__gte=period.start, at__lt=period.end)
    return granted.filter(_told(period, "deadline__petition__")).annotate(answerable=F("deadline__owed_by_id"))


RECEIVED = Source("received", _received, "pk", once=True)
ACCUSATIONS = Source("accusations", _accusations, "pk", once=True)
REFERRED = Source("referred", _referred)
EVENTS = Source("events", _events, apart=True)
DUE = Source("due", _due)
OVERDUE = Source("overdue", _overdue)
STANDING = Source("standing", _open, "pk", once=True)
ANSWERED_FIRST = Source("answered_first", _answered_first, "pk", once=True)
RATED = Source("rated", _rated)
REVIEW_ASKED = Source("review_asked", _reviewed("asked_at"))
REVIEW_DECIDED = Source("review_decided", _reviewed("decided_at"))
EXTENDED = Source("extended", _extended, "deadline__petition")


def _not_rated(period: Period) -> QuerySet[Entry]:
    """Return the answers of a period that nobody had rated, from the instant at which each was given, when it ended."""
    given = Rating.objects.filter(
        petition=OuterRef("petition"), about=Rating.About.AGENCY, at__gte=OuterRef("happened_at"), at__lt=period.end
    )
    return _events(period).filter(~Exists(given), action__in=ANSWERING)


NOT_RATED = Source("not_rated", _not_rated)
