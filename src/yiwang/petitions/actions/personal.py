"""Requests about one's own data: asked for by the petitioner, decided by the office with a reason (PIPL arts. 45 to 50)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from yiwang.outbox.changes import forget as forget_notices
from yiwang.people.models import FOUND_BY, SEALED, Petitioner
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.work import Work
from yiwang.petitions.lifecycle import Transition
from yiwang.petitions.models import DataRequest, Hold
from yiwang.petitions.personal import ROWS
from yiwang.petitions.retention import OVER
from yiwang.vault.sealing import open_under, seal_under
from yiwang.workdays.counting import office_date

LONGEST_VALUE = 500
CORRECTED = (*SEALED, "other")
"""What a correction may be of: a column of the identity, or something else, told in words."""
Kind = DataRequest.Kind


@dataclass(kw_only=True)
class AskForData(Action):
    """Ask for a copy, a correction or the deletion of what is kept. One of each kind at a time."""

    code: ClassVar[str] = "ask_data"
    kind: str
    what: str = ""
    words: str = ""

    @property
    def transition(self) -> Transition:
        return ROWS[self.code]

    def check(self, work: Work) -> None:
        if self.kind not in Kind.values or (self.kind == Kind.CORRECTION and self.what not in CORRECTED):
            raise Refused("no_kind", _("请选择您要什么。"))
        if self.kind != Kind.COPY:
            refuse_empty(self.words, "no_words", _("请写明正确的内容，或者为什么要删除。"))
        if len(self.words.strip()) > LONGEST_VALUE:
            raise Refused("too_long", _("最多写%(longest)d个字。") % {"longest": LONGEST_VALUE})
        if DataRequest.objects.filter(petition=work.petition, kind=self.kind, state=DataRequest.State.ASKED).exists():
            raise Refused("asked", _("您已经提出过同样的请求，还没有答复，请等一等。"))

    def apply(self, work: Work) -> None:
        due_on = office_date(work.happened_at) + timedelta(days=settings.DATA_REQUEST_DAYS)
        asked = DataRequest(
            petition=work.petition, kind=self.kind, what=self.what if self.kind == Kind.CORRECTION else "",
            asked_at=work.happened_at, due_on=due_on,
        )  # fmt: skip
        seal_under(work.petition.key, asked, "sealed_words", self.words.strip())
        asked.save(force_insert=True)
        work.data["request"], work.data["kind"] = str(asked.pk), self.kind


@dataclass(kw_only=True)
class DecideOnData(Action):
    """Grant or refuse such a request, with the reason; what was granted is done at once.

    A correction of the identity is written as it was asked for; another one is the handler's own work, by “correct”. A deletion
    takes away who petitioned and what was sent to them, and leaves the record of the matter to its retention: it is refused
    while the matter is open, or on hold.
    """

    code: ClassVar[str] = "decide_data"
    request_id: int
    grant: bool
    reason: str

    @property
    def transition(self) -> Transition:
        return ROWS[self.code]

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明理由，请求人会看到。"))
        asked = self._asked(work)
        if not self.grant or asked.kind != Kind.DELETION:
            return
        if work.petition.state not in OVER:
            raise Refused("not_over", _("这件信访还在办理，不能删除姓名和联系方式；请说明理由，不同意删除。"))
        if Hold.objects.filter(petition=work.petition, lifted_at=None).exists():
            raise Refused("frozen", _("这件信访已冻结，解除以前不能删除。"))

    def apply(self, work: Work) -> None:
        asked = self._asked(work)
        asked.state = DataRequest.State.GRANTED if self.grant else DataRequest.State.REFUSED
        asked.decided_by, asked.decided_at = work.actor.staff, work.happened_at
        seal_under(work.petition.key, asked, "sealed_reason", self.reason.strip())
        asked.save(update_fields=["state", "decided_by", "decided_at", "sealed_reason"])
        if self.grant and asked.kind == Kind.CORRECTION and asked.what in SEALED:
            _correct(work, asked)
        if self.grant and asked.kind == Kind.DELETION:
            people = [work.petition.petitioner_id, *work.petition.representatives.values_list("petitioner", flat=True)]
            forget_notices(work.petition.pk)
            Petitioner.forget(people)
        work.data.update(request=str(asked.pk), kind=asked.kind, granted=self.grant)

    def _asked(self, work: Work) -> DataRequest:
        found = DataRequest.objects.filter(
            pk=self.request_id, petition=work.petition, state=DataRequest.State.ASKED
        ).first()
        if found is None:
            raise Refused("decided", _("这个请求已经有人答复。"))
        return found


def _correct(work: Work, asked: DataRequest) -> None:
    person = work.petition.petitioner
    if not person.data_key:
        raise Refused("deleted", _("姓名和联系方式已经删除，没有可以更正的。"))
    person.set_identity(**{asked.what: open_under(work.petition.key, asked, "sealed_words")})
    changed = [f"sealed_{asked.what}", *([f"blind_{asked.what}"] if asked.what in FOUND_BY else [])]
    person.save(update_fields=changed)
