"""一网问: bring a matter, and the receipt. The POST is the busiest request of the house: no session, no template, no tree."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.doors.challenges import knock
from yiwang.petitions.actions import File, Refused, intake_key
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import Upload
from yiwang.petitions.models import Petition
from yiwang.portal import choices, grants, receipts
from yiwang.portal.forms import Filing, QuickFiling, read_uploads
from yiwang.portal.redirect import SeeOther
from yiwang.portal.similar import like
from yiwang.ui.waiting import asked, busy, limited, sentence
from yiwang.workdays.counting import office_date


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and filing by it."""
    if request.method == "POST" and "similar" not in request.POST:
        return file_petition(request)
    fresh = {"form_key": token_urlsafe(16), "purpose": Petition.Purpose.APPEAL}
    if request.method == "POST":
        # Not bound: who only asks for like answers has made no mistake yet.
        form = Filing(initial={**fresh, **request.POST.dict()})
        return _page(
            request, form, found=like(request.POST.get("subject", "")), looked=True, files_lost=bool(request.FILES)
        )
    return _page(request, Filing(initial=fresh))


def file_petition(request: HttpRequest) -> HttpResponse:
    """File what was posted and lead to its receipt; on an error show the form with everything typed."""
    form = QuickFiling(request.POST, request.FILES)
    if not form.is_valid():
        return _mend(request, {})
    given = form.cleaned_data
    if wait := knock(request, "filing", telephone=given["phone"]):
        page = _mend(request, {"": sentence(wait)}, **asked("filing", wait))
        return busy(page, wait)
    wrong: dict[str, str] = {}
    place = choices.chosen(given["region"], given["category"])
    for name, row in (("region", place.region), ("category", place.category)):
        if given[name] is not None and row is None:
            wrong[name] = _("这一项已经不在列表里了，请重新选。")
    uploads, refused_files = read_uploads(given["files"])
    if refused_files:
        wrong["files"] = refused_files
    if wrong:
        return _mend(request, wrong)
    filing = File(
        channel=Petition.Channel.PORTAL,
        office=place.office,
        subject=given["subject"],
        text=given["text"],
        identity=form.identity(),
        purpose=given["purpose"],
        category=place.category,
        region=place.region,
        place=given["place"],
        language="en" if (get_language() or "").startswith("en") else "zh-hans",
        persons=max(given["persons"] or 1, 1 + len(given["representatives"])),
        representatives=given["representatives"],
        consents_to_publish=given["consent"],
        uploads=uploads,
        intake_key=_attempt(request, given, uploads),
    )
    try:
        petition = filing.run(Actor.citizen())
    except Refused as refused:
        return _mend(request, {"": refused.message})
    response = SeeOther(reverse("portal:receipt", args=[petition.number]))
    grants.RECEIPT.give(response, petition.number, petition.pk, secure=request.is_secure())
    return response


@require_safe
@limited("search")
def similar(request: HttpRequest) -> HttpResponse:
    """Published answers to matters like the one whose subject is being typed: a piece of the form's page."""
    return render(request, "portal/similar.html", {"found": like(request.GET.get("subject", ""))})


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of a petition just filed; later, and elsewhere, number and code lead to it by the lookup page."""
    petition_id = grants.RECEIPT.petition_id(request, number)
    found = receipts.receipt_of(petition_id) if petition_id else None
    if found is None:
        return SeeOther(reverse("portal:lookup"))
    response = render(request, "portal/receipt.html", {"receipt": found})
    patch_cache_control(response, no_store=True)
    return response


def _attempt(request: HttpRequest, given: dict[str, Any], uploads: Sequence[Upload]) -> str:
    """Return the key of this attempt: a second click, or a reload, has the same one.

    A form without its own key (sent by a program) counts once a day and browser: the browser's CSRF secret keeps others
    who write the same words from being given this receipt.
    """
    key = given["form_key"] or f"{office_date(datetime.now(UTC))} {request.META.get('CSRF_COOKIE', '')}"
    written = (value for name, value in given.items() if name not in {"form_key", "files"})
    return intake_key(key, *written, *(sha256(upload.content).hexdigest() for upload in uploads))


def _mend(request: HttpRequest, wrong: dict[str, str], **more: Any) -> HttpResponse:
    """Show the form again with everything typed. A browser does not send chosen files twice: the page says so."""
    form = Filing(request.POST, request.FILES)
    for name, message in wrong.items():
        form.add_error(name or None, message)
    return _page(request, form, files_lost=bool(request.FILES), **more)


def _page(request: HttpRequest, form: Filing, **more: Any) -> HttpResponse:
    form.fields["region"].widget.choices = choices.regions()
    form.fields["category"].widget.choices = choices.categories()
    response = render(request, "portal/ask.html", {"form": form, "folded": _folded(form), **more})
    # A browser's “back” may show the page again, with the same key; nobody else may.
    patch_cache_control(response, private=True, no_cache=True)
    return response


FOLDS = {
    "kind": ("purpose", "category"),
    "nameless": ("anonymous",),
    "reach": ("email", "address"),
    "others": ("for_another", "minor", "guardian", "persons", "representatives"),
}
"""The folded parts of the form, and the fields in each."""


def _folded(form: Filing) -> dict[str, bool]:
    """Tell which folded parts stand open: those in which something was given, or is wrong."""
    if not form.is_bound:
        return dict.fromkeys(FOLDS, False)
    return {
        part: any(
            form.errors.get(name) or form.data.get(name) not in (None, "", Petition.Purpose.APPEAL) for name in names
        )
        for part, names in FOLDS.items()
    }
