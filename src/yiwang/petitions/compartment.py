"""The compartment of accusations 检举控告: which rows lie in it, and that somebody reads each of them (arts. 30, 46).

Their data keys are wrapped by the compartment's own key (vault/keys.py): the petition's, under which its entries, answers
and attachments are sealed, those of whoever accuses, and those of the notices and papers that went out.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Post, Staff
from yiwang.outbox.models import Notice
from yiwang.papers.models import Paper
from yiwang.people.models import Petitioner
from yiwang.petitions.actors import READS_PETITIONS
from yiwang.petitions.models import AccusedPerson, Petition
from yiwang.store.trees import ids_on
from yiwang.vault.sealing import SealedRow
from yiwang.workdays.counting import office_date


def move(petition: Petition, *, into: bool) -> None:
    """Wrap the data keys of a petition and of what hangs on it anew, when it becomes an accusation or no longer is one.

    What they sealed stays as it is. The caller saves the petition itself, and holds the transaction.
    """
    petition.rewrap(compartment=into)
    for row in _hanging_on(petition):
        row.rewrap(compartment=into)
        row.save(update_fields=["data_key"])


def _hanging_on(petition: Petition) -> Iterator[SealedRow]:
    yield petition.petitioner
    yield from Petitioner.objects.filter(represents__petition=petition)
    for model in (Notice, Paper):
        yield from model._default_manager.filter(petition_id=petition.pk).exclude(data_key=b"")


@dataclass(frozen=True)
class Readers:
    """The posts that read a petition if it is an accusation, before it is said whom it accuses."""

    posts: tuple[Post, ...]

    @classmethod
    def of(cls, petition: Petition, asked: Iterable[int] = ()) -> "Readers":
        """Return those in its office, the offices above and the agencies that were asked; one statement."""
        where = Q(agency__kind=Agency.Kind.OFFICE, agency__in=ids_on(petition.office.path)) | Q(agency__in=set(asked))
        held = Post.objects.filter(
            where, Post.held_on(office_date(datetime.now(UTC))), compartment=True, role__in=READS_PETITIONS,
            staff__is_active=True, agency__active=True,
        )  # fmt: skip
        return cls(tuple(held.select_related("agency", "staff").order_by("pk")))

    def lose(self, accused: Agency | None, people: Collection[int]) -> bool:
        """Tell whether nobody of them would be left to read an accusation of that unit and those people."""
        return bool(self.posts) and all(
            post.staff_id in people or (accused is not None and accused.pk in units_of(post.agency))
            for post in self.posts
        )

    def named_in(self, *texts: str) -> list[Staff]:
        """Return those of them whose full names stand in the words of an accusation, each once."""
        people = {post.staff_id: post.staff for post in self.posts}
        return [staff for staff in people.values() if any(len(staff.name) > 1 and staff.name in text for text in texts)]


def units_of(agency: Agency) -> list[int]:
    """Return the ids of an agency and of those above it, but for the root that everything hangs on.

    An accusation against one of them is not for whoever holds a post in the agency; only posts in the root itself belong to it.
    """
    ids = ids_on(agency.path)
    return ids[1:] or ids


def no_reader() -> str:
    """Return why a unit or a person is not named as the accused: nobody would be left who reads the accusation."""
    return _("登记以后就没有人能看到这件检举控告了。请先转送纪检监察机关，再登记被检举控告的单位和人。")


def name(petition: Petition, people: Iterable[Staff]) -> bool:
    """Have an accusation name these people and no others; return whether that changes anything. The caller holds the transaction."""
    wanted = {staff.pk for staff in people}
    present = set(petition.accused_people.values_list("staff", flat=True))
    petition.accused_people.exclude(staff__in=wanted).delete()
    AccusedPerson.objects.bulk_create(AccusedPerson(petition=petition, staff_id=pk) for pk in sorted(wanted - present))
    return wanted != present
