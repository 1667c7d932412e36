"""Changes to agencies, regions and staff: each one function, one transaction, one line of the behaviour log.

They are no actions of a petition, so they have no table; which administrator may call them is the face's affair.
Nobody gives themselves anything, and what must stay apart (agencies/apart.py) is refused here, whoever asks.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.apart import Held, why_not_given, why_not_standing_in
from yiwang.agencies.models import ADMINISTRATORS, Absence, Agency, Named, Post, Role, Staff
from yiwang.journal import log

Node = TypeVar("Node", bound=Named)


class ChangeRefused(Exception):
    """A change was not made, and nothing changed. ``code`` is for programs, ``message`` for whoever asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def _note(act: str, by: Staff | None, row: Any, reason: str = "") -> None:
    """Write a line; of a post, its holder is what it is about, so that “who was given what” is one question."""
    about: Any = row.staff if isinstance(row, Post) else row
    log.write(
        [
            log.line(
                act, actor_kind="staff" if by else "system", actor_id=by.pk if by else None,
                subject_kind=about._meta.model_name, subject_id=_id_of(about), reason=reason,
            )
        ]
    )  # fmt: skip


def _id_of(row: Any) -> int | None:
    return row.pk if isinstance(row.pk, int) else None


@transaction.atomic
def add_node(node: Node, by: Staff) -> Node:
    """Add an agency, region or category below ``node.parent``, as the last of its siblings."""
    siblings = type(node)._default_manager.filter(parent=node.parent_id)
    node.position = 1 + max(siblings.values_list("position", flat=True), default=0)
    try:
        node.full_clean(exclude=["path"])
        node.save()
    except ValidationError as invalid:
        raise ChangeRefused("invalid", " ".join(invalid.messages)) from invalid
    _note(f"add_{node._meta.model_name}", by, node)
    return node


@transaction.atomic
def change_node(node: Node, by: Staff, **values: Any) -> Node:
    """Rename a node, or set its other columns (never its place or whether it is in use)."""
    for name, value in values.items():
        setattr(node, name, value)
    try:
        node.full_clean(exclude=["path"])
    except ValidationError as invalid:
        raise ChangeRefused("invalid", " ".join(invalid.messages)) from invalid
    node.save(update_fields=list(values))
    _note(f"change_{node._meta.model_name}", by, node)
    return node


@transaction.atomic
def move_node(node: Node, parent: Node | None, by: Staff) -> Node:
    """Place a node with all below it under another; a circle is refused."""
    if isinstance(node, Agency) and node.parent_id is None:
        raise ChangeRefused("root", _("最上级的信访部门不能移动。"))
    try:
        node.place_under(parent)
    except ValidationError as invalid:
        raise ChangeRefused("cycle", " ".join(invalid.messages)) from invalid
    _note(f"move_{node._meta.model_name}", by, node)
    return node


@transaction.atomic
def deactivate_node(node: Node, by: Staff, *, open_petitions: int) -> Node:
    """Take a node out of use; refused while petitions are open with it, or nodes below it are in use."""
    if open_petitions:
        raise ChangeRefused(
            "in_use",
            _("“%(name)s”还有%(number)d件没有办完的信访，办完或转走以后才能停用。")
            % {"name": node, "number": open_petitions},
        )
    if isinstance(node, Agency) and node.parent_id is None:
        raise ChangeRefused("root", _("最上级的信访部门不能停用。"))
    below = node.descendants().filter(active=True).count()
    if below:
        raise ChangeRefused(
            "below_in_use", _("“%(name)s”下面还有%(number)d个在用，请先停用下级。") % {"name": node, "number": below}
        )
    if isinstance(node, Agency) and node.posts.filter(compartment=True, staff__is_active=True).exists():
        raise ChangeRefused(
            "reads_accusations",
            _("“%(name)s”有人可阅检举控告，不能停用。请安全保密管理员先收回，并确认检举控告都已办完。")
            % {"name": node},
        )
    node.active = False
    node.save(update_fields=["active"])
    _note(f"deactivate_{node._meta.model_name}", by, node)
    return node


@transaction.atomic
def activate_node(node: Node, by: Staff) -> Node:
    """Take a node into use again."""
    node.active = True
    node.save(update_fields=["active"])
    _note(f"activate_{node._meta.model_name}", by, node)
    return node


@transaction.atomic
def hire(username: str, name: str, telephone: str, by: Staff, *, email: str = "") -> Staff:
    """Add a member of staff; nobody can log in as them until they set a password of their own by a set-up link."""
    if Staff.objects.filter(username=username).exists():
        raise ChangeRefused("username_taken", _("用户名“%(name)s”已有人用。") % {"name": username})
    staff = Staff.objects.create_staff(username, name, telephone=telephone, email=email)
    _note("add_staff", by, staff)
    return staff


@transaction.atomic
def change_contact(staff: Staff, by: Staff, *, telephone: str, email: str) -> None:
    """Set by which number and mail address somebody is reached; their set-up links go to the latter."""
    staff.telephone, staff.email = telephone, email
    staff.save(update_fields=["telephone", "email"])
    _note("change_contact", by, staff)


@transaction.atomic
def give_post(
    staff: Staff, agency: Agency, role: str, by: Staff | None, today: date, *, compartment: bool = False,
    since: date | None = None, until: date | None = None,
) -> Post:  # fmt: skip
    """Give somebody a post, or change the one they hold there: its days and its compartment. Never to oneself.

    ``by`` is None where whoever runs the platform gives the first posts from its machine. Opening and closing accusations
    to somebody are lines of their own.
    """
    if by and staff.pk == by.pk:
        raise ChangeRefused("oneself", _("不能给自己岗位。请另一位安全保密管理员来给。"))
    if since and until and until < since:
        raise ChangeRefused("days", _("结束日期不能早于开始日期。"))
    if compartment and role in ADMINISTRATORS - {Role.AUDITOR}:
        raise ChangeRefused("compartment", _("管理员不看信访件，不能给“可阅检举控告”。"))
    list(Staff.objects.select_for_update().filter(pk=staff.pk))  # of two posts given at once, the second sees the first
    why_not = why_not_given(staff, Held(role, since, until), today)
    if why_not:
        raise ChangeRefused("apart", why_not)
    before = Post.objects.filter(staff=staff, agency=agency, role=role).first()
    post, _made = Post.objects.update_or_create(
        staff=staff, agency=agency, role=role, defaults={"compartment": compartment, "since": since, "until": until}
    )
    _note("give_post", by, post, role)
    if compartment != bool(before and before.compartment):
        _note("open_compartment" if compartment else "close_compartment", by, post, role)
    return post


@transaction.atomic
def end_post(post: Post, by: Staff, today: date) -> None:
    """Take a post away; the last of each kind of administrator keeps theirs."""
    _refuse_last_administrator(post.staff, today, losing=[post])
    _note("end_post", by, post, post.role)
    if post.compartment:
        _note("close_compartment", by, post, post.role)
    post.delete()


@transaction.atomic
def deactivate_staff(staff: Staff, by: Staff, today: date, *, still_held: int) -> None:
    """Close somebody's login; refused while they still hold open petitions, and for oneself."""
    if staff.pk == by.pk:
        raise ChangeRefused("oneself", _("不能停用自己。"))
    if still_held:
        raise ChangeRefused(
            "holds_petitions",
            _("%(name)s手里还有%(number)d件，请先移交。") % {"name": staff.name, "number": still_held},
        )
    _refuse_last_administrator(staff, today, losing=list(staff.posts.all()))
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    _note("deactivate_staff", by, staff)


@transaction.atomic
def activate_staff(staff: Staff, by: Staff) -> None:
    """Open somebody's login again."""
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    _note("activate_staff", by, staff)


def _refuse_last_administrator(staff: Staff, today: date, losing: Iterable[Post]) -> None:
    lost = [post.pk for post in losing]
    held = Post.objects.filter(Post.held_on(today), role__in=ADMINISTRATORS, staff__is_active=True)
    stay = set(held.exclude(pk__in=lost).values_list("role", flat=True))
    for role in held.filter(pk__in=lost).values_list("role", flat=True):
        if role not in stay:
            raise ChangeRefused(
                "last_administrator",
                _("%(name)s是最后一位%(role)s，不能去掉。") % {"name": staff.name, "role": Role(role).label},
            )


@transaction.atomic
def note_absence(
    staff: Staff, stand_in: Staff | None, first_day: date, last_day: date, note: str, by: Staff, today: date
) -> Absence:  # fmt: skip
    """Note days on which somebody is away, and who stands in 代班: never oneself for another, nor who must stay apart."""
    if last_day < first_day:
        raise ChangeRefused("days", _("最后一天不能早于第一天。"))
    if stand_in and stand_in.pk == staff.pk:
        raise ChangeRefused("oneself", _("代班人不能是自己。"))
    if stand_in and not stand_in.is_active:
        raise ChangeRefused("inactive", _("%(name)s已停用，请选别人代班。") % {"name": stand_in.name})
    if stand_in and stand_in.pk == by.pk:
        raise ChangeRefused(
            "oneself", _("不能指定自己替别人代班。请让不在岗的人自己登记，或者请另一位安全保密管理员登记。")
        )
    if stand_in:
        list(Staff.objects.select_for_update().filter(pk=stand_in.pk))
        why_not = why_not_standing_in(stand_in, staff, first_day, last_day, today)
        if why_not:
            raise ChangeRefused("apart", why_not)
    overlapping = Absence.objects.filter(staff=staff, first_day__lte=last_day, last_day__gte=first_day)
    if overlapping.exists():
        raise ChangeRefused("overlaps", _("这几天已经登记过不在岗。"))
    absence = Absence.objects.create(
        staff=staff, stand_in=stand_in, first_day=first_day, last_day=last_day, note=note.strip()
    )
    _note("note_absence", by, absence)
    return absence


@transaction.atomic
def end_absence(absence: Absence, by: Staff) -> None:
    """Take an absence back."""
    _note("end_absence", by, absence)
    absence.delete()
