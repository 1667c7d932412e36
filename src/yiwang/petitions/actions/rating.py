"""The petitioner's verdict 满意度评价 on the office and on each agency that handled the matter, and what a second look says of a bad one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.petitions.actions.action import Action, Refused, refuse_empty
from yiwang.petitions.actions.work import Work
from yiwang.petitions.models import Petition, Rating, RatingReason
from yiwang.petitions.verdicts import Rules, co_agencies, handled_by, rules_now
from yiwang.store.ids import new_id
from yiwang.vault.sealing import seal_under

About, How = Rating.About, Rating.How
ALLOWED: dict[str, tuple[str, ...]] = {
    "citizen": (How.PORTAL, How.LINK),
    "staff": (How.CALLBACK,),
    "system": (How.SILENT, How.PORTAL, How.LINK, How.CALLBACK),
}
"""By whom which way may be taken, the usual one first for people; the platform gives silent ones, and imports history."""
USUAL = {"citizen": How.PORTAL, "staff": How.CALLBACK, "system": How.PORTAL}


@dataclass(kw_only=True)
class Rate(Action):
    """Rate the office and the agencies, once for each answer: by the petitioner, or by an operator of the office who asked them.

    ``agency`` is the verdict on the lead agency, ``agencies`` those on co-agencies that reported, by id. ``reason`` is the
    id of a `RatingReason`, kept where a level is bad. ``how`` is empty for the usual way of whoever acts. ``from_office``:
    given from one of the office's own networks. Never by staff of an agency that is rated.
    """

    code: ClassVar[str] = "rate"
    office: str
    agency: str
    agencies: Mapping[int, str] = field(default_factory=dict)
    reason: int | None = None
    comment: str = ""
    how: str = ""
    from_office: bool = False
    _rules: Rules | None = field(default=None, init=False, repr=False)

    def check(self, work: Work) -> None:
        petition = work.petition
        self._rules = rules = rules_now()
        self._check_way(work, rules)
        asked = {one.pk: one for one in co_agencies(petition)} if self.agencies else {}
        if self.agencies.keys() - asked.keys():
            raise Refused("not_asked", _("只能评价办理这件事的单位。请刷新页面再评价。"))
        if not all(rules.level(code) for code in (self.office, self.agency, *self.agencies.values())):
            raise Refused("no_level", _("请对信访部门和责任单位都作出评价。"))
        if petition.answer_id is None:
            raise Refused("no_answer", _("还没有答复。"))
        if Rating.objects.filter(petition=petition, answer=petition.answer_id).exists():
            raise Refused("rated", _("您已经评价过这次答复，谢谢。"))
        if self.reason is not None and not RatingReason.objects.filter(pk=self.reason, active=True).exists():
            raise Refused("no_reason", _("请在列表里重新选一个原因。"))

    def apply(self, work: Work) -> None:
        petition, rules = work.petition, self._rules or rules_now()
        how = self.how or USUAL[work.actor.kind]
        given: list[tuple[str, int, str]] = [
            (About.OFFICE, petition.office_id, self.office),
            (About.AGENCY, handled_by(petition).pk, self.agency),
            *((About.AGENCY, agency_id, code) for agency_id, code in self.agencies.items()),
        ]
        for place, (about, agency_id, code) in enumerate(given):
            level = rules.level(code)
            assert level is not None  # checked
            rating = Rating(
                id=new_id(work.happened_at), petition=petition, answer=petition.answer, about=about,
                agency_id=agency_id, level=code, grade=level.row, satisfied=level.satisfied, how=how,
                counted=how != How.SILENT or rules.silent_counts, from_office=self.from_office, at=work.happened_at,
                reason_id=None if level.satisfied else self.reason,
            )  # fmt: skip
            if place == 1:  # the words are one text, and stand with the verdict on who answered
                seal_under(petition.key, rating, "sealed_comment", self.comment.strip())
            rating.save(force_insert=True)
        work.note = self.comment.strip()
        work.data.update(office=self.office, agency=self.agency, how=how)
        named = {"office": rules.level(self.office), "agency": rules.level(self.agency)}
        if rules.number:
            work.data["names"] = {about: list(level.names) for about, level in named.items() if level}
        if how == How.SILENT:
            work.shown_to_petitioner = False

    def _check_way(self, work: Work, rules: Rules) -> None:
        petition, actor = work.petition, work.actor
        if self.how and self.how not in ALLOWED[actor.kind]:
            raise Refused("not_the_way", _("评价只能由信访人本人作出，或者由信访部门回访时记录。"))
        if actor.kind == "staff":
            _refuse_the_rated(work)
        over = petition.delivered_at is not None and work.happened_at >= rules.window_ends(petition.delivered_at)
        if over and actor.kind == "citizen" and not actor.imported:
            raise Refused(
                "window_over", _("评价的时间已过：答复送达后%(days)d天内可以评价。") % {"days": rules.window_days}
            )


def _refuse_the_rated(work: Work) -> None:
    """Refuse an operator who wrote or approved the answer, handled the matter, or has a post at an agency that is rated."""
    petition, actor = work.petition, work.actor
    answer = petition.answer
    took_part = {
        petition.handler_id,
        answer.drafted_by_id if answer else None,
        answer.decided_by_id if answer else None,
    }
    rated = [one for one in (handled_by(petition), *co_agencies(petition)) if not one.is_office]
    if actor.staff_id in took_part or _holds_post_at(work, rated):
        raise Refused("own_work", _("您参与办理或答复了这件事，评价要由别人回访记录。"))


def _holds_post_at(work: Work, rated: list[Agency]) -> bool:
    return any(post.agency.lies_within(one) for post in work.actor.posts for one in rated)


@dataclass(kw_only=True)
class StandBy(Action):
    """After a second look, let the answer stand 复看后维持答复, with the reason, which the petitioner is told.

    The platform runs it for whoever looked (yiwang/satisfaction/second_looks.py).
    """

    code: ClassVar[str] = "stand_by"
    reason: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明为什么维持答复，信访人会看到。"))

    def apply(self, work: Work) -> None:
        work.note = self.reason.strip()
        work.data["answer"] = str(work.petition.answer_id)
        work.tell("answer_stands", note=work.note)


def bad_ratings(petition: Petition) -> bool:
    """Tell whether the petitioner was not satisfied with the present answer; silence says nothing."""
    rows = Rating.objects.filter(petition=petition, answer=petition.answer_id, satisfied=False)
    return rows.exclude(how=How.SILENT).exists()
