"""The kinds of report and their periods: whole weeks, months, quarters and years of the office's own calendar."""

from calendar import monthrange
from datetime import date, timedelta

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yiwang.performance.measures import Period
from yiwang.workdays.wording import day_in_words

SAME_WEEKDAY = timedelta(days=364)
"""A week is compared with the one 52 weeks earlier: the same days of the week, whatever the numbers of the weeks."""


class Kind(models.TextChoices):
    """What is made in which rhythm; a row of SECTIONS (sections.py) says what stands in it."""

    WEEKLY = "weekly", _("周简报")
    MONTHLY = "monthly", _("月小结")
    QUARTERLY = "quarterly", _("季排名")
    YEARLY = "yearly", _("年度报告")


MONTHS = {Kind.MONTHLY: 1, Kind.QUARTERLY: 3, Kind.YEARLY: 12}


def period_of(kind: str, day: date, imported: bool = True) -> Period:
    """Return the period of a kind in which a day lies; weeks begin on Monday. ``imported``: whether imported history counts."""
    if kind == Kind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), imported)
    months = MONTHS[Kind(kind)]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    last_month = first.month + months - 1
    return Period(first, date(first.year, last_month, monthrange(first.year, last_month)[1]), imported)


def last_whole(kind: str, day: date, imported: bool = True) -> Period:
    """Return the last whole period that ended before a day."""
    return before(kind, period_of(kind, day, imported))


def before(kind: str, period: Period) -> Period:
    """Return the period before 环比."""
    return period_of(kind, period.first_day - timedelta(days=1), period.imported)


def after(kind: str, period: Period) -> Period:
    """Return the period that follows."""
    return period_of(kind, period.last_day + timedelta(days=1), period.imported)


def year_before(kind: str, period: Period) -> Period:
    """Return the same period of the year before 同比; for the week, see :data:`SAME_WEEKDAY`. A year's own is the one before."""
    if kind == Kind.WEEKLY:
        return Period(period.first_day - SAME_WEEKDAY, period.last_day - SAME_WEEKDAY, period.imported)
    return period_of(kind, period.first_day.replace(year=period.first_day.year - 1), period.imported)


def issue_of(kind: str, period: Period) -> tuple[int, int]:
    """Return year and number of an issue 期: the week's after ISO 8601, the month's, the quarter's; a yearly report is number 1."""
    if kind == Kind.WEEKLY:
        year, week, _day = period.first_day.isocalendar()
        return year, week
    return period.first_day.year, (period.first_day.month - 1) // MONTHS[Kind(kind)] + 1


def name_of(kind: str, period: Period) -> str:
    """Return a period in words, in the active language: 2026年第47周, Week 47 of 2026."""
    year, number = issue_of(kind, period)
    if (get_language() or "").startswith("en"):
        head = {Kind.WEEKLY: f"Week {number} of ", Kind.QUARTERLY: f"Quarter {number} of "}.get(Kind(kind), "")
        return f"{period.first_day:%B} {year}" if kind == Kind.MONTHLY else f"{head}{year}"
    tail = {Kind.WEEKLY: f"第{number}周", Kind.MONTHLY: f"{number}月", Kind.QUARTERLY: f"第{number}季度"}.get(
        Kind(kind), ""
    )
    return f"{year}年{tail}"


def days_of(period: Period) -> str:
    """Return first and last day in words, in the active language."""
    until = " to " if (get_language() or "").startswith("en") else "至"
    return f"{day_in_words(period.first_day)}{until}{day_in_words(period.last_day)}"
