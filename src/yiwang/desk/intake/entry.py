"""Typing in what comes by telephone, letter or visit; then what is to be read out to the petitioner."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.intake.earlier import Earlier, earlier_by
from yiwang.desk.intake.forms import CLERKS, ENTER, FORMS, Entry
from yiwang.journal import log
from yiwang.outbox.delivery import mark_told
from yiwang.outbox.models import Notice
from yiwang.petitions.actions import Accept, Action, NotFound, Refer, Refused, Register, note_refusal
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.petitions.visibility import visible_to

ENTERED = "entered"
"""Where the session keeps what its clerk has just entered: the receipt is theirs to read out, even of an accusation."""
MOST_ENTERED = 20
RECEIPTS = ("filed", "filed_directly")
"""The kinds of notices that say that a petition was received."""


@for_staff(*ENTER)
@require_safe
def choose(request: DeskRequest) -> HttpResponse:
    """Ask which way it came."""
    return render(request, "desk/intake/choose.html", {})


@for_staff(*ENTER)
@sensitive_post_parameters()
@sensitive_variables("form", "known")
def enter(request: DeskRequest, way: str) -> HttpResponse:
    """Show one of the forms, and file what was typed into it."""
    made = FORMS.get(way)
    if made is None:
        raise Http404
    form = made(
        request.actor,
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    if not form.offices:
        raise Http404
    looking = "look" in request.POST
    known: list[Earlier] = []
    if request.method == "POST" and not looking and form.is_valid():
        try:
            filing = form.filing()
            petition = filing.run(request.actor)
        except Refused as refused:
            note_refusal(filing.code, request.actor, None, refused)
            form.add_error("read_back" if refused.code == "not_read_back" else None, refused.message)
        else:
            _note_read_out(request, petition)
            _go_on(request, form, petition)
            entered = [petition.pk, *(pk for pk in request.session.get(ENTERED, []) if pk != petition.pk)]
            request.session[ENTERED] = entered[:MOST_ENTERED]
            return SeeOther(f"{reverse('desk:intake_done', args=[petition.pk])}?way={way}")
    if request.method == "POST":
        known = earlier_by(request.POST.get("phone", ""), request.actor)
    if looking:
        form = made(request.actor, initial={**request.POST.dict(), "purpose": request.POST.get("purpose", "appeal")})
    context = {
        "form": form,
        "way": way,
        "known": known,
        "looked": request.method == "POST" and bool(request.POST.get("phone")),
        "repeats": request.POST.get("repeats", ""),
        "direct": form.agency,
    }
    return render(request, f"desk/intake/{way}.html", context, status=422 if form.errors else 200)


@for_staff(*ENTER)
@require_POST
@sensitive_post_parameters()
def earlier(request: DeskRequest) -> HttpResponse:
    """Show what came from the number that was just typed: a piece of the page."""
    phone = request.POST.get("phone", "")
    context = {
        "known": earlier_by(phone, request.actor),
        "looked": bool(phone.strip()),
        "repeats": "",
        "direct": not request.actor.has(*CLERKS),
    }
    return render(request, "desk/intake/earlier.html", context)


@for_staff(*ENTER)
@require_safe
def done(request: DeskRequest, petition_id: int) -> HttpResponse:
    """Show number, code and what happens next, to be read out; only to the clerk who has just entered it."""
    if petition_id not in request.session.get(ENTERED, []):
        raise Http404
    petition = get_object_or_404(
        visible_to(Actor.citizen(petition_id)).select_related("office", "lead_agency", "petitioner")
    )
    promises = [
        (RULES[row.rule].label if row.rule in RULES else _("反馈结果"), row.owed_by, row.due_on)
        for row in petition.deadlines.filter(met_at=None, cancelled_at=None)
        .select_related("owed_by")
        .order_by("due_at")
        if row.rule != "objection"
    ]
    way = request.GET.get("way", "")
    context = {
        "petition": petition,
        "code": lookup_code(petition.number),
        "promises": promises,
        "lookup": f"{settings.BASE_URL}/lookup/",
        "way": way if way in FORMS else "telephone",
        "opens": visible_to(request.actor).filter(pk=petition_id).exists(),
    }
    return render(request, "desk/intake/done.html", context)


def _note_read_out(request: DeskRequest, petition: Petition) -> None:
    """Tick off the receipt of an oral petition: it is read out at once, so that nobody need ring up to say it again."""
    how = {Petition.Channel.HOTLINE: "telephone", Petition.Channel.VISIT: "in_person"}.get(
        Petition.Channel(petition.channel)
    )
    if how is None:
        return
    with transaction.atomic():
        for receipt in Notice.objects.filter(petition_id=petition.pk, kind__in=RECEIPTS, route=Notice.PERSON):
            if mark_told(receipt, request.user.pk, how):
                log.write(
                    [
                        log.line(
                            "tell", actor_kind="staff", actor_id=request.user.pk, subject_kind="petition",
                            subject_id=petition.pk, reason=how,
                        )
                    ]
                )  # fmt: skip


def _go_on(request: DeskRequest, form: Entry, petition: Petition) -> None:
    """Register it, and refer it when an agency was named; accept what an agency told of on the spot.

    What is filed stays filed: a refusal here is told, not raised.
    """
    steps: list[Action] = []
    if petition.state == Petition.State.FILED:
        steps.append(Register(repeats=_repeated(request, form)))
    if form.cleaned_data.get("told_on_the_spot") and petition.state == Petition.State.REFERRED:
        steps.append(Accept(told_on_the_spot=True))
    lead = form.cleaned_data.get("lead")
    if lead and petition.state in (Petition.State.FILED, Petition.State.REGISTERED):
        steps.append(Refer(lead=lead))
    for step in steps:
        try:
            step.run(request.actor, petition.pk)
        except NotFound:
            messages.info(request, _("已收件。检举控告由有查阅权限的同事登记和转办，您这里不再显示内容。"))
            return
        except Refused as refused:
            note_refusal(step.code, request.actor, petition.pk, refused)
            messages.warning(
                request,
                _("已收件，但没有%(step)s：%(why)s 请在信访件页面继续。")
                % {"step": step.transition.label, "why": refused.message},
            )
            return


def _repeated(request: DeskRequest, form: Entry) -> Petition | None:
    """Return the earlier petition about the same matter that the clerk has ticked, if they may see it."""
    chosen = request.POST.get("repeats", "")
    return visible_to(request.actor).filter(pk=int(chosen)).first() if chosen.isdecimal() else None
