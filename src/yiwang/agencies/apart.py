"""Which posts nobody may hold together: the three administrators apart 三员分立, and none of them with a post that reads petitions.

System administrators keep the tables and the accounts, security administrators say who may do what, and auditors watch
both (the three roles of classified protection, GB/T 22239-2019, 8.1.5). Standing in for somebody counts as holding
their posts on those days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from yiwang.agencies.models import ADMINISTRATORS, Absence, Post, Role, Staff


@dataclass(frozen=True)
class Held:
    """A role that somebody acts in, and the days on which they do; None: without a beginning or an end."""

    role: str
    since: date | None = None
    until: date | None = None

    def on_days(self, since: date | None, until: date | None) -> "Held":
        """Return the same within those days alone."""
        begins = [day for day in (self.since, since) if day]
        ends = [day for day in (self.until, until) if day]
        return Held(self.role, max(begins, default=None), min(ends, default=None))

    @property
    def is_never(self) -> bool:
        return bool(self.since and self.until and self.until < self.since)


def are_apart(one: str, other: str) -> bool:
    """Tell whether two roles may not be joined: two different administrators, or an administrator and any other role."""
    return one != other and (one in ADMINISTRATORS or other in ADMINISTRATORS)


def joined(roles: Iterable[str]) -> bool:
    """Tell whether roles are held together that may not be."""
    held = set(roles)
    return any(are_apart(one, other) for one in held for other in held)


def why_not_given(staff: Staff, given: Held, today: date) -> str:
    """Return why somebody may not get a post, in words; "" when they may. Who stands in for them would act in it too.

    Three statements at most.
    """
    clash = _clash(_acts_in(staff, today), [given])
    if clash:
        return _words(staff, *clash)
    absences = staff.absences.filter(stand_in__isnull=False, last_day__gte=today).select_related("stand_in")
    for absence in absences:
        assert absence.stand_in is not None
        clash = _clash(_acts_in(absence.stand_in, today), [given.on_days(absence.first_day, absence.last_day)])
        if clash:
            return _words(absence.stand_in, *clash)
    return ""


def why_not_standing_in(stand_in: Staff, staff: Staff, first_day: date, last_day: date, today: date) -> str:
    """Return why somebody may not stand in for another on those days, in words; "" when they may."""
    theirs = [held.on_days(first_day, last_day) for held in _of_posts(staff.posts.all())]
    clash = _clash(_acts_in(stand_in, today), theirs)
    return _words(stand_in, *clash) if clash else ""


def joined_by(day: date) -> list[Staff]:
    """Return who acts, on a day, in roles that may not be joined: rows that came in by another door. For `yiwang doctor`."""
    posts = Post.objects.filter(Post.held_on(day), staff__is_active=True).select_related("staff")
    roles: dict[Staff, set[str]] = {}
    for post in posts:
        roles.setdefault(post.staff, set()).add(post.role)
    away = Absence.objects.filter(stand_in__is_active=True, first_day__lte=day, last_day__gte=day)
    stands_in = [(absence.stand_in, absence.staff) for absence in away.select_related("stand_in", "staff")]
    found = {person: set(held) for person, held in roles.items()}
    for person, absent in stands_in:
        assert person is not None
        found.setdefault(person, set()).update(roles.get(absent, ()))
    return sorted((person for person, held in found.items() if joined(held)), key=lambda person: person.pk)


def _acts_in(person: Staff, today: date) -> list[Held]:
    """Return what somebody acts in from today on, from their own posts and standing in."""
    own = Post.objects.filter(staff=person)
    found = _of_posts(own.filter(Q(until=None) | Q(until__gte=today)))
    for absence in Absence.objects.filter(stand_in=person, last_day__gte=today).prefetch_related("staff__posts"):
        days = (absence.first_day, absence.last_day)
        found += [held.on_days(*days) for held in _of_posts(absence.staff.posts.all())]
    return found


def _of_posts(posts: Iterable[Post]) -> list[Held]:
    return [Held(post.role, post.since, post.until) for post in posts]


def _clash(present: list[Held], more: list[Held]) -> tuple[str, str] | None:
    for new in more:
        for old in present:
            together = new.on_days(old.since, old.until)
            if are_apart(new.role, old.role) and not new.is_never and not old.is_never and not together.is_never:
                return new.role, old.role
    return None


def _words(person: Staff, new: str, old: str) -> str:
    return _(
        "%(name)s已经是“%(old)s”，不能同时做“%(new)s”：系统、安全保密、审计三员分立，也都不能兼办信访。请换一个人，或者先取消原来的岗位。"
    ) % {"name": person.name, "old": Role(old).label, "new": Role(new).label}
