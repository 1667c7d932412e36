"""Check samples 抽查样本: announced, drawn, verified, and what they found."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Agency, Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.petitions.actions import note_refusal
from yiwang.petitions.models import Petition
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.satisfaction.callbacks import due
from yiwang.satisfaction.models import Callback, Sample
from yiwang.satisfaction.samples import changes
from yiwang.satisfaction.samples.results import items_seen, results_of
from yiwang.ui.forms import Form

SHOWN = 50
ITEMS_SHOWN = 200
FAULTS = {
    "seed": _("种子和公布的指纹对不上"),
    "frame": _("名单和记录的指纹对不上"),
    "drawn": _("重新抽取的结果和记录的不一样"),
    "log": _("行为日志里的记录和样本对不上"),
}
WHERE = {"days": "last_day", "how_many": "size"}


class PlanForm(Form):
    """What is to be drawn; fixed once it is announced."""

    first_day = forms.DateField(
        label=_("首次答复从"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_day = forms.DateField(label=_("到"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    size = forms.IntegerField(label=_("抽几件"), required=False)
    share = forms.IntegerField(label=_("或抽百分之几"), required=False)
    stratified = forms.BooleanField(label=_("按责任单位分层"), required=False, help_text=_("每个单位按件数各抽一份。"))
    within = forms.ModelChoiceField(
        label=_("责任单位"), required=False, queryset=Agency.objects.none(), help_text=_("连同下级单位；空着是全部。")
    )
    purpose = forms.ChoiceField(label=_("信访目的"), required=False)
    channel = forms.ChoiceField(label=_("渠道"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("全部"))]
        purposes = [pair for pair in Petition.Purpose.choices if pair[0] != Petition.Purpose.ACCUSATION]
        self.fields["within"].queryset = Agency.objects.filter(active=True).order_by("path")  # type: ignore[attr-defined]
        self.fields["purpose"].choices = everything + purposes  # type: ignore[attr-defined]
        self.fields["channel"].choices = everything + list(Petition.Channel.choices)  # type: ignore[attr-defined]


@for_staff(*due.OVERSEERS)
def samples(request: DeskRequest) -> HttpResponse:
    """List the samples, and announce another."""
    may = request.actor.has(Role.SUPERVISOR)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = changes.announce(request.actor, changes.Plan(**form.cleaned_data))
        except Refused as refused:
            note_refusal("announce_sample", request.actor, None, refused)
            form.add_error(WHERE.get(refused.code), refused.message)
        else:
            messages.success(request, gettext("已公布。种子已封存，指纹写进了行为日志。"))
            return SeeOther(reverse("desk:sample", args=[made.pk]))
    rows = changes.samples_for(request.actor).select_related("within", "announced_by")[:SHOWN]
    context = {"rows": rows, "form": form, "may": may}
    return render(request, "desk/callbacks/samples.html", context, status=422 if form.errors else 200)


@for_staff(*due.OVERSEERS)
def sample(request: DeskRequest, sample_id: int) -> HttpResponse:
    """Show a sample: what was announced; once drawn, that it holds when drawn again, and what the calls found. POST draws it."""
    if request.method == "POST":
        try:
            changes.draw(request.actor, sample_id)
        except NotFound as missing:
            raise Http404 from missing
        except Refused as refused:
            note_refusal("draw_sample", request.actor, None, refused)
            messages.warning(request, refused.message)
        else:
            messages.success(request, gettext("已抽出，回访名单里已经有了。"))
        return SeeOther(reverse("desk:sample", args=[sample_id]))
    found = _find(request, sample_id)
    results = results_of(found, request.actor) if found.drawn_at else None
    items = items_seen(found, request.actor).select_related("petition", "agency", "callback")[:ITEMS_SHOWN]
    context: dict[str, Any] = {
        "sample": found,
        "may": request.actor.has(Role.SUPERVISOR),
        "faults": [FAULTS[code] for code in changes.verify(found)],
        "results": results,
        "ended": [(label, results.ended[code]) for code, label in ENDS if results.ended[code]] if results else [],
        "items": list(items) if found.drawn_at else [],
    }
    return render(request, "desk/callbacks/sample.html", context)


ENDS: list[tuple[str, Any]] = [("", _("还没有打完")), *Callback.End.choices]


@for_staff(*due.OVERSEERS)
@require_safe
def frame(request: DeskRequest, sample_id: int) -> HttpResponse:
    """Give out what is needed to draw a sample again elsewhere: seed, frame, size, and what was drawn; ids alone."""
    found = _find(request, sample_id)
    if not found.drawn_at:
        raise Http404
    content = {
        "algorithm": found.algorithm, "seed": found.seed, "commitment": found.commitment, "size": found.size,
        "share": found.share, "stratified": found.stratified, "frame_size": found.frame_size,
        "frame_hash": found.frame_hash, "frame": found.frame,
        "drawn": list(found.items.order_by("position").values_list("petition", flat=True)),
    }  # fmt: skip
    response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="sample-{found.pk}.json"'
    return response


def _find(request: DeskRequest, sample_id: int) -> Sample:
    rows = changes.samples_for(request.actor).select_related("office", "within", "announced_by", "drawn_by")
    return get_object_or_404(rows, pk=sample_id)
