"""The desk's main menu: one table, of which everybody sees what their posts open."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import READERS
from yiwang.petitions.actors import Actor

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
    Place("desk:monitoring", _("运行监控"), "g m", (*CLERKS, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)),
    Place("desk:assessment", _("考核"), "g k", (Role.SUPERVISOR, Role.LEADER, Role.APPROVER)),
    Place("desk:data_requests", _("个人信息请求"), "g p", (Role.OFFICE_HANDLER,)),
    Place("desk:retention", _("到期销毁"), "g d", (Role.OFFICE_HANDLER, Role.APPROVER, Role.LEADER)),
    Place("desk:setup_answers", _("标准答复"), "g b", (Role.APPROVER,)),
    Place("desk:setup", _("设置"), "g s", (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)),
    Place("desk:journal", _("行为日志"), "g j", (Role.AUDITOR,)),
)


@dataclass(frozen=True)
class Item:
    """One entry as the page draws it."""

    href: str
    label: str | Promise
    key: str
    current: bool


def menu(actor: Actor, path: str) -> list[Item]:
    """Return the entries for an actor; the one whose address is the longest beginning of ``path`` is the current one."""
    seen = [(place, reverse(place.name)) for place in PLACES if actor.has(*place.roles)]
    here = max((href for _place, href in seen if path.startswith(href)), key=len, default="")
    return [Item(href, place.label, place.key, href == here) for place, href in seen]
