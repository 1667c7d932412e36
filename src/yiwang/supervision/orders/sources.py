"""What items come from: a leader's instruction 批示, a joint conference 联席会议 with its decisions, a talk 约谈 with what was agreed.

Each item is an order of its own (changes.py), with its agency and its day; how they stand is the standing of the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Post
from yiwang.journal import log
from yiwang.petitions.actions import Supervise
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.supervision.models import Occasion, Order
from yiwang.supervision.orders.changes import line
from yiwang.supervision.orders.entitled import issuing_post
from yiwang.supervision.orders.kinds import Source, of_source
from yiwang.supervision.orders.steps import OPEN
from yiwang.supervision.orders.visibility import seen_by
from yiwang.workdays.counting import office_date


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is entered. ``who``, by their office: who instructed, who chaired, or who was talked to; ``agency`` is that one's.

    ``text`` is the instruction's own words, the agenda, or why there was a talk; ``participants`` sat in the conference.
    """

    kind: str
    held_on: date
    title: str
    who: str
    text: str
    agency: Agency | None = None
    participants: Sequence[Agency] = ()
    petition: int | None = None


@transaction.atomic
def enter(record: Record, actor: Actor, now: datetime | None = None) -> Occasion:
    """Enter an instruction, a conference or a talk; its items follow one by one.

    Raises Refused: ``no_kind``, ``not_entitled``, ``not_found``, ``no_title``, ``no_who``, ``no_text``, ``in_the_future``,
    ``no_agency``, ``no_participants``, ``not_here``.
    """
    now = now or datetime.now(UTC)
    if record.kind not in Source.values:
        raise Refused("no_kind", _("请选择是批示、会议还是约谈。"))
    petition = _petition(record, actor)
    post = _post(record, actor, petition)
    _check(record, petition, now)
    row = Occasion(
        kind=record.kind, issuer=post.agency, agency=record.agency if record.kind == Source.TALK else None,
        held_on=record.held_on, petition=petition, entered_by=actor.staff,
        entered_at=now,
    )  # fmt: skip
    row.set_words("title", record.title.strip())
    row.set_words("who", record.who.strip())
    row.set_words("text", record.text.strip())
    row.save(force_insert=True)
    if record.kind == Source.CONFERENCE:
        row.participants.set(record.participants)
    log.write([line(f"enter_{record.kind}", actor, row, now)])
    if petition:
        entry = Supervise(order="", kind=of_source(record.kind).code, step="enter", post=post)
        entry.run(actor, petition.pk, happened_at=now if actor.imported else None)
    return row


def standing(occasion: Occasion, actor: Actor) -> tuple[list[Order], int]:
    """Return the items of an occasion that the actor may see, in the order in which they were issued, and how many are open."""
    items = list(seen_by(actor).filter(occasion=occasion).select_related("petition", "agency", "issuer").order_by("pk"))
    return items, sum(item.state in OPEN for item in items)


def _petition(record: Record, actor: Actor) -> Petition | None:
    if record.petition is None:
        return None
    found = visible_to(actor).select_for_update(of=("self",)).filter(pk=record.petition).first()
    if found is None:
        raise Refused("not_found", _("有的信访件没有找到，或者您无权查看。"))
    if record.kind == Source.CONFERENCE:
        raise Refused("not_here", _("会议不写信访编号；议定事项可以逐项写。"))
    return found


def _post(record: Record, actor: Actor, petition: Petition | None) -> Post:
    kind = of_source(record.kind)
    accusation = bool(petition and petition.is_accusation)
    post = issuing_post(kind, actor, record.agency, accusation=accusation)
    if post is None or (petition and actor.staff_id in petition.recused):
        raise Refused("not_entitled", _("您的岗位不能登记“%(kind)s”。") % {"kind": Source(record.kind).label})
    return post


def _check(record: Record, petition: Petition | None, now: datetime) -> None:
    if not record.title.strip():
        raise Refused("no_title", _("请写标题。"))
    if not record.who.strip():
        raise Refused("no_who", _("请写明是谁，写职务即可。"))
    if not record.text.strip():
        raise Refused("no_text", _("请写明内容。"))
    if record.held_on > office_date(now):
        raise Refused("in_the_future", _("日期不能晚于今天。"))
    if record.kind == Source.TALK and record.agency is None:
        raise Refused("no_agency", _("请选择被约谈的单位。"))
    if record.kind == Source.TALK and petition and petition.is_accusation:
        raise Refused("not_here", _("约谈不写这件信访的编号。"))
    if record.kind == Source.CONFERENCE and not record.participants:
        raise Refused("no_participants", _("请选择参加会议的单位。"))
