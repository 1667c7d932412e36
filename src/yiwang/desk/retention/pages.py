"""Retention 保管期限 on the desk: the years of each kind, and the two steps of a disposal 销毁."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.petitions import disposal
from yiwang.petitions.models import Retention
from yiwang.petitions.refusals import Refused
from yiwang.petitions.retention import KINDS, LONGEST, due, set_years, years_now
from yiwang.petitions.visibility import visible_to
from yiwang.ui.forms import Form

PROPOSES = Role.OFFICE_HANDLER
CONFIRMS = (Role.OFFICE_HANDLER, Role.APPROVER, Role.LEADER)
SHOWN = 200
"""Petitions of a list that its page shows."""


class YearsForm(Form):
    """A number of years for each kind, and on what basis."""

    basis = forms.CharField(label=_("依据"), max_length=200, help_text=_("如文件名称和文号。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = years_now()
        for code, kind in KINDS.items():
            help_text = gettext("通常 %(years)d 年：%(source)s") % {"years": kind.years, "source": kind.source}
            self.fields[code] = forms.IntegerField(
                label=str(kind.label), min_value=1, max_value=LONGEST, initial=present[code], help_text=help_text
            )


class DecisionForm(Form):
    """Confirm or give up; confirming is said in so many words, for it cannot be taken back."""

    decision = forms.ChoiceField(
        label=_("决定"), widget=forms.RadioSelect,
        choices=[("confirm", _("确认销毁：不能恢复")), ("cancel", _("不销毁，撤销这份清册"))],
    )  # fmt: skip


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def years_page(request: DeskRequest) -> HttpResponse:
    """Show and enter for how many years each kind of petition is kept."""
    form = YearsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            set_years({code: given[code] for code in KINDS}, given["basis"], request.user)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, gettext("已保存。"))
            return SeeOther(reverse("desk:setup_retention"))
    entered = [(KINDS[row.kind].label, row) for row in Retention.objects.select_related("entered_by")]
    context = {"form": form, "entered": entered}
    return render(request, "desk/retention/years.html", context, status=422 if form.errors else 200)


@for_staff(*CONFIRMS)
def lists_page(request: DeskRequest) -> HttpResponse:
    """Show what is due, and the lists; propose one."""
    over, years = due(visible_to(request.actor)), years_now()
    if request.method == "POST":
        if not request.actor.has(PROPOSES):
            raise Http404
        try:
            made = disposal.propose(request.user)
        except Refused as refused:
            messages.error(request, refused.message)
            return SeeOther(reverse("desk:retention"))
        messages.success(request, gettext("清册已提出，等另一人确认。"))
        return SeeOther(reverse("desk:retention_list", args=[made.pk]))
    found = over.aggregate(**{code: Count("pk", filter=kind.which) for code, kind in KINDS.items()})
    context = {
        "kinds": [(kind.label, years[code], found[code]) for code, kind in KINDS.items()],
        "may_propose": request.actor.has(PROPOSES) and any(found.values()),
        "lists": disposal.lists_for(request.actor)
        .select_related("proposed_by", "confirmed_by", "cancelled_by")
        .annotate(many=Count("items"), gone=Count("items", filter=Q(items__outcome="done")))[:50],
    }
    return render(request, "desk/retention/lists.html", context)


@for_staff(*CONFIRMS)
def list_page(request: DeskRequest, disposal_id: int) -> HttpResponse:
    """Show one list; confirm it, or give it up."""
    lists = disposal.lists_for(request.actor).select_related("proposed_by", "confirmed_by", "cancelled_by")
    found = lists.filter(pk=disposal_id).first()
    if found is None:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        confirmed = form.cleaned_data["decision"] == "confirm"
        try:
            (disposal.confirm if confirmed else disposal.cancel)(found.pk, request.user)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            done = gettext("已确认，正在销毁。") if confirmed else gettext("清册已撤销，什么都没有销毁。")
            messages.success(request, done)
            return SeeOther(reverse("desk:retention_list", args=[found.pk]))
    listed = visible_to(request.actor).filter(pk__in=found.items.values("petition"))
    outcomes = {item.petition_id: item for item in found.items.filter(petition__in=listed)[:SHOWN]}
    context = {
        "list": found,
        "rows": [(row, outcomes[row.pk]) for row in listed.filter(pk__in=outcomes).order_by("pk")],
        "many": found.items.count(),
        "form": form,
        "is_open": not (found.confirmed_at or found.cancelled_at),
        "is_own": found.proposed_by_id == request.user.pk,
    }
    return render(request, "desk/retention/list.html", context, status=422 if form.errors else 200)


urlpatterns: list[URLPattern] = [
    path("setup/retention/", years_page, name="setup_retention"),
    path("retention/", lists_page, name="retention"),
    path("retention/<int:disposal_id>/", list_page, name="retention_list"),
]
