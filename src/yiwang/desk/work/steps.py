"""What may be done next with a petition, by whom and why: read off the table in petitions/lifecycle.py.

The table says who may and from where; here stands only what an action refuses beside that, so that the page offers no
button that would be refused, and says why one is missing where the reader would look for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.desk.work import wording
from yiwang.desk.work.dossier import Dossier
from yiwang.petitions.lifecycle import TRANSITIONS, Transition
from yiwang.petitions.models import Referral
from yiwang.petitions.permissions import entitlement

HIDDEN = ""
WHY: dict[str, str | Promise] = {
    "register": _("核对内容和分类，看是不是重复反映。"),
    "correct": _("内容、分类或地点有误时。"),
    "merge": _("与另一件是同一件事时；编号、告知和评价各自保留。"),
    "mark_urgent": _("重大、紧急的，排在最前。"),
    "not_take": _("依法不受理的，写明理由和该去哪里。"),
    "refer": _("转给有权处理的单位，15天内。"),
    "ask_more_agencies": _("需要别的单位一起办时。"),
    "receive": _("告诉信访部门材料已收到。"),
    "pass_on": _("由下级单位办更合适时。"),
    "object": _("不属于本单位职责的，5个工作日内提出。"),
    "uphold_objection": _("收回，重新找责任单位。"),
    "reject_objection": _("由原单位继续办理。"),
    "accept": _("告知信访人已受理；60天的办理期限开始。"),
    "hand_over": _("由谁具体承办。"),
    "note": _("只给同事看，信访人看不到。"),
    "request_more": _("缺少材料时；期限照算。"),
    "add_material": _("信访人当面或来电补充的，代为录入。"),
    "co_report": _("把本单位的意见告诉主办单位。"),
    "draft_answer": _("写明查明的情况、处理意见和依据。"),
    "send_back": _("答复要修改时，写明原因。"),
    "approve": _("通过后马上答复信访人。"),
    "deliver": _("当面、电话或邮寄告知后，记下来。"),
    "close": _("不等评价，答复后即可办结。"),
    "reopen": _("答复有误或情况有变时。"),
    "withdraw": _("信访人要求撤回时，代为办理。"),
    "publish": _("信访人同意公开的，隐去个人信息后公开。"),
    "recall": _("公开的内容不妥时。"),
}
"""One plain sentence for each action: when and what for."""
OTHER_WAY = frozenset({"send_back", "reject_objection", "object", "not_take"})
"""The other answer to what a petition waits for: it stands next to the first."""


@dataclass(frozen=True)
class Step:
    """One thing that may be done next; ``hindrance`` says why it cannot be done just now."""

    row: Transition
    href: str
    why: str | Promise
    article: str
    primary: bool = False
    hindrance: str | Promise = ""

    @property
    def action(self) -> str:
        return self.row.action

    @property
    def label(self) -> str | Promise:
        return self.row.label


def steps_of(dossier: Dossier) -> list[Step]:
    """Return what the reader may do next, first what the petition waits for."""
    petition, found = dossier.petition, []
    first = wording.FIRST_THING.get(petition.state)
    for row in TRANSITIONS:
        if row.action == "file" or petition.state not in row.start or (petition.merged_into_id and row.mirrored):
            continue
        if not entitlement(row, dossier.actor, petition, dossier.asked)[0]:
            continue
        hindrance = HINDRANCES[row.action](dossier) if row.action in HINDRANCES else None
        if hindrance == HIDDEN:
            continue
        found.append(
            Step(
                row,
                reverse("desk:do", args=[petition.number, row.action]),
                WHY.get(row.action, ""),
                wording.article(row.article),
                row.action == first and not hindrance,
                hindrance or "",
            )
        )
    return sorted(found, key=lambda step: (not step.primary, bool(step.hindrance), step.action not in OTHER_WAY))


def _unless(fits: bool) -> str | None:
    return None if fits else HIDDEN


def _own(dossier: Dossier, lead: bool | None, *states: str) -> bool:
    return any(
        referral.agency_id in dossier.actor.agency_ids and referral.state in states and lead in (None, referral.lead)
        for referral in dossier.referrals
    )


def _objecting(dossier: Dossier) -> str | Promise | None:
    petition = dossier.petition
    if petition.lead_agency_id == petition.office_id:
        return HIDDEN
    newest = max((row for row in dossier.deadlines if row.rule == "objection"), key=lambda row: row.pk, default=None)
    unused = newest is not None and (newest.is_open or newest.cancelled_because == newest.LAPSED)
    if newest and unused and newest.due_at <= dossier.now:
        return _("提出异议的期限已过。确有困难，请与信访部门联系。")
    return None


def _approving(dossier: Dossier) -> str | Promise | None:
    answer = dossier.petition.answer
    if answer and answer.drafted_by_id == dossier.actor.staff_id:
        return _("这是您自己起草的答复，要由另一位审核人审核。")
    return None


def _publishing(dossier: Dossier) -> str | Promise | None:
    petition = dossier.petition
    if petition.is_accusation or dossier.is_published:
        return HIDDEN
    return None if petition.consents_to_publish else _("信访人没有同意公开。")


def _merging(dossier: Dossier) -> str | Promise | None:
    petition = dossier.petition
    if petition.is_accusation or petition.merged_into_id:
        return HIDDEN
    return _("这件是主件，别的信访并在它上面。") if dossier.leads_others else None


HINDRANCES: dict[str, Callable[[Dossier], str | Promise | None]] = {
    "receive": lambda dossier: _unless(_own(dossier, None, Referral.State.SENT)),
    "co_report": lambda dossier: _unless(_own(dossier, False, *Referral.OPEN)),
    "pass_on": lambda dossier: _unless(dossier.lead_has_below),
    "deliver": lambda dossier: _unless(dossier.petition.delivered_at is None),
    "recall": lambda dossier: _unless(dossier.is_published),
    "object": _objecting,
    "approve": _approving,
    "publish": _publishing,
    "merge": _merging,
}
