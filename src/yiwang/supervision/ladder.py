"""The ladder of urging 催办阶梯: which step a limit has come to, and the steps that an office begins with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yiwang.supervision.detectors.limits import mark
from yiwang.supervision.models import Settings, Step
from yiwang.workdays.counting import end_of, office_date

ANY = ""
"""The rule of the steps for all limits that have none of their own."""
FIRST_STEPS = (
    (1, Step.Measure.PERCENT, 80, Step.To.HANDLER),
    (2, Step.Measure.PERCENT, 100, Step.To.HEAD),
    (3, Step.Measure.DAYS_OVER, 3, Step.To.SUPERIOR),
    (4, Step.Measure.DAYS_OVER, 7, Step.To.OFFICE),
)
"""What an office begins with: it sets another ladder at the desk."""


@dataclass(frozen=True)
class Rung:
    """A step with the instant at which a limit comes to it."""

    step: Step
    at: datetime


def seed_ladder() -> int:
    """Enter the first ladder where there is none; return how many steps."""
    if Step.objects.exists():
        return 0
    rows = [Step(rule=ANY, number=number, measure=measure, at=at, to=to) for number, measure, at, to in FIRST_STEPS]
    Step.objects.bulk_create(rows)
    return len(rows)


def ladders() -> dict[str, list[Step]]:
    """Return the steps by rule, lowest first; one statement."""
    found: dict[str, list[Step]] = defaultdict(list)
    for step in Step.objects.order_by("number"):
        found[step.rule].append(step)
    return dict(found)


def rungs(
    steps: Mapping[str, Sequence[Step]], rule: str, started_at: datetime, due_on: date, settings: Settings
) -> list[Rung]:
    """Return when a limit comes to each step of its ladder, lowest first; nobody is urged before it is about to be late."""
    started_on = office_date(started_at)
    earliest = mark(started_on, due_on, settings.soon_percent)
    return [
        Rung(step, max(reached(step, started_on, due_on), earliest)) for step in steps.get(rule, steps.get(ANY, ()))
    ]


def reached(step: Step, started_on: date, due_on: date) -> datetime:
    """Return the instant at which a limit comes to a step.

    So many per cent of its days: the end of the first day by which they are used up, as in `detectors.limits.mark`; the
    hundredth is the end of the limit. So many days over: the end of that day after the last one in time.
    """
    if step.measure == Step.Measure.DAYS_OVER:
        return end_of(due_on + timedelta(days=step.at))
    return mark(started_on, due_on, step.at)
