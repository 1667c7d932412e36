"""The action object: one change to a petition, whoever asks for it and through whatever face (DESIGN.md).

``run`` locks the row, finds the row of the table, checks who and from where, lets the action check and apply itself, and
writes entry, deadlines, notices and behaviour log in the same transaction. A refused action changes nothing and says why.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.agencies.models import Post
from yiwang.journal import log
from yiwang.petitions import permissions
from yiwang.petitions.actions.work import Work
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import transaction_with
from yiwang.petitions.lifecycle import BY_ACTION, Machine, Transition
from yiwang.petitions.models import Attachment, Petition
from yiwang.petitions.refusals import NotFound as NotFound
from yiwang.petitions.refusals import Refused as Refused
from yiwang.petitions.visibility import visible_to
from yiwang.store.asking import the_one


@dataclass(kw_only=True)
class Action:
    """Base of all changes to an existing petition. Subclasses are dataclasses whose fields are what must be given."""

    code: ClassVar[str]

    @property
    def transition(self) -> Transition:
        return BY_ACTION[self.code]

    def check(self, work: Work) -> None:
        """Refuse what the table cannot say, with :class:`Refused`. Nothing has been changed yet."""

    def apply(self, work: Work) -> None:
        """Change the petition and what hangs on it, through ``work``. Runs again for each merged petition if mirrored."""
        raise NotImplementedError

    def run(
        self,
        actor: Actor,
        petition_id: int,
        *,
        version: int | None = None,
        happened_at: datetime | None = None,
        historical: bool = False,
        quiet: bool = False,
    ) -> Petition:
        """Do it, or raise :class:`Refused`.

        ``version`` is the petition's version that the actor had before their eyes: when somebody else has acted since,
        the action is refused. For imports alone: ``happened_at`` in the past, ``quiet`` (owes no notices) and
        ``historical`` (owes none, and leaves no open limit either).
        """
        now = datetime.now(UTC)
        if (historical or quiet or happened_at) and not actor.imported:
            raise ValueError("only an import may write history")
        stored: list[Attachment] = []
        with transaction_with(stored):
            petition = the_one(
                visible_to(actor)
                .select_for_update(of=("self",))
                .select_related("petitioner", "office", "lead_agency")
                .filter(pk=petition_id)
            )
            if petition is None:
                raise NotFound
            self._check_place(petition, version)
            post = self._check_entitled(actor, petition)
            work = Work(
                petition, actor, post, self.transition, now, happened_at or now, historical, quiet, attachments=stored
            )
            self.check(work)
            self._do(work)
            if self.transition.mirrored:
                for follower in petition.followers.select_for_update(of=("self",)).select_related(
                    "petitioner", "office", "lead_agency"
                ):
                    if stands_at(self.transition, follower):  # not who was answered, or ended, by itself
                        if actor.staff_id in follower.recused:
                            raise Refused(
                                "recused",
                                _("您在并入这件的%(number)s上已经回避，请交别人办理。") % {"number": follower.number},
                            )
                        self._do(work.for_follower(follower))
        return petition

    def _do(self, work: Work) -> None:
        work.begin()
        self.apply(work)
        work.finish(self.code)

    def _check_place(self, petition: Petition, version: int | None) -> None:
        if petition.disposed_at:
            raise Refused("disposed", _("这件信访已按保管期限销毁，不能再办理。"))
        if version is not None and version != petition.version:
            raise Refused(
                "changed_meanwhile",
                _("刚才有别人处理了这件信访。请刷新页面看最新情况，再决定是否继续；您填写的内容还在。"),
            )
        if petition.merged_into_id and self.transition.mirrored:
            raise Refused("merged", _("这件信访已并入另一件，请在主件上办理。"))
        refuse_elsewhere(self.transition, petition)

    def _check_entitled(self, actor: Actor, petition: Petition) -> Post | None:
        entitled, post = permissions.entitlement(self.transition, actor, petition)
        if not entitled:
            raise Refused(
                "not_entitled", _("您的岗位不能对这件信访做“%(action)s”。") % {"action": self.transition.label}
            )
        return post


def stands_at(row: Transition, petition: Petition) -> bool:
    """Tell whether the petition (and the review of its answer, where the row speaks of one) stands where a row begins."""
    if row.machine == Machine.REVIEW:
        return petition.state in row.petition_start and petition.review_state in row.start
    return petition.state in row.start


def refuse_elsewhere(row: Transition, petition: Petition) -> None:
    """Refuse an action whose row begins elsewhere, and say where the petition stands."""
    if stands_at(row, petition):
        return
    state = petition.get_state_display()
    if row.machine == Machine.REVIEW and petition.state in row.petition_start:
        review = petition.review if petition.review_state else None
        state = f"{review.get_stage_display()}：{review.get_state_display()}" if review else _("没有复查复核申请")
    raise Refused(
        "wrong_state", _("这件信访现在是“%(state)s”，不能%(action)s。") % {"state": state, "action": row.label}
    )


def refuse_empty(text: str, code: str, message: str) -> None:
    """Refuse an action whose reason or text was left out."""
    if not text.strip():
        raise Refused(code, message)


def note_refusal(action: str, actor: Actor, petition_id: int | None, refused: Refused) -> None:
    """Write a refusal to the behaviour log; called by the faces, outside the transaction that was rolled back."""
    log.write(
        [
            log.line(
                action,
                actor_kind=actor.kind,
                actor_id=actor.staff_id,
                subject_kind="petition",
                subject_id=petition_id,
                reason=refused.code,
                result="refused",
            )
        ]
    )
