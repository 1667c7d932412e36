"""When a number is dialled again 重拨: read off the rules, which are data; pure arithmetic, without a database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from yiwang.satisfaction.callbacks.hours import Hours, next_day
from yiwang.satisfaction.models import OutcomeRule
from yiwang.workdays.counting import Calendar


@dataclass(frozen=True)
class Redial:
    """What follows on an attempt: how many now count, and when it is dialled again; None: never."""

    attempts: int
    due_at: datetime | None


def after(
    rule: OutcomeRule, at: datetime, attempts: int, most: int, hours: Hours, calendar: Calendar,
    asked_for: datetime | None = None,
) -> Redial:  # fmt: skip
    """Return what follows on an attempt at ``at``, before which so many of at most ``most`` had counted.

    The earliest instant is ``asked_for`` where the petitioner named one that is yet to come, else so many minutes after the attempt;
    where the rule says so, not on the same day. It is then moved on into the hours of a working day.
    """
    counted = attempts + 1 if rule.counts else attempts
    if not rule.again or counted >= most:
        return Redial(counted, None)
    earliest = at + timedelta(minutes=rule.minutes)
    if asked_for:
        earliest = max(asked_for, at)
    if rule.other_day:
        earliest = max(earliest, next_day(at))
    return Redial(counted, hours.first_within(earliest, calendar))
