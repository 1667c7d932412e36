"""What hangs on limits: extensions 延期 and suspensions of single ones, an office's own stricter ones, and the recount."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.petitions.models.records import Deadline, Entry
from yiwang.store.ids import new_id


class Extension(models.Model):
    """So many days more, once, with the approval of the agency's head (art. 34)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    deadline = models.OneToOneField(Deadline, models.CASCADE, related_name="extension")
    days = models.PositiveSmallIntegerField(help_text="in the unit of the rule")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()


class Suspension(models.Model):
    """Days that do not count, both ends included, as those of a hearing (art. 36)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="suspensions")
    first_day = models.DateField()
    last_day = models.DateField()
    because = models.CharField(max_length=24)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="suspensions_end_after_they_begin")
        ]


class LocalLimits(models.Model):
    """A set of the office's own limits, on top of the law's 本单位时限: whole, not a change of the set before.

    It binds petitions received from ``since`` on, until the next set; those received before keep theirs. Its version is
    written “2022+3”.
    """

    number = models.PositiveIntegerField(primary_key=True, editable=False)
    law = models.CharField(max_length=12, help_text="the rule set of the law that it stands on")
    since = models.DateField(_("自"))
    basis = models.CharField(_("依据"), max_length=200)
    entered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    @property
    def version(self) -> str:
        return f"{self.law}+{self.number}"


class LocalLimit(models.Model):
    """One limit of a set; its unit is the law's."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    limits = models.ForeignKey(LocalLimits, models.CASCADE, related_name="rows", db_index=False)
    rule = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["limits", "rule"], name="local_limits_one_per_rule")]


class Recount(models.Model):
    """How far the open limits have been counted anew after a change of the calendar: one row, taken up again where it stands.

    ``position`` is the last deadline looked at; ``first_day`` and ``last_day`` bound the days that changed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    first_day = models.DateField()
    last_day = models.DateField()
    position = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="open limits that hang on the calendar, when it began")
    looked_at = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
