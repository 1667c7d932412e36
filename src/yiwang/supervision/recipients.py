"""Whom a step of the ladder means: the people who hold the posts, as far as they may see the petition at all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from yiwang.agencies.models import Absence, Agency, Post, Role, Staff
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Petition
from yiwang.petitions.visibility import visible_to
from yiwang.store.trees import ids_on
from yiwang.supervision.models import Step

HANDLERS = (Role.AGENCY_HANDLER, Role.OFFICE_HANDLER)
HEADS = (Role.APPROVER, Role.LEADER)
UPWARD = (Step.To.HANDLER, Step.To.HEAD, Step.To.SUPERIOR, Step.To.OFFICE)
"""Where nobody is found for a step, the next of these is asked."""


@dataclass
class People:
    """The people of the agencies, read once for a turn of urging; who may see what is asked once for each person."""

    today: date
    posts: dict[int, list[Post]] = field(default_factory=lambda: defaultdict(list))
    away: dict[int, Staff | None] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)

    @classmethod
    def on(cls, today: date, agencies: Iterable[Agency]) -> "People":
        """Read who holds a post on a day in these agencies and those above them; two statements."""
        found = cls(today)
        ids = {one for agency in agencies for one in ids_on(agency.path)}
        held = Post.objects.filter(Post.held_on(today), agency__in=ids, agency__active=True, staff__is_active=True)
        for post in held.select_related("agency", "staff").order_by("pk"):
            found.posts[post.agency_id].append(post)
        away = Absence.objects.filter(first_day__lte=today, last_day__gte=today).select_related("stand_in")
        found.away = {absence.staff_id: absence.stand_in for absence in away}
        return found

    def for_step(self, to: str, petition: Petition, limit: Deadline) -> tuple[str, list[Staff]]:
        """Return whom a step means, with the step's own word for them: of those who are there, they who may see the petition.

        Who stands in for somebody absent is told instead. Where nobody is left, it goes one step further up.
        """
        for asked in UPWARD[UPWARD.index(Step.To(to)) :]:
            told = {person.pk: person for person in map(self._present, self._meant(asked, petition, limit))}
            seen = [person for person in told.values() if self._may_see(person, petition)]
            if seen:
                return asked.value, seen
        return to, []

    def _meant(self, to: Step.To, petition: Petition, limit: Deadline) -> list[Staff]:
        agency = limit.owed_by
        if to == Step.To.HANDLER:
            return self._handlers(petition, agency)
        if to == Step.To.HEAD:
            return self._holding(agency.pk, HEADS)
        if to == Step.To.SUPERIOR:
            return self._nearest(ids_on(agency.path)[:-1], HEADS)
        return self._nearest(ids_on(petition.office.path), (Role.SUPERVISOR,))

    def _handlers(self, petition: Petition, agency: Agency) -> list[Staff]:
        """Return whose turn it is, where that is in the agency that owes; else those who handle matters there."""
        here = petition.turn_agency_id == agency.pk
        if here and petition.turn_role in HANDLERS and petition.handler and petition.handler.is_active:
            return [petition.handler]
        return self._holding(agency.pk, (Role(petition.turn_role),) if here and petition.turn_role else HANDLERS)

    def _holding(self, agency: int, roles: Sequence[Role]) -> list[Staff]:
        return [post.staff for post in self.posts.get(agency, ()) if post.role in roles]

    def _nearest(self, path: Sequence[int], roles: Sequence[Role]) -> list[Staff]:
        """Return those of the nearest agency on a way up that has any."""
        return next((people for one in reversed(path) if (people := self._holding(one, roles))), [])

    def _present(self, person: Staff) -> Staff:
        return self.away.get(person.pk) or person

    def _may_see(self, person: Staff, petition: Petition) -> bool:
        if person.pk in petition.recused:
            return False
        if person.pk not in self.actors:
            self.actors[person.pk] = Actor.of_staff(person)
        return visible_to(self.actors[person.pk]).filter(pk=petition.pk).exists()
