"""Attachments given out, and identities unsealed: each look is a line of the behaviour log."""

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from yiwang.desk.access import READERS, DeskRequest, for_staff
from yiwang.desk.work.dossier import find
from yiwang.desk.work.reasons import REASONS
from yiwang.journal import log
from yiwang.people.models import Petitioner
from yiwang.petitions.models import Petition
from yiwang.petitions.scanning import may_open, remark
from yiwang.ui.downloads import file_answer, quarantined
from yiwang.ui.forms import Form
from yiwang.vault import files
from yiwang.vault.sealing import open_under

IDENTITY = (
    ("name", _("姓名")),
    ("phone", _("电话")),
    ("email", _("邮箱")),
    ("id_number", _("身份证号")),
    ("address", _("地址")),
    ("guardian", _("监护人")),
)


@for_staff(*READERS)
def attachment(request: DeskRequest, number: str, file_id: int) -> HttpResponse:
    """Give out one attachment; pictures open in place, the rest is downloaded."""
    petition = find(request.actor, number)
    row = get_object_or_404(petition.attachments, pk=file_id)
    if not may_open(row):
        return quarantined(remark(row))
    try:
        content = files.read_sealed(petition.key, row.pk)
    except FileNotFoundError as missing:
        raise Http404 from missing
    _note(request, "open_attachment", petition)
    name = open_under(petition.key, row, "sealed_name")
    return file_answer(content, row.content_type, name, in_place="download" not in request.GET)


class Unseal(Form):
    """Why somebody must know who it is."""

    reason = forms.ChoiceField(label=_("为什么要看"), choices=REASONS, widget=forms.RadioSelect)


@for_staff(*READERS)
def unseal(request: DeskRequest, number: str) -> HttpResponse:
    """Show who the petitioner is, once a reason was given; the page is not kept by the browser."""
    petition = find(request.actor, number)
    form = Unseal(request.POST if request.method == "POST" else None)
    people: list[tuple[Petitioner, list[tuple[object, str]]]] = []
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            _note(request, "unseal", petition, form.cleaned_data["reason"])
            everybody = [petition.petitioner]
            everybody += [row.petitioner for row in petition.representatives.select_related("petitioner")]
        people = [(person, _identity(person)) for person in everybody]
    else:
        _note(request, "look", petition)
    context = {"petition": petition, "form": form, "people": people}
    return render(request, "desk/work/unseal.html", context, status=422 if form.errors else 200)


def _identity(person: Petitioner) -> list[tuple[object, str]]:
    found = [(label, person.unseal(what)) for what, label in IDENTITY]
    return [(label, value) for label, value in found if value]


def _note(request: DeskRequest, did: str, petition: Petition, reason: str = "") -> None:
    log.write(
        [
            log.line(
                did, actor_kind="staff", actor_id=request.actor.staff_id, subject_kind="petition",
                subject_id=petition.pk, reason=reason,
            )
        ]
    )  # fmt: skip
