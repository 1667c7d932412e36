"""A petition's life in plain words 办理经过: what was done and by whom, and what is promised next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.petitions.models import Attachment, Deadline, Entry, Petition, Rating
from yiwang.vault.sealing import open_under

OFFICE_NOTES = frozenset({"request_more", "not_take"})
"""Actions of staff whose note is written to the petitioner; what colleagues write for each other is never shown."""
OWN_NOTES = frozenset({"add_material", "reopen", "withdraw", "rate"})
"""Actions whose note the petitioner wrote, when it was the petitioner who acted."""


@dataclass(frozen=True)
class Promise:
    """What somebody owes, and until when."""

    title: str
    who: str
    on: date
    late: bool


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    at: datetime
    action: str
    title: str
    who: str = ""
    note: str = ""
    files: list[Attachment] = field(default_factory=list)


def promises_of(petition: Petition, now: datetime | None = None) -> list[Promise]:
    """Return what is promised to the petitioner and still open, the first due first; one statement."""
    now = now or datetime.now(UTC)
    rows = petition.deadlines.filter(met_at=None, cancelled_at=None).select_related("owed_by").order_by("due_at")
    return [
        Promise(promised(row), str(row.owed_by), row.due_on, row.due_at <= now) for row in rows if row.rule in PROMISES
    ]


def promised(row: Deadline) -> str:
    """Return in plain words what a limit promises."""
    return PROMISES[row.rule]()


PROMISES: dict[str, Callable[[], str]] = {
    "refer": lambda: _("告诉您由哪个单位办理"),
    "notice": lambda: _("告诉您是否受理、怎样办理"),
    "handling": lambda: _("给您书面答复"),
}
"""The limits that bind somebody towards the petitioner; the others are between offices and agencies."""


def events_of(petition: Petition, entries: Iterable[Entry]) -> list[Event]:
    """Return what happened, oldest first. ``entries`` come with their agency, and with their attachments prefetched.

    Reads the agencies that the entries name, in one statement.
    """
    shown = list(entries)
    named = {int(entry.data["agency"]) for entry in shown if str(entry.data.get("agency", "")).isdigit()}
    agencies = {agency.pk: str(agency) for agency in Agency.objects.filter(pk__in=named)} if named else {}
    events = []
    for entry in shown:
        title = _title(petition, entry, agencies)
        if title:
            who = str(entry.agency) if entry.agency else ""
            events.append(
                Event(
                    entry.happened_at, entry.action, title, who, _note(petition, entry), list(entry.attachments.all())
                )
            )
    return events


def _title(petition: Petition, entry: Entry, agencies: dict[int, str]) -> str:
    by_petitioner = entry.actor_kind == "citizen"
    named = str(entry.data.get("agency", ""))
    agency = agencies.get(int(named), "") if named.isdigit() else ""
    match entry.action:
        case "file":
            return _("我们收到了您反映的事项")
        case "register":
            return _("已登记，正在确定由谁办理")
        case "merge":
            return _("和另一件同样的事合在一起办理，您的编号不变，答复会单独给您")
        case "not_take":
            return _("不属于我们受理的范围，已经告诉您可以找谁")
        case "refer" | "pass_on":
            return _("转给%(agency)s办理") % {"agency": agency or _("承办单位")}
        case "accept":
            return _("已受理，正在办理")
        case "request_more":
            return _("请您补充")
        case "add_material":
            return _("您补充了材料") if by_petitioner else _("您补充的材料已收到")
        case "approve":
            return _("答复已经写好，可以查看")
        case "deliver":
            return _("您看到了答复") if by_petitioner else _("答复已送到您手中")
        case "rate":
            return _("您评价了这次办理：信访部门“%(office)s”，责任单位“%(agency)s”") % {
                "office": _level(entry.data.get("office")),
                "agency": _level(entry.data.get("agency")),
            }
        case "close":
            return _("已办结")
        case "reopen":
            return _("按您的要求重新办理") if by_petitioner else _("重新办理")
        case "withdraw":
            return _("您撤回了这件事，不再办理") if by_petitioner else _("按您的意思撤回，不再办理")
        case "publish":
            return _("经您同意，答复已隐去姓名后公开")
        case "recall":
            return _("公开的答复已撤下")
    return ""


def _level(value: object) -> str:
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
    Petition.State.NOT_TAKEN: lambda: _("不属于受理范围"),
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
}


def state_of(petition: Petition) -> str:
    """Return where the petition is, in plain words."""
    return STATES[petition.state]()
