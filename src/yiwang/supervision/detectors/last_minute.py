"""Acceptance just before the limit 踩点受理, again and again: a hint, for supervisors alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from yiwang.petitions.models import Deadline, Petition
from yiwang.supervision import thresholds
from yiwang.supervision.detectors import Found
from yiwang.supervision.observing import Seen, remember

INTIME, LAST = "accepted", "accepted_last"
RULE = "notice"


def last_minute_acceptance(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the acceptances in the last hours of the 15 days, at agencies that mostly accept so; six statements.

    An agency does so when of the matters that it has accepted in time within the days looked back on (and there are enough
    of them), the share of those in the last hours has reached the threshold. What was accepted late is another kind.
    Accusations, what was merged, and imported history are left out.
    """
    limits = thresholds.current()
    since, hours = now - timedelta(days=limits["last_days"]), timedelta(hours=limits["last_hours"])
    met = (
        Deadline.objects.filter(petition__in=petitions, rule=RULE, met_at__gte=since, petition__historical=False)
        .filter(petition__merged_into=None)
        .exclude(petition__purpose=Petition.Purpose.ACCUSATION)
        .order_by()
    )
    last: list[tuple[Seen, timedelta]] = []
    seen: list[Seen] = []
    for pk, petition, agency, met_at, due_at in met.values_list("pk", "petition", "owed_by", "met_at", "due_at"):
        if met_at is None or not met_at < due_at or met_at > now:
            continue
        left = due_at - met_at
        kind = LAST if left <= hours else INTIME
        one = Seen(kind, petition, agency, pk, met_at)
        seen.append(one)
        if kind == LAST:
            last.append((one, left))
    numbers = remember(seen, (INTIME, LAST), since)
    for one, left in last:
        of_last, others = numbers.get((one.agency_id, LAST), 0), numbers.get((one.agency_id, INTIME), 0)
        enough = of_last + others >= limits["last_least"]
        if enough and of_last * 100 >= (of_last + others) * limits["last_share"]:
            detail = {"minutes_left": int(left.total_seconds() // 60)}
            yield Found("last_minute_acceptance", one.petition_id, one.agency_id, one.about_id, one.at, detail)
