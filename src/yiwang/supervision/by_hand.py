"""Urging by hand: a supervisor's own words to whoever handles a matter, told with the next digest."""

from dataclasses import dataclass

from yiwang.petitions.actions import Urge
from yiwang.petitions.actions.work import Work
from yiwang.supervision.models import Step
from yiwang.supervision.recipients import People
from yiwang.supervision.urging import note
from yiwang.workdays.counting import office_date


@dataclass(kw_only=True)
class UrgeByHand(Urge):
    """Urge in one's own words: the handlers, or where nobody is there, those above them. The words stay on the desk."""

    def apply(self, work: Work) -> None:
        super().apply(work)
        limit = self.limit(work)
        people = People.on(office_date(work.now), [limit.owed_by, work.petition.office])
        to, meant = people.for_step(Step.To.HANDLER, work.petition, limit)
        note(work.petition, limit, None, to, meant, work.now)
