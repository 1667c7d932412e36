"""Findings 督查发现: what the scan found at an agency, since when, and how it ended."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models import Petition
from yiwang.store.ids import new_id


class Finding(models.Model):
    """One thing found at one petition, open until ``ended_at``. Who may see it is whoever may see the petition.

    ``about_id`` is the row that it hangs on (`detectors.Found`); with kind and petition it is there once. One that ended by
    itself and is found again opens again, with a new ``found_at``.
    """

    class Ended(models.TextChoices):
        GONE = "gone", _("情形已消失")
        DEALT_WITH = "dealt_with", _("已处理")
        TAKEN_UP = "taken_up", _("已重新办理")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="findings", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    about_id = models.BigIntegerField()
    since = models.DateTimeField(help_text="when it came to be")
    found_at = models.DateTimeField(help_text="when the scan found it")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, choices=Ended.choices, blank=True)
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    sealed_reason = models.BinaryField(default=b"", help_text="why it is dealt with, under the petition's key")
    detail = models.JSONField(default=dict, help_text="ids, codes, dates and numbers; never words of a person")
    urge_at = models.DateTimeField(null=True, help_text="when the ladder of urging next has something to do with it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["petition", "kind", "about_id"], name="findings_found_once")]
        indexes = [
            models.Index("kind", "agency", "petition", name="findings_open", condition=Q(ended_at=None)),
            models.Index("kind", "since", "id", name="findings_by_age", condition=Q(ended_at=None)),
            models.Index("urge_at", name="findings_to_urge", condition=Q(ended_at=None, urge_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.petition_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Scan(models.Model):
    """How far the scan is: one row. ``holder`` is who is at it, until ``leased_until``.

    Everything that was recorded before ``seen_until`` was looked at. ``walked`` is the last petition that the walk through
    all of them has looked at, of the round begun at ``walk_began_at``; a round that is over has ``walk_ended_at``.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    holder = models.CharField(max_length=40, blank=True)
    leased_until = models.DateTimeField(null=True)
    seen_until = models.DateTimeField(null=True)
    walked = models.BigIntegerField(default=0)
    walk_began_at = models.DateTimeField(null=True)
    walk_ended_at = models.DateTimeField(null=True)


class Settings(models.Model):
    """What the office has set for supervision, one row; the fields' defaults hold until somebody changes them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    soon_percent = models.PositiveSmallIntegerField(
        _("用去多少算即将到期"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("期限天数的百分之几。"),
    )
    look_back_days = models.PositiveSmallIntegerField(
        _("往回看多少天"),
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("比这更早的评价差、退回等事件不再列出；超期的不受此限。"),
    )
    urge_from = models.TimeField(_("催办时间从"), default=time(9))
    urge_until = models.TimeField(_("催办时间到"), default=time(17))

    @classmethod
    def current(cls) -> "Settings":
        """Return what is set; one statement."""
        return cls.objects.filter(pk=1).first() or cls()
