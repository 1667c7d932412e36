"""The calendar of working days 工作日历, after the State Council's yearly notice with its adjusted working weekends."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Day(models.Model):
    """One day of a year that the office knows. A year is known when all its days are here; an unknown one blocks nothing."""

    date = models.DateField(_("日期"), primary_key=True)
    working = models.BooleanField(_("工作日"))
    name = models.CharField(_("说明"), max_length=40, blank=True)

    class Meta:
        ordering = ["date"]


class ChangedDays(models.Model):
    """A change of the calendar that no one has counted with yet: whoever counts limits anew takes the row away."""

    first_day = models.DateField()
    last_day = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
