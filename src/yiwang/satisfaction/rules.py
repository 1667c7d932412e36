"""Entering an office's rules for ratings: a whole version at a time, so that what was rated before reads as it did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Staff
from yiwang.agencies.seed import root_office
from yiwang.journal import log
from yiwang.petitions.models import RatingLevel, RatingRules
from yiwang.petitions.refusals import Refused
from yiwang.petitions.verdicts import Rules, rules_now

FEWEST_LEVELS, MOST_LEVELS = 2, 6
LONGEST_WINDOW = 365
MOST_LOOKS = 9


@dataclass(frozen=True)
class LevelGiven:
    """A level as somebody enters it; an empty ``code`` gets one of its own."""

    name: str
    satisfied: bool
    name_en: str = ""
    code: str = ""


@transaction.atomic
def enter_rules(
    levels: Sequence[LevelGiven], by: Staff, *, window_days: int, silent: str = "", silent_counts: bool = False,
    networks: Iterable[str] = (), second_looks: int = 1, now: datetime | None = None,
) -> RatingRules:  # fmt: skip
    """Enter the next version, in force from now on; ``silent`` is the name of the level given after the window, or empty.

    Raises Refused: ``levels``, ``no_window``, ``no_silent_level``, ``no_network``, ``no_looks``, ``nothing`` (it is in force
    as it is).
    """
    levels = _checked(levels)
    if not 1 <= window_days <= LONGEST_WINDOW:
        raise Refused("no_window", _("评价期限要写 1 到 %(most)d 天。") % {"most": LONGEST_WINDOW})
    if not 0 <= second_looks <= MOST_LOOKS:
        raise Refused("no_looks", _("复看后重新办理的次数要写 0 到 %(most)d。") % {"most": MOST_LOOKS})
    silent_code = next((one.code for one in levels if one.name == silent), "")
    if silent and not silent_code:
        raise Refused("no_silent_level", _("期满未评价所算的等级，要在上面的等级里。"))
    known = tuple(_network(one) for one in networks)
    # One after the other: the number follows the last one's.
    Agency.objects.select_for_update().get(pk=root_office().pk)
    given = Rules(0, (), window_days, silent_code, silent_counts and bool(silent_code), known, second_looks)
    if _same(levels, given, rules_now()):
        raise Refused("nothing", _("和现行的一样，没有要保存的。"))
    last = RatingRules.objects.aggregate(last=Max("number"))["last"] or 0
    row = RatingRules.objects.create(
        number=last + 1, window_days=window_days, silent_level=silent_code, silent_counts=given.silent_counts,
        networks="\n".join(known), second_looks=second_looks, entered_by=by, entered_at=now or datetime.now(UTC),
    )  # fmt: skip
    RatingLevel.objects.bulk_create(
        RatingLevel(
            rules=row, code=one.code, name=one.name, name_en=one.name_en, satisfied=one.satisfied, position=place
        )
        for place, one in enumerate(levels)
    )
    log.write(
        [
            log.line(
                "enter_rating_rules", actor_kind="staff", actor_id=by.pk, subject_kind="rating_rules", subject_id=row.number
            )
        ]
    )  # fmt: skip
    return row


def _checked(given: Sequence[LevelGiven]) -> list[LevelGiven]:
    """Return the levels with their codes; refuse what is no scale from good to bad."""
    levels = [LevelGiven(one.name.strip(), one.satisfied, one.name_en.strip(), one.code) for one in given]
    names = [one.name for one in levels]
    if not FEWEST_LEVELS <= len(levels) <= MOST_LEVELS:
        raise Refused("levels", _("等级要有 %(few)d 到 %(most)d 个。") % {"few": FEWEST_LEVELS, "most": MOST_LEVELS})
    if not all(names) or len(set(names)) < len(names):
        raise Refused("levels", _("每个等级都要有名称，名称不能重复。"))
    reads = [one.satisfied for one in levels]
    if reads != sorted(reads, reverse=True) or len(set(reads)) == 1:
        raise Refused("levels", _("等级从好到差写：算满意的在前，不算满意的在后，两种都要有。"))
    taken = {one.code for one in levels if one.code}
    if len(taken) < sum(bool(one.code) for one in levels):
        raise Refused("levels", _("页面不完整，请刷新后再试。"))
    free = (code for code in (f"level-{number}" for number in range(1, 99)) if code not in taken | _ever_used())
    return [LevelGiven(one.name, one.satisfied, one.name_en, one.code or next(free)) for one in levels]


def _ever_used() -> set[str]:
    """A code is never given to another level: old ratings are counted by it."""
    return set(RatingLevel.objects.values_list("code", flat=True))


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError as wrong:
        raise Refused(
            "no_network", _("“%(text)s”不是网络地址，例如：10.1.0.0/16。") % {"text": text.strip()}
        ) from wrong


def _same(levels: Sequence[LevelGiven], given: Rules, present: Rules) -> bool:
    now = [(*one.names, one.code, one.satisfied) for one in present.levels]
    return [(one.name, one.name_en, one.code, one.satisfied) for one in levels] == now and (
        given.window_days, given.silent_level, given.silent_counts, given.networks, given.second_looks,
    ) == (present.window_days, present.silent_level, present.silent_counts, present.networks, present.second_looks)  # fmt: skip
