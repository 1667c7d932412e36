"""Who looked without a task 无任务查看: looks at a petition of somebody whom nothing at that time asked to look.

A person had a task with a petition when any of these holds:

- they did something with it: an entry of it is theirs, whenever it was made;
- it is in their hands: they are its handler;
- an agency of theirs had been asked, and had not ended its part, when they looked;
- an agency of theirs owed a limit of it, which ran when they looked;
- it is the turn of an agency of theirs now.

An agency of theirs is one in which they hold a post, or in which somebody does for whom they have stood in. Posts are those
of today: who lost one since may stand here though all was well then. This is a question to ask somebody, and no verdict.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.agencies.models import Post
from yiwang.journal.models import Record
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Entry, Referral
from yiwang.petitions.visibility import visible_to

LOOKS = ("look", "unseal", "open_attachment")
"""The acts by which somebody sees a petition."""


def looks(rows: QuerySet[Record]) -> QuerySet[Record]:
    """Return the lines by which members of staff saw a petition."""
    return rows.filter(actor_kind="staff", subject_kind="petition", act__in=LOOKS, result=Record.Result.DONE)


def without_task(rows: QuerySet[Record]) -> QuerySet[Record]:
    """Return those of these looks for which there was no task."""
    who = OuterRef(OuterRef("actor_id"))
    theirs = Post.objects.filter(Q(staff=who) | Q(staff__absences__stand_in=who)).values("agency")
    petition, at = OuterRef("subject_id"), OuterRef("at")
    mine = visible_to(Actor.system()).filter(pk=petition)
    asked = Referral.objects.filter(petition=petition, sent_at__lte=at, agency__in=theirs).filter(
        Q(ended_at=None) | Q(ended_at__gte=at)
    )
    owed = Deadline.objects.filter(petition=petition, started_at__lte=at, owed_by__in=theirs).filter(
        Q(met_at=None) | Q(met_at__gte=at), Q(cancelled_at=None) | Q(cancelled_at__gte=at)
    )
    return rows.exclude(
        Exists(Entry.objects.filter(petition=petition, actor=OuterRef("actor_id")))
        | Exists(mine.filter(handler=OuterRef("actor_id")))
        | Exists(mine.filter(turn_agency__in=theirs))
        | Exists(asked)
        | Exists(owed)
    ).order_by("-pk")
