"""Agencies 责任单位, regions 地区, and the staff who hold posts 岗位 in them."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yiwang.store.ids import new_id
from yiwang.store.trees import TreeNode, ids_on


class Named(TreeNode):
    """A node of a tree with a code that imports and settings refer to, and a name in both languages."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    active = models.BooleanField(_("启用"), default=True)

    class Meta(TreeNode.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Region(Named):
    """A city, county or township 市/县/乡."""

    class Level(models.TextChoices):
        CITY = "city", _("市级")
        COUNTY = "county", _("县级")
        TOWNSHIP = "township", _("乡级")

    level = models.CharField(_("级别"), max_length=8, choices=Level.choices)


class Agency(Named):
    """An office of letters and calls, or an agency that handles matters 责任单位. The tree is the line of superiors."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("信访部门")
        AGENCY = "agency", _("承办单位")
        DISCIPLINE = "discipline", _("纪检监察机关")
        POLITICAL_LEGAL = "political_legal", _("政法机关")
        TOWNSHIP = "township", _("乡镇街道")

    kind = models.CharField(_("类别"), max_length=16, choices=Kind.choices, default=Kind.AGENCY)
    level = models.CharField(_("级别"), max_length=8, choices=Region.Level.choices, default=Region.Level.CITY)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="agencies", verbose_name=_("地区")
    )
    reviewed_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复查机关"), db_index=False,
        help_text=_("对它的答复不服，向谁申请复查、复核：本级政府，或上一级主管部门。空着：上面最近的信访部门。"),
    )  # fmt: skip
    reviewed_outside = models.CharField(
        _("平台外的复查机关"),
        max_length=80,
        blank=True,
        help_text=_("不在本平台上的，写名称；它的意见由信访部门录入。"),
    )
    telephone = models.CharField(_("电话"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=160, blank=True)
    reception = models.CharField(_("接待时间"), max_length=160, blank=True)
    local_limits = models.PositiveIntegerField(
        default=0, editable=False, help_text="the newest set of the office's own limits; 0: the law's alone"
    )

    def trace(self) -> None:
        """Set path and depth from the parent, and take over what the whole tree has in common."""
        super().trace()
        if isinstance(self.parent, Agency):
            self.local_limits = self.parent.local_limits

    @property
    def is_office(self) -> bool:
        return self.kind == self.Kind.OFFICE


def body_above(agency: Agency) -> tuple[Agency | None, str]:
    """Return who reviews what an agency decided (arts. 35, 36): an agency, or the name of a body outside the platform.

    What the agency's own row says comes first; else the nearest office of letters and calls above it, which keeps its
    government's reviews; for the office at the root, the government above. One statement at most.
    """
    if agency.reviewed_outside:
        return None, agency.reviewed_outside
    if agency.reviewed_by_id:
        return agency.reviewed_by, ""
    above = Agency.objects.filter(pk__in=ids_on(agency.path), kind=Agency.Kind.OFFICE, active=True).exclude(
        pk=agency.pk
    )
    nearest = above.order_by("-depth").first()
    return (nearest, "") if nearest else (None, str(_("上一级人民政府复查复核机构")))


class Role(models.TextChoices):
    """What a post entitles to (the matrix is in petitions/lifecycle.py)."""

    INTAKE_CLERK = "intake_clerk", _("登记员")
    OFFICE_HANDLER = "office_handler", _("信访经办人")
    AGENCY_HANDLER = "agency_handler", _("单位承办人")
    APPROVER = "approver", _("审核人")
    SUPERVISOR = "supervisor", _("督查员")
    LEADER = "leader", _("领导")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("系统管理员")
    SECURITY_ADMINISTRATOR = "security_administrator", _("安全保密管理员")
    AUDITOR = "auditor", _("安全审计员")


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})
"""The three administrators 三员: none opens petitions, none does another's work, nobody holds two (agencies/apart.py)."""


class StaffManager(BaseUserManager["Staff"]):
    def create_staff(self, username: str, name: str, password: str | None = None, **more: Any) -> "Staff":
        """Make a member of staff who can log in; without a password nobody can, until one is set."""
        staff = self.model(username=username, name=name, **more)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """A member of staff who logs in at the desk. What they may do comes from posts alone."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(_("用户名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    telephone = models.CharField(_("电话"), max_length=40, blank=True)
    email = models.EmailField(_("电子邮箱"), max_length=120, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    must_change_password = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[StaffManager] = StaffManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_system_administrator(self) -> bool:
        """Whether this person is a system administrator today, and no more than that (asks the database)."""
        held = set(self.posts.filter(Post.held_on(date.today())).values_list("role", flat=True))
        return self.is_active and held == {Role.SYSTEM_ADMINISTRATOR}


class Post(models.Model):
    """A role in an agency, held by one person 岗位. ``compartment`` opens accusations to the holder."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="posts")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="posts")
    role = models.CharField(_("角色"), max_length=24, choices=Role.choices)
    compartment = models.BooleanField(_("可阅检举控告"), default=False)
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "agency", "role"], name="agencies_post_once")]

    @staticmethod
    def held_on(day: date) -> models.Q:
        """Return the condition “held on that day”."""
        return (models.Q(since=None) | models.Q(since__lte=day)) & (models.Q(until=None) | models.Q(until__gte=day))


class Absence(models.Model):
    """Days on which somebody is away and another stands in 代班: the stand-in then acts from the absent person's posts."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(Staff, models.PROTECT, related_name="stand_ins", null=True, blank=True)
    first_day = models.DateField(_("第一天"))
    last_day = models.DateField(_("最后一天"))
    note = models.CharField(_("备注"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="agencies_absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~models.Q(stand_in=models.F("staff")), name="agencies_nobody_stands_in_for_oneself"
            ),
        ]
        indexes = [models.Index(fields=["stand_in", "last_day"], name="agencies_stands_in_for")]


def posts_of(staff: Staff, day: date) -> list[Post]:
    """Return the posts from which a person may act on a day, in one statement: their own, then those they stand in for.

    A stood-in post keeps its holder in ``post.staff``, so that an entry can say “for whom”.
    """
    stood_in = models.Exists(
        Absence.objects.filter(staff=models.OuterRef("staff"), stand_in=staff, first_day__lte=day, last_day__gte=day)
    )
    found = (
        Post.objects.filter(models.Q(staff=staff) | models.Q(stood_in, staff__is_active=True))
        .filter(Post.held_on(day), agency__active=True)
        .select_related("agency", "staff")
    )
    return sorted(found, key=lambda post: (post.staff_id != staff.pk, post.agency.depth, post.pk))
