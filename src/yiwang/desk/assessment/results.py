"""What was assessed: the overview, a ranking, the arithmetic of one unit, and the petitions behind a number."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.assessment.lines import lines_of
from yiwang.desk.work.listing import row_of
from yiwang.desk.work.mine import for_a_list
from yiwang.performance.assessment import disputes, running, schemes
from yiwang.performance.assessment.formula import formula_of
from yiwang.performance.assessment.frozen import changes_of, petitions_of
from yiwang.performance.assessment.units import assessments_seen, decides, runs, sees_arithmetic, speaks_for
from yiwang.performance.measures import MEASURES, MEDIANS, Period
from yiwang.performance.models import Assessment, Dispute, Figure, Result, Scheme
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.models import Finding
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date

READS = (Role.SUPERVISOR, Role.LEADER, Role.APPROVER)
PAGE = 50
MOST = 50
"""Assessments and schemes that the overview shows."""


class SchemeForm(Form):
    """Begin a scheme."""

    prefix = "scheme"
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    about = forms.ChoiceField(label=_("考核对象"), choices=Scheme.About.choices)
    title = forms.CharField(label=_("名称"), max_length=80)


class AskForm(Form):
    """Ask for an assessment."""

    prefix = "ask"
    scheme = forms.ModelChoiceField(label=_("方案"), queryset=Scheme.objects.none())
    first_day = forms.DateField(label=_("第一天"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last_day = forms.DateField(label=_("最后一天"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    imported = forms.BooleanField(label=_("历史导入的信访件也计入"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scheme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Scheme.objects.filter(published_at__isnull=False)


class PublishForm(Form):
    """Publish a ranking."""

    public = forms.BooleanField(
        label=_("也在门户网站公开排名"), required=False, help_text=_("只公开单位、得分和名次。")
    )


@for_staff(*READS)
def overview(request: DeskRequest) -> HttpResponse:
    """Show the assessments that the reader may see; those who run them begin schemes and ask for runs here."""
    may_run, today = runs(request.actor), office_date(datetime.now(UTC))
    last_year = {"year": today.year, "first_day": today.replace(month=1, day=1), "last_day": today - timedelta(days=1)}
    which = request.POST.get("form") if request.method == "POST" and may_run else None
    begin = SchemeForm(request.POST if which == "scheme" else None, initial=last_year)
    ask = AskForm(request.POST if which == "ask" else None, initial=last_year)
    try:
        if which == "scheme" and begin.is_valid():
            given = begin.cleaned_data
            made = schemes.add_scheme(request.actor, given["year"], given["about"], given["title"])
            return SeeOther(reverse("desk:assessment_scheme", args=[made.pk]))
        if which == "ask" and ask.is_valid():
            given = ask.cleaned_data
            running.ask(
                request.actor, given["scheme"].pk, given["first_day"], given["last_day"], imported=given["imported"]
            )
            messages.success(request, gettext("已开始计算，几分钟内就有结果。"))
            return SeeOther(reverse("desk:assessment"))
    except Refused as refused:
        (begin if which == "scheme" else ask).add_error(None, refused.message)
    open_ones = Count("disputes", filter=Q(disputes__state=Dispute.State.OPEN), distinct=True)
    context = {
        "may_run": may_run,
        "begin": begin,
        "ask": ask,
        "assessments": assessments_seen(request.actor)
        .select_related("scheme")
        .annotate(open_disputes=open_ones)[:MOST],
        "schemes": Scheme.objects.annotate(many=Count("indicators"))[:MOST] if may_run else [],
    }
    errors = begin.errors or ask.errors
    return render(request, "desk/assessment/overview.html", context, status=422 if errors else 200)


@for_staff(*READS)
def ranking_page(request: DeskRequest, assessment_id: int) -> HttpResponse:
    """Show the totals and ranks of everybody assessed; a unit's arithmetic behind its name where the reader may see it."""
    assessment = _seen(request, assessment_id)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            if request.POST.get("form") == "check":
                _tell_differences(request, assessment)
            else:
                disputes.publish_ranking(request.actor, assessment.pk, public=form.cleaned_data["public"])
                messages.success(request, gettext("排名已公布。"))
        except Refused as refused:
            messages.error(request, refused.message)
        return SeeOther(reverse("desk:assessment_ranking", args=[assessment.pk]))
    version = assessment.versions.first()
    results = list(version.results.select_related("agency")) if version else []
    open_ones = dict(
        assessment.disputes.filter(state=Dispute.State.OPEN).values_list("agency").annotate(many=Count("pk"))
    )
    may_run = runs(request.actor)
    sees_flags = may_run and request.actor.has(Role.SUPERVISOR)
    flags = _flags(request, assessment, results) if sees_flags else {}
    rows = [
        (
            one,
            sees_arithmetic(request.actor, assessment, one.agency_id),
            open_ones.get(one.agency_id, 0) if may_run else 0,
            flags.get(one.agency_id, 0),
        )
        for one in results
    ]
    concerned = assessment.disputes.select_related("agency", "indicator", "petition")
    if not may_run:
        concerned = concerned.filter(agency__in=speaks_for(request.actor))
    today = office_date(datetime.now(UTC))
    context = {
        "assessment": assessment,
        "version": version,
        "rows": rows,
        "may_run": may_run,
        "sees_flags": sees_flags,
        "disputes": list(concerned),
        "may_publish": decides(request.actor) and assessment.computed_at and not assessment.published_at,
        "time_over": bool(assessment.disputes_until and today > assessment.disputes_until),
        "form": form,
    }
    return render(request, "desk/assessment/ranking.html", context)


def _flags(request: DeskRequest, assessment: Assessment, results: list[Result]) -> dict[int, int]:
    """Return how many hints of gaming 疑点 of the period each unit has, as far as the reader sees the petitions; one statement."""
    period = Period(assessment.first_day, assessment.last_day)
    found = Finding.objects.filter(
        kind__in=[kind.code for kind in KINDS.values() if kind.flag],
        since__gte=period.start,
        since__lt=period.end,
        petition__in=visible_to(request.actor).order_by().values("pk"),
    ).exclude(ended_because=Finding.Ended.GONE)
    counted: dict[int, int] = {}
    for path, many in found.order_by().values_list("agency__path").annotate(many=Count("pk")):
        for one in results:
            if path and path.startswith(one.agency.path):
                counted[one.agency_id] = counted.get(one.agency_id, 0) + many
    return counted


def _tell_differences(request: DeskRequest, assessment: Assessment) -> None:
    if not runs(request.actor):
        raise Http404
    found = running.differences(assessment)
    if found:
        messages.error(request, gettext("重算的结果与保存的不同：%(where)s。") % {"where": "、".join(found[:20])})
    else:
        messages.success(request, gettext("已从保存的清单重算，与保存的结果完全一致。"))


@for_staff(*READS)
def arithmetic_page(request: DeskRequest, assessment_id: int, agency_id: int) -> HttpResponse:
    """Show how a unit's total came about, line by line."""
    assessment = _seen(request, assessment_id)
    if not sees_arithmetic(request.actor, assessment, agency_id):
        raise Http404
    version = assessment.versions.first()
    result = version.results.select_related("agency").filter(agency=agency_id).first() if version else None
    if result is None:
        raise Http404
    figures: list[Figure] = list(result.figures.select_related("indicator"))
    own = agency_id in speaks_for(request.actor)
    shown = assessment.disputes.filter(agency=agency_id).select_related("indicator", "petition", "version")
    today = office_date(datetime.now(UTC))
    context = {
        "assessment": assessment,
        "version": version,
        "result": result,
        "lines": lines_of(assessment, agency_id, figures),
        "disputes": list(shown) if own or runs(request.actor) else [],
        "may_dispute": own
        and not assessment.published_at
        and assessment.disputes_until is not None
        and today <= assessment.disputes_until,
    }
    return render(request, "desk/assessment/arithmetic.html", context)


@for_staff(*READS)
def petitions_page(
    request: DeskRequest, assessment_id: int, agency_id: int, indicator_id: int, measure: str
) -> HttpResponse:
    """List the petitions behind a number, as they were frozen; those that the reader may not see are only counted."""
    assessment = _seen(request, assessment_id)
    indicator = assessment.scheme.indicators.filter(pk=indicator_id).first()
    if indicator is None or measure not in formula_of(indicator.formula).measures:
        raise Http404
    if not sees_arithmetic(request.actor, assessment, agency_id):
        raise Http404
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None:
        raise Http404
    ids = petitions_of(assessment, agency_id, indicator, measure, changes_of(assessment))
    given = request.GET.get("page", "1")
    page = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    wanted = ids[(page - 1) * PAGE : page * PAGE]
    found = list(for_a_list(visible_to(request.actor).filter(pk__in=wanted)).order_by("-id"))
    own = agency_id in speaks_for(request.actor)
    context = {
        "assessment": assessment,
        "agency": agency,
        "indicator": indicator,
        "measure": MEDIANS.get(measure) or MEASURES[measure],
        "rows": [row_of(petition) for petition in found],
        "total": len(ids),
        "unseen": len(wanted) - len(found),
        "newer": page - 1,
        "older": page + 1 if len(ids) > page * PAGE else 0,
        "own": own and not assessment.published_at,
    }
    return render(request, "desk/assessment/petitions.html", context)


def _seen(request: DeskRequest, assessment_id: int) -> Assessment:
    found = assessments_seen(request.actor).select_related("scheme").filter(pk=assessment_id).first()
    if found is None:
        raise Http404
    return found
