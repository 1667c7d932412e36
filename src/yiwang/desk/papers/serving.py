"""How a paper reached whom it is for: recorded with its proof; and the forms that go with it, printed."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff
from yiwang.desk.papers.pages import TYPES, find_paper, given_out
from yiwang.desk.work.dossier import note_look
from yiwang.journal import log
from yiwang.papers.kinds import BY_CODE
from yiwang.papers.models import Paper, Service
from yiwang.papers.service import Proof, ServiceRefused, read_scan
from yiwang.petitions import papers as rooms
from yiwang.petitions.attachments import LARGEST, UploadRefused, check_upload
from yiwang.petitions.models import Petition
from yiwang.petitions.papers import ISSUERS, PaperRefused
from yiwang.petitions.serving import serve
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date, start_of

SCANS = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
NOON = timedelta(hours=12)


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ServiceForm(Form):
    """How it was served, when, and what proves it."""

    how = forms.ChoiceField(label=_("怎样送达"), choices=Service.How.choices, widget=forms.RadioSelect)
    sent_on = forms.DateField(label=_("哪天送出"), widget=_day())
    delivered_on = forms.DateField(
        label=_("哪天收到"), required=False, widget=_day(),
        help_text=_("还在路上的先不填，收到以后再登记一次。复查、复核的期限从这一天算起。"),
    )  # fmt: skip
    tracking = forms.CharField(label=_("邮件号"), required=False, max_length=40)
    received_by = forms.CharField(label=_("谁签收的"), required=False, max_length=60)
    scan = forms.FileField(
        label=_("送达回证的照片或者扫描件"), required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.pdf"}),
    )  # fmt: skip


@for_staff(*ISSUERS)
def service(request: DeskRequest, number: str, paper_id: int) -> HttpResponse:
    """Record how a paper was served. What was recorded before stays."""
    petition, paper = find_paper(request.actor, number, paper_id)
    if not paper.is_made or not rooms.may_issue(request.actor, petition, paper):
        raise Http404
    today = office_date(datetime.now(UTC))
    form = (
        ServiceForm(request.POST, request.FILES)
        if request.method == "POST"
        else ServiceForm(initial={"sent_on": today})
    )
    if request.method == "POST" and form.is_valid() and _recorded(request, form, petition, paper):
        messages.success(request, gettext("送达情况已登记。"))
        return SeeOther(reverse("desk:papers", args=[petition.number]))
    note_look(request.actor, petition)  # the page names who signed
    context = {
        "petition": petition, "paper": paper, "form": form, "services": _shown(paper),
        "back": reverse("desk:papers", args=[petition.number]),
    }  # fmt: skip
    return render(request, "desk/papers/service.html", context, status=422 if form.errors else 200)


def _recorded(request: DeskRequest, form: ServiceForm, petition: Petition, paper: Paper) -> bool:
    given = form.cleaned_data
    proof: Proof | None = None
    if given["scan"]:
        content = given["scan"].read(LARGEST + 1)
        try:
            upload = check_upload(given["scan"].name, content)
        except UploadRefused as refused:
            form.add_error("scan", refused.message)
            return False
        if upload.content_type not in SCANS:
            form.add_error("scan", gettext("请传照片或者 PDF。"))
            return False
        proof = Proof(upload.content, upload.content_type)
    now = datetime.now(UTC)
    sent_at = now if given["sent_on"] == office_date(now) else start_of(given["sent_on"]) + NOON
    try:
        serve(
            request.actor, petition, paper, how=given["how"], sent_at=sent_at, delivered_on=given["delivered_on"],
            tracking=given["tracking"], received_by=given["received_by"], proof=proof,
        )  # fmt: skip
    except PaperRefused as refused:
        form.add_error("delivered_on", refused.message)
        return False
    except ServiceRefused as refused:
        field = {"sent_at": "sent_on"}.get(refused.field, refused.field)
        form.add_error(field or None, refused.message)
        return False
    return True


def _shown(paper: Paper) -> list[tuple[Service, str]]:
    return [(row, row.unseal("received_by")) for row in paper.services.all()]


@for_staff(*READERS)
@require_safe
def proof(request: DeskRequest, number: str, paper_id: int, service_id: int) -> HttpResponse:
    """Give out the file of a proof of service."""
    _petition, paper = find_paper(request.actor, number, paper_id)
    row = get_object_or_404(paper.services, pk=service_id)
    try:
        content = read_scan(row)
    except FileNotFoundError as missing:
        raise Http404 from missing
    log.write(
        [
            log.line(
                "open_paper", actor_kind="staff", actor_id=request.actor.staff_id, subject_kind="paper",
                subject_id=paper.pk, reason="proof",
            )
        ]
    )  # fmt: skip
    ending = row.scan_type.rpartition("/")[2]
    return given_out(content, row.scan_type, f"{BY_CODE['service'].title}{paper.number}.{ending}")


@for_staff(*ISSUERS)
@require_POST
def print_form(request: DeskRequest, number: str, paper_id: int, code: str) -> HttpResponse:
    """Print the proof of service, or the label for the envelope: as PDF, or as DOCX where no PDF can be drawn."""
    petition, paper = find_paper(request.actor, number, paper_id)
    if code not in BY_CODE or BY_CODE[code].kept:
        raise Http404
    try:
        made = rooms.print_form(request.actor, petition, paper, code)
    except PaperRefused as refused:
        messages.warning(request, refused.message)
        return SeeOther(reverse("desk:papers", args=[petition.number]))
    name = f"{BY_CODE[code].title}{petition.number}"
    if made.pdf:
        return given_out(made.pdf, TYPES["pdf"], f"{name}.pdf")
    return given_out(made.docx, TYPES["docx"], f"{name}.docx")
