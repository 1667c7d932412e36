"""Holding a petition that is over, so that it is not disposed of 冻结, and letting it go again 解除冻结."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.work import Work
from yiwang.petitions.models import Hold
from yiwang.vault.sealing import seal_under


@dataclass(kw_only=True)
class Freeze(Action):
    """Hold it 冻结: a court, an audit or a review may still need it. It is then on no list of what is to be disposed of."""

    code: ClassVar[str] = "freeze"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明为什么冻结。"))
        if Hold.objects.filter(petition=work.petition, lifted_at=None).exists():
            raise Refused("frozen", _("这件信访已经冻结。"))

    def apply(self, work: Work) -> None:
        hold = Hold(petition=work.petition, placed_by=work.actor.staff, placed_at=work.happened_at)
        seal_under(work.petition.key, hold, "sealed_reason", self.reason.strip())
        hold.save(force_insert=True)
        work.note = self.reason


@dataclass(kw_only=True)
class Unfreeze(Action):
    """Let it go again 解除冻结: from now on it may be disposed of when its time is over."""

    code: ClassVar[str] = "unfreeze"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明为什么解除冻结。"))
        if not Hold.objects.filter(petition=work.petition, lifted_at=None).exists():
            raise Refused("not_frozen", _("这件信访没有冻结。"))

    def apply(self, work: Work) -> None:
        Hold.objects.filter(petition=work.petition, lifted_at=None).update(
            lifted_by=work.actor.staff, lifted_at=work.happened_at
        )
        work.note = self.reason
