"""Changes to agencies, regions and staff: each one function, one transaction, one line of the behaviour log.

They are no actions of a petition, so they have no table; who may call them is the face's affair (administrators).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Absence, Agency, Named, Post, Role, Staff
from yiwang.journal import log

Node = TypeVar("Node", bound=Named)


class ChangeRefused(Exception):
    """A change was not made, and nothing changed. ``code`` is for programs, ``message`` for whoever asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def _note(act: str, by: Staff, row: Any, reason: str = "") -> None:
    log.write(
        [
            log.line(
                act, actor_kind="staff", actor_id=by.pk, subject_kind=row._meta.model_name, subject_id=_id_of(row), reason=reason
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
    staff: Staff, agency: Agency, role: str, by: Staff, *, compartment: bool = False, since: date | None = None,
    until: date | None = None,
) -> Post:  # fmt: skip
    """Give somebody a post, or change the one they hold there: its days and its compartment."""
    if since and until and until < since:
        raise ChangeRefused("days", _("结束日期不能早于开始日期。"))
    post, _made = Post.objects.update_or_create(
        staff=staff, agency=agency, role=role, defaults={"compartment": compartment, "since": since, "until": until}
    )
    _note("give_post", by, post, role)
    return post


@transaction.atomic
def end_post(post: Post, by: Staff, today: date) -> None:
    """Take a post away; the last administrator keeps theirs."""
    if post.role == Role.ADMINISTRATOR:
        _refuse_last_administrator(post.staff, today, losing=[post])
    _note("end_post", by, post, post.role)
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
    held = Post.objects.filter(Post.held_on(today), role=Role.ADMINISTRATOR, staff__is_active=True)
    if held.filter(pk__in=lost).exists() and not held.exclude(pk__in=lost).exists():
        raise ChangeRefused("last_administrator", _("%(name)s是最后一位管理员，不能去掉。") % {"name": staff.name})


@transaction.atomic
def note_absence(
    staff: Staff, stand_in: Staff | None, first_day: date, last_day: date, note: str, by: Staff
) -> Absence:
    """Note days on which somebody is away, and who stands in 代班."""
    if last_day < first_day:
        raise ChangeRefused("days", _("最后一天不能早于第一天。"))
    if stand_in and stand_in.pk == staff.pk:
        raise ChangeRefused("oneself", _("代班人不能是自己。"))
    if stand_in and not stand_in.is_active:
        raise ChangeRefused("inactive", _("%(name)s已停用，请选别人代班。") % {"name": stand_in.name})
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
