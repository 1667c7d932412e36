"""What counts as a finding 怎样算, for everybody whom it may be found at; its numbers; and an answer as the rules read it."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff
from yiwang.desk.work.dossier import note_look
from yiwang.petitions.models import Answer
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.store.asking import the_one
from yiwang.supervision import thresholds
from yiwang.supervision.kinds import KINDS, Kind
from yiwang.supervision.numbers import set_number
from yiwang.supervision.phrases.reading import Piece, Reading, pieces, read
from yiwang.supervision.phrases.rules import the_rules
from yiwang.supervision.seeing import sets_rules
from yiwang.supervision.thresholds import BY_CODE, Number
from yiwang.ui.forms import Form


@dataclass(frozen=True)
class Definition:
    """One kind as the page explains it, with the numbers of its rule as they hold now."""

    kind: Kind
    numbers: list[tuple[Number, int]]


@for_staff(*READERS)
@require_safe
def kinds(request: DeskRequest) -> HttpResponse:
    """Show what counts as what. It is open to everybody at the desk who reads petitions: nobody is measured by a secret rule."""
    numbers = thresholds.current()
    rows = [
        Definition(kind, [(one, numbers[one.code]) for one in thresholds.NUMBERS if one.kind == code])
        for code, kind in KINDS.items()
    ]
    labels = [the_rules().words(code) for code in the_rules().labels]
    context = {"rows": rows, "may_set": sets_rules(request.actor), "reasons": labels}
    return render(request, "desk/flags/kinds.html", context)


class NumberForm(Form):
    """One number."""

    number = forms.IntegerField(label=gettext_lazy("数值"))


@for_staff(Role.SUPERVISOR)
def number(request: DeskRequest, code: str) -> HttpResponse:
    """Change one number of a rule."""
    rule = BY_CODE.get(code)
    if rule is None or not sets_rules(request.actor):
        raise Http404
    form = NumberForm(
        request.POST if request.method == "POST" else None, initial={"number": thresholds.current()[code]}
    )
    form.fields["number"].help_text = _("%(least)d到%(most)d之间；原来的标准是%(default)d。") % {
        "least": rule.least,
        "most": rule.most,
        "default": rule.default,
    }
    if form.is_bound and form.is_valid():
        try:
            set_number(request.actor, code, form.cleaned_data["number"])
        except Refused as refused:
            form.add_error("number", refused.message)
        else:
            messages.success(request, _("已保存，下次扫描起按新的标准。"))
            return SeeOther(reverse("desk:finding_kinds"))
    context = {"form": form, "title": rule.label, "back": reverse("desk:finding_kinds"), "button": _("保存")}
    return render(request, "desk/setup/form.html", context, status=422 if form.errors else 200)


@for_staff(*READERS)
@require_safe
def answer_read(request: DeskRequest, number: str) -> HttpResponse:
    """Show the present answer, or its draft, with the places that the rules of empty phrases hit, and the reasons.

    Whoever may see the petition may: the agency that wrote it, and who approves it before it goes out, as well as the
    supervisor. It is read anew, so that it says the same before and after a finding. Accusations are not read.
    """
    normal = normalise_number(number)
    seen = visible_to(request.actor).select_related("answer__agency").filter(number=normal) if normal else None
    petition = the_one(seen) if seen is not None else None
    if petition is None:
        raise Http404
    note_look(request.actor, petition)
    answer: Answer | None = None if petition.is_accusation else petition.answer
    reading: Reading | None = read(answer.text, *petition.words(), whole=True) if answer else None
    shown: list[Piece] = pieces(answer.text, reading) if answer and reading else []
    context = {
        "petition": petition,
        "answer": answer,
        "reading": reading,
        "pieces": [(piece, the_rules().words(piece.code) if piece.code else "") for piece in shown],
        "reasons": [the_rules().words(code) for code in reading.reasons] if reading else [],
    }
    return render(request, "desk/flags/answer.html", context)
