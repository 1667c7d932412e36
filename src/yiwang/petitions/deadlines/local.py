"""An office's own limits 本单位时限, on top of the law's: stricter where the law sets one, free where it sets none."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Staff
from yiwang.agencies.seed import root_office
from yiwang.journal import log
from yiwang.petitions.deadlines.rules import RULES, VERSION, Rule
from yiwang.petitions.models import LocalLimit, LocalLimits
from yiwang.petitions.refusals import Refused
from yiwang.workdays.counting import office_date

LONGEST = 365
"""The most days that an office may give itself where the law sets no number."""


def may_be_own(rule: Rule) -> bool:
    """Tell whether an office may have its own number for a limit: not for a right that the law gives."""
    return rule.of_the_house or not rule.lapses


def check_own_number(rule: Rule, number: int) -> None:
    """Refuse a number of one's own that is laxer than the law's, or that shortens a right which the law gives."""
    words = {"label": rule.label, "law": rule.number, "longest": LONGEST}
    if number < 1:
        raise Refused("no_days", _("“%(label)s”的天数要写大于0的整数。") % words)
    if rule.of_the_house:
        if number > LONGEST:
            raise Refused("too_long", _("“%(label)s”最多写%(longest)d天。") % words)
        return
    if not may_be_own(rule):
        raise Refused("a_right", _("“%(label)s”是《条例》给的权利，本单位不能缩短。") % words)
    if number >= rule.number:
        raise Refused("laxer", _("“%(label)s”《条例》规定%(law)d天，本单位的只能更短。") % words)


@transaction.atomic
def enter_local_limits(numbers: Mapping[str, int], since: date, basis: str, by: Staff) -> LocalLimits:
    """Enter a whole set of own limits, by rule; an empty one goes back to the law's alone.

    It binds petitions received from ``since`` on. Raises Refused: ``no_basis``, ``in_the_past``, ``nothing``, ``no_rule``,
    and as `check_own_number` does.
    """
    if not basis.strip():
        raise Refused("no_basis", _("请写明依据，如文件名称和文号。"))
    if since < office_date(datetime.now(UTC)):
        raise Refused("in_the_past", _("不能从过去的日子算起：已经收到的信访件按收到时的规定办。"))
    for code, number in numbers.items():
        if code not in RULES:
            raise Refused("no_rule", _("没有“%(code)s”这个期限。") % {"code": code})
        check_own_number(RULES[code], number)
    # One after the other: the number follows the last one's.
    Agency.objects.select_for_update().get(pk=root_office().pk)
    last = LocalLimits.objects.aggregate(last=Max("number"))["last"] or 0
    if not numbers and not last:
        raise Refused("nothing", _("请至少写一个本单位的天数。"))
    limits = LocalLimits.objects.create(
        number=last + 1, law=VERSION, since=since, basis=basis.strip(), entered_by=by, entered_at=datetime.now(UTC)
    )
    LocalLimit.objects.bulk_create(LocalLimit(limits=limits, rule=code, number=days) for code, days in numbers.items())
    Agency.objects.update(local_limits=limits.number)
    log.write(
        [
            log.line(
                "enter_local_limits",
                actor_kind="staff",
                actor_id=by.pk,
                subject_kind="locallimits",
                subject_id=limits.number,
            )
        ]
    )
    return limits
