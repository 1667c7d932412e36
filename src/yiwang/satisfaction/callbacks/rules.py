"""The rules by which calls are made: the version that holds, and the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Role, Staff
from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused
from yiwang.satisfaction.callbacks.hours import Hours
from yiwang.satisfaction.models import CallRules, OutcomeRule
from yiwang.satisfaction.models.calling import Outcome
from yiwang.workdays.counting import OfficeCalendar

LOOK_AHEAD = 30
BOUNDS = {"wait_days": (0, 90), "forget_days": (1, 365), "attempts": (1, 10), "lease_minutes": (3, 120)}
"""What each number may be, from and to."""
LONGEST_WAIT = 7 * 24 * 60
FIRST = {"wait_days": 7, "forget_days": 60, "attempts": 3, "hours": "09:00-11:30 14:30-17:30", "lease_minutes": 20}
"""What holds until the office says otherwise: our own choice, no law's."""


@dataclass(frozen=True)
class Again:
    """What follows on an outcome: see `OutcomeRule`."""

    again: bool = False
    minutes: int = 0
    other_day: bool = False
    counts: bool = True


FIRST_AGAIN: dict[str, Again] = {
    Outcome.RATED: Again(),
    Outcome.DECLINED: Again(),
    Outcome.LATER: Again(again=True, minutes=60, counts=False),
    Outcome.NO_ANSWER: Again(again=True, other_day=True),
    Outcome.BUSY: Again(again=True, minutes=30),
    Outcome.WRONG_NUMBER: Again(),
    Outcome.NO_SUCH_NUMBER: Again(),
    Outcome.OTHER_WAY: Again(),
}
MAY_BE_AGAIN = (Outcome.LATER, Outcome.NO_ANSWER, Outcome.BUSY)
"""Outcomes after which one may dial again at all; after the others there is nobody left to ask."""


def current() -> CallRules:
    """Return the rules that hold; those of the house are entered when they are first asked for."""
    return CallRules.objects.first() or _enter_first()


def _enter_first() -> CallRules:
    with transaction.atomic():
        rules, made = CallRules.objects.get_or_create(version=1, defaults={**FIRST, "made_at": datetime.now(UTC)})
        if made:
            _enter_outcomes(rules, FIRST_AGAIN)
    return rules


def _enter_outcomes(rules: CallRules, again: Mapping[str, Again]) -> None:
    OutcomeRule.objects.bulk_create(OutcomeRule(rules=rules, outcome=code, **vars(row)) for code, row in again.items())


def hours_of(rules: CallRules) -> Hours:
    """Return the hours in which calls are made."""
    return Hours.parse(rules.hours)


def calendar() -> OfficeCalendar:
    """Return the office's calendar, read as far ahead as a redial reaches."""
    return OfficeCalendar(LOOK_AHEAD)


@transaction.atomic
def change(by: Staff, numbers: Mapping[str, int], hours: str, again: Mapping[str, Again]) -> CallRules:
    """Enter the next version of the rules, by a system administrator.

    Raises Refused: ``not_entitled``, ``hours`` when these cannot be read, ``number`` for one out of its bounds.
    ``again`` holds the outcomes after which one may dial again; the others end the call-back.
    """
    if not Actor.of_staff(by).has(Role.SYSTEM_ADMINISTRATOR):
        raise Refused("not_entitled", _("只有系统管理员可以改回访规则。"))
    try:
        written = str(Hours.parse(hours))
    except ValueError as wrong:
        raise Refused("hours", _("时段请写成“09:00-11:30 14:30-17:30”：后面的不早于前面的，中间空一格。")) from wrong
    for name, (least, most) in BOUNDS.items():
        if not least <= numbers[name] <= most:
            raise Refused("number", _("数字要在%(least)d到%(most)d之间。") % {"least": least, "most": most})
    if any(not 0 <= row.minutes <= LONGEST_WAIT for row in again.values()):
        raise Refused("number", _("隔多久再打，最多七天。"))
    if numbers["forget_days"] <= numbers["wait_days"]:
        raise Refused("number", _("不再回访的天数要比等候评价的天数多。"))
    latest = current().version
    rules = CallRules.objects.create(
        version=latest + 1, hours=written, made_by=by, made_at=datetime.now(UTC),
        **{name: numbers[name] for name in BOUNDS},
    )  # fmt: skip
    ends = {code: Again() for code in Outcome.values}
    _enter_outcomes(rules, ends | {code: again[code] for code in MAY_BE_AGAIN if code in again})
    log.write(
        [
            log.line(
                "change_call_rules", actor_kind="staff", actor_id=by.pk, subject_kind="call_rules", subject_id=rules.version
            )
        ]
    )  # fmt: skip
    return rules
