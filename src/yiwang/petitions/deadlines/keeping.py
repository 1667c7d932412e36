"""The rows that limits leave: under which rules one runs, when it is warned of, and how its end is counted anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TypedDict

from yiwang.petitions.deadlines.counting import Days, Due
from yiwang.petitions.deadlines.rules import RULE_SETS, VERSION, Rule, is_duty
from yiwang.petitions.models import Deadline, Extension, LocalLimit, LocalLimits

COUNTED = ("due_on", "due_at", "provisional", "warned", "next_warning_at")
"""The columns that hold what was counted."""
Counted = tuple[date, datetime, bool, int, datetime | None]


def version_on(newest: int, day: date) -> str:
    """Return the rule set for a petition received on a day: the law's, or that with the office's own limits in force.

    ``newest`` is the number of the newest set of own limits (`Agency.local_limits`): 0 asks the database nothing, any
    other is one statement.
    """
    if not newest:
        return VERSION
    found = LocalLimits.objects.filter(since__lte=day, law=VERSION).order_by("-number").first()
    return found.version if found else VERSION


def rules_of(version: str) -> Mapping[str, Rule]:
    """Return the limits of a rule set; one statement when it holds the office's own.

    Raises KeyError when there is no such rule set of the law.
    """
    law, _plus, number = version.partition("+")
    rules = RULE_SETS[law].rules
    if not number:
        return rules
    own = LocalLimit.objects.filter(limits=int(number)).values_list("rule", "number")
    return {**rules, **{code: replace(rules[code], number=days) for code, days in own if code in rules}}


def next_warning(code: str, found: Due, warned: int) -> datetime | None:
    """Return when the clock next has something to do: a duty is warned of at its marks, a right lapses at its end."""
    return found.mark_above(warned) if is_duty(code) else found.at


class Lengthened(TypedDict):
    """What `due` is given of a limit's extension and suspensions."""

    extended: int
    suspended: list[Days]


def lengthened(row: Deadline) -> Lengthened:
    """Return what lengthens a limit; two statements."""
    extended = Extension.objects.filter(deadline=row).values_list("days", flat=True).first() or 0
    return Lengthened(extended=extended, suspended=list(row.suspensions.values_list("first_day", "last_day")))


def values_found(code: str, found: Due, warned: int, armed: bool, now: datetime) -> Counted:
    """Return the columns of `COUNTED` for a limit as it was counted; ``armed`` tells whether the clock had still to do with it.

    A mark that lies ahead again is warned of again: it is another day.
    """
    kept = min(warned, found.passed(now))
    upcoming = (
        next_warning(code, found, kept) if armed or kept else None
    )  # neither: it is history, which is not warned of
    return found.on, found.at, found.provisional, kept, upcoming


def set_found(row: Deadline, found: Due, now: datetime) -> None:
    """Set the end of a limit as it was counted, unsaved (`COUNTED`)."""
    values = values_found(row.rule, found, row.warned, row.next_warning_at is not None, now)
    row.due_on, row.due_at, row.provisional, row.warned, row.next_warning_at = values
