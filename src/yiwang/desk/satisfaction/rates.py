"""The rates 满意率, each with its number of answers and its interval, and the list behind each figure."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, for_staff
from yiwang.desk.work.wording import SEALED_TITLE
from yiwang.petitions.models import Rating
from yiwang.satisfaction.figures import DIMENSIONS, LEVELS, NONE, Period, Row, listed, rates_by, total, year_until

READERS = (Role.OFFICE_HANDLER, Role.INTAKE_CLERK, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)
BY = {
    "agency": _("按单位"), "channel": _("按渠道"), "how": _("按评价方式"), "category": _("按分类"), "month": _("按月份"),
}  # fmt: skip
HEADINGS = {
    "agency": _("单位"), "channel": _("渠道"), "how": _("评价方式"), "category": _("分类"), "month": _("月份"),
}  # fmt: skip
ABOUT = {Rating.About.AGENCY: _("对责任单位"), Rating.About.OFFICE: _("对信访部门")}
SAID = {
    "counted": _("计入满意率的评价"), "good": _("满意的评价"), "bad": _("不满意的评价"), "silent": _("期满未评价"),
    "inside": _("来自本单位网络的评价"),
}  # fmt: skip
SHOWN = 50


@for_staff(*READERS)
@require_safe
def rates_page(request: DeskRequest) -> HttpResponse:
    """Show the rates of what the reader may see, by one dimension."""
    period, about = _period(request), _about(request)
    by = request.GET.get("by", "agency")
    if by not in DIMENSIONS:
        raise Http404
    rows = rates_by(request.actor, period, about, by)
    context: dict[str, Any] = {
        "rows": [(row, _links(period, about, by, row)) for row in rows],
        "total": total(rows),
        "total_links": _links(period, about, "", total(rows)),
        "period": period,
        "about": about,
        "by": by,
        "heading": HEADINGS[by],
        "tabs": [(label, _page(period, about, code), code == by) for code, label in BY.items()],
        "about_tabs": [(label, _page(period, code, by), code == about) for code, label in ABOUT.items()],
    }
    return render(request, "desk/satisfaction/rates.html", context)


@for_staff(*READERS)
@require_safe
def list_page(request: DeskRequest) -> HttpResponse:
    """Show the ratings behind one figure, the newest first."""
    period, about, asked = _period(request), _about(request), request.GET
    by, key, level = asked.get("by", ""), asked.get("key", ""), asked.get("level", "counted")
    if (by and by not in DIMENSIONS) or level not in LEVELS or len(key) > SHOWN:
        raise Http404
    if by == "agency" and key == NONE:
        raise Http404
    number = max(int(page) if (page := asked.get("page", "1")).isdecimal() and len(page) < 6 else 1, 1)
    start = (number - 1) * SHOWN
    found = list(listed(request.actor, period, about, by=by, key=key, level=level)[start : start + SHOWN + 1])
    given = {name: value for name, value in asked.items() if name != "page"}
    context = {
        "rows": [(row, SEALED_TITLE if row.petition.is_accusation else row.petition.subject) for row in found[:SHOWN]],
        "newer": f"?{urlencode({**given, 'page': number - 1})}" if number > 1 else "",
        "older": f"?{urlencode({**given, 'page': number + 1})}" if len(found) > SHOWN else "",
        "said": SAID[level],
        "period": period,
        "back": _page(period, about, by or "agency"),
    }
    return render(request, "desk/satisfaction/list.html", context)


def _links(period: Period, about: str, by: str, row: Row) -> dict[str, str]:
    """Return the address of the list behind each figure of a line."""
    given = {"about": about, "since": period.first, "until": period.last}
    of_row = {"by": by, "key": row.key} if by else {}
    return {level: f"{reverse('desk:satisfaction_list')}?{urlencode({**given, **of_row, 'level': level})}" for level in LEVELS}  # fmt: skip


def _page(period: Period, about: str, by: str) -> str:
    given = {"about": about, "by": by, "since": period.first, "until": period.last}
    return f"{reverse('desk:satisfaction')}?{urlencode(given)}"


def _about(request: DeskRequest) -> str:
    about = request.GET.get("about", Rating.About.AGENCY)
    if about not in Rating.About.values:
        raise Http404
    return about


def _period(request: DeskRequest) -> Period:
    """Return the days that were asked for; the last twelve months where they were not, or make no sense."""
    usual = year_until(datetime.now(UTC))
    first, last = _day(request.GET.get("since", ""), usual.first), _day(request.GET.get("until", ""), usual.last)
    return Period(first, last) if first <= last else usual


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
