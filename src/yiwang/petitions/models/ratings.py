"""The petitioner's verdict 满意度评价: what may be said, and what was said of whom."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Named, Staff
from yiwang.petitions.models.answers import Answer
from yiwang.petitions.models.petition import Petition
from yiwang.store.ids import new_id


class RatingRules(models.Model):
    """One version of an office's rules for ratings, whole; the newest is in force. Before the first, `verdicts.BUILT_IN` is.

    A rating keeps the level and the reading (satisfied, counted) of the version under which it was given.
    """

    number = models.PositiveIntegerField(primary_key=True, editable=False)
    window_days = models.PositiveSmallIntegerField(
        _("评价期限"), help_text="calendar days from the answer's delivery; the day of delivery does not count"
    )
    silent_level = models.CharField(
        _("期满未评价"), max_length=12, blank=True, help_text="the level given after the window; empty: none"
    )
    silent_counts = models.BooleanField(_("期满未评价的计入满意率"), default=False)
    networks = models.TextField(_("本单位的网络"), blank=True, help_text="one network a line, as 10.1.0.0/16")
    second_looks = models.PositiveSmallIntegerField(
        _("复看后最多重新办理几次"), default=1, help_text="how often second looks may take one petition up again"
    )
    entered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.number)


class RatingLevel(models.Model):
    """One level of a version, the best first. ``satisfied``: it counts towards the rate; the others ask why, and open a second look."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    rules = models.ForeignKey(RatingRules, models.PROTECT, related_name="levels", db_index=False)
    code = models.CharField(_("代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=20)
    name_en = models.CharField(_("英文名称"), max_length=40, blank=True)
    satisfied = models.BooleanField(_("算满意"))
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["rules", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rules", "code"], name="rating_levels_one_per_code")
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class RatingReason(Named):
    """Why somebody is not satisfied 不满意的原因: a tree of two levels."""


class Rating(models.Model):
    """The verdict on the office, or on one agency that handled the matter; each once for each answer."""

    class About(models.TextChoices):
        OFFICE = "office", _("信访部门")
        AGENCY = "agency", _("责任单位")

    class Level(models.TextChoices):
        """The levels of an office that has entered no rules of its own."""

        SATISFIED = "satisfied", _("满意")
        BASICALLY = "basically", _("基本满意")
        DISSATISFIED = "dissatisfied", _("不满意")

    class How(models.TextChoices):
        PORTAL = "portal", _("网上查询页")
        LINK = "link", _("消息里的链接")
        CALLBACK = "callback", _("电话回访")
        SILENT = "silent", _("期满未评价")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="ratings", db_index=False)
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="ratings", db_index=False)
    about = models.CharField(max_length=6, choices=About.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", help_text="the one rated")
    level = models.CharField(max_length=12, help_text="the code of the level")
    grade = models.ForeignKey(
        RatingLevel, models.PROTECT, null=True, related_name="+", db_index=False, help_text="null: a level of `Level`"
    )
    satisfied = models.BooleanField(help_text="as the rules read the level when it was given")
    counted = models.BooleanField(default=True, help_text="whether it is part of the rate: silent ones seldom are")
    how = models.CharField(max_length=8, choices=How.choices, default=How.PORTAL)
    reason = models.ForeignKey(RatingReason, models.PROTECT, null=True, related_name="+", db_index=False)
    from_office = models.BooleanField(
        default=False, help_text="given from one of the office's own networks; the address itself is kept nowhere"
    )
    sealed_comment = models.BinaryField(default=b"")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["petition", "answer", "about", "agency"], name="petitions_rated_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="ratings_by_time")]

    def get_level_display(self) -> str:
        """Return the level's name, as the rules of its time wrote it; lists fetch ``grade`` along."""
        if self.grade:
            return str(self.grade)
        return str(self.Level(self.level).label) if self.level in self.Level.values else self.level
