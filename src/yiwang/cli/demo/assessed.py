"""The demo's assessment: a scheme for the city's agencies, a run over the months behind, and one dispute that waits."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from yiwang.agencies.models import Post, Staff
from yiwang.performance.assessment import disputes, running, schemes
from yiwang.performance.assessment.formula import formula_of
from yiwang.performance.assessment.frozen import petitions_of
from yiwang.performance.assessment.units import SPEAKS
from yiwang.performance.models import Assessment
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.workdays.counting import office_date

MONTHS = timedelta(days=150)
IN_PROPORTION = {"form": "linear", "floor": "60", "target": "95"}
INDICATORS: tuple[tuple[str, int, dict[str, str], dict[str, Any]], ...] = (
    ("受理及时率", 25, {"kind": "ratio", "numerator": "notice_in_time", "denominator": "notice_due"}, IN_PROPORTION),
    ("按期办结率", 30, {"kind": "ratio", "numerator": "handling_in_time", "denominator": "handling_due"}, IN_PROPORTION),
    (
        "群众满意率", 25, {"kind": "ratio", "numerator": "rated_satisfied", "denominator": "rated"},
        {
            "form": "deduct", "operator": ">=", "target": "80", "per": "10", "points": "10", "partial": "whole",
            "zero_under": "50", "zero_at": False,
        },
    ),
    (
        "重新办理", 10, {"kind": "count", "measure": "reopened"},
        {"form": "deduct", "operator": "<=", "target": "0", "per": "1", "points": "20", "partial": "whole"},
    ),
    (
        "答复用时", 10, {"kind": "median", "measure": "days_to_answer"},
        {"form": "steps", "steps": [["15", "100"], ["30", "60"], ["60", "30"]], "better": "less"},
    ),
)  # fmt: skip


def seed_assessment(staff: dict[str, Staff], now: datetime | None = None) -> None:
    """Write, publish and run a scheme as the office's supervisor and leader would; the run is over what is behind."""
    today = office_date(now or datetime.now(UTC))
    supervisor, leader = Actor.of_staff(staff["pengyan"]), Actor.of_staff(staff["liangzheng"])
    scheme = schemes.add_scheme(supervisor, today.year, "agencies", f"{today.year}年市级承办单位考核")
    schemes.change_scheme(
        supervisor,
        scheme.pk,
        title=scheme.title,
        basis="云信联〔示例〕1 号",
        fewest=3,
        least_weight=50,
        dispute_days=15,
    )
    for name, weight, formula, rule in INDICATORS:
        schemes.put_indicator(supervisor, scheme.pk, name, Decimal(weight), formula, rule)
    schemes.publish_scheme(leader, scheme.pk)
    asked = running.ask(supervisor, scheme.pk, *_months_before(today))
    running.compute_asked(asked.pk)
    asked.refresh_from_db()
    _dispute(asked)


def _months_before(today: date) -> tuple[date, date]:
    return today - MONTHS, today - timedelta(days=1)


def _dispute(assessment: Assessment) -> None:
    """Let one unit dispute what spoils a share of its own, where there is such a petition and somebody speaks for the unit."""
    speaking = Post.objects.filter(role__in=SPEAKS, agency__in=assessment.lists.values("agency")).order_by("id")
    posts = list(speaking.select_related("agency", "staff"))
    for indicator in assessment.scheme.indicators.filter(formula__kind="ratio").order_by("-position"):
        good, whole = formula_of(indicator.formula).measures
        for post in posts:
            every, well = (petitions_of(assessment, post.agency_id, indicator, code, []) for code in (whole, good))
            bad = sorted(set(every) - set(well))
            if bad:
                number = Petition.objects.values_list("number", flat=True).get(pk=bad[-1])
                reason = "信访人不满意的是赔偿的数额，由法院判决，不是本单位的办理，请不计入。"
                disputes.dispute(
                    Actor.of_staff(post.staff), assessment.pk, post.agency_id, indicator.pk, number, "out", reason
                )
                return
