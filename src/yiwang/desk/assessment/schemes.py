"""The editor of schemes: a draft with its indicators; a published one to read."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.assessment.indicator_form import IndicatorForm
from yiwang.performance.assessment import schemes
from yiwang.performance.assessment.formula import formula_of
from yiwang.performance.assessment.units import decides, runs
from yiwang.performance.models import Scheme
from yiwang.performance.scoring import rule_of
from yiwang.petitions.refusals import Refused
from yiwang.ui.forms import Form


class HeadForm(Form):
    """What a draft says of itself."""

    title = forms.CharField(label=_("名称"), max_length=80)
    basis = forms.CharField(label=_("依据"), max_length=200, required=False, help_text=_("如文件名称和文号。"))
    fewest = forms.IntegerField(
        label=_("最少件数"), min_value=0, max_value=10_000, help_text=_("件数比这少的比率和中位数只列出，不计分。")
    )
    least_weight = forms.IntegerField(
        label=_("最少计分的权重"), min_value=0, max_value=100, help_text=_("计分的权重合计比这少的单位有得分，不排名。")
    )
    dispute_days = forms.IntegerField(
        label=_("异议天数"), min_value=1, max_value=90, help_text=_("算出结果后，单位在这么多天内可以提异议。")
    )


@for_staff(Role.SUPERVISOR, Role.LEADER)
def scheme_page(request: DeskRequest, scheme_id: int) -> HttpResponse:
    """Show a scheme; change a draft's head, drop an indicator, publish it."""
    scheme = _scheme(request, scheme_id)
    initial = {name: getattr(scheme, name) for name in HeadForm.base_fields}
    which = request.POST.get("form", "") if request.method == "POST" else ""
    form = HeadForm(request.POST if which == "head" else None, initial=initial)
    try:
        if which == "head" and form.is_valid():
            schemes.change_scheme(request.actor, scheme.pk, **form.cleaned_data)
        elif which == "drop":
            schemes.drop_indicator(request.actor, scheme.pk, int(request.POST.get("indicator") or 0))
        elif which == "publish":
            schemes.publish_scheme(request.actor, scheme.pk)
        if which and not form.errors:
            messages.success(request, gettext("已发布。") if which == "publish" else gettext("已保存。"))
            return SeeOther(reverse("desk:assessment_scheme", args=[scheme.pk]))
    except Refused as refused:
        if which == "head":
            form.add_error(None, refused.message)
        else:
            messages.error(request, refused.message)
            return SeeOther(reverse("desk:assessment_scheme", args=[scheme.pk]))
    indicators = list(scheme.indicators.all())
    lines = []
    for one in indicators:
        formula = formula_of(one.formula)
        lines.append((one, formula.sentence(), rule_of(one.rule, formula.unit).sentence(), formula.definitions()))
    context = {
        "scheme": scheme,
        "form": form,
        "lines": lines,
        "sum": sum((one.weight for one in indicators), Decimal(0)),
        "may_publish": decides(request.actor),
    }
    return render(request, "desk/assessment/scheme.html", context, status=422 if form.errors else 200)


@for_staff(Role.SUPERVISOR, Role.LEADER)
def indicator_page(request: DeskRequest, scheme_id: int, indicator_id: int | None = None) -> HttpResponse:
    """Add an indicator to a draft, or change one."""
    scheme = _scheme(request, scheme_id)
    indicator = scheme.indicators.filter(pk=indicator_id).first() if indicator_id else None
    if scheme.is_published or (indicator_id and indicator is None):
        raise Http404
    initial: dict[str, Any] = IndicatorForm.initial_of(indicator) if indicator else {}
    form = IndicatorForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            schemes.put_indicator(
                request.actor, scheme.pk, given["name"], given["weight"], form.formula(), form.rule(), indicator_id
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, gettext("已保存。"))
            return SeeOther(reverse("desk:assessment_scheme", args=[scheme.pk]))
    context = {"scheme": scheme, "indicator": indicator, "form": form}
    return render(request, "desk/assessment/indicator.html", context, status=422 if form.errors else 200)


def _scheme(request: DeskRequest, scheme_id: int) -> Scheme:
    found = Scheme.objects.select_related("made_by", "published_by").filter(pk=scheme_id).first()
    if found is None or not runs(request.actor):
        raise Http404
    return found
