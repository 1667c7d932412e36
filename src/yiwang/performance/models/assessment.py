"""An assessment 考核 as it was computed: the frozen lists, every figure of every version, disputes and their decisions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.performance.models.schemes import Indicator, Scheme
from yiwang.petitions.models import Petition
from yiwang.store.ids import new_id


class Assessment(models.Model):
    """One run of a scheme over a period: asked for, computed by the worker, disputed, then published or not."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="assessments")
    first_day = models.DateField(_("第一天"))
    last_day = models.DateField(_("最后一天"))
    imported = models.BooleanField(_("历史导入也计入"), default=False)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    disputes_until = models.DateField(null=True, help_text="the last day on which a figure can be disputed")
    published_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)
    public = models.BooleanField(default=False, help_text="the ranking stands on the portal too")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="assessments_end_after_they_begin")
        ]
        indexes = [models.Index(fields=["id"], name="assessments_to_compute", condition=Q(computed_at=None))]


class FrozenList(models.Model):
    """The petitions behind one measure of one assessed unit, as they were when it was computed. Never changed.

    ``ids`` are packed (assessment/packing.py); ``days`` hold one number for each, where the measure is a median.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="lists", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=32)
    period = models.CharField(max_length=12, help_text="now, or the period compared with")
    number = models.PositiveIntegerField()
    ids = models.BinaryField()
    days = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "agency", "measure", "period"], name="frozen_lists_one_a_measure"
            )
        ]


class Version(models.Model):
    """All results as they stood: the first as computed, each later one after a dispute was granted."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["assessment", "number"], name="assessment_versions_once")]


class Result(models.Model):
    """The total of one unit in one version.

    Without a figure that could be scored there are no points; where too little of the weight was scored there is no rank.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="results", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    earned = models.DecimalField(max_digits=7, decimal_places=2, help_text="of the weights that were scored")
    scored = models.DecimalField(max_digits=7, decimal_places=2, help_text="the sum of the weights that were scored")
    rank = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = [F("rank").asc(nulls_last=True), "id"]
        constraints = [models.UniqueConstraint(fields=["version", "agency"], name="assessment_results_once")]


class Figure(models.Model):
    """One indicator of one result: the numbers it was made of, exactly, and the points. ``parts``: see assessment/arithmetic.py."""

    class Why(models.TextChoices):
        """Why a figure was not scored 不计分."""

        NONE = "none", _("没有件数可算")
        FEW = "few", _("件数太少，只列出，不计分")
        NOTHING_TO_COMPARE = "nothing", _("没有可比的数")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    result = models.ForeignKey(Result, models.CASCADE, related_name="figures", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", db_index=False)
    numerator = models.IntegerField(null=True)
    denominator = models.IntegerField(null=True)
    parts = models.JSONField(default=dict)
    value = models.CharField(max_length=80, blank=True, help_text="exactly, as a fraction")
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    unscored = models.CharField(max_length=8, choices=Why.choices, blank=True)

    class Meta:
        ordering = ["indicator__position"]
        constraints = [models.UniqueConstraint(fields=["result", "indicator"], name="assessment_figures_once")]


class Dispute(models.Model):
    """An assessed unit disputes one petition in one figure 异议; the office decides, and the reason of both stays on record."""

    class Wanted(models.TextChoices):
        OUT = "out", _("不应计入")
        IN = "in", _("应当计入")

    class State(models.TextChoices):
        OPEN = "open", _("待决定")
        GRANTED = "granted", _("成立")
        REFUSED = "refused", _("不成立")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="disputes", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", db_index=False)
    petition = models.ForeignKey(Petition, models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=32, blank=True, help_text="empty: every measure of the indicator")
    wanted = models.CharField(_("请求"), max_length=3, choices=Wanted.choices)
    reason = models.TextField(_("理由"), max_length=1000)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decision = models.TextField(_("决定的理由"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    version = models.ForeignKey(Version, models.SET_NULL, null=True, related_name="disputes", db_index=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "agency", "indicator", "petition"],
                name="disputes_one_open",
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="disputes_decided_by_another"
            ),
        ]
        indexes = [models.Index(fields=["assessment", "state", "id"], name="disputes_of_assessment")]
