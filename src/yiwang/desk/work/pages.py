"""The petition page, and the page of each action on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.agencies.models import Role
from yiwang.desk.access import READERS, DeskRequest, SeeOther, act, for_staff
from yiwang.desk.work import mine
from yiwang.desk.work.dossier import Dossier, dossier_of, find, note_look, open_dossier
from yiwang.desk.work.every_form import FORMS
from yiwang.desk.work.forms import ActionForm
from yiwang.desk.work.standard import inserted, standard_answers
from yiwang.desk.work.steps import WHY, Step, folded, steps_of
from yiwang.petitions.lifecycle import BY_ACTION
from yiwang.petitions.models import Answer, Petition
from yiwang.petitions.visibility import visible_to

INLINE = frozenset(
    {"register", "refer", "accept", "uphold_objection", "approve", "extend", "take_review", "decide_review", "remand"}
)
"""First things whose form stands on the petition page itself."""
LATEST = 5
TEMPLATES = {"draft_answer": "desk/work/editor.html", "publish": "desk/work/publish.html"}


@for_staff(*READERS)
def petition(request: DeskRequest, number: str) -> HttpResponse:
    """Show a petition: what it is, what happened, what may be done next and by which article."""
    dossier = open_dossier(request.actor, number)
    steps = steps_of(dossier)
    first = next((step for step in steps if step.primary and step.action in INLINE), None)
    form = FORMS[first.action](dossier, initial={"from_list": _origin(request)}) if first else None
    context = {
        "dossier": dossier,
        "steps": steps,
        "folded": folded(steps),
        "first": first,
        "form": form,
        "files": dossier.files,
        "may_supervise": request.actor.has(Role.SUPERVISOR, Role.LEADER) and bool(request.actor.offices),
    }
    context |= _frame(request, dossier)
    return render(request, "desk/work/petition.html", context)


@for_staff(*READERS)
def do(request: DeskRequest, number: str, action: str) -> HttpResponse:
    """Show the form of one action, and run it.

    A POST runs the action even where it is no longer offered: the refusal then says why, with everything typed kept.
    """
    if action not in FORMS:
        raise Http404
    found = find(request.actor, number)
    dossier = dossier_of(request.actor, found)
    step = next((one for one in steps_of(dossier) if one.action == action), None)
    if request.method != "POST":
        if step is None or step.hindrance:
            why = (
                step.hindrance if step else _("这件信访现在不能做“%(action)s”。") % {"action": BY_ACTION[action].label}
            )
            messages.warning(request, str(why))
            return SeeOther(reverse("desk:petition", args=[found.number]))
        note_look(request.actor, found)
        form = FORMS[action](dossier, initial={"from_list": _origin(request)})
        return _show(request, dossier, action, step, form)
    form = FORMS[action](dossier, request.POST, request.FILES)
    if "insert" in request.POST or "preview" in request.POST:
        return _show(request, dossier, action, step, inserted(form, request.POST), preview="preview" in request.POST)
    if form.is_valid():
        place = mine.after(found.urgent, found.next_due_at, found.pk)
        answer = act(
            request,
            action,
            lambda: form.action().run(request.actor, found.pk, version=form.cleaned_data["version"]),
            form=form,
            petition_id=found.pk,
            fields=form.fields_of,
            done=lambda done: (
                _("%(number)s：%(action)s，已完成。") % {"number": done.number, "action": BY_ACTION[action].label}
            ),
            to=lambda done: _onward(request, place, done),
            draft=f"{draft}-{action}" if (draft := _draft(request, found)) else "",
        )
        if answer:
            return answer
    _renew_version(form, request.POST, found)
    return _show(request, dossier, action, step, form, status=422)


def _show(
    request: DeskRequest,
    dossier: Dossier,
    action: str,
    step: Step | None,
    form: ActionForm,
    *,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "dossier": dossier,
        "action": action,
        "row": BY_ACTION[action],
        "step": step,
        "why": WHY.get(action, ""),
        "form": form,
        "latest": dossier.happenings[-LATEST:],
        "button": form.button or BY_ACTION[action].label,
        **_frame(request, dossier),
    }
    if action == "draft_answer":
        context["standard"] = standard_answers(dossier)
    if preview:
        values = {name: form[name].value() for name in form.fields}
        context |= {"preview": values, "outcome": dict(Answer.Outcome.choices).get(str(values.get("outcome")), "")}
    return render(request, TEMPLATES.get(action, "desk/work/do.html"), context, status=status)


def _frame(request: DeskRequest, dossier: Dossier) -> dict[str, Any]:
    """What all pages of a petition need: where they were reached from, and under which name a draft is kept."""
    petition = dossier.petition
    return {"petition": petition, "from_list": _origin(request), "draft": _draft(request, petition)}


def _draft(request: DeskRequest, petition: Petition) -> str:
    """Return the name of this person's drafts on this petition; what is written about an accusation is not kept on the device."""
    return "" if petition.is_accusation else f"desk-{request.actor.staff_id}-{petition.number}"


def _origin(request: HttpRequest) -> str:
    given = request.POST.get("from_list", request.GET.get("list", ""))
    return mine.LIST if given == mine.LIST else ""


def _renew_version(form: ActionForm, given: QueryDict, petition: Petition) -> None:
    """Let the page that shows a refusal be sent again: it shows the petition as it is now, so its version is the present one."""
    given = given.copy()
    given["version"] = str(petition.version)
    form.data = given


def _onward(request: DeskRequest, place: Any, done: Petition) -> str:
    """Return where to go after an action: the next one of the work-list if that is where it was reached from."""
    actor = request.actor
    visible = visible_to(actor).filter(pk=done.pk).exists()
    page = reverse("desk:petition", args=[done.number])
    if _origin(request) != mine.LIST:
        return page if visible else reverse("desk:petitions")
    if visible and (done.turn_agency_id, done.turn_role) in mine.turns(actor):
        return f"{page}?list={mine.LIST}"
    following = mine.next_waiting(actor, place, done.pk)
    return (
        f"{reverse('desk:petition', args=[following.number])}?list={mine.LIST}" if following else reverse("desk:work")
    )
