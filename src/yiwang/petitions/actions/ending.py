"""After the answer: delivered, closed, reopened, published; and the ways out before it. How it is rated: rating.py."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from yiwang.outbox.models import Notice
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.rating import bad_ratings
from yiwang.petitions.actions.reviewing import may_be_reviewed
from yiwang.petitions.actions.work import Work
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import REVIEW_TURN
from yiwang.petitions.models import Petition, PublishedAnswer
from yiwang.petitions.search import PUBLISHED
from yiwang.workdays.counting import office_date, start_of


@dataclass(kw_only=True)
class Deliver(Action):
    """Note that the answer reached the petitioner 送达: read on the lookup page, told by a person, or taken by their mail server.

    Appeals are counted from here (art. 35). Only the first time counts.
    """

    code: ClassVar[str] = "deliver"
    how: str
    on: date | None = None

    def check(self, work: Work) -> None:
        petition = work.petition
        if petition.delivered_at:
            raise Refused("delivered", _("答复已送达。"))
        answered = petition.answer.decided_at if petition.answer else None
        if self.on and not office_date(answered or work.happened_at) <= self.on <= office_date(work.happened_at):
            raise Refused("wrong_day", _("送达日期要在答复之后，不能晚于今天。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        petition.delivered_at = start_of(self.on) if self.on else work.happened_at
        work.data["how"] = self.how
        if may_be_reviewed(petition) and not petition.review_state:  # else the right was used before delivery
            work.start("review-request", petition.office, since=petition.delivered_at)


@dataclass(kw_only=True)
class Close(Action):
    """Close 办结. It never waits for a rating."""

    code: ClassVar[str] = "close"

    def apply(self, work: Work) -> None:
        work.petition.closed_at = work.happened_at


@dataclass(kw_only=True)
class Reopen(Action):
    """Take it up again 重新办理: once, by a petitioner who rated the answer as unsatisfactory; or by the office."""

    code: ClassVar[str] = "reopen"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明为什么要重新办理。"))
        if work.petition.review_state in REVIEW_TURN:
            raise Refused("under_review", _("这份答复正在复查复核，作出意见后才能重新办理。"))
        if work.actor.kind != "citizen":
            return
        if work.petition.reopened:
            raise Refused(
                "reopened_before", _("每件信访可以要求重新办理一次，这件已经重新办理过。对答复不服，可以申请复查。")
            )
        if not bad_ratings(work.petition):
            raise Refused("not_dissatisfied", _("评价为“不满意”后，可以要求重新办理。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        petition.reopened += 1
        work.cancel("reopened", "review-request", "re-review-request")
        petition.closed_at = None
        petition.merged_into = None  # from here it goes its own way, and those that followed it stay as they are
        petition.lead_agency = None
        petition.handler = None
        limit = work.start("refer", petition.office)
        work.note = self.reason
        work.tell("reopened", day=limit.due_on)


@dataclass(kw_only=True)
class Withdraw(Action):
    """The petitioner takes the matter back 撤回. What happened stays on record; a later petition is not refused for it."""

    code: ClassVar[str] = "withdraw"
    reason: str = ""

    def apply(self, work: Work) -> None:
        work.cancel("withdrawn")
        work.part_followers()
        work.end_referrals()
        work.petition.closed_at = work.happened_at
        work.note = self.reason
        work.tell("withdrawn")


@dataclass(kw_only=True)
class Publish(Action):
    """Release an answer to everybody 公开答复: only where the petitioner agreed; names and numbers masked by whoever releases it."""

    code: ClassVar[str] = "publish"
    subject: str
    text: str
    answer_text: str

    def check(self, work: Work) -> None:
        petition = work.petition
        if petition.is_accusation:
            raise Refused("accusation", _("检举控告不公开。"))
        if not petition.consents_to_publish:
            raise Refused("no_consent", _("信访人没有同意公开。"))
        if petition.answer is None or petition.answered_at is None:
            raise Refused("no_answer", _("还没有答复。"))
        if PublishedAnswer.objects.filter(petition=petition, recalled_at=None).exists():
            raise Refused("published", _("这件答复已经公开。"))
        for value in (self.subject, self.text, self.answer_text):
            refuse_empty(value, "no_text", _("公开的标题、来信和答复都要填写。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        earlier = PublishedAnswer.objects.filter(petition=petition).first()
        row = earlier or PublishedAnswer(petition=petition, slug=secrets.token_urlsafe(9))
        row.subject, row.text, row.answer_text = self.subject.strip(), self.text.strip(), self.answer_text.strip()
        row.category, row.region = petition.category, petition.region
        row.agency = petition.answer.agency if petition.answer else petition.office
        row.received_on, row.answered_on = petition.received_on, petition.answered_on or petition.received_on
        row.published_at, row.published_by, row.recalled_at = work.happened_at, work.actor.staff, None
        row.save()
        PUBLISHED.add(row.pk, *row.searchable())
        work.data["slug"] = row.slug


@dataclass(kw_only=True)
class Recall(Action):
    """Take a published answer off the portal 撤回公开, with the reason."""

    code: ClassVar[str] = "recall"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明撤回公开的原因。"))
        if not PublishedAnswer.objects.filter(petition=work.petition, recalled_at=None).exists():
            raise Refused("not_published", _("这件答复没有公开。"))

    def apply(self, work: Work) -> None:
        row = PublishedAnswer.objects.get(petition=work.petition, recalled_at=None)
        row.recalled_at = work.happened_at
        row.save(update_fields=["recalled_at"])
        PUBLISHED.remove(row.pk)
        work.note = self.reason


def note_deliveries(limit: int = 200) -> int:
    """Note the answers whose notice has reached its petitioner by mail or message; the worker calls it. Return how many."""
    taken = Notice.objects.filter(
        petition_id=OuterRef("pk"),
        kind="answered",
        state=Notice.State.DELIVERED,
        created_at__gte=OuterRef("answer__decided_at"),
    ).exclude(route=Notice.LOOKUP)
    waiting = Petition.objects.filter(Exists(taken), state=Petition.State.ANSWERED, delivered_at=None)
    return _run_for_each(Deliver(how="notice"), waiting, limit)


def close_delivered(limit: int = 200) -> int:
    """Close what was answered and has reached its petitioner; the worker calls it. Return how many were closed."""
    return _run_for_each(
        Close(), Petition.objects.filter(state=Petition.State.ANSWERED, delivered_at__isnull=False), limit
    )


def _run_for_each(action: Action, petitions: QuerySet[Petition], limit: int) -> int:
    done = 0
    for petition_id in list(petitions.order_by("id").values_list("pk", flat=True)[:limit]):
        try:
            action.run(Actor.system(), petition_id)
        except Refused:
            continue  # somebody else has acted in between: it is looked at again next time
        done += 1
    return done
