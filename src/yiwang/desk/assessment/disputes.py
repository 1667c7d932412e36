"""A dispute on the desk: written by the assessed unit, decided by the office."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.assessment.results import READS
from yiwang.performance.assessment import disputes
from yiwang.performance.assessment.formula import formula_of
from yiwang.performance.assessment.units import assessments_seen, runs, speaks_for
from yiwang.performance.measures import MEASURES, MEDIANS
from yiwang.performance.models import Assessment, Dispute
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.ui.forms import Form

EVERYWHERE = ""
AT = {"no_reason": "reason", "not_found": "number", "no_measure": "where", "not_there": "number", "there": "number"}


class DisputeForm(Form):
    """Which petition, in which number of which figure, and why."""

    where = forms.ChoiceField(label=_("哪个指标、哪个数"))
    number = forms.CharField(label=_("信访件编号"), max_length=24)
    wanted = forms.ChoiceField(label=_("请求"), choices=Dispute.Wanted.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), max_length=1000, widget=forms.Textarea)

    def __init__(self, assessment: Assessment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        for one in assessment.scheme.indicators.all():
            measures = formula_of(one.formula).measures
            if len(measures) > 1:
                choices.append((f"{one.pk}.", gettext("%(name)s：所有的数") % {"name": one.name}))
            for code in measures:
                label = (MEDIANS.get(code) or MEASURES[code]).label
                choices.append((f"{one.pk}.{code}", f"{one.name}：{label}"))
        field = self.fields["where"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class DecisionForm(Form):
    """The office's decision."""

    decision = forms.ChoiceField(
        label=_("决定"),
        choices=[("granted", _("成立，重新计算")), ("refused", _("不成立"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("决定的理由"), max_length=1000, widget=forms.Textarea)


@for_staff(*READS)
def new_page(request: DeskRequest, assessment_id: int, agency_id: int) -> HttpResponse:
    """Dispute a figure of one's own unit."""
    assessment = assessments_seen(request.actor).select_related("scheme").filter(pk=assessment_id).first()
    if assessment is None or agency_id not in speaks_for(request.actor):
        raise Http404
    initial = {
        "number": request.GET.get("number", ""),
        "where": f"{request.GET.get('indicator', '')}.{request.GET.get('measure', '')}",
        "wanted": Dispute.Wanted.OUT,
    }
    form = DisputeForm(assessment, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        indicator, _dot, measure = given["where"].partition(".")
        try:
            disputes.dispute(
                request.actor, assessment.pk, agency_id, int(indicator), given["number"], given["wanted"],
                given["reason"], measure,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(AT.get(refused.code), refused.message)
        else:
            messages.success(request, gettext("异议已提出，由信访部门决定。"))
            return SeeOther(reverse("desk:assessment_arithmetic", args=[assessment.pk, agency_id]))
    context = {"assessment": assessment, "agency_id": agency_id, "form": form}
    return render(request, "desk/assessment/new_dispute.html", context, status=422 if form.errors else 200)


@for_staff(*READS)
def dispute_page(request: DeskRequest, dispute_id: int) -> HttpResponse:
    """Show a dispute to the unit concerned and the office; the office decides it here."""
    found = (
        Dispute.objects.select_related(
            "assessment__scheme", "agency", "indicator", "petition", "asked_by", "decided_by", "version"
        )
        .filter(pk=dispute_id)
        .first()
    )
    if found is None or not (runs(request.actor) or found.agency_id in speaks_for(request.actor)):
        raise Http404
    may_decide = runs(request.actor) and found.state == Dispute.State.OPEN and found.asked_by_id != request.user.pk
    form = DecisionForm(request.POST if request.method == "POST" and may_decide else None)
    if form.is_bound and form.is_valid():
        granted = form.cleaned_data["decision"] == "granted"
        try:
            disputes.decide(request.actor, found.pk, form.cleaned_data["reason"], granted=granted)
        except Refused as refused:
            form.add_error(AT.get(refused.code), refused.message)
        else:
            messages.success(request, gettext("已决定，结果已重新计算。") if granted else gettext("已决定。"))
            return SeeOther(reverse("desk:assessment_ranking", args=[found.assessment_id]))
    measure = MEDIANS.get(found.measure) or MEASURES.get(found.measure)
    context = {
        "dispute": found,
        "measure": measure,
        "petition": visible_to(request.actor).filter(pk=found.petition_id).first(),
        "may_decide": may_decide,
        "form": form,
    }
    return render(request, "desk/assessment/dispute.html", context, status=422 if form.errors else 200)
