"""The desk's words for what the core holds as codes: reasons, deeds, deadlines, articles."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yiwang.petitions.deadlines import RULES, is_duty
from yiwang.petitions.models import Answer, Deadline, Entry, Petition, Referral

S = Petition.State
DIGITS = "零一二三四五六七八九"

SEALED_TITLE = _("〔检举控告，内容密封〕")
WAITING_FOR: dict[str, str | Promise] = {
    S.FILED: _("等您登记"),
    S.REGISTERED: _("等您转办"),
    S.REFERRED: _("等您受理"),
    S.OBJECTED: _("异议待定"),
    S.ACCEPTED: _("等您答复"),
    S.DRAFTED: _("等您审核"),
}
SENT_BACK = _("退回修改")
TO_RECEIVE = _("协办待收")
TO_REPORT = _("协办待复")
TONES: dict[str, str] = {
    S.FILED: "new", S.REGISTERED: "new", S.REFERRED: "going", S.OBJECTED: "waiting", S.ACCEPTED: "going",
    S.DRAFTED: "going", S.ANSWERED: "done", S.CLOSED: "done", S.WITHDRAWN: "stopped", S.NOT_TAKEN: "stopped",
}  # fmt: skip
FIRST_THING: dict[str, str] = {
    S.FILED: "register", S.REGISTERED: "refer", S.REFERRED: "accept", S.OBJECTED: "uphold_objection",
    S.ACCEPTED: "draft_answer", S.DRAFTED: "approve",
}  # fmt: skip
"""The action that a petition waits for in each open state."""
DEEDS: dict[str, str | Promise] = {
    "file": _("提交来信"),
    "register": _("登记"),
    "correct": _("更正内容"),
    "merge": _("并案"),
    "mark_urgent": _("标为紧急"),
    "not_take": _("不予受理"),
    "refer": _("转给 %(agencies)s"),
    "ask_more_agencies": _("请 %(agencies)s 协办"),
    "receive": _("接收"),
    "pass_on": _("转给下级 %(agencies)s"),
    "object": _("提出异议"),
    "uphold_objection": _("同意异议，退回重新转办"),
    "reject_objection": _("不同意异议，由原单位办理"),
    "accept": _("受理，已告知信访人"),
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
    "close": _("办结"),
    "reopen": _("重新办理"),
    "withdraw": _("撤回"),
    "publish": _("公开答复"),
    "recall": _("撤回公开"),
    "warn": _("“%(limit)s”的期限已用%(percent)d%%"),
    "lapse": _("“%(limit)s”的期限已过，没有用"),
}
"""What was done, as the petition's life tells it."""
REPORT = _("反馈结果")
REPORT_ARTICLE = "22"


def article(number: str) -> str:
    """Return an article as people cite it: 第二十二条, art. 22; "" for none."""
    if not number:
        return ""
    if (get_language() or "").startswith("en"):
        return f"art. {number}"
    tens, ones = divmod(int(number), 10)
    words = (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones or not tens else "")
    return f"第{words}条"


def rule_words(rule: str) -> tuple[str | Promise, str]:
    """Return what a limit is for and its article."""
    known = RULES.get(rule)
    return (known.label, known.article) if known else (REPORT, REPORT_ARTICLE)


def deadline_state(deadline: Deadline, now: datetime) -> str:
    """Return met, met_late, cancelled, late or open. A right that has lapsed is cancelled: nobody is late with a right."""
    lapsed = not deadline.met_at and deadline.due_at <= now and not is_duty(deadline.rule)
    if deadline.cancelled_at or lapsed:
        return "cancelled"
    if deadline.met_at:
        return "met_late" if deadline.met_at >= deadline.due_at else "met"
    return "late" if deadline.due_at <= now else "open"


def title_of(petition: Petition) -> str:
    """Return the title that a list may show: that of an accusation is sealed (art. 30)."""
    return str(SEALED_TITLE) if petition.is_accusation else petition.subject


def reason_of(petition: Petition) -> str:
    """Return in four characters why a petition waits for somebody; needs ``answer`` at hand."""
    if petition.state == S.ACCEPTED and petition.answer and petition.answer.state == Answer.State.SENT_BACK:
        return str(SENT_BACK)
    return str(WAITING_FOR.get(petition.state, ""))


def reason_of_referral(referral: Referral) -> str:
    """Return in four characters what a co-agency owes."""
    return str(TO_RECEIVE if referral.state == Referral.State.SENT else TO_REPORT)


def deed(entry: Entry, agencies: dict[str, str]) -> str:
    """Return what an entry says was done; ``agencies`` gives names for the ids in its data."""
    words = str(DEEDS.get(entry.action, entry.action))
    ids = [entry.data["agency"]] if "agency" in entry.data else []
    ids += entry.data.get("co", [])
    names = gettext("、").join(agencies[one] for one in ids if one in agencies)
    if entry.action in {"warn", "lapse"}:
        over = entry.data.get("percent") == 100
        words = gettext("“%(limit)s”的期限已到") if over else words
        return words % {"limit": rule_words(entry.data["rule"])[0], "percent": entry.data.get("percent")}
    if entry.action == "mark_urgent" and entry.data.get("urgent") is False:
        return gettext("取消紧急")
    return words % {"agencies": names} if "%(" in words else words
