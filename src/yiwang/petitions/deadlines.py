"""The limits of the Regulations, one row each, and how a date is counted from them.

Only the objection runs in working days; the others are calendar days, counted from the day after the event at the office
(domain.md). A limit that binds an agency does not roll over when it ends on a rest day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.workdays.counting import after_days, after_working_days, end_of, office_date, rolled_over

VERSION = "2022"
"""The rule set that new petitions are registered under: the Regulations in force since 1 May 2022."""


class Unit(StrEnum):
    DAYS = "days"
    WORKING_DAYS = "working_days"


class Owes(StrEnum):
    """Which agency a limit binds."""

    OFFICE = "office"
    AGENCY = "agency"


@dataclass(frozen=True)
class Rule:
    """One limit: ``number`` of ``unit`` counted from ``counted_from``; ``article`` of the Regulations."""

    code: str
    label: str | Promise
    number: int
    unit: Unit
    counted_from: str
    owes: Owes
    article: str
    rollover: bool = False
    lapses: bool = False
    """Whether it limits a right, which lapses, and not a duty: then nobody is ever late with it."""


@dataclass(frozen=True)
class Due:
    """When a limit ends: the last day in time, the instant after it (UTC), and whether the calendar lacks the year 暂定."""

    on: date
    at: datetime
    provisional: bool


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("refer", _("登记转办"), 15, Unit.DAYS, "received", Owes.OFFICE, "22"),
        Rule("notice", _("告知受理"), 15, Unit.DAYS, "referred", Owes.AGENCY, "23"),
        Rule("objection", _("提出异议"), 5, Unit.WORKING_DAYS, "referred", Owes.AGENCY, "23", lapses=True),
        Rule("handling", _("办理答复"), 60, Unit.DAYS, "accepted", Owes.AGENCY, "34"),
    )
}


def is_duty(code: str) -> bool:
    """Tell whether a limit binds somebody to act, so that it can be late; a day named by an assignment does."""
    return code not in RULES or not RULES[code].lapses


def first_owed(limits: Iterable[tuple[datetime, str]]) -> tuple[datetime, str] | None:
    """Return the end and the code of the duty that ends first, of open limits given likewise; None when nothing is owed."""
    return min(((at, code) for at, code in limits if is_duty(code)), default=None)


def due(rule: Rule, start: datetime) -> Due:
    """Return when a limit that starts at an instant ends; one statement for working days, none for calendar days."""
    first = office_date(start)
    if rule.unit == Unit.WORKING_DAYS:
        day, provisional = after_working_days(first, rule.number)
    else:
        day, provisional = after_days(first, rule.number), False
    if rule.rollover:
        day, unsure = rolled_over(day)
        provisional |= unsure
    return Due(day, end_of(day), provisional)


def due_by(day: date) -> Due:
    """Return the end of a limit that names its day itself, as the report of an assignment 交办 does."""
    return Due(day, end_of(day), False)
