"""Urging 催办: whoever owes something is reminded of it, by the platform along the ladder, or by a supervisor in their own words."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.work import Work
from yiwang.petitions.deadlines import is_duty
from yiwang.petitions.models import Deadline


@dataclass(kw_only=True)
class Urge(Action):
    """Urge whoever owes something that is still open (art. 28). It moves no limit and changes nothing but the petition's life.

    ``rule`` is the limit's; without one, that which ends first. ``step`` and ``to`` say where on the ladder the platform
    is; ``words`` are a supervisor's own.
    """

    code: ClassVar[str] = "urge"
    rule: str = ""
    step: int | None = None
    to: str = ""
    words: str = ""

    def check(self, work: Work) -> None:
        if work.actor.kind != "system":
            refuse_empty(self.words, "no_words", _("请写明催办什么、要求何时办好。"))
        self.limit(work)

    def apply(self, work: Work) -> None:
        limit = self.limit(work)
        work.note = self.words
        work.data.update(rule=limit.rule, agency=str(limit.owed_by_id))
        if self.step is not None:
            work.data.update(step=self.step, to=self.to)

    def limit(self, work: Work) -> Deadline:
        """Return the open duty that is urged about; refuse where nothing is owed."""
        owed = [row for row in work.open_deadlines if row.is_open and is_duty(row.rule) and self.rule in {"", row.rule}]
        if not owed or work.petition.historical:
            raise Refused("nothing_owed", _("这件信访现在没有到期要办的事，不用催办。"))
        return min(owed, key=lambda row: (row.due_at, row.pk))
