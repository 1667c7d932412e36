"""The days over which something is measured."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from yiwang.workdays.counting import end_of, start_of
from yiwang.workdays.wording import day_in_words


@dataclass(frozen=True)
class Period:
    """Days of the office, both ends included. ``imported``: whether history that was imported counts too.

    Raises ValueError when it ends before it begins.
    """

    first_day: date
    last_day: date
    imported: bool = False

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"a period ends before it begins: {self.first_day} to {self.last_day}")

    @classmethod
    def year(cls, year: int) -> "Period":
        """Return a calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def start(self) -> datetime:
        """The instant at which it begins (UTC)."""
        return start_of(self.first_day)

    @property
    def end(self) -> datetime:
        """The first instant that no longer belongs to it (UTC)."""
        return end_of(self.last_day)

    @property
    def before(self) -> "Period":
        """The period of as many days that ends the day before; the year before, for a calendar year."""
        if (self.first_day.month, self.first_day.day) == (1, 1) and self.last_day == date(self.first_day.year, 12, 31):
            return self.year_before
        days = (self.last_day - self.first_day).days + 1
        return replace(
            self, first_day=self.first_day - timedelta(days=days), last_day=self.first_day - timedelta(days=1)
        )

    @property
    def year_before(self) -> "Period":
        """The same days a year earlier 上年同期; 29 February becomes the 28th."""
        return replace(self, first_day=_a_year_before(self.first_day), last_day=_a_year_before(self.last_day))

    def until(self, today: date) -> "Period":
        """Return what of it is over: the days before ``today``. What is due later is not late yet, and must not be counted as such.

        Raises ValueError when no day of it is over.
        """
        return replace(self, last_day=min(self.last_day, today - timedelta(days=1)))

    def __str__(self) -> str:
        return _("%(first)s至%(last)s") % {"first": day_in_words(self.first_day), "last": day_in_words(self.last_day)}


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
