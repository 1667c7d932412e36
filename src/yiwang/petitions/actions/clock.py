"""What the clock does by itself: it warns of a limit at 50, 80 and 100 per cent, and lets a right lapse that nobody used."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from yiwang.petitions.actions.action import Action, Refused
from yiwang.petitions.actions.work import Work
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import RULES, is_duty
from yiwang.petitions.models import Deadline

BATCH = 200
SECONDS_OF_A_TURN = 2.0
RIGHTS = sorted(code for code in RULES if not is_duty(code))


@dataclass(kw_only=True)
class Warn(Action):
    """Warn of a limit that binds somebody 期限提醒: once at each share of its days; of several missed ones, the last alone."""

    code: ClassVar[str] = "warn"
    deadline: int

    def check(self, work: Work) -> None:
        self.row(work)

    def apply(self, work: Work) -> None:
        row = self.row(work)
        percent = work.warn(row)
        work.referral = row.referral
        work.data.update(rule=row.rule, percent=percent, deadline=str(row.pk))

    def row(self, work: Work) -> Deadline:
        """Return the limit, open and due for the clock; refuse any other, as the second of two workers finds it."""
        row = next((row for row in work.open_deadlines if row.pk == self.deadline), None)
        if (
            row is None
            or work.petition.historical
            or is_duty(row.rule) != (self.code == "warn")
            or row.next_warning_at is None
            or row.next_warning_at > work.happened_at
            or not (is_duty(row.rule) or row.is_over(work.happened_at))
        ):
            raise Refused("not_due", _("这个期限现在不用提醒。"))
        return row


@dataclass(kw_only=True)
class Lapse(Warn):
    """Let a right lapse whose time has passed 期满失权: nobody is late with it, and it can no longer be used."""

    code: ClassVar[str] = "lapse"

    def apply(self, work: Work) -> None:
        row = self.row(work)
        row.cancelled_at, row.cancelled_because = work.happened_at, Deadline.LAPSED
        work.referral = row.referral
        work.data.update(rule=row.rule, deadline=str(row.pk))


def warn_due(seconds: float = SECONDS_OF_A_TURN) -> int:
    """Warn of every limit that has reached a mark, and let rights lapse, for so long at most; the worker calls it. Return how many."""
    until, done = time.monotonic() + seconds, 0
    while True:
        ready = list(
            Deadline.objects.filter(
                Q(provisional=False) | ~Q(rule__in=RIGHTS),
                met_at=None,
                cancelled_at=None,
                next_warning_at__lte=datetime.now(UTC),
                petition__historical=False,
            )
            .order_by("next_warning_at")
            .values_list("pk", "petition_id", "rule")[:BATCH]
        )
        before = done
        for deadline, petition_id, rule in ready:
            if time.monotonic() >= until:
                return done
            action = Warn(deadline=deadline) if is_duty(rule) else Lapse(deadline=deadline)
            try:
                action.run(Actor.system(), petition_id)
            except Refused:
                continue  # another worker, or an action that ended the limit, came before
            done += 1
        if len(ready) < BATCH or done == before:
            return done
