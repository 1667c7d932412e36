"""The ladder of urging 催办阶梯 and what the office has set for supervision; supervisors of the office at the root change them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.work.wording import REPORT
from yiwang.petitions.deadlines import RULES, is_duty
from yiwang.petitions.refusals import Refused
from yiwang.supervision import changes
from yiwang.supervision.models import Settings, Step
from yiwang.supervision.seeing import SUPERVISES, sets_rules
from yiwang.ui.forms import Form

LIMITS: list[tuple[str, Any]] = [
    ("", gettext_lazy("其他期限")),
    *((code, rule.label) for code, rule in RULES.items() if is_duty(code)),
    ("report", REPORT),
]
"""The limits that a step may be for, with their words."""


class StepForm(Form):
    """One step."""

    rule = forms.ChoiceField(
        label=gettext_lazy("哪种期限"), choices=LIMITS, required=False,
        help_text=gettext_lazy("某种期限有了自己的阶梯，就不再用“其他期限”的。"),
    )  # fmt: skip
    number = forms.IntegerField(label=gettext_lazy("第几步"), min_value=1, max_value=20)
    measure = forms.ChoiceField(label=gettext_lazy("按什么"), choices=Step.Measure.choices, widget=forms.RadioSelect)
    at = forms.IntegerField(label=gettext_lazy("到多少"), min_value=0, max_value=365)
    to = forms.ChoiceField(label=gettext_lazy("催谁"), choices=Step.To.choices, widget=forms.RadioSelect)
    remove = forms.BooleanField(label=gettext_lazy("去掉这一步"), required=False)


class SettingsForm(Form):
    """From when a limit is soon late, how far back events count, and when people are urged."""

    soon_percent = forms.IntegerField(label=gettext_lazy("期限用去百分之几算即将到期"), min_value=1, max_value=99)
    look_back_days = forms.IntegerField(
        label=gettext_lazy("往回看多少天"), min_value=1, max_value=3650,
        help_text=gettext_lazy("比这更早的评价差、退回等事件不再列出；超期的不受此限。"),
    )  # fmt: skip
    urge_from = forms.TimeField(
        label=gettext_lazy("催办时间从"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    urge_until = forms.TimeField(
        label=gettext_lazy("催办时间到"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("只在工作日的这段时间催办。"),
    )  # fmt: skip


@for_staff(*SUPERVISES)
@require_safe
def steps(request: DeskRequest) -> HttpResponse:
    """Show the ladder."""
    labels = dict(LIMITS)
    rows = [(step, labels.get(step.rule, step.rule)) for step in Step.objects.all()]
    context = {"rows": rows, "settings": Settings.current(), "may_set": sets_rules(request.actor)}
    return render(request, "desk/supervision/ladder.html", context)


@for_staff(Role.SUPERVISOR)
def add(request: DeskRequest) -> HttpResponse:
    """Enter a further step."""
    return _step(request, Step())


@for_staff(Role.SUPERVISOR)
def change(request: DeskRequest, step_id: int) -> HttpResponse:
    """Change a step, or take it off."""
    return _step(request, get_object_or_404(Step, pk=step_id))


def _step(request: DeskRequest, step: Step) -> HttpResponse:
    if not sets_rules(request.actor):
        raise Http404
    is_new = step._state.adding
    names = ("rule", "number", "measure", "at", "to")
    initial = {} if is_new else {name: getattr(step, name) for name in names}
    form = StepForm(request.POST if request.method == "POST" else None, initial=initial)
    if is_new:
        del form.fields["remove"]
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            if given.get("remove"):
                changes.remove_step(request.actor, step)
            else:
                changes.set_step(request.actor, step, **{name: given[name] for name in names})
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("已保存。"))
            return SeeOther(reverse("desk:urging_ladder"))
    title = _("增加一步") if is_new else _("催办阶梯的一步")
    return _form(request, form, title)


@for_staff(Role.SUPERVISOR)
def settings_page(request: DeskRequest) -> HttpResponse:
    """Change what the office has set."""
    if not sets_rules(request.actor):
        raise Http404
    present = Settings.current()
    initial = {name: getattr(present, name) for name in SettingsForm.base_fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            changes.set_settings(request.actor, **form.cleaned_data)
        except Refused as refused:
            form.add_error("urge_until" if refused.code == "hours" else None, refused.message)
        else:
            messages.success(request, _("已保存。"))
            return SeeOther(reverse("desk:urging_ladder"))
    return _form(request, form, _("督查设置"))


def _form(request: DeskRequest, form: Form, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": reverse("desk:urging_ladder"), "button": _("保存")}
    return render(request, "desk/setup/form.html", context, status=422 if form.errors else 200)
