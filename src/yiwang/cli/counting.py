"""Counting one limit for `yiwang deadline`: what was typed is checked, and the calendar found, before and after `yiwang migrate`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import translation

from yiwang.cli.main import PlainError
from yiwang.petitions.deadlines import (
    RULES,
    Due,
    Rule,
    by_calendar,
    check_extension,
    check_suspension,
    due,
    rolls_over,
)
from yiwang.petitions.refusals import Refused
from yiwang.workdays.counting import Calendar, OfficeCalendar, office_zone
from yiwang.workdays.models import Day
from yiwang.workdays.seed import published_calendar
from yiwang.workdays.wording import day_in_words

UNITS = {"days": ("天", "days"), "working_days": ("个工作日", "working days")}
PUBLISHED = (
    "There is no office with a calendar here (“yiwang migrate” makes it): "
    "counted by the calendar that the State Council has published, as far as this version knows it."
)
PROVISIONAL = (
    "The calendar does not know every day of this limit yet: the result is provisional 暂定, "
    "counted with Monday to Friday worked."
)


class Impossible(PlainError):
    """A request that nothing can be counted for; the sentence says why."""

    exit_code = 2


@dataclass(frozen=True)
class Asked:
    """What was asked for, checked."""

    rule: Rule
    start: datetime
    extended: int
    suspended: Sequence[tuple[date, date]]
    rollover: bool


@dataclass
class Answer:
    """What was counted; ``notes`` are for standard error."""

    asked: Asked
    due: Due
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the fields that programs read: ``length`` in the rule's unit, ``due`` the last day that is still in time."""
        return {
            "rule": self.asked.rule.code,
            "article": self.asked.rule.article,
            "from": self.asked.start.isoformat(),
            "unit": self.asked.rule.unit.value,
            "length": self.due.length,
            "suspended_days": self.due.suspended_days,
            "due": self.due.on.isoformat(),
        }

    def in_words(self) -> str:
        """Return a line in Chinese and one in English."""
        rule, day = self.asked.rule, self.asked.start.date()
        lines = []
        for language, unit in zip(("zh-hans", "en"), UNITS[rule.unit], strict=True):
            with translation.override(language):
                words = {
                    "label": rule.label, "code": rule.code, "length": self.due.length, "unit": unit, "since": day_in_words(day),
                    "due": day_in_words(self.due.on), "out": self.due.suspended_days, "article": rule.article,
                }  # fmt: skip
                if language == "en":
                    basis = "art. %(article)s" if rule.article else "the office's own"
                    line = f"%(label)s ({basis}): %(length)d %(unit)s after %(since)s"
                    line += ", %(out)d suspended" if self.due.suspended_days else ""
                    lines.append((line + "; in time until %(due)s.") % words)
                else:
                    basis = "《信访工作条例》第%(article)s条" if rule.article else "本单位自定"
                    line = f"%(label)s（{basis}）：%(since)s次日起%(length)d%(unit)s"
                    line += "，扣除%(out)d天" if self.due.suspended_days else ""
                    lines.append((line + "，最后一天是%(due)s。") % words)
        return "\n".join(lines)


def ask(code: str, start: str, extended: int, suspended: Sequence[tuple[str, str]], rollover: bool | None) -> Asked:
    """Return what was typed as it is meant; raises Impossible."""
    rule = RULES.get(code)
    if rule is None:
        raise Impossible(f"There is no limit “{code}”: choose one of {', '.join(RULES)}.")
    stretches = [(_day(first), _day(last)) for first, last in suspended]
    try:
        with translation.override("en"):
            if extended:
                check_extension(rule, extended)
            for first, last in stretches:
                check_suspension(rule, first, last)
    except Refused as refused:
        raise Impossible(refused.message) from None
    return Asked(rule, _instant(start), extended, stretches, rolls_over(rule) if rollover is None else rollover)


def count(asked: Asked) -> Answer:
    """Count it by the office's calendar, or by the published one where there is no office yet; raises Impossible."""
    notes: list[str] = []
    calendar: Calendar = {}
    if by_calendar(asked.rule, asked.rollover):
        known = _office_calendar()
        notes += [] if known else [PUBLISHED]
        calendar = known or published_calendar()
    try:
        found = due(
            asked.rule, asked.start, extended=asked.extended, suspended=asked.suspended, rollover=asked.rollover,
            calendar=calendar,
        )  # fmt: skip
    except OverflowError:
        raise Impossible("The limit would end after the year 9999: nothing can be counted from that day.") from None
    notes += [PROVISIONAL] if found.provisional else []
    return Answer(asked, found, notes)


def _office_calendar() -> OfficeCalendar | None:
    """Return the office's calendar, or None where no database holds one; it makes none."""
    if connection.vendor == "sqlite" and not Path(settings.DATABASES["default"]["NAME"]).is_file():
        return None
    try:
        return OfficeCalendar(400) if Day.objects.exists() else None
    except DatabaseError:
        return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Impossible(f"“{text}” is no day: write it as 2026-11-23.") from None


def _instant(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
        zone = office_zone()
        local = given.astimezone(zone) if given.tzinfo else given.replace(tzinfo=zone)
        local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Impossible(
            f"“{text}” is no date and time that can be counted from: write it as 2026-11-23T15:30 or 2026-11-23T15:30+08:00."
        ) from None
    return local
