"""The desk's main menu: one table, of which everybody sees what their posts open."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import READERS
from yiwang.petitions.actors import Actor
from yiwang.supervision.seeing import SUPERVISES

CLERKS = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)


@dataclass(frozen=True)
class Place:
    """One entry: the name of an address, its words, its shortcut, and the roles that see it."""

    name: str
    label: str | Promise
    key: str
    roles: tuple[Role, ...]


PLACES: tuple[Place, ...] = (
    Place("desk:work", _("我的工作"), "g w", READERS),
    Place("desk:petitions", _("全部信访"), "g a", READERS),
    Place("desk:intake", _("登记来访来电"), "g n", (*CLERKS, Role.AGENCY_HANDLER)),
    Place("desk:to_tell", _("待告知"), "g t", CLERKS),
    Place("desk:supervision", _("督查督办"), "g u", SUPERVISES),
    Place("desk:orders", _("督办事项"), "g o", READERS),
    Place("desk:monitoring", _("运行监控"), "g m", (*CLERKS, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)),
    Place("desk:duty", _("值班台"), "g z", (*CLERKS, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)),
    Place("desk:callbacks", _("回访"), "g h", CLERKS),
    Place("desk:callbacks_overview", _("回访情况"), "g f", (Role.SUPERVISOR, Role.LEADER)),
    Place("desk:satisfaction", _("满意度"), "g v", (*CLERKS, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)),
    Place("desk:second_looks", _("复看"), "g k", (Role.APPROVER, Role.SUPERVISOR)),
    Place("desk:assessment", _("考核"), "g x", (Role.SUPERVISOR, Role.LEADER, Role.APPROVER)),
    Place("desk:reports", _("报告"), "g r", READERS),
    Place("desk:data_requests", _("个人信息请求"), "g p", (Role.OFFICE_HANDLER,)),
    Place("desk:retention", _("到期销毁"), "g d", (Role.OFFICE_HANDLER, Role.APPROVER, Role.LEADER)),
    Place("desk:setup_answers", _("标准答复"), "g b", (Role.APPROVER,)),
    Place("desk:setup", _("设置"), "g s", (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)),
    Place("desk:duty_machine", _("平台运行"), "g z", (Role.SYSTEM_ADMINISTRATOR,)),
    Place("desk:journal", _("行为日志"), "g j", (Role.AUDITOR,)),
)


MOST_BESIDE = 6
"""How many entries stand side by side; with more, those after the first five are below “more”."""


@dataclass(frozen=True)
class Item:
    """One entry as the page draws it."""

    href: str
    label: str | Promise
    key: str
    current: bool


@dataclass(frozen=True)
class Menu:
    """The entries as the page draws them: those side by side, and those that open below “more”."""

    beside: list[Item]
    more: list[Item]

    @property
    def here_below(self) -> Item | None:
        """The current entry, when it is one of those below “more”."""
        return next((item for item in self.more if item.current), None)


def menu(actor: Actor, path: str) -> Menu:
    """Return the entries for an actor; the one whose address is the longest beginning of ``path`` is the current one."""
    seen = [(place, reverse(place.name)) for place in PLACES if actor.has(*place.roles)]
    here = max((href for _place, href in seen if path.startswith(href)), key=len, default="")
    items = [Item(href, place.label, place.key, href == here) for place, href in seen]
    beside = len(items) if len(items) <= MOST_BESIDE else MOST_BESIDE - 1
    return Menu(items[:beside], items[beside:])


def first_place(actor: Actor) -> str | None:
    """Return the address where somebody's day begins: their first entry; None for whom no post opens any."""
    return next((reverse(place.name) for place in PLACES if actor.has(*place.roles)), None)
