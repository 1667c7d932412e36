"""“My petitions” by a one-time code: for whoever left a mail address or telephone number and has lost number or code."""

from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.doors.address import client_of
from yiwang.doors.limits import Wait
from yiwang.journal import log
from yiwang.logins import contacts
from yiwang.logins.contacts import Contact
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.own import filed_under
from yiwang.petitions.visibility import visible_to
from yiwang.portal import grants, timeline
from yiwang.portal.forms import Words
from yiwang.portal.redirect import SeeOther
from yiwang.ui.forms import Form

COOKIE = "yiwang_mine"
MOST = 50
"""Petitions of one contact that are listed; who has more is told to telephone."""


class AskCode(Form):
    """Where the code goes."""

    contact = Words(label=_("您留过的邮箱或手机号"), max_length=120)


class TypeCode(Form):
    """The code that came."""

    code = Words(label=_("六位验证码"), max_length=12)


@sensitive_post_parameters("contact", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Ask for the contact, then for the code, then show the list: each step the same for a contact that nobody ever left."""
    ids = _granted(request)
    if request.method != "POST":
        return _list(request, ids) if ids else _page(request, AskCode())
    contact = Contact.read(request.POST.get("contact", "")[:120])
    if "token" in request.POST:
        return _second_step(request, contact)
    form = AskCode(request.POST)
    if form.is_valid() and not contact.reachable:
        form.add_error("contact", _unreachable(contact))
    if not form.is_valid():
        return _page(request, form)
    if wait := contacts.spend(contact, client_of(request)):
        return _too_often(request, form, wait)
    token = contacts.send_code(contact, known=filed_under(contact.kind, contact.value).exists())
    return _page(request, TypeCode(), contact=contact, token=token)


def _second_step(request: HttpRequest, contact: Contact) -> HttpResponse:
    form, token = TypeCode(request.POST), request.POST["token"][:200]
    if not form.is_valid():
        return _page(request, form, contact=contact, token=token)
    fits = contacts.code_fits(contact, token, form.cleaned_data["code"])
    if isinstance(fits, Wait):
        return _too_often(request, form, fits, contact=contact, token=token)
    if not fits:
        form.add_error("code", _("验证码不对，或过了 10 分钟。请再看一遍，或退回去重新要一个。"))
        return _page(request, form, contact=contact, token=token)
    ids = list(filed_under(contact.kind, contact.value).values_list("pk", flat=True)[:MOST])
    log.write([log.line("list_own", actor_kind="citizen", subject_kind="petition", subject_id=one) for one in ids])
    response = SeeOther(reverse("portal:mine"))
    response.set_cookie(
        COOKIE, signing.dumps(ids, salt=COOKIE), max_age=grants.SECONDS, path=reverse("portal:mine"), httponly=True,
        samesite="Lax", secure=request.is_secure(),
    )  # fmt: skip
    return response


@require_POST
def open_one(request: HttpRequest, number: str) -> HttpResponse:
    """Open one petition of the list, as number and code would."""
    petition = _listed(_granted(request)).filter(number=number).first()
    if petition is None:
        return SeeOther(reverse("portal:mine"))
    log.write([log.line("look", actor_kind="citizen", subject_kind="petition", subject_id=petition.pk)])
    response = SeeOther(reverse("portal:my", args=[number]))
    grants.OWN.give(response, number, petition.pk, secure=request.is_secure())
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the list in this browser."""
    response = SeeOther(reverse("portal:mine"))
    response.delete_cookie(COOKIE, path=reverse("portal:mine"), samesite="Lax")
    return response


def _granted(request: HttpRequest) -> list[int]:
    try:
        ids: list[int] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=grants.SECONDS)
    except signing.BadSignature:
        return []
    return ids


def _listed(ids: list[int]) -> QuerySet[Petition]:
    return visible_to(Actor.system()).filter(pk__in=ids).select_related("review", "petitioner")


def _list(request: HttpRequest, ids: list[int]) -> HttpResponse:
    found = _listed(ids).order_by("-received_at", "-pk")
    rows = [(petition, petition.words()[0], timeline.state_of(petition)) for petition in found]
    return _kept_nowhere(render(request, "portal/mine.html", {"rows": rows, "more": len(rows) == MOST}))


def _page(request: HttpRequest, form: Form, **more: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return _kept_nowhere(render(request, "portal/mine_code.html", {"form": form, **more}, status=status))


def _too_often(request: HttpRequest, form: Form, wait: Wait, **more: Any) -> HttpResponse:
    minutes = -(-wait.seconds // 60)
    words = ngettext("试的次数太多了。请等%(number)d分钟再试。", "试的次数太多了。请等%(number)d分钟再试。", minutes)
    form.add_error(None, words % {"number": minutes})
    response = _page(request, form, **more)
    response.status_code = 429
    response.headers["Retry-After"] = str(wait.seconds)
    return response


def _unreachable(contact: Contact) -> Any:
    if contact.kind == contacts.PHONE:
        return _("现在还发不了短信。留过邮箱的，请填邮箱；只留了电话的，请打电话或到窗口来查。")
    return _("现在还发不了邮件。请用编号和查询码查，或打电话。")


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True, private=True)
    return response
