"""Answered without a word to the petitioner 未与信访人联系 before: a hint, for supervisors alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q

from yiwang.outbox.models import Notice
from yiwang.petitions.models import Answer, Entry, Petition
from yiwang.supervision.detectors import Found, rounds

CONTACTS = ("request_more", "hold_hearing")
"""Actions that themselves turn to the petitioner."""
ENTERED_LATER = timedelta(hours=1)
"""An entry that was written down so long after it happened comes out of an import: nobody knows what else was done then."""
NOTICES = ("accepted", "request_more", "hearing", "extended", "route_chosen", "converted")
"""What the agency tells on its way to the answer. That a matter was filed and referred is told by the platform, not by it."""


def closed_without_contact(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the appeals that were answered and in whose present round nobody had any contact with the petitioner; five statements.

    Contact is: a note that says so (a call, a visit, a talk, a message), a request for more or a hearing; the acceptance
    told on the spot; material that the petitioner sent; or a notice of the agency's that reached the petitioner (delivered,
    or ticked off by whoever told it) before the answer was approved. Words that only wait on the lookup page reached nobody.

    Left out: whom nobody can reach; settlements, which both sides agreed; suggestions and accusations; what was merged;
    and what was imported, of which it is not known.
    """
    answered = Petition.objects.filter(
        rounds.recent("answer__decided_at", now), pk__in=petitions, state__in=(Petition.State.ANSWERED, Petition.State.CLOSED), merged_into=None,
        purpose=Petition.Purpose.APPEAL, historical=False, answer__state=Answer.State.APPROVED,
    ).exclude(answer__outcome=Answer.Outcome.SETTLED)  # fmt: skip
    reachable = answered.exclude(
        petitioner__sealed_email=b"", petitioner__sealed_phone=b"", petitioner__sealed_address=b""
    )
    rows = {
        petition: (answer, agency, decided_at)
        for petition, answer, agency, decided_at in reachable.order_by().values_list(
            "pk", "answer", "answer__agency", "answer__decided_at"
        )
        if decided_at
    }
    since = rounds.began(list(rows))
    told = _entries(rows) + _notices(rows)
    contacted = {pk for pk, at in told if since.get(pk, at) <= at <= rows[pk][2]}
    for petition, (answer, agency, decided_at) in rows.items():
        if petition not in contacted:
            yield Found("closed_without_contact", petition, agency, answer, decided_at)


def _entries(petitions: dict[int, tuple[int, int, datetime]]) -> list[tuple[int, datetime]]:
    turned_to = Q(action__in=CONTACTS) | Q(action="add_material", actor_kind="citizen")
    said = Q(action="note", data__has_key="contact") | Q(
        action__in=("accept", "accept_simply"), data__has_key="told_on_the_spot"
    )
    imported = Q(recorded_at__gt=F("happened_at") + ENTERED_LATER)
    entries = Entry.objects.filter(turned_to | said | imported, petition__in=petitions).order_by()
    return list(entries.values_list("petition", "happened_at"))


def _notices(petitions: dict[int, tuple[int, int, datetime]]) -> list[tuple[int, datetime]]:
    reached = Notice.objects.filter(
        petition_id__in=petitions, kind__in=NOTICES, state=Notice.State.DELIVERED, delivered_at__isnull=False
    ).exclude(route=Notice.LOOKUP)
    return list(reached.order_by().values_list("petition_id", F("delivered_at")))
