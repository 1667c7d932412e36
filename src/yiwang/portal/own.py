"""一网查: one's own petition, opened by number and code: how far it is, more material, the answer, the rating."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.doors.address import client_of
from yiwang.doors.challenges import knock
from yiwang.doors.limits import Wait, spend
from yiwang.journal import log
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION
from yiwang.petitions.models import Agreement, Answer, Attachment, Petition, Rating, Review
from yiwang.petitions.numbers import code_fits, normalise_number
from yiwang.petitions.papers import own_papers
from yiwang.petitions.scanning import may_open, remark
from yiwang.petitions.visibility import visible_to
from yiwang.portal import grants, promises, timeline
from yiwang.portal.forms import Lookup, Material, Reason, read_uploads
from yiwang.portal.rating import Verdict
from yiwang.portal.redirect import SeeOther
from yiwang.store.asking import the_one
from yiwang.ui.access import for_the_petitioner
from yiwang.ui.downloads import file_answer, quarantined
from yiwang.ui.forms import Form
from yiwang.ui.waiting import asked, busy, sentence, too_often
from yiwang.vault import files
from yiwang.vault.sealing import open_under

SENT_BY_PETITIONER = ("file", "add_material")
ANSWERED = frozenset({Petition.State.ANSWERED, Petition.State.CLOSED})

View = Callable[..., HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """Number and code. A wrong code is refused before the database is asked, so that nothing tells whether a number exists."""
    form = (
        Lookup(request.POST)
        if request.method == "POST"
        else Lookup(initial={"number": request.GET.get("number", "")[:40]})
    )
    wait: Wait | None = None
    if request.method == "POST" and form.is_valid() and (wait := knock(request, "lookup")):
        form.add_error(None, sentence(wait))
    elif request.method == "POST" and form.is_valid():
        number = normalise_number(form.cleaned_data["number"]) or ""
        petition_id = _petition_id(number) if code_fits(number, form.cleaned_data["code"]) else None
        if petition_id is not None:
            log.write([log.line("look", actor_kind="citizen", subject_kind="petition", subject_id=petition_id)])
            response: HttpResponse = SeeOther(reverse("portal:my", args=[number]))
            grants.OWN.give(response, number, petition_id, secure=request.is_secure())
            return response
        form.add_error(None, _("编号或查询码不对。请对照回执再输一遍：查询码里没有字母 O、I、L、U。"))
    response = render(request, "portal/lookup.html", {"form": form, **asked("lookup", wait)})
    patch_cache_control(response, no_store=True)
    return busy(response, wait) if wait else response


def granted(view: View) -> View:
    """Give a view (request, petition, …) the petition that the reader has opened with its code; anybody else is led to the lookup page.

    What it answers is kept by no cache, and by no browser's history.
    """

    @wraps(view)
    def opened(request: HttpRequest, number: str, **kwargs: Any) -> HttpResponse:
        petition_id = grants.OWN.petition_id(request, number)
        petition = _own(petition_id) if petition_id else None
        if petition is None:
            return SeeOther(reverse("portal:lookup"))
        if wait := _too_much(request):
            return too_often(wait)
        response = view(request, petition, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return for_the_petitioner(opened)


@require_safe
@granted
def my(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Where it is, what happened, what is promised next, and what the petitioner may do now."""
    entries = petition.entries.filter(shown_to_petitioner=True).select_related("agency").prefetch_related("attachments")
    events = timeline.events_of(petition, entries.order_by("happened_at", "recorded_at", "id"))
    for event in events:
        for attachment in event.files:
            _name(petition, attachment)
    subject, text = petition.words()
    rows = promises.limits_of(petition)
    context = {
        "petition": petition,
        "state": timeline.state_of(petition),
        "tone": timeline.tone_of(petition),
        "events": events,
        "promises": promises.promises_of(petition, rows),
        "right": promises.right_of(petition, rows),
        "opinion": petition.review if petition.review_state == Review.State.DECIDED else None,
        "may_withdraw_review": promises.may_withdraw_review(petition),
        "subject": subject,
        "text": text,
        "answered": petition.state in ANSWERED and petition.answer_id is not None,
        "may_add": petition.state in BY_ACTION["add_material"].start,
        "may_withdraw": petition.state in BY_ACTION["withdraw"].start,
        "papers": own_papers(petition),
        "asked_for_more": bool(events) and events[-1].action == "request_more",
    }
    return render(request, "portal/my.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def answer(request: HttpRequest, petition: Petition) -> HttpResponse:
    """The answer. Opening it is a deliberate step, by POST: from then on it counts as delivered (art. 35)."""
    if request.method == "POST":
        if petition.state in ANSWERED and petition.delivered_at is None:
            attempt(actions.Deliver(how="lookup"), petition)
        return to_page(petition, "answer")
    answers = list(petition.answers.filter(state=Answer.State.APPROVED).select_related("agency").order_by("-id"))
    if petition.delivered_at is None or not answers:
        return to_page(petition)
    return _answer_page(request, petition, answers)


@require_POST
@granted
def rate(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Rate office and agency."""
    form = Verdict(petition, request.POST)
    if form.is_valid():
        refused = attempt(form.action(Rating.How.PORTAL, client_of(request)), petition)
        if refused is None or refused.code == "rated":
            return to_page(petition, "answer")
        form.add_error(None, refused.message)
    answers = list(petition.answers.filter(state=Answer.State.APPROVED).select_related("agency").order_by("-id"))
    return _answer_page(request, petition, answers, form)


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def add(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Add words or papers."""
    form = Material(request.POST, request.FILES) if request.method == "POST" else Material()
    if request.method == "POST" and form.is_valid():
        uploads, complaint = read_uploads(form.cleaned_data["files"])
        if complaint:
            form.add_error("files", complaint)
        else:
            refused = attempt(actions.AddMaterial(text=form.cleaned_data["text"], uploads=uploads), petition)
            if refused is None:
                return to_page(petition)
            form.add_error(None, refused.message)
    return form_page(request, "portal/add.html", petition, form, files_lost=bool(request.FILES))


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def withdraw(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Take the matter back: asked once more first."""
    return with_reason(request, petition, "portal/withdraw.html", lambda reason: actions.Withdraw(reason=reason))


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def reopen(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Ask for it to be taken up again, once, after a rating as unsatisfactory."""
    return with_reason(request, petition, "portal/reopen.html", lambda reason: actions.Reopen(reason=reason))


@require_safe
@granted
def download(request: HttpRequest, petition: Petition, attachment_id: int) -> HttpResponse:
    """One of the petitioner's own files, as it was kept."""
    row = petition.attachments.filter(
        pk=attachment_id, entry__shown_to_petitioner=True, entry__action__in=SENT_BY_PETITIONER
    ).first()
    if row is None:
        raise Http404
    if not may_open(row):
        return quarantined(remark(row))
    content = files.read_sealed(petition.key, row.pk)
    return file_answer(content, row.content_type, open_under(petition.key, row, "sealed_name"))


@require_POST
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """Forget, in this browser, that the petition was opened."""
    response = SeeOther(reverse("portal:lookup"))
    grants.OWN.take_back(response, number)
    return response


def _too_much(request: HttpRequest) -> Wait | None:
    """Count what is sent for a petition: words and clicks, and files by a limit of their own."""
    if request.method != "POST":
        return None
    return spend("upload" if request.FILES else "own", address=client_of(request))


def _petition_id(number: str) -> int | None:
    # Nobody is known yet: the code is what entitles to this one row.
    return visible_to(Actor.system()).filter(number=number).values_list("pk", flat=True).first()


def _own(petition_id: int) -> Petition | None:
    mine = visible_to(Actor.citizen(petition_id))
    return the_one(mine.select_related("office", "lead_agency", "answer", "review__agency"))


def _name(petition: Petition, attachment: Attachment) -> None:
    attachment.name = open_under(petition.key, attachment, "sealed_name")  # type: ignore[attr-defined]
    attachment.href = (  # type: ignore[attr-defined]
        reverse("portal:file", args=[petition.number, attachment.pk]) if may_open(attachment) else ""
    )
    attachment.note = remark(attachment)  # type: ignore[attr-defined]


def attempt(action: actions.Action, petition: Petition) -> actions.Refused | None:
    """Run an action for the petitioner; a refusal goes to the behaviour log and is returned."""
    actor = Actor.citizen(petition.pk)
    try:
        action.run(actor, petition.pk)
    except actions.Refused as refused:
        actions.note_refusal(action.code, actor, petition.pk, refused)
        return refused
    return None


def with_reason(
    request: HttpRequest, petition: Petition, template: str, make: Callable[[str], actions.Action]
) -> HttpResponse:
    """Ask for a reason, and do it."""
    form = Reason(request.POST) if request.method == "POST" else Reason()
    if request.method == "POST" and form.is_valid():
        refused = attempt(make(form.cleaned_data["reason"]), petition)
        if refused is None:
            return to_page(petition)
        form.add_error(None, refused.message)
    return form_page(request, template, petition, form)


def _answer_page(
    request: HttpRequest, petition: Petition, answers: list[Answer], form: Verdict | None = None
) -> HttpResponse:
    letters = [(each, each.words(petition)) for each in answers]
    ratings = list(Rating.objects.filter(petition=petition, answer=petition.answer_id).select_related("grade"))
    rated = [rating.get_level_display() for rating in ratings]
    dissatisfied = any(not rating.satisfied for rating in ratings)
    may_rate = petition.state in ANSWERED and not ratings
    if may_rate and form is None:
        form = Verdict(petition)
        ends = form.rules.window_ends(petition.delivered_at) if petition.delivered_at else None
        may_rate = ends is None or datetime.now(UTC) < ends
    may_reopen = petition.state in ANSWERED and dissatisfied and not petition.reopened
    may_reopen = may_reopen and not promises.may_withdraw_review(petition)
    return form_page(
        request, "portal/answer.html", petition, form or Form(),
        letters=letters, rated=rated, may_rate=may_rate, may_reopen=may_reopen, reopened=petition.reopened,
        agreement=_agreement(petition), right=promises.right_of(petition, promises.limits_of(petition)),
    )  # fmt: skip


def _agreement(petition: Petition) -> tuple[Agreement, str, str] | None:
    """Return what was agreed on, with whom and in which words, of a matter that was settled (art. 33)."""
    settled = petition.answer is not None and petition.answer.outcome == Answer.Outcome.SETTLED
    row = petition.agreements.last() if settled else None
    if row is None:
        return None
    key = petition.key
    return row, open_under(key, row, "sealed_other_party"), open_under(key, row, "sealed_terms")


def form_page(request: HttpRequest, template: str, petition: Petition, form: Form, **more: Any) -> HttpResponse:
    """Draw a page with a form of the petition."""
    return render(request, template, {"petition": petition, "form": form, **more})


def to_page(petition: Petition, page: str = "my") -> HttpResponse:
    """Lead on to one of the petition's pages."""
    return SeeOther(reverse(f"portal:{page}", args=[petition.number]))
