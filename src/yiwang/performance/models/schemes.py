"""Schemes of assessment 考核方案: which indicators, how much each weighs, and how it is scored."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.store.ids import new_id


class Scheme(models.Model):
    """One version of a year's scheme. Once published it is never changed: the next version begins as its copy."""

    class About(models.TextChoices):
        COUNTIES = "counties", _("县（市、区）")
        AGENCIES = "agencies", _("市级承办单位")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    year = models.PositiveSmallIntegerField(_("年度"))
    about = models.CharField(_("考核对象"), max_length=10, choices=About.choices)
    version = models.PositiveSmallIntegerField(_("版次"), editable=False)
    title = models.CharField(_("名称"), max_length=80)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    fewest = models.PositiveIntegerField(_("最少件数"), default=10)
    least_weight = models.PositiveSmallIntegerField(
        _("最少计分的权重"), default=50, validators=[MaxValueValidator(100)], help_text="under it a unit has no rank"
    )
    dispute_days = models.PositiveSmallIntegerField(_("异议天数"), default=15, validators=[MinValueValidator(1)])
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-year", "about", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["year", "about", "version"], name="schemes_version_once"),
            models.UniqueConstraint(fields=["year", "about"], name="schemes_one_draft", condition=Q(published_at=None)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class Indicator(models.Model):
    """One line of a scheme 指标: what is measured (assessment/formula.py) and how it is scored (scoring/), both as data."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators", db_index=False)
    position = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("名称"), max_length=60)
    weight = models.DecimalField(
        _("权重"), max_digits=6, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    formula = models.JSONField()
    rule = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["scheme", "position"], name="indicators_one_at_a_place")]

    def __str__(self) -> str:
        return self.name
