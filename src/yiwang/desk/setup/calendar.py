"""The calendar of working days 工作日历: a year at a glance, and the change of a day."""

import datetime as dt
from calendar import Calendar
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.petitions.deadlines import recounting
from yiwang.petitions.models import Recount
from yiwang.ui.forms import Form
from yiwang.workdays.changes import enter_year, set_day
from yiwang.workdays.counting import office_date
from yiwang.workdays.models import Day

FIRST_YEAR, LAST_YEAR = 2000, 2100


class DayForm(Form):
    """Whether a day is worked."""

    date = forms.DateField(label=_("日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    working = forms.ChoiceField(
        label=_("这一天"), choices=[("yes", _("上班")), ("no", _("放假"))], widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("说明"), max_length=40, required=False, help_text=_("如“国庆节”“调休上班”。"))

    def clean_date(self) -> dt.date:
        """Refuse a day of another age."""
        day: dt.date = self.cleaned_data["date"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                gettext("请填 %(first)d 到 %(last)d 年的日期。") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_safe
def this_year(request: DeskRequest) -> HttpResponse:
    """Go to the present year."""
    return SeeOther(reverse("desk:setup_year", args=[office_date(datetime.now(UTC)).year]))


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def year_page(request: DeskRequest, year: int) -> HttpResponse:
    """Show a year; change a day, or enter the year when it is missing."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    asked = request.GET.get("day", "")
    form = DayForm(request.POST if request.POST.get("do") == "day" else None, initial=_initial(asked))
    if request.POST.get("do") == "enter":
        added = enter_year(year, request.user.pk)
        messages.success(
            request,
            gettext("已输入 %(added)d 天，有关的期限正在后台重新计算。请再按国务院通知改放假和调休的日子。")
            % {"added": added},
        )
        return SeeOther(reverse("desk:setup_year", args=[year]))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        set_day(given["date"], given["working"] == "yes", given["name"], request.user.pk)
        messages.success(request, gettext("已保存。有关的期限正在后台重新计算。"))
        return SeeOther(reverse("desk:setup_year", args=[given["date"].year]))
    known = {day.date: day for day in Day.objects.filter(date__year=year)}
    context = {
        "year": year,
        "months": _months(year, known, office_date(datetime.now(UTC))),
        "week_names": [
            gettext("一"),
            gettext("二"),
            gettext("三"),
            gettext("四"),
            gettext("五"),
            gettext("六"),
            gettext("日"),
        ],
        "known": bool(known),
        "working": sum(day.working for day in known.values()),
        "changed": [day for day in known.values() if day.working != (day.date.weekday() < 5)],
        "form": form,
        "provisional": recounting.provisional(),
        "recount": Recount.objects.first(),
        "waits": recounting.waits(),
    }
    return render(request, "desk/setup/calendar.html", context, status=422 if form.errors else 200)


def _initial(asked: str) -> dict[str, Any]:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return {}
    row = Day.objects.filter(pk=day).first()
    working = row.working if row else day.weekday() < 5
    return {"date": day, "working": "yes" if working else "no", "name": row.name if row else ""}


def _months(year: int, known: dict[date, Day], today: date) -> list[tuple[date, list[list[dict[str, Any]]]]]:
    """Return for each month its weeks, Monday first; a cell outside the month is empty."""
    weeks = Calendar(firstweekday=0)
    return [
        (
            date(year, month, 1),
            [
                [_cell(day, known.get(day), today) if day.month == month else {} for day in week]
                for week in weeks.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def _cell(day: date, row: Day | None, today: date) -> dict[str, Any]:
    working = row.working if row else day.weekday() < 5
    return {
        "day": day,
        "working": working,
        "odd": row is not None and working != (day.weekday() < 5),
        "name": row.name if row else "",
        "unknown": row is None,
        "today": day == today,
    }
