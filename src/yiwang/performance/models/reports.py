"""Reports 简报、小结、排名、年报: figures that were counted once, the words around them, and the files that were signed."""

import json
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.performance.measures import Period
from yiwang.performance.reports.periods import Kind
from yiwang.store.ids import new_id


class Report(models.Model):
    """One version of one report, for one period, in one language.

    ``figures`` is canonical JSON and never changes; ``digest`` is its SHA-256. A correction is a new version with a reason; the
    old one stays. The words (:class:`Wording`) may be edited until it is signed; then both files are kept here as they
    were signed.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices)
    first_day = models.DateField(_("第一天"))
    last_day = models.DateField(_("最后一天"))
    language = models.CharField(max_length=8, default="zh-hans")
    version = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(_("更正理由"), max_length=200, blank=True)
    figures = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the figures, in hexadecimal digits")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="+", db_index=False, help_text="empty: made on schedule"
    )
    told_at = models.DateTimeField(null=True, help_text="when those who sign were told")

    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    docx = models.BinaryField(default=b"")
    pdf = models.BinaryField(default=b"")
    docx_digest = models.CharField(max_length=64, blank=True)
    pdf_digest = models.CharField(max_length=64, blank=True)
    no_pdf_because = models.CharField(max_length=16, blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    signature = models.BinaryField(default=b"")
    public_docx = models.BinaryField(default=b"", help_text="as everybody may read it: without counts below five")
    public_pdf = models.BinaryField(default=b"")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-last_day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first_day", "language", "version"], name="reports_version_once")
        ]
        indexes = [
            models.Index(fields=["-last_day", "-id"], name="reports_newest"),
            models.Index(fields=["id"], name="reports_to_tell", condition=Q(told_at=None)),
        ]

    @property
    def period(self) -> Period:
        """The days that it is about, as they were counted."""
        return Period(self.first_day, self.last_day, bool(self.read()["imported"]))

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    def read(self) -> dict[str, Any]:
        """Return the figures."""
        found: dict[str, Any] = json.loads(self.figures)
        return found


class Wording(models.Model):
    """One version of the words of a report, section by section; the newest counts. Append-only."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="wordings", db_index=False)
    version = models.PositiveSmallIntegerField(default=1)
    texts = models.JSONField(default=dict, help_text="the paragraph of each section, by its code")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="+", db_index=False, help_text="empty: as they were made"
    )

    class Meta:
        ordering = ["report", "version"]
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="reports_wording_once")]


class ReportSettings(models.Model):
    """What the office has set for its reports, one row; the fields' defaults hold until somebody changes them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    minimum = models.PositiveSmallIntegerField(
        _("排名最少件数"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("期内到期的件数少于这个数的单位不排名，只列出来。"),
    )  # fmt: skip
    imported = models.BooleanField(
        _("历史导入计入统计"), default=True, help_text=_("从别的系统导入的信访件也计算在内。检举控告从不计入。")
    )
    from_hour = models.PositiveSmallIntegerField(
        _("几点以后制作"),
        default=5,
        validators=[MaxValueValidator(23)],
        help_text=_("到了这个钟点，才做刚结束的那一期。"),
    )

    @classmethod
    def current(cls) -> "ReportSettings":
        """Return what is set; one statement."""
        return cls.objects.filter(pk=1).first() or cls()
