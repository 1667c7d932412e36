"""The operator's pages 回访: what waits, and one call with its script."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.callbacks.forms import CallForm
from yiwang.petitions.actions import note_refusal
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.satisfaction.callbacks import calls, due, rules, script
from yiwang.satisfaction.models import Callback
from yiwang.satisfaction.models.calling import Outcome

SHOWN = 50
COUNTED_TO = 1_000
"""Beyond so many, the page says “more”: nobody works by the difference."""
LATER_SHOWN = 20
WITH = ("petition__petitioner", "agency")
NOT_REACHED = (
    (Outcome.NO_ANSWER, "n"), (Outcome.BUSY, "b"), (Outcome.WRONG_NUMBER, "w"), (Outcome.NO_SUCH_NUMBER, "x"),
)  # fmt: skip
"""Outcomes that need no more than their button, each with its key."""


@for_staff(*due.OPERATORS)
@require_safe
def waiting_list(request: DeskRequest) -> HttpResponse:
    """Show what may be dialled now, and what comes later."""
    now = datetime.now(UTC)
    holding = rules.current()
    waiting = due.waiting(request.actor, now).select_related(*WITH)
    context = {
        "rows": list(waiting[:SHOWN]),
        "number": waiting[: COUNTED_TO + 1].count(),
        "later": list(due.later(request.actor, now).select_related(*WITH)[:LATER_SHOWN]),
        "held": due.held(request.actor),
        "open": rules.hours_of(holding).holds(now, rules.calendar()),
        "rules": holding,
    }
    return render(request, "desk/callbacks/list.html", context)


@for_staff(*due.OPERATORS)
@require_POST
def take_next(request: DeskRequest) -> HttpResponse:
    """Take the call that has waited longest."""
    try:
        found = calls.take_next(request.actor)
    except Refused as refused:
        return _refused(request, "take_call", refused)
    if found is None:
        messages.info(request, _("现在没有要打的电话。"))
        return SeeOther(reverse("desk:callbacks"))
    return SeeOther(reverse("desk:callback", args=[found.pk]))


@for_staff(*due.OPERATORS)
@require_POST
def take(request: DeskRequest, callback_id: int) -> HttpResponse:
    """Take one call of the list."""
    try:
        calls.take(request.actor, callback_id)
    except NotFound as missing:
        raise Http404 from missing
    except Refused as refused:
        return _refused(request, "take_call", refused)
    return SeeOther(reverse("desk:callback", args=[callback_id]))


@for_staff(*due.OPERATORS)
def call(request: DeskRequest, callback_id: int) -> HttpResponse:
    """Show a call that one has taken, with number and script, and record what came of it; of others, that they wait."""
    found = get_object_or_404(due.for_operator(request.actor).select_related(*WITH), pk=callback_id)
    if not found.held_by(request.actor.staff_id):
        if request.method == "POST":
            return _refused(request, "call_back", Refused("lost", _("这个回访已经不在您手里，刚才填写的没有保存。")))
        return render(request, "desk/callbacks/waits.html", {"callback": found, "now": datetime.now(UTC)})
    read_out = script.current()
    form = CallForm(found.petition, read_out, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = calls.record(request.actor, callback_id, form.told(request.POST.get("outcome", "")), read_out)
        except NotFound as missing:
            raise Http404 from missing
        except Refused as refused:
            note_refusal("call_back", request.actor, found.petition_id, refused)
            if refused.code == "lost":
                return _refused(request, "call_back", refused)
            form.add_error(FIELDS.get(refused.code), refused.message)
        else:
            _tell(request, done)
            return take_next(request) if form.cleaned_data["go_on"] else SeeOther(reverse("desk:callbacks"))
    return _page(request, found, form)


FIELDS = {"when": "asked_for", "way": "way", "no_level": "office", "no_reason": "reason"}
"""Which field a refusal speaks of."""


@sensitive_variables("name", "phone")
def _page(request: DeskRequest, found: Callback, form: CallForm) -> HttpResponse:
    name, phone = calls.show_number(request.actor, found)
    petition = found.petition
    context: dict[str, Any] = {
        "callback": found,
        "petition": petition,
        "subject": petition.words()[0],
        "answer": found.answer.words(petition),
        "name": name,
        "phone": phone,
        "form": form,
        "script": list(form.script()),
        "not_reached": [(code, code.label, key) for code, key in NOT_REACHED],
        "tries": found.tries.all(),
    }
    return render(request, "desk/callbacks/call.html", context, status=422 if form.errors else 200)


@for_staff(*due.OPERATORS)
@require_POST
def give_back(request: DeskRequest, callback_id: int) -> HttpResponse:
    """Put a call back on the list."""
    try:
        calls.give_back(request.actor, callback_id)
    except NotFound as missing:
        raise Http404 from missing
    except Refused as refused:
        return _refused(request, "give_back_call", refused)
    messages.success(request, _("已退回，由别人来打。"))
    return SeeOther(reverse("desk:callbacks"))


@for_staff(*due.OPERATORS)
@require_POST
def keep(request: DeskRequest, callback_id: int) -> HttpResponse:
    """Take the sign of life of an open page: 204 while the call is still one's own, else 409."""
    return HttpResponse(status=204 if calls.keep(request.actor, callback_id) else 409)


def _tell(request: DeskRequest, done: Callback) -> None:
    number = done.petition.number
    if done.ended_as == Callback.End.RATED_MEANWHILE:
        messages.info(request, _("%(number)s：信访人刚才已经自己评价，以那次为准。") % {"number": number})
    elif done.ended_as:
        messages.success(request, _("%(number)s：已登记，回访结束。") % {"number": number})
    else:
        messages.success(request, _("%(number)s：已登记，到时候再打。") % {"number": number})


def _refused(request: DeskRequest, act: str, refused: Refused) -> HttpResponse:
    """Lead back to the list, saying why nothing was done."""
    note_refusal(act, request.actor, None, refused)
    messages.warning(request, refused.message)
    return SeeOther(reverse("desk:callbacks"))
