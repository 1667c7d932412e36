"""Petitions discouraged by reclassification 改类规避: sorted anew after registration, and so out of the limit or out of the house.

A hint, for supervisors alone: a matter that was sorted wrongly must be sorted anew, and one such change says nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from yiwang.petitions.models import Deadline, Entry, Petition
from yiwang.supervision import thresholds
from yiwang.supervision.detectors import Found
from yiwang.supervision.observing import Seen, remember

KIND = "reclassified"
SORTED_BY = frozenset({"purpose", "category"})
"""What a petition is sorted by, among the fields that can be corrected."""
SENT_AWAY = ("not_take", "redirect", "lead_out")
"""The endings that turn a petitioner away. Not taken since it runs already, or was decided finally, is none of them."""
HANDLING = ("handling", "simple-handling")
OUT_OF_THE_LIMIT = ("corrected", "other_route")
"""Why the limit of article 34 was cancelled, where the matter was sorted anew."""


def reclassified(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the petitions sorted anew by an agency that does so often, which then left the 60 days or the house; seven statements.

    Sorted anew is: purpose or category corrected, or the route chosen, after registration. It left the house when it was
    then not taken, or led into another procedure; it left the 60 days of article 34 when the change itself cancelled them.
    Often is: so many petitions of the same unit within the days looked back on. The unit is that from whose post the change
    was made. Accusations and imported history are left out.
    """
    limits = thresholds.current()
    since = now - timedelta(days=limits["reclassified_days"])
    seen, how = [], {}
    for petition, pk, agency, at, way in _sorted_anew(petitions, since, now):
        one = Seen(KIND, petition, agency, pk, at)
        seen.append(one)
        how[pk] = way
    numbers = remember(seen, (KIND,), since)
    for one in seen:
        if numbers.get((one.agency_id, KIND), 0) >= limits["reclassified_times"]:
            yield Found(KIND, one.petition_id, one.agency_id, one.about_id, one.at, {"how": how[one.about_id]})


def _sorted_anew(
    petitions: Sequence[int], since: datetime, now: datetime
) -> Iterator[tuple[int, int, int, datetime, str]]:
    """Yield petition, entry, agency, instant and way out of each last change that led out; three statements."""
    changes = (
        Entry.objects.filter(
            petition__in=petitions, action__in=("correct", "choose_route"), agency__isnull=False,
            happened_at__gte=since, happened_at__lte=now, happened_at__gt=F("petition__registered_at"),
            petition__historical=False,
        )
        .exclude(petition__purpose=Petition.Purpose.ACCUSATION)
        .order_by("id")
    )  # fmt: skip
    made: dict[int, list[tuple[int, int, datetime]]] = defaultdict(list)
    for petition, pk, agency, action, at, data in changes.values_list(
        "petition", "pk", "agency", "action", "happened_at", "data"
    ):
        if action == "choose_route" or SORTED_BY.intersection(data.get("changed", ())):
            made[petition].append((pk, agency, at))
    ended = dict(
        Entry.objects.filter(petition__in=made, action__in=SENT_AWAY)
        .order_by("id")
        .values_list("petition", "happened_at")
    )
    cancelled: dict[int, set[datetime]] = defaultdict(set)
    for petition, cancelled_at in Deadline.objects.filter(
        petition__in=made, rule__in=HANDLING, cancelled_because__in=OUT_OF_THE_LIMIT, cancelled_at__isnull=False
    ).values_list("petition", "cancelled_at"):
        if cancelled_at:
            cancelled[petition].add(cancelled_at)
    for petition, steps in made.items():
        for pk, agency, at in reversed(steps):
            away = ended.get(petition)
            if away is not None and away >= at:
                yield petition, pk, agency, at, "sent_away"
                break
            if at in cancelled[petition]:
                yield petition, pk, agency, at, "out_of_the_limit"
                break
