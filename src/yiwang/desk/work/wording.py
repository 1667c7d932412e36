"""The desk's words for what the core holds as codes: reasons, deeds, deadlines."""

from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.petitions.deadlines import RULES, is_duty
from yiwang.petitions.models import Answer, Deadline, Entry, Petition, Referral, Review
from yiwang.supervision.orders.kinds import KINDS
from yiwang.supervision.orders.steps import BY_ACTION as STEPS
from yiwang.workdays.wording import day_in_words

S, R = Petition.State, Review.State

SEALED_TITLE = _("〔检举控告，内容密封〕")
WAITING_FOR: dict[str, str | Promise] = {
    S.FILED: _("等您登记"),
    S.REGISTERED: _("等您转办"),
    S.REFERRED: _("等您受理"),
    S.OBJECTED: _("异议待定"),
    S.ACCEPTED: _("等您答复"),
    S.DRAFTED: _("等您审核"),
}
REVIEW_WAITS_FOR: dict[str, str | Promise] = {
    R.ASKED: _("%(stage)s申请"),
    R.TAKEN: _("等您审查"),
    R.DRAFTED: _("等您审核"),
}
"""While the review of an answer is open."""
TO_RECORD = _("录入意见")
SENT_BACK = _("退回修改")
TO_RECEIVE = _("协办待收")
TO_REPORT = _("协办待复")
TONES: dict[str, str] = {
    S.FILED: "new", S.REGISTERED: "new", S.REFERRED: "going", S.OBJECTED: "waiting", S.ACCEPTED: "going",
    S.DRAFTED: "going", S.ANSWERED: "done", S.CLOSED: "done", S.WITHDRAWN: "stopped", S.NOT_TAKEN: "stopped",
    S.LED_OUT: "stopped",
}  # fmt: skip
REVIEW_TONES: dict[str, str] = {
    R.ASKED: "new", R.TAKEN: "going", R.DRAFTED: "going", R.DECIDED: "done", R.REFUSED: "stopped",
    R.WITHDRAWN: "stopped",
}  # fmt: skip
FIRST_THING: dict[str, str] = {
    S.FILED: "register", S.REGISTERED: "refer", S.REFERRED: "accept", S.OBJECTED: "uphold_objection",
    S.ACCEPTED: "draft_answer", S.DRAFTED: "approve",
}  # fmt: skip
"""The action that a petition waits for in each open state."""
FIRST_OF_REVIEW: dict[str, str] = {R.ASKED: "take_review", R.TAKEN: "draft_review", R.DRAFTED: "decide_review"}
"""The action that an open review waits for."""
DEEDS: dict[str, str | Promise] = {
    "file": _("提交来信"),
    "register": _("登记"),
    "correct": _("更正内容"),
    "file_directly": _("登记直接收到的信访"),
    "merge": _("并案"),
    "part": _("与主件分开办理"),
    "split": _("分出另一件"),
    "report_upward": _("报告上级"),
    "not_take_running": _("正在办理，不另受理"),
    "not_take_again": _("已有复核意见，不再受理"),
    "redirect": _("不属于本单位，已告知信访人向哪里提出"),
    "lead_out": _("导入其他程序，已告知信访人"),
    "mark_urgent": _("标为紧急"),
    "not_take": _("不予受理"),
    "refer": _("转给 %(agencies)s"),
    "ask_more_agencies": _("请 %(agencies)s 协办"),
    "receive": _("接收"),
    "pass_on": _("转给下级 %(agencies)s"),
    "object": _("提出异议"),
    "uphold_objection": _("同意异议，退回重新转办"),
    "reject_objection": _("不同意异议，由原单位办理"),
    "raise_dispute": _("提请裁定管辖"),
    "settle_dispute": _("确定由 %(agencies)s 办理"),
    "accept": _("受理，已告知信访人"),
    "accept_simply": _("受理，简易办理，已告知信访人"),
    "convert_to_ordinary": _("转为普通程序"),
    "choose_route": _("按法定职责办理"),
    "recuse": _("%(agencies)s 回避"),
    "hold_hearing": _("定于 %(days)s 听证"),
    "ask_extension": _("申请延期%(number)d天"),
    "extend": _("批准延期%(number)d天，已告知信访人"),
    "refuse_extension": _("不批准延期"),
    "settle": _("调解、和解达成协议"),
    "hand_over": _("指定承办人"),
    "note": _("内部记录"),
    "request_more": _("请信访人补充"),
    "add_material": _("补充材料"),
    "co_report": _("反馈协办意见"),
    "draft_answer": _("提交答复，待审核"),
    "send_back": _("退回修改"),
    "approve": _("审核通过，答复信访人"),
    "deliver": _("答复送达"),
    "rate": _("信访人评价"),
    "stand_by": _("复看后维持答复，已告知信访人"),
    "close": _("办结"),
    "reopen": _("重新办理"),
    "withdraw": _("撤回"),
    "publish": _("公开答复"),
    "recall": _("撤回公开"),
    "freeze": _("冻结，到期不销毁"),
    "ask_data": _("提出个人信息请求"),
    "decide_data": _("答复个人信息请求"),
    "unfreeze": _("解除冻结"),
    "ask_review": _("申请复查"),
    "ask_re_review": _("申请复核"),
    "take_review": _("受理复查复核申请"),
    "refuse_review": _("不受理复查复核申请"),
    "hold_review_hearing": _("复查复核定于 %(days)s 听证"),
    "draft_review": _("提交复查复核意见，待审核"),
    "send_back_review": _("退回修改复查复核意见"),
    "decide_review": _("作出复查复核意见"),
    "remand": _("撤销原意见，责令重新办理"),
    "record_decision": _("录入平台外的复查复核意见"),
    "deliver_review": _("复查复核意见送达"),
    "withdraw_review": _("撤回复查复核申请"),
    "urge": _("催办“%(limit)s”：%(agencies)s"),
    "supervise": _("督办"),
    "warn": _("“%(limit)s”的期限已用%(percent)d%%"),
    "lapse": _("“%(limit)s”的期限已过，没有用"),
}
"""What was done, as the petition's life tells it."""
REPORT = _("反馈结果")
REPORT_ARTICLE = "22"


def rule_words(rule: str) -> tuple[str | Promise, str]:
    """Return what a limit is for and its article."""
    known = RULES.get(rule)
    return (known.label, known.article) if known else (REPORT, REPORT_ARTICLE)


def deadline_state(deadline: Deadline, now: datetime) -> str:
    """Return met, met_late, cancelled, late or open. A right that has lapsed is cancelled: nobody is late with a right."""
    lapsed = not deadline.met_at and deadline.is_over(now) and not is_duty(deadline.rule)
    if deadline.cancelled_at or lapsed:
        return "cancelled"
    if deadline.met_at:
        return "met_late" if deadline.met_at >= deadline.due_at else "met"
    return "late" if deadline.due_at <= now else "open"


def title_of(petition: Petition) -> str:
    """Return the title that a list may show: that of an accusation is sealed (art. 30)."""
    return str(SEALED_TITLE) if petition.is_accusation else petition.subject


def reason_of(petition: Petition) -> str:
    """Return in four characters why a petition waits for somebody; needs ``answer`` and ``review`` at hand."""
    if petition.review_id and petition.review_state in REVIEW_WAITS_FOR:
        return _reason_of_review(petition.review)
    if petition.state == S.ACCEPTED and petition.answer and petition.answer.state == Answer.State.SENT_BACK:
        return str(SENT_BACK)
    return str(WAITING_FOR.get(petition.state, ""))


def _reason_of_review(review: Review | None) -> str:
    assert review is not None
    if review.agency_id is None:
        return str(TO_RECORD)
    words = str(REVIEW_WAITS_FOR[review.state])
    return words % {"stage": review.get_stage_display()} if "%(" in words else words


def reason_of_referral(referral: Referral) -> str:
    """Return in four characters what a co-agency owes."""
    return str(TO_RECEIVE if referral.state == Referral.State.SENT else TO_REPORT)


def deed(entry: Entry, names: dict[str, str]) -> str:
    """Return what an entry says was done; ``names`` gives those of agencies and staff for the ids in its data."""
    words, data = str(DEEDS.get(entry.action, entry.action)), entry.data
    if entry.action in {"warn", "lapse"}:
        words = gettext("“%(limit)s”的期限已到") if data.get("percent") == 100 else words
        return words % {"limit": rule_words(data["rule"])[0], "percent": data.get("percent")}
    if entry.action == "urge":
        return words % {"limit": rule_words(data["rule"])[0], "agencies": names.get(data["agency"], "")}
    if entry.action == "supervise":
        return _order_step(data)
    if entry.action == "mark_urgent" and data.get("urgent") is False:
        return gettext("取消紧急")
    if "%(" not in words:
        return words
    ids = [data[one] for one in ("agency", "staff") if one in data] + data.get("co", [])
    named = gettext("、").join(names[one] for one in ids if one in names)
    return words % {
        "agencies": named or gettext("一位同事"), "days": _days(data), "number": data.get("days") or 0,
    }  # fmt: skip


def _order_step(data: dict[str, str]) -> str:
    """Return what a step of an order did, by the orders' own tables."""
    step = STEPS.get(data["step"])
    return f"{KINDS[data['kind']].label}：{step.label if step else gettext('登记')}"


def _days(data: dict[str, str]) -> str:
    """Return the days of a hearing that an entry's data names."""
    found = [day_in_words(date.fromisoformat(data[one])) for one in ("first_day", "last_day") if one in data]
    return gettext("至").join(dict.fromkeys(found))
