"""What may be done next with a petition, by whom and why: read off the table in petitions/lifecycle.py.

The table says who may and from where; what an action refuses beside that stands in hindrances.py.
"""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.desk.work import wording
from yiwang.desk.work.dossier import Dossier
from yiwang.desk.work.hindrances import HIDDEN, HINDRANCES
from yiwang.petitions.actions.action import stands_at
from yiwang.petitions.lifecycle import ALL, SYSTEM, Transition
from yiwang.petitions.models import Review
from yiwang.petitions.permissions import entitlement
from yiwang.ui import words

WHY: dict[str, str | Promise] = {
    "register": _("核对内容和分类，看是不是重复反映。"),
    "correct": _("内容、分类或地点有误时。"),
    "merge": _("与另一件是同一件事时；编号、告知和评价各自保留。"),
    "mark_urgent": _("重大、紧急的，排在最前。"),
    "split": _("反映的不止一件事，归不同单位办理时。"),
    "report_upward": _("可能造成影响的重大、紧急事项，立即报告。"),
    "not_take": _("依法不受理的，写明理由和该去哪里。"),
    "not_take_running": _("下级单位正在受理、办理同一件事时。"),
    "not_take_again": _("已有复核意见，又以同一事实和理由提出时。"),
    "redirect": _("信访人直接找来、又不属于本单位的，告诉他该去哪里。"),
    "lead_out": _("应当走诉讼、仲裁、复议等程序的，告诉信访人怎么走。"),
    "refer": _("转给有权处理的单位，15天内。"),
    "ask_more_agencies": _("需要别的单位一起办时。"),
    "receive": _("告诉信访部门材料已收到。"),
    "pass_on": _("由下级单位办更合适时。"),
    "object": _("不属于本单位职责的，5个工作日内提出。"),
    "uphold_objection": _("收回，重新找责任单位。"),
    "reject_objection": _("由原单位继续办理。"),
    "raise_dispute": _("各单位说法不一时，报共同的上级或联席会议。"),
    "settle_dispute": _("协商、上级或联席会议定了以后，写明责任单位。"),
    "accept_simply": _("初次、事实清楚的，10个工作日内答复。"),
    "convert_to_ordinary": _("不适合简易办理时；60天从受理算起。"),
    "choose_route": _("法律规定由本单位查处、保护的，按那部法律办。"),
    "recuse": _("与信访事项或信访人有利害关系的，应当回避。"),
    "hold_hearing": _("重大、复杂、疑难的，听取各方意见。"),
    "ask_extension": _("情况复杂、60天办不完时，请负责人批准。"),
    "extend": _("最多30天，只有一次；理由会告诉信访人。"),
    "refuse_extension": _("期限不变，继续办理。"),
    "settle": _("双方自愿达成协议的，写明内容，就此办结。"),
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
    "rate": _("信访人当面或来电评价的，代为录入。"),
    "close": _("不等评价，答复后即可办结。"),
    "reopen": _("答复有误或情况有变时。"),
    "withdraw": _("信访人要求撤回时，代为办理。"),
    "urge": _("责任单位迟迟不办时，写明要求；承办人会收到。"),
    "publish": _("信访人同意公开的，隐去个人信息后公开。"),
    "recall": _("公开的内容不妥时。"),
    "freeze": _("法院、审计或复查还要用的，到期也不销毁。"),
    "unfreeze": _("不再需要时；到期后可以销毁。"),
    "ask_review": _("信访人当面或来电申请的，代为登记；30天内。"),
    "ask_re_review": _("对复查意见不服的，代为登记；30天内。"),
    "take_review": _("告知信访人已受理；30天内作出意见。"),
    "refuse_review": _("超过期限或不属于复查复核的，写明理由和途径。"),
    "hold_review_hearing": _("公开听证；复核中听证的日子不算在30天里。"),
    "draft_review": _("写明查明的事实、维持、变更或者撤销、依据。"),
    "send_back_review": _("意见要修改时，写明原因。"),
    "decide_review": _("签发以后马上告诉信访人。"),
    "remand": _("撤销原来的答复；责任单位重新办理，60天重新起算。"),
    "record_decision": _("复查复核机关不在本平台时，录入它的意见。"),
    "deliver_review": _("当面、电话或邮寄送达后，记下来。"),
    "withdraw_review": _("信访人要求撤回时，代为办理。"),
}
"""One plain sentence for each action: when and what for."""
OTHER_WAY = frozenset(
    {
        "send_back", "reject_objection", "object", "not_take", "accept_simply", "refuse_extension", "refuse_review",
        "send_back_review",
    }
)  # fmt: skip
"""The other answer to what a petition waits for: it stands next to the first."""
SELDOM = frozenset(
    {
        "choose_route", "convert_to_ordinary", "correct", "hold_hearing", "lead_out", "mark_urgent", "not_take_again",
        "freeze", "not_take_running", "publish", "raise_dispute", "rate", "recall", "recuse", "report_upward", "settle", "split",
        "urge", "withdraw", "withdraw_review",
    }
)  # fmt: skip
"""What few petitions ever need: folded away, so that where the matter stands in law is seen without scrolling."""
FEW = 2
"""So many are not worth folding away."""


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
    for row in ALL:
        if not stands_at(row, petition) or (petition.merged_into_id and row.mirrored) or row.by == SYSTEM:
            continue
        if petition.disposed_at:
            break
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
                words.article(row.article),
                hindrance=hindrance or "",
            )
        )
    offered = {step.action for step in found if not step.hindrance}
    first = next((action for action in first_things(dossier) if action in offered), "")
    found = [replace(step, primary=step.action == first) for step in found]
    return sorted(found, key=lambda step: (not step.primary, bool(step.hindrance), step.action not in OTHER_WAY))


def folded(steps: list[Step]) -> list[Step]:
    """Return the steps that are folded away: the seldom ones, when there are more than a few."""
    seldom = [step for step in steps if step.action in SELDOM and not step.primary]
    return seldom if len(seldom) > FEW else []


def first_things(dossier: Dossier) -> list[str]:
    """Return what the petition waits for: the reader's own thing is the first of these that they may do."""
    petition, first = dossier.petition, []
    if petition.review_id and petition.review and petition.review_state in wording.FIRST_OF_REVIEW:
        if petition.review.agency_id is None:
            return ["record_decision"]
        revoked = petition.review_state == Review.State.DRAFTED and petition.review.outcome == Review.Outcome.REVOKED
        return ["remand"] if revoked else [wording.FIRST_OF_REVIEW[petition.review_state]]
    if dossier.dispute_raised:
        first.append("settle_dispute")
    if petition.state in wording.FIRST_THING:
        first.append(wording.FIRST_THING[petition.state])
    if dossier.extension_asked:
        first.append("extend")
    return first
