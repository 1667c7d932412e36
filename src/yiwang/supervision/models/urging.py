"""Urging 催办: the ladder that the office has set, who was urged, and where urging pauses."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models import Deadline, Petition
from yiwang.store.ids import new_id


class Step(models.Model):
    """One step of the ladder: when a limit has come so far, who is urged. Rows of a rule stand in place of those for any rule."""

    class Measure(models.TextChoices):
        PERCENT = "percent", _("期限已用百分之几")
        DAYS_OVER = "days_over", _("超期几天")

    class To(models.TextChoices):
        HANDLER = "handler", _("承办人")
        HEAD = "head", _("单位负责人")
        SUPERIOR = "superior", _("上级单位负责人")
        OFFICE = "office", _("信访部门督查员")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField(_("期限"), max_length=24, blank=True, help_text="code of the limit; empty: any other")
    number = models.PositiveSmallIntegerField(_("第几步"))
    measure = models.CharField(_("按什么"), max_length=10, choices=Measure.choices)
    at = models.PositiveSmallIntegerField(_("到多少"), validators=[MaxValueValidator(365)])
    to = models.CharField(_("催谁"), max_length=10, choices=To.choices)

    class Meta:
        ordering = ["rule", "number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="urging_step_once")]


class Pause(models.Model):
    """Until when nobody is urged about a petition, or about what an agency and those below it owe; with a reason, and an end."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    until = models.DateField(_("暂停到"), help_text="the last day of the pause")
    reason = models.CharField(_("原因"), max_length=200, blank=True, help_text="of an agency's pause")
    sealed_reason = models.BinaryField(default=b"", help_text="of a petition's, under the petition's key")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="when somebody ended it early")
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(petition=None, agency__isnull=False) | Q(petition__isnull=False, agency=None),
                name="urging_pauses_one_thing",
            )
        ]
        indexes = [
            models.Index("petition", name="urging_pauses_petition", condition=Q(ended_at=None)),
            models.Index("until", name="urging_pauses", condition=Q(ended_at=None)),
        ]


class Urging(models.Model):
    """Somebody was urged about a limit: at most once at each step of the ladder. ``step`` None: by a supervisor, in their own words."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="urgings", db_index=False)
    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False, help_text="who owes it")
    rule = models.CharField(max_length=24)
    step = models.PositiveSmallIntegerField(null=True)
    to = models.CharField(max_length=10, choices=Step.To.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "step"], name="urged_once_a_step")]
        indexes = [
            models.Index("petition", "id", name="urgings_of_petition"),
            models.Index("agency", "at", name="urgings_of_agency"),
        ]


class Urged(models.Model):
    """One person who is urged. ``told_at`` is set when the digest that names it was put into the outbox, or need not be any more."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    urging = models.ForeignKey(Urging, models.CASCADE, related_name="people", db_index=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField(null=True)
    by_mail = models.BooleanField(default=False, help_text="the line went out in a digest")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["urging", "staff"], name="urged_one_line_each")]
        indexes = [models.Index("staff", "urging", name="urged_to_tell", condition=Q(told_at=None))]
