"""Pauses of urging 暂停催办: of a petition, or of an agency with those below it."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yiwang.agencies.models import Agency
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.petitions.visibility import visible_to
from yiwang.supervision import changes
from yiwang.supervision.models import Pause
from yiwang.supervision.seeing import SUPERVISES, oversees
from yiwang.ui.forms import Form
from yiwang.vault.sealing import open_under
from yiwang.workdays.counting import office_date

MOST = 200


class PauseForm(Form):
    """Until when, and why."""

    until = forms.DateField(
        label=gettext_lazy("暂停到哪天"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("这天过后自动恢复。期限照算，超期照记。"),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


@for_staff(*SUPERVISES)
@require_safe
def pauses(request: DeskRequest) -> HttpResponse:
    """Show the pauses that run, as far as the reader sees."""
    today = office_date(datetime.now(UTC))
    visible = visible_to(request.actor).values("pk")
    running = (
        Pause.objects.filter(Q(petition=None) | Q(petition__in=visible), ended_at=None, until__gte=today)
        .select_related("petition", "agency", "by")
        .order_by("until", "pk")[:MOST]
    )
    rows = [
        (row, open_under(row.petition.key, row, "sealed_reason") if row.petition else row.reason)
        for row in running
        if row.agency is None or oversees(request.actor, row.agency)
    ]
    return render(request, "desk/supervision/pauses.html", {"rows": rows, "today": today})


@for_staff(*SUPERVISES)
def add(request: DeskRequest) -> HttpResponse:
    """Pause urging about ``?petition=NUMBER`` or ``?agency=ID``."""
    petition, agency = _petition(request), _agency(request)
    if petition is None and agency is None:
        raise Http404
    form = PauseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            if petition:
                changes.pause(request.actor, given["until"], given["reason"], petition=petition)
            else:
                changes.pause(request.actor, given["until"], given["reason"], agency=agency)
        except NotFound as missing:
            raise Http404 from missing
        except Refused as refused:
            form.add_error("until" if refused.code in {"in_the_past", "too_long"} else None, refused.message)
        else:
            messages.success(request, _("已暂停催办。"))
            return SeeOther(reverse("desk:urging_pauses"))
    context = {
        "form": form,
        "title": _("暂停催办：%(what)s") % {"what": petition.number if petition else agency},
        "back": reverse("desk:urging_pauses"),
        "button": _("暂停"),
    }
    return render(request, "desk/setup/form.html", context, status=422 if form.errors else 200)


@for_staff(*SUPERVISES)
@require_POST
def end(request: DeskRequest, pause_id: int) -> HttpResponse:
    """End a pause early."""
    try:
        changes.end_pause(pause_id, request.actor)
    except (NotFound, Refused) as refused:
        raise Http404 from refused
    messages.success(request, _("已恢复催办。"))
    return SeeOther(reverse("desk:urging_pauses"))


def _petition(request: DeskRequest) -> Petition | None:
    number = normalise_number(request.GET.get("petition", ""))
    return visible_to(request.actor).filter(number=number).first() if number else None


def _agency(request: DeskRequest) -> Agency | None:
    given = request.GET.get("agency", "")
    found = Agency.objects.filter(pk=given).first() if given.isdecimal() and len(given) < 20 else None
    return found if found and oversees(request.actor, found) else None
