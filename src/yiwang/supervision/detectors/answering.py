"""How an agency comes to its answer: sent back again and again 多次退回, and taken up again afterwards 重新办理."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from yiwang.petitions.models import Answer, Entry
from yiwang.supervision import thresholds
from yiwang.supervision.detectors import Found
from yiwang.supervision.detectors.rounds import TAKES_UP

WHO = {"citizen": "petitioner", "staff": "office", "system": "office"}


def sent_back_twice(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the answers that were sent back so often before one was approved; two statements.

    Only the last run of drafts counts: an approval ends a run. It hangs on the first draft of the run, since the second time.
    """
    times = thresholds.current()["sent_back_times"]
    rows = Answer.objects.filter(petition__in=petitions, petition__merged_into=None).order_by("petition", "id")
    runs: dict[int, list[tuple[int, int, datetime | None]]] = defaultdict(list)
    ended: set[int] = set()
    for petition, pk, agency, state, decided_at in rows.values_list("petition", "pk", "agency", "state", "decided_at"):
        if petition in ended:
            runs[petition] = []
            ended.discard(petition)
        if state == Answer.State.SENT_BACK:
            runs[petition].append((pk, agency, decided_at))
        elif state == Answer.State.APPROVED:
            ended.add(petition)
    for petition, run in runs.items():
        if len(run) >= times:
            yield Found(
                "sent_back_twice", petition, run[-1][1], run[0][0], run[times - 1][2] or now, {"times": len(run)}
            )


def reopened(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the petitions that were taken up again after an answer, by the last time; two statements.

    It is laid to the agency whose answer did not hold. ``by`` tells who took it up: the petitioner, the office or a review.
    """
    times: dict[int, int] = defaultdict(int)
    last: dict[int, tuple[int, str, str, datetime]] = {}
    entries = Entry.objects.filter(petition__in=petitions, action__in=TAKES_UP).order_by("id")
    for petition, pk, action, actor, at in entries.values_list("petition", "pk", "action", "actor_kind", "happened_at"):
        times[petition] += 1
        last[petition] = (pk, action, actor, at)
    answers: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    approved = Answer.objects.filter(petition__in=last, state=Answer.State.APPROVED, decided_at__isnull=False)
    for petition, agency, decided_at in approved.order_by("decided_at", "id").values_list(
        "petition", "agency", "decided_at"
    ):
        if decided_at:
            answers[petition].append((agency, decided_at))
    for petition, (pk, action, actor, at) in last.items():
        whose = next((agency for agency, decided_at in reversed(answers[petition]) if decided_at <= at), None)
        by = "review" if action == "remand" else WHO.get(actor, "office")
        yield Found("reopened", petition, whose, pk, at, {"by": by, "times": times[petition]})
