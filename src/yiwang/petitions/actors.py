"""Who acts: a member of staff from their posts, the petitioner with number and code, or the platform itself."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from django.db.models import Q

from yiwang.agencies.models import Agency, Post, Role, Staff, posts_of
from yiwang.store.trees import within
from yiwang.workdays.counting import office_date


@dataclass(frozen=True)
class Actor:
    """Whoever runs an action. ``posts`` are those held today, and those stood in for; a petitioner has ``petition_id``.

    ``imported`` marks somebody who acted in the past, as an import tells it: only then may an action lie there.
    """

    kind: Literal["staff", "citizen", "system"]
    staff: Staff | None = None
    posts: tuple[Post, ...] = field(default=())
    petition_id: int | None = None
    imported: bool = False

    @classmethod
    def of_staff(cls, staff: Staff, at: datetime | None = None, *, imported: bool = False) -> "Actor":
        """Return the actor for a member of staff at an instant (now, when omitted); asks the database once for the posts."""
        return cls("staff", staff, tuple(posts_of(staff, office_date(at or datetime.now(UTC)))), imported=imported)

    @classmethod
    def citizen(cls, petition_id: int | None = None, *, imported: bool = False) -> "Actor":
        """Return the petitioner of that petition (or somebody who is about to file)."""
        return cls("citizen", petition_id=petition_id, imported=imported)

    @classmethod
    def system(cls) -> "Actor":
        """Return the platform itself: the worker, and imports of history."""
        return cls("system", imported=True)

    @property
    def staff_id(self) -> int | None:
        return self.staff.pk if self.staff else None

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)

    @cached_property
    def agency_ids(self) -> frozenset[int]:
        return frozenset(post.agency_id for post in self.posts)

    @cached_property
    def offices(self) -> tuple[Agency, ...]:
        """The offices of letters and calls in which this person handles petitions, each once."""
        found = {
            post.agency_id: post.agency for post in self.posts if post.agency.is_office and post.role in READS_PETITIONS
        }
        return tuple(found.values())

    @cached_property
    def branch(self) -> tuple[int, ...]:
        """The ids of those offices and of all below them; asks the database once, when first needed."""
        below = Q(pk__in=[])
        for office in self.offices:
            below |= within(office.path)
        return tuple(Agency.objects.filter(below).order_by("pk").values_list("pk", flat=True)) if self.offices else ()

    @cached_property
    def opened(self) -> tuple[Post, ...]:
        """The posts from which this person reads accusations 检举控告.

        The compartment is not handed on by standing in: only the security administrator opens it. A stand-in has it from
        the absent person's posts only if it was opened to them too.
        """
        found = tuple(post for post in self.posts if post.compartment and post.role in READS_PETITIONS)
        return found if any(post.staff_id == self.staff_id for post in found) else ()

    def posts_for(self, *, accusation: bool) -> tuple[Post, ...]:
        """Return the posts from which this person may act on a petition that is an accusation, or is none."""
        return self.opened if accusation else self.posts

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


READS_PETITIONS = frozenset(
    {Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.AGENCY_HANDLER, Role.APPROVER, Role.SUPERVISOR, Role.LEADER}
)
"""Roles that open petitions at all; auditors read the behaviour log, administrators the settings."""
