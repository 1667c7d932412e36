"""The limits 办理时限: those of the Regulations, and a set of the office's own, stricter ones."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.agencies.seed import root_office
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.petitions.deadlines import BINDS, COUNTED_FROM, RULES, Rule, Unit, rules_of, version_on
from yiwang.petitions.deadlines.local import check_own_number, enter_local_limits, may_be_own
from yiwang.petitions.models import LocalLimits
from yiwang.petitions.refusals import Refused
from yiwang.ui import words
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date

FIELDS = {code.replace("-", "_"): rule for code, rule in RULES.items() if may_be_own(rule)}
"""The limits of which an office may have its own number, by the name of their field."""
UNITS = {Unit.DAYS: _("天"), Unit.WORKING_DAYS: _("个工作日")}
WHERE = {"no_basis": "basis", "in_the_past": "since"}


class SetForm(Form):
    """Since when, on what basis; then a number for each limit that may have one."""

    since = forms.DateField(
        label=_("自哪天起"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("这天起收到的信访件按新的时限；以前收到的不变。"),
    )
    basis = forms.CharField(label=_("依据"), max_length=200, help_text=_("如文件名称和文号。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rule in FIELDS.items():
            law = gettext("通行做法 %(number)d%(unit)s") if rule.of_the_house else gettext("条例 %(number)d%(unit)s")
            self.fields[name] = forms.IntegerField(
                label=str(rule.label),
                required=False,
                help_text=law % {"number": rule.number, "unit": UNITS[rule.unit]},
                error_messages={"invalid": gettext("“%(label)s”请写数字。") % {"label": rule.label}},
            )

    def clean(self) -> dict[str, Any]:
        """Refuse each number that is laxer than the law's, at its own field."""
        given = super().clean() or self.cleaned_data
        for name, rule in FIELDS.items():
            if given.get(name) is not None:
                try:
                    check_own_number(rule, given[name])
                except Refused as refused:
                    self.add_error(name, refused.message)
        return given

    def numbers(self) -> dict[str, int]:
        """Return the own numbers that were given, by rule."""
        return {
            rule.code: self.cleaned_data[name] for name, rule in FIELDS.items() if self.cleaned_data[name] is not None
        }


@dataclass(frozen=True)
class Line:
    """One limit as the table shows it."""

    rule: Rule
    own: int | None

    @property
    def counted_from(self) -> str | Promise:
        return COUNTED_FROM[self.rule.counted_from]

    @property
    def binds(self) -> str | Promise:
        return BINDS[self.rule.owes]

    @property
    def unit(self) -> str | Promise:
        return UNITS[self.rule.unit]

    @property
    def article(self) -> str:
        return words.article(self.rule.article)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def limits_page(request: DeskRequest) -> HttpResponse:
    """Show the limits and the sets of own ones; enter a new set."""
    today = office_date(datetime.now(UTC))
    version = version_on(root_office().local_limits, today)
    present = rules_of(version)
    own = {code: rule.number for code, rule in present.items() if rule.number != RULES[code].number}
    initial = {"since": today, **{name: own.get(rule.code) for name, rule in FIELDS.items()}}
    form = SetForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            entered = enter_local_limits(form.numbers(), given["since"], given["basis"], request.user)
        except Refused as refused:
            form.add_error(WHERE.get(refused.code), refused.message)
        else:
            messages.success(request, gettext("已保存为第 %(number)d 号。") % {"number": entered.number})
            return SeeOther(reverse("desk:setup_limits"))
    context = {
        "lines": [Line(rule, own.get(code)) for code, rule in RULES.items()],
        "version": version,
        "sets": [
            (one, [(RULES[row.rule].label, row.number) for row in one.rows.all()])
            for one in LocalLimits.objects.select_related("entered_by").prefetch_related("rows").order_by("-number")
        ],
        "today": today,
        "form": form,
    }
    return render(request, "desk/setup/limits.html", context, status=422 if form.errors else 200)
