"""Passed between agencies 推转: nobody takes the matter, and it goes from one to the next (arts. 24, 28)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from yiwang.petitions.lifecycle import OPEN
from yiwang.petitions.models import Entry, Petition, Referral
from yiwang.supervision import thresholds
from yiwang.supervision.detectors import Found, rounds

Step = tuple[datetime, int]
"""When, and the row that it was."""


def shifted(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the open petitions that in their present round were passed between agencies; five statements.

    They were, once the office had given the lead to so many different agencies, one after the other; or once agencies had
    objected so many times. What an agency passes on down its own branch is no shifting: the law provides for it (art. 23).
    It hangs on the referral or objection by which the number was reached.
    """
    limits = thresholds.current()
    leads = dict(
        Petition.objects.filter(pk__in=petitions, state__in=OPEN, merged_into=None)
        .order_by()
        .values_list("pk", "lead_agency")
    )
    since = rounds.began(list(leads))
    asked: dict[int, dict[int, Step]] = defaultdict(dict)
    referrals = Referral.objects.filter(petition__in=leads, lead=True, parent=None).exclude(kind=Referral.Kind.REVIEW)
    for petition, agency, sent_at, pk in referrals.order_by("id").values_list("petition", "agency", "sent_at", "pk"):
        if petition not in since or sent_at >= since[petition]:
            asked[petition].setdefault(agency, (sent_at, pk))
    objected: dict[int, list[Step]] = defaultdict(list)
    entries = Entry.objects.filter(petition__in=leads, action="object").order_by("id")
    for petition, at, pk in entries.values_list("petition", "happened_at", "pk"):
        if petition not in since or at >= since[petition]:
            objected[petition].append((at, pk))
    for petition, lead in leads.items():
        reached = [
            steps[number - 1]
            for steps, number in (
                (list(asked[petition].values()), limits["shifted_leads"]),
                (objected[petition], limits["shifted_objections"]),
            )
            if len(steps) >= number
        ]
        if reached:
            at, pk = min(reached)
            detail = {"leads": len(asked[petition]), "objections": len(objected[petition])}
            yield Found("shifted", petition, lead, pk, at, detail)
