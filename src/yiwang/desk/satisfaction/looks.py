"""Second looks 复看 at answers rated badly: what waits, and the decision."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.work.dossier import note_look
from yiwang.desk.work.wording import SEALED_TITLE
from yiwang.petitions.actions import NotFound, Refused, note_refusal
from yiwang.petitions.models import Petition, Rating
from yiwang.satisfaction.models import SecondLook
from yiwang.satisfaction.second_looks import LOOKERS, decide, looks_for, waiting_for
from yiwang.store.asking import the_one
from yiwang.ui.forms import Form
from yiwang.vault.sealing import open_under

SHOWN = 100


class Decision(Form):
    """Does the answer stand, or is the matter taken up again; and why."""

    outcome = forms.ChoiceField(
        label=_("复看结果"), widget=forms.RadioSelect,
        choices=[(SecondLook.Outcome.STANDS, _("维持答复")), (SecondLook.Outcome.AGAIN, _("重新办理"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("信访人会看到这段话。")
    )


@for_staff(*LOOKERS)
@require_safe
def looks_page(request: DeskRequest) -> HttpResponse:
    """Show what waits for a second look by this reader, the oldest first, and the last decided ones."""
    me = request.user.pk
    waiting = [look for look in waiting_for(request.actor)[:SHOWN] if me not in look.petition.recused]
    decided = list(
        looks_for(request.actor).exclude(outcome="").select_related("decided_by").order_by("-decided_at")[:20]
    )
    context = {
        "waiting": [(one, _title(one.petition)) for one in waiting],
        "decided": [(one, _title(one.petition)) for one in decided],
    }
    return render(request, "desk/satisfaction/looks.html", context)


@for_staff(*LOOKERS)
def look_page(request: DeskRequest, look_id: int) -> HttpResponse:
    """Show the petition's words, the answer and what its petitioner said of it; decide."""
    look = the_one(looks_for(request.actor).select_related("decided_by").filter(pk=look_id))
    if look is None:
        raise Http404
    petition = look.petition
    form = Decision(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            decide(look.pk, request.actor, form.cleaned_data["outcome"], form.cleaned_data["reason"])
        except Refused as refused:
            note_refusal("decide_second_look", request.actor, petition.pk, refused)
            if isinstance(refused, NotFound):
                raise Http404 from refused
            form.add_error("reason" if refused.code == "no_reason" else None, refused.message)
        else:
            messages.success(request, gettext("已复看，信访人会收到通知。"))
            return SeeOther(reverse("desk:second_looks"))
    if request.method == "GET":
        note_look(request.actor, petition)
    subject, text = petition.words()
    ratings = Rating.objects.filter(petition=petition, answer=look.answer_id).select_related(
        "agency", "grade", "reason"
    )
    context: dict[str, Any] = {
        "look": look,
        "petition": petition,
        "subject": subject,
        "text": text,
        "answer": look.answer.words(petition),
        "ratings": [(row, open_under(petition.key, row, "sealed_comment")) for row in ratings.order_by("-about", "pk")],
        "reason": open_under(petition.key, look, "sealed_reason"),
        "open": not look.outcome and petition.answer_id == look.answer_id,
        "form": form,
    }
    return render(request, "desk/satisfaction/look.html", context, status=422 if form.errors else 200)


def _title(petition: Petition) -> str:
    return str(SEALED_TITLE) if petition.is_accusation else petition.subject
