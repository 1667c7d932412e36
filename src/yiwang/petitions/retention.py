"""How long a petition is kept after it was over, by kind; and which have been kept long enough.

The years are those of the table below until the office has entered its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.petitions.models import DataRequest, DisposalItem, Hold, Petition, Retention
from yiwang.petitions.refusals import Refused
from yiwang.workdays.counting import office_date, start_of

S = Petition.State
LONGEST = 100
"""The most years that may be entered: what is to be kept for ever goes to the archive 档案馆, not into a live office."""


@dataclass(frozen=True)
class Kind:
    """One kind of petition, as far as keeping goes. ``source`` says where the years come from."""

    code: str
    label: str | Promise
    years: int
    source: str | Promise
    which: Q


_ARCHIVES = gettext_lazy(
    "国家档案局令第8号：文书档案定期保管分30年和10年，来信来访有处理结果的30年，没有处理结果的10年"
)
_ACCUSED = Q(purpose=Petition.Purpose.ACCUSATION)
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("accusation", gettext_lazy("检举控告"), 30, _ARCHIVES, _ACCUSED),
        Kind("resolved", gettext_lazy("已答复并办结的"), 30, _ARCHIVES, ~_ACCUSED & Q(state=S.CLOSED)),
        Kind(
            "unresolved", gettext_lazy("撤回、不予受理和导入其他程序的"), 10, _ARCHIVES,
            ~_ACCUSED & Q(state__in=(S.WITHDRAWN, S.NOT_TAKEN, S.LED_OUT)),
        ),
    )
}  # fmt: skip
"""Every petition that is over is of exactly one of these."""
OVER = (S.CLOSED, S.WITHDRAWN, S.NOT_TAKEN, S.LED_OUT)


def years_now() -> dict[str, int]:
    """Return for how many years each kind is kept at present. One statement."""
    return {code: kind.years for code, kind in KINDS.items()} | dict(Retention.objects.values_list("kind", "years"))


def due(petitions: "QuerySet[Petition]", now: datetime | None = None) -> "QuerySet[Petition]":
    """Return those of the petitions that have been kept long enough: not held, on no list, and nothing is asked about their data."""
    today, years = office_date(now or datetime.now(UTC)), years_now()
    over = Q(pk__in=[])
    for code, kind in KINDS.items():
        over |= kind.which & Q(closed_at__lt=start_of(_years_before(today, years[code])))
    return (
        petitions.filter(over, state__in=OVER, disposed_at=None)
        .exclude(Exists(Hold.objects.filter(petition=OuterRef("pk"), lifted_at=None)))
        .exclude(Exists(DataRequest.objects.filter(petition=OuterRef("pk"), state=DataRequest.State.ASKED)))
        .exclude(Exists(DisposalItem.objects.filter(petition=OuterRef("pk"), open=True)))
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@transaction.atomic
def set_years(years: Mapping[str, int], basis: str, by: Staff) -> None:
    """Enter for how many years each kind is kept. Raises Refused: ``no_basis``, ``no_kind``, ``years``."""
    if not basis.strip():
        raise Refused("no_basis", _("请写明依据，如文件名称和文号。"))
    for code, number in years.items():
        if code not in KINDS:
            raise Refused("no_kind", _("没有“%(code)s”这一类。") % {"code": code})
        if not 1 <= number <= LONGEST:
            raise Refused("years", _("年数要在1到%(longest)d之间。") % {"longest": LONGEST})
    now, before = datetime.now(UTC), years_now()
    changed = [code for code, number in years.items() if number != before[code]]
    for code in changed:
        entered = {"years": years[code], "basis": basis.strip(), "entered_by": by, "entered_at": now}
        Retention.objects.update_or_create(kind=code, defaults=entered)
    log.write(
        [
            log.line("set_retention", actor_kind="staff", actor_id=by.pk, subject_kind="retention", reason=code)
            for code in changed
        ]
    )
