"""Requests about personal data 个人信息请求 on the desk: which are open, the one due first on top, and the answer to one."""

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, act, for_staff
from yiwang.journal import log
from yiwang.petitions import actions
from yiwang.petitions.models import DataRequest
from yiwang.petitions.visibility import visible_to
from yiwang.ui.forms import Form
from yiwang.vault.sealing import open_under

SHOWN = 100
WHAT = {
    "name": _("姓名"), "phone": _("电话"), "email": _("邮箱"), "id_number": _("证件号码"), "address": _("地址"),
    "guardian": _("监护人"), "other": _("其他"),
}  # fmt: skip
"""What a correction is of."""


class Decision(Form):
    """Granted or not, and why: whoever asked reads it."""

    grant = forms.ChoiceField(
        label=_("答复"), choices=[("yes", _("同意")), ("no", _("不同意"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写给请求人看。依法必须保存的，写明依据（《个人信息保护法》第四十七条第二款）。"),
    )  # fmt: skip


def _open(request: DeskRequest) -> "QuerySet[DataRequest]":
    seen = visible_to(request.actor).values("pk")
    return DataRequest.objects.filter(state=DataRequest.State.ASKED, petition__in=seen).select_related(
        "petition__petitioner"
    )


@for_staff(Role.OFFICE_HANDLER)
def requests_page(request: DeskRequest) -> HttpResponse:
    """Show the open requests of the petitions that the reader may see."""
    return render(request, "desk/personal/requests.html", {"rows": _open(request).order_by("due_on", "id")[:SHOWN]})


@for_staff(Role.OFFICE_HANDLER)
def request_page(request: DeskRequest, request_id: int) -> HttpResponse:
    """Show one request, and answer it. What a correction is of is shown unsealed: the look is logged."""
    asked = _open(request).filter(pk=request_id).first()
    if asked is None:
        raise Http404
    petition, form = asked.petition, Decision(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        decision = actions.DecideOnData(
            request_id=asked.pk, grant=form.cleaned_data["grant"] == "yes", reason=form.cleaned_data["reason"]
        )
        answer = act(
            request, decision.code, lambda: decision.run(request.actor, petition.pk), form=form,
            done=gettext("已答复。"), to=reverse("desk:data_requests"), petition_id=petition.pk, fields={"no_reason": "reason"},
        )  # fmt: skip
        if answer:
            return answer
    line = log.line(
        "look_data_request",
        actor_kind="staff",
        actor_id=request.user.pk,
        subject_kind="petition",
        subject_id=petition.pk,
    )
    log.write([line])
    context = {
        "asked": asked,
        "petition": petition,
        "what": WHAT.get(asked.what, ""),
        "words": open_under(petition.key, asked, "sealed_words"),
        "form": form,
    }
    return render(request, "desk/personal/request.html", context, status=422 if form.errors else 200)


urlpatterns: list[URLPattern] = [
    path("data-requests/", requests_page, name="data_requests"),
    path("data-requests/<int:request_id>/", request_page, name="data_request"),
]
