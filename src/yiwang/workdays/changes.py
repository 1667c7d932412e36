"""Changing the calendar of working days: one function, one transaction, one line of the behaviour log each."""

from datetime import date, timedelta

from django.db import transaction

from yiwang.journal import log
from yiwang.workdays.counting import SATURDAY
from yiwang.workdays.models import ChangedDays, Day


@transaction.atomic
def set_day(day: date, working: bool, name: str, by_id: int) -> Day:
    """Say whether a day is worked, and why."""
    before = Day.objects.filter(date=day).first()
    row, _made = Day.objects.update_or_create(date=day, defaults={"working": working, "name": name.strip()})
    if before is None or before.working != working:
        ChangedDays.objects.create(first_day=day, last_day=day)
    _note("change_workday", day, by_id)
    return row


@transaction.atomic
def enter_year(year: int, by_id: int) -> int:
    """Enter a year that is missing as Mondays to Fridays worked; its holidays are then set day by day. Return how many days were added.

    Days that are there already stay as they are.
    """
    known = set(Day.objects.filter(date__year=year).values_list("date", flat=True))
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    fresh = [Day(date=day, working=day.weekday() < SATURDAY) for day in days if day not in known]
    Day.objects.bulk_create(fresh)
    if fresh:
        ChangedDays.objects.create(first_day=fresh[0].date, last_day=fresh[-1].date)
        _note("enter_year", first, by_id)
    return len(fresh)


def _note(act: str, day: date, by_id: int) -> None:
    log.write([log.line(act, actor_kind="staff", actor_id=by_id, subject_kind="day", subject_id=int(f"{day:%Y%m%d}"))])
