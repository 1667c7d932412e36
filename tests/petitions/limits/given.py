"""What these tests start from: actions that lengthen a limit and nothing else, and limits begun at any instant."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yiwang.petitions import actions
from yiwang.petitions.actions.work import Work
from yiwang.petitions.deadlines import RULES, by_calendar, due, rolls_over
from yiwang.petitions.models import Deadline, Petition


@dataclass(kw_only=True)
class ExtendLimit(actions.Note):
    """A note that extends the limit of a rule, as an action of the product would."""

    rule: str
    days: int
    text: str = "案情复杂"

    def apply(self, work: Work) -> None:
        super().apply(work)
        work.extend(Deadline.objects.get(petition=work.petition, rule=self.rule), self.days)


@dataclass(kw_only=True)
class SuspendLimit(actions.Note):
    """A note that lets days of a limit not count."""

    rule: str
    first: date
    last: date
    because: str = "hearing"
    text: str = "举行听证"

    def apply(self, work: Work) -> None:
        super().apply(work)
        work.suspend(Deadline.objects.get(petition=work.petition, rule=self.rule), self.first, self.last, self.because)


def limit(petition: Petition, rule: str, start: datetime, **more: Any) -> Deadline:
    """Start a limit of a petition at some instant, as an action then would have."""
    rollover = more.pop("rollover", rolls_over(RULES[rule]))
    found = due(RULES[rule], start, rollover=rollover)
    return Deadline.objects.create(
        petition=petition, rule=rule, rule_version="2022", owed_by=petition.office, started_at=start, due_on=found.on,
        due_at=found.at, provisional=found.provisional, rollover=rollover, by_calendar=by_calendar(RULES[rule], rollover),
        next_warning_at=found.at if RULES[rule].lapses else found.marks[0][1], **more,
    )  # fmt: skip


def everything(petition: Petition) -> list[Any]:
    """Return every row of a petition that a refused action must not have touched."""
    return [
        Petition.objects.filter(pk=petition.pk).values().get(),
        sorted(petition.entries.values_list("pk", "action")),
        sorted(petition.deadlines.values_list("pk", "due_on", "met_at", "cancelled_at", "warned", "next_warning_at")),
        list(petition.deadlines.values_list("extension__days", "suspensions__first_day").order_by("pk")),
    ]
