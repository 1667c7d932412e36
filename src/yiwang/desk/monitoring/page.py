"""The monitoring page 运行监控, at the desk and, with ``?wall=1``, for a screen on the wall."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, for_staff
from yiwang.desk.monitoring import links, trend
from yiwang.insight.monitoring import AgencyLoad, Overview, overview
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.models import Petition
from yiwang.ui.words import short_day
from yiwang.workdays.counting import office_date

MOST_BARS = 8
MOST_ON_WALL = 6
WALL_SECONDS = 60
LEVELS = 3


@for_staff(Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)
@require_safe
def monitoring(request: DeskRequest) -> HttpResponse:
    """Show the figures of what the reader may see."""
    asked = request.GET.get("level", "")
    level = int(asked) if asked in {"1", "2", "3"} else 1
    found = overview(request.actor, level=level)
    wall = request.GET.get("wall") == "1"
    words = [short_day(day.day) for day in found.trend]
    categories = [
        (str(row.category) if row.category else _("未分类"), row.received, links.category(found, row))
        for row in found.categories
    ]
    context: dict[str, Any] = {
        "found": found,
        "links": links.figures(found),
        "wall": wall,
        "refresh": WALL_SECONDS,
        "level": level,
        "levels": range(1, LEVELS + 1),
        "trend": trend.draw(found.trend, words),
        "trend_rows": [
            (word, day, *links.day(day)) for word, day in reversed(list(zip(words, found.trend, strict=True)))
        ],
        "late_bars": _late_bars(found)[: MOST_ON_WALL if wall else None],
        "agencies": [
            (_name(row), row, links.agency(row), links.agency(row, "late"), links.agency(row, "today"))
            for row in found.agencies
        ],
        "categories": categories[: MOST_ON_WALL if wall else MOST_BARS],
        "more_categories": categories[MOST_BARS:],
        "channels": [(row.channel.label, row.received, links.channel(found, row)) for row in found.channels],
        "burning": [_burning(petition) for petition in found.burning[: MOST_ON_WALL if wall else None]],
    }
    return render(request, "desk/monitoring/wall.html" if wall else "desk/monitoring/page.html", context)


def _name(row: AgencyLoad) -> str:
    return str(row.agency) if row.agency else _("尚未转办")


def _late_bars(found: Overview) -> list[tuple[str, int, str, str]]:
    late = [row for row in found.agencies if row.late]
    return [(_name(row), row.late, links.agency(row, "late"), "late") for row in late[:MOST_BARS]]


def _burning(petition: Petition) -> dict[str, Any]:
    rule = RULES.get(petition.next_due_rule)
    return {
        "petition": petition,
        "href": reverse("desk:petition", args=[petition.number]),
        "subject": petition.subject if not petition.is_accusation else _("〔检举控告，内容密封〕"),
        "with": petition.lead_agency or petition.office,
        "due": office_date(petition.next_due_at - timedelta(microseconds=1)) if petition.next_due_rule else None,
        "why": rule.label if rule else (_("反馈结果") if petition.next_due_rule else ""),
    }
