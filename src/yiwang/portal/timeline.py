"""A petition's life in plain words 办理经过: what was done and by whom, and where it is now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.petitions.lifecycle import ENDED, REVIEW_TURN
from yiwang.petitions.models import Attachment, Entry, Petition, Rating, Review
from yiwang.vault.sealing import open_under
from yiwang.workdays.wording import day_in_words

OFFICE_NOTES = frozenset(
    {
        "request_more", "not_take", "redirect", "lead_out", "accept", "accept_simply", "convert_to_ordinary", "choose_route",
        "extend", "refuse_review", "reopen", "stand_by",
    }
)  # fmt: skip
"""Actions of staff whose note is written to the petitioner; what colleagues write for each other is never shown."""
OWN_NOTES = frozenset({"add_material", "reopen", "withdraw", "rate", "ask_review", "ask_re_review", "withdraw_review"})
"""Actions whose note the petitioner wrote, when it was the petitioner who acted."""


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    at: datetime
    action: str
    title: str
    who: str = ""
    note: str = ""
    files: list[Attachment] = field(default_factory=list)


def events_of(petition: Petition, entries: Iterable[Entry]) -> list[Event]:
    """Return what happened, oldest first. ``entries`` come with their agency, and with their attachments prefetched.

    Reads the agencies that the entries name, in one statement, and the places of hearings in another.
    """
    shown = list(entries)
    named = {int(entry.data["agency"]) for entry in shown if str(entry.data.get("agency", "")).isdigit()}
    agencies = {agency.pk: str(agency) for agency in Agency.objects.filter(pk__in=named)} if named else {}
    heard = any("hearing" in entry.data for entry in shown)
    places = {str(row.pk): row.place for row in petition.hearings.all()} if heard else {}
    events, stage = [], Review.Stage.REVIEW
    for entry in shown:
        if entry.action == "ask_re_review":
            stage = Review.Stage.RE_REVIEW
        elif entry.action == "ask_review":
            stage = Review.Stage.REVIEW
        title = _title(petition, entry, agencies) or _title_of_review(entry, stage)
        if title:
            who = str(entry.agency) if entry.agency else ""
            note = places.get(str(entry.data.get("hearing")), "") or _note(petition, entry)
            events.append(Event(entry.happened_at, entry.action, title, who, note, list(entry.attachments.all())))
    return events


def _title(petition: Petition, entry: Entry, agencies: dict[int, str]) -> str:
    by_petitioner = entry.actor_kind == "citizen"
    named = str(entry.data.get("agency", ""))
    agency = (agencies.get(int(named), "") if named.isdigit() else "") or _("承办单位")
    match entry.action:
        case "refer" | "pass_on":
            return _("转给%(agency)s办理") % {"agency": agency}
        case "settle_dispute":
            return _("确定由%(agency)s办理") % {"agency": agency}
        case "add_material":
            return _("您补充了材料") if by_petitioner else _("您补充的材料已收到")
        case "hold_hearing" | "hold_review_hearing":
            return _("定于%(days)s举行听证，请您参加") % {"days": _days(entry.data)}
        case "extend":
            return _("事情复杂，办理时间延长了%(number)d天") % {"number": entry.data.get("days") or 0}
        case "deliver":
            return _("您看到了答复") if by_petitioner else _("答复已送到您手中")
        case "rate":
            return _("您评价了这次办理：信访部门“%(office)s”，责任单位“%(agency)s”") % {
                "office": _level(entry.data, "office"),
                "agency": _level(entry.data, "agency"),
            }
        case "reopen":
            return _("按您的要求重新办理") if by_petitioner else _("重新办理")
        case "withdraw":
            return _("您撤回了这件事，不再办理") if by_petitioner else _("按您的意思撤回，不再办理")
    return TITLES[entry.action]() if entry.action in TITLES else ""


TITLES: dict[str, Callable[[], str]] = {
    "file": lambda: _("我们收到了您反映的事项"),
    "file_directly": lambda: _("我们收到了您反映的事项"),
    "register": lambda: _("已登记，正在确定由谁办理"),
    "merge": lambda: _("和另一件同样的事合在一起办理，您的编号不变，答复会单独给您"),
    "split": lambda: _("您反映的不止一件事：另一件分出来单独办理，新编号已经告诉您"),
    "not_take": lambda: _("不属于我们受理的范围，已经告诉您可以找谁"),
    "not_take_running": lambda: _("同一件事正在办理，不另外受理；那一件办完会给您答复"),
    "not_take_again": lambda: _("这件事已有复核意见，不再受理；有新的事实或理由，可以再提出"),
    "redirect": lambda: _("不归这个单位管，已经告诉您可以找谁"),
    "lead_out": lambda: _("要走另外的法律程序，已经告诉您怎么走"),
    "accept": lambda: _("已受理，正在办理"),
    "accept_simply": lambda: _("已受理，简易办理，会更快答复您"),
    "convert_to_ordinary": lambda: _("情况比较复杂，改按普通程序办理"),
    "choose_route": lambda: _("由承办单位按法律规定的职责办理"),
    "request_more": lambda: _("请您补充"),
    "settle": lambda: _("双方达成了协议，可以查看"),
    "approve": lambda: _("答复已经写好，可以查看"),
    "close": lambda: _("已办结"),
    "stand_by": lambda: _("您不满意的答复另由他人看过，维持原来的答复"),
    "publish": lambda: _("经您同意，答复已隐去姓名后公开"),
    "recall": lambda: _("公开的答复已撤下"),
    "ask_data": lambda: _("您提出了个人信息请求"),
    "decide_data": lambda: _("个人信息请求已答复"),
}
"""What was done, where one sentence fits all."""


def _title_of_review(entry: Entry, stage: Review.Stage) -> str:
    by_petitioner = entry.actor_kind == "citizen"
    words = ""
    match entry.action:
        case "ask_review" | "ask_re_review":
            words = _("您申请了%(stage)s") if by_petitioner else _("已登记您的%(stage)s申请")
        case "take_review":
            words = _("%(stage)s申请已受理，正在审查")
        case "refuse_review":
            words = _("%(stage)s申请没有受理")
        case "decide_review" | "record_decision":
            words = _("%(stage)s意见已经作出，可以查看")
        case "remand":
            words = _("%(stage)s意见已经作出：撤销原来的答复，重新办理")
        case "deliver_review":
            words = _("您看到了%(stage)s意见") if by_petitioner else _("%(stage)s意见已送到您手中")
        case "withdraw_review":
            words = _("您撤回了%(stage)s申请") if by_petitioner else _("按您的意思撤回了%(stage)s申请")
    return words % {"stage": stage.label} if words else ""


def _days(data: dict[str, str]) -> str:
    found = [day_in_words(date.fromisoformat(data[one])) for one in ("first_day", "last_day") if one in data]
    return _("至").join(dict.fromkeys(found))


def _level(data: dict[str, Any], about: str) -> str:
    """Return the level's name as the office's rules wrote it when it was given, or the built-in one's."""
    if names := data.get("names", {}).get(about):
        return str(names[1] if names[1] and (get_language() or "").startswith("en") else names[0])
    value = data.get(about)
    return str(Rating.Level(value).label) if value in Rating.Level.values else ""


def _note(petition: Petition, entry: Entry) -> str:
    if "follows" in entry.data:
        return ""  # it was written about the petition into which this one was merged
    ours = entry.action in OFFICE_NOTES and entry.actor_kind != "citizen"
    theirs = entry.action in OWN_NOTES and entry.actor_kind == "citizen"
    return open_under(petition.key, entry, "sealed_note") if ours or theirs else ""


STATES: dict[str, Callable[[], str]] = {
    Petition.State.FILED: lambda: _("已收到，正在登记"),
    Petition.State.REGISTERED: lambda: _("已登记，正在确定由谁办理"),
    Petition.State.REFERRED: lambda: _("已转给承办单位，等他们告诉您是否受理"),
    Petition.State.OBJECTED: lambda: _("正在确定由谁办理"),
    Petition.State.ACCEPTED: lambda: _("正在办理"),
    Petition.State.DRAFTED: lambda: _("快办好了，正在审核答复"),
    Petition.State.ANSWERED: lambda: _("已答复"),
    Petition.State.CLOSED: lambda: _("已办结"),
    Petition.State.WITHDRAWN: lambda: _("您已撤回"),
    Petition.State.NOT_TAKEN: lambda: _("没有受理，原因见下面"),
    Petition.State.LED_OUT: lambda: _("要走另外的法律程序"),
}
"""Where a petition is, as the petitioner reads it; an agency's objection is no business of theirs."""

TONES: dict[str, str] = {
    Petition.State.FILED: "new",
    Petition.State.REGISTERED: "new",
    Petition.State.REFERRED: "waiting",
    Petition.State.OBJECTED: "waiting",
    Petition.State.ACCEPTED: "going",
    Petition.State.DRAFTED: "going",
    Petition.State.ANSWERED: "done",
    Petition.State.CLOSED: "done",
    Petition.State.WITHDRAWN: "stopped",
    Petition.State.NOT_TAKEN: "stopped",
    Petition.State.LED_OUT: "stopped",
}

REVIEW_STATES: dict[str, Callable[[], str]] = {
    Review.State.ASKED: lambda: _("已申请%(stage)s，等审查机关告诉您是否受理"),
    Review.State.TAKEN: lambda: _("正在%(stage)s"),
    Review.State.DRAFTED: lambda: _("正在%(stage)s"),
    Review.State.DECIDED: lambda: _("%(stage)s意见已作出"),
}


def state_of(petition: Petition) -> str:
    """Return where the petition is, in plain words."""
    review = petition.review
    if review and petition.state in ENDED and petition.review_state in REVIEW_STATES:
        return REVIEW_STATES[review.state]() % {"stage": review.get_stage_display()}
    return STATES[petition.state]()


def tone_of(petition: Petition) -> str:
    """Return the tone of its state's sign."""
    under_review = petition.state in ENDED and petition.review_state in REVIEW_TURN
    return "going" if under_review else TONES[petition.state]
