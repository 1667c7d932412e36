"""What is appended to a petition: entries, deadlines, papers."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models.petition import Petition, Referral
from yiwang.store.ids import new_id


class Entry(models.Model):
    """What happened: who, when, what, why, from and to. Append-only; words are sealed under the petition's key."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="entries", db_index=False)
    referral = models.ForeignKey(Referral, models.CASCADE, null=True, related_name="+", db_index=False)
    review = models.ForeignKey("petitions.Review", models.CASCADE, null=True, related_name="+", db_index=False)
    action = models.CharField(max_length=24)
    actor_kind = models.CharField(max_length=8)
    actor = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", db_index=False, help_text="from whose post"
    )
    stood_in_for = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    shown_to_petitioner = models.BooleanField(default=True)
    sealed_note = models.BinaryField(default=b"")
    data = models.JSONField(default=dict, help_text="ids, codes and dates; never words of a person")

    class Meta:
        indexes = [models.Index(fields=["petition", "id"], name="entries_of_petition")]


class AccusedPerson(models.Model):
    """Somebody of the staff whom an accusation names 被检举控告人: it is not there for them, whatever posts they hold."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="accused_people", db_index=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["petition", "staff"], name="accusations_name_once")]


class Deadline(models.Model):
    """A promise with a date 时限. Open while neither met nor cancelled; late when its instant has passed."""

    LAPSED = "lapsed"
    """Why a right was cancelled whose time has passed."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="deadlines", db_index=False)
    referral = models.ForeignKey(Referral, models.CASCADE, null=True, related_name="deadlines", db_index=False)
    rule = models.CharField(max_length=24)
    rule_version = models.CharField(max_length=12)
    owed_by = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    due_on = models.DateField(help_text="the last day on which it is still in time")
    due_at = models.DateTimeField(help_text="the next local midnight, in UTC")
    provisional = models.BooleanField(default=False, help_text="暂定: a year of the calendar is missing")
    met_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=24, blank=True)
    rollover = models.BooleanField(default=False, help_text="an end on a rest day moves to the next working day")
    by_calendar = models.BooleanField(default=False, help_text="the end hangs on which days are worked")
    warned = models.PositiveSmallIntegerField(default=0, help_text="per cent of the limit at the last warning")
    next_warning_at = models.DateTimeField(
        null=True, help_text="when the clock has something to do with it, while open"
    )

    class Meta:
        ordering = ["due_at"]
        indexes = [
            models.Index(fields=["petition", "id"], name="deadlines_of_petition"),
            models.Index(
                fields=["due_at", "owed_by", "rule"], name="deadlines_open", condition=Q(met_at=None, cancelled_at=None)
            ),
            models.Index(
                fields=["next_warning_at"],
                name="deadlines_to_warn",
                condition=Q(met_at=None, cancelled_at=None, next_warning_at__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="deadlines_by_calendar",
                condition=Q(met_at=None, cancelled_at=None, by_calendar=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "rule"],
                name="deadlines_one_open_per_rule",
                condition=Q(met_at=None, cancelled_at=None, referral=None),
            ),
            models.UniqueConstraint(
                fields=["referral", "rule"],
                name="deadlines_one_open_per_referral",
                condition=Q(met_at=None, cancelled_at=None, referral__isnull=False),
            ),
            models.CheckConstraint(condition=Q(met_at=None) | Q(cancelled_at=None), name="deadlines_met_or_cancelled"),
        ]

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    def is_over(self, now: datetime) -> bool:
        """Whether the time has passed for certain: nobody loses a right by an end that is provisional 暂定."""
        return self.due_at <= now and not self.provisional


class Attachment(models.Model):
    """A photograph or paper 附件. The file lies sealed under ``YIWANG_VAR/files``, written and synced before this row."""

    class Scan(models.TextChoices):
        """Whether it may be opened (`petitions.scanning`)."""

        REDRAWN = "redrawn", _("图片，已重新生成")
        UNSCANNED = "unscanned", _("没有查毒")
        WAITING = "waiting", _("等待查毒")
        CLEAN = "clean", _("没有病毒")
        INFECTED = "infected", _("有病毒")
        FAILED = "failed", _("没能查毒")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="attachments")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="attachments", db_index=False)
    sealed_name = models.BinaryField(default=b"")
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(help_text="bytes of the file as it is given out")
    from_petitioner = models.BooleanField(_("来自信访人"), default=True)
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="attachments_to_scan", condition=Q(scan__in=["waiting", "unscanned"]))
        ]
