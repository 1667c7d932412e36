"""Bulk referral 批量转办: tick, choose, check what will happen to each, then do it, each in a transaction of its own."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.work.filters import tree_choices
from yiwang.desk.work.forms import words
from yiwang.desk.work.forms_office import BY_THE_OFFICE
from yiwang.desk.work.wording import title_of
from yiwang.petitions.actions import Refer, Refused, note_refusal
from yiwang.petitions.actions.referring import refuse_agency
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION
from yiwang.petitions.models import Petition, Referral
from yiwang.petitions.permissions import entitlement
from yiwang.petitions.visibility import visible_to
from yiwang.ui.forms import Form

MOST = 50


class BulkRefer(Form):
    """One agency for all that were ticked."""

    lead = forms.ChoiceField(label=_("主办单位"))
    kind = forms.ChoiceField(
        label=_("方式"), choices=BY_THE_OFFICE, widget=forms.RadioSelect, initial=Referral.Kind.TRANSFER
    )
    report_due = forms.DateField(
        label=_("反馈日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("交办时填写。")
    )
    reason = words(_("转办意见"), required=False, rows=3)

    def __init__(self, agencies: list[Agency], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        field = self.fields["lead"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *tree_choices(agencies)]

    @property
    def chosen(self) -> Agency:
        """The agency that was chosen; the form is valid."""
        return self.agencies[self.cleaned_data["lead"]]

    def action(self) -> Refer:
        given = self.cleaned_data
        return Refer(lead=self.chosen, kind=given["kind"], report_due=given["report_due"], reason=given["reason"])


@dataclass(frozen=True)
class Fate:
    """What will happen to one petition, or did; ``hindrance`` says why not."""

    petition: Petition
    hindrance: str = ""

    @property
    def title(self) -> str:
        return title_of(self.petition)


@for_staff(Role.OFFICE_HANDLER)
def refer(request: DeskRequest) -> HttpResponse:
    """Check and do a bulk referral; nothing is done before the check page was seen."""
    if request.method != "POST":
        return SeeOther(f"{reverse('desk:petitions')}?state=registered")
    picked = _picked(request)
    if not picked:
        messages.warning(request, gettext("请先在清单里勾选要转办的信访。"))
        return SeeOther(f"{reverse('desk:petitions')}?state=registered")
    agencies = list(Agency.objects.filter(active=True))
    asked = "lead" in request.POST
    form = BulkRefer(agencies, request.POST if asked else None)
    context: dict[str, object] = {"form": form, "picked": picked}
    if not asked or not form.is_valid():
        context["fates"] = [Fate(petition, _hindrance(request.actor, petition)) for petition in picked]
        return render(request, "desk/work/bulk.html", context, status=422 if form.errors else 200)
    context["lead"] = form.chosen
    if "confirmed" not in request.POST:
        context["fates"] = [Fate(one, _hindrance(request.actor, one, form.chosen)) for one in picked]
        return render(request, "desk/work/bulk_check.html", context)
    fates = [_refer_one(request, form, petition) for petition in picked]
    context |= {"fates": fates, "done": sum(not fate.hindrance for fate in fates)}
    return render(request, "desk/work/bulk_done.html", context)


def _refer_one(request: DeskRequest, form: BulkRefer, petition: Petition) -> Fate:
    shown = request.POST.get(f"version-{petition.pk}", "")
    version = int(shown) if shown.isdecimal() and len(shown) < 10 else petition.version
    try:
        return Fate(form.action().run(request.actor, petition.pk, version=version))
    except Refused as refused:
        note_refusal("refer", request.actor, petition.pk, refused)
        return Fate(petition, refused.message)


def _picked(request: DeskRequest) -> list[Petition]:
    ids = [int(text) for text in request.POST.getlist("pick") if text.isdecimal() and len(text) < 20][:MOST]
    found = visible_to(request.actor).filter(pk__in=ids).select_related("office", "lead_agency", "category", "accused")
    return list(found.defer("text", "sealed_text").order_by("-id"))


def _hindrance(actor: Actor, petition: Petition, lead: Agency | None = None) -> str:
    """Return why a petition could not be referred (to that agency), as the action itself would say; "" when it could."""
    row = BY_ACTION["refer"]
    if petition.merged_into_id:
        return gettext("已并入另一件，随主件办理。")
    if petition.state not in row.start:
        return gettext("现在是“%(state)s”，不是待转办。") % {"state": petition.get_state_display()}
    if not entitlement(row, actor, petition)[0]:
        return gettext("您的岗位不能转办这件信访。")
    try:
        if lead:
            refuse_agency(petition, lead)
    except Refused as refused:
        return refused.message
    return ""
