"""The papers of a petition: listed, written, made, downloaded, made void."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yiwang.agencies.models import Agency
from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff
from yiwang.desk.work.dossier import find, note_look
from yiwang.papers import making
from yiwang.papers.kinds import BY_CODE, Issuer, Kind
from yiwang.papers.models import Paper, Service
from yiwang.petitions import paper_facts
from yiwang.petitions import papers as rooms
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.papers import ISSUERS, PaperRefused
from yiwang.ui.downloads import file_answer
from yiwang.ui.forms import Form
from yiwang.ui.words import article
from yiwang.vault.sealing import SealBroken

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
TONES = {Paper.State.OWED: "waiting", Paper.State.MADE: "done", Paper.State.VOID: "stopped"}
ONE_LINE = frozenset(
    {
        "where",
        "re_review_number",
        "review_number",
        "opinion_number",
        "extended_to",
        "mediator",
        "held_at",
        "place",
        "chair",
    }
)
DOING = {"make": rooms.make_now, "pdf": rooms.draw_pdf, "void": rooms.void}


@dataclass(frozen=True)
class Row:
    """One paper as the list shows it."""

    paper: Paper
    label: str | Promise
    issuer: str
    services: list[Service]
    may: bool

    @property
    def tone(self) -> str:
        return TONES[Paper.State(self.paper.state)]

    @property
    def why_not(self) -> str:
        return rooms.why_not(self.paper.hindrance) if self.paper.state == Paper.State.OWED else ""

    @property
    def no_pdf(self) -> str:
        made = self.paper.is_made and not self.paper.pdf_id
        return rooms.no_pdf_words(self.paper.no_pdf_because or "again") if made else ""

    @property
    def delivered_on(self) -> date | None:
        return next((row.delivered_on for row in reversed(self.services) if row.delivered_on), None)

    @property
    def to_serve(self) -> bool:
        """Whether its service is to be proven and is not yet."""
        return self.paper.is_made and self.paper.row.proven and self.delivered_on is None


def find_paper(actor: Actor, number: str, paper_id: int) -> tuple[Petition, Paper]:
    """Return a petition and one of its papers, or raise Http404: what is hidden is like what is not there."""
    petition = find(actor, number)
    return petition, get_object_or_404(rooms.papers_of(petition), pk=paper_id)


@for_staff(*READERS)
@require_safe
def papers(request: DeskRequest, number: str) -> HttpResponse:
    """Show the papers of a petition, what is owed and what was served, and what may be written."""
    petition = find(request.actor, number)
    found = list(rooms.papers_of(petition).prefetch_related(Prefetch("services", Service.objects.order_by("id"))))
    names = {agency.pk: str(agency) for agency in Agency.objects.filter(pk__in={paper.issuer_id for paper in found})}
    rows = [
        Row(
            paper, paper.row.label, names.get(paper.issuer_id, ""), list(paper.services.all()),
            rooms.may_issue(request.actor, petition, paper),
        )
        for paper in found
    ]  # fmt: skip
    note_look(request.actor, petition)
    context = {
        "petition": petition,
        "subject": petition.words()[0],
        "rows": rows,
        "kinds": [(kind, article(kind.article)) for kind in rooms.writable_kinds(request.actor, petition)],
    }
    return render(request, "desk/papers/papers.html", context)


def paper_form(kind: Kind, bodies: list[tuple[str, str]]) -> type[Form]:
    """Return the form of what staff write on a paper of a kind: one field for each that is typed."""
    fields: dict[str, forms.Field] = {}
    if len(bodies) > 1:
        fields["issuer"] = forms.ChoiceField(label=_("以谁的名义"), choices=bodies)
    for field in kind.typed:
        help_text = _("一行写一条。") if field.many else ""
        widget = forms.TextInput() if field.name in ONE_LINE else forms.Textarea(attrs={"rows": 2 if field.many else 5})
        fields[field.name] = forms.CharField(
            label=str(field.meaning), required=field.needed, max_length=200 if field.name in ONE_LINE else 10_000,
            widget=widget, help_text=help_text,
        )  # fmt: skip
    return type("PaperForm", (Form,), fields)


@for_staff(*ISSUERS)
def write(request: DeskRequest, number: str, kind: str) -> HttpResponse:
    """Write a paper by hand: what can be read off the petition is filled in, the rest is asked for; then it is made."""
    petition = find(request.actor, number)
    row = BY_CODE.get(kind)
    if row is None or row not in rooms.writable_kinds(request.actor, petition):
        raise Http404
    bodies = _bodies(request, petition, row)
    form_class = paper_form(row, bodies)
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            given = _given(row, form.cleaned_data)
            issuer = int(form.cleaned_data.get("issuer") or bodies[0][0])
            paper = rooms.write(request.actor, petition, kind, given, issuer)
            _make(request, petition, paper)
            return SeeOther(reverse("desk:papers", args=[petition.number]))
    else:
        note_look(request.actor, petition)
        form = form_class(initial=_known(petition, row, int(bodies[0][0])))
    context = {
        "petition": petition, "kind": row, "form": form, "article": article(row.article),
        "back": reverse("desk:papers", args=[petition.number]),
    }  # fmt: skip
    return render(request, "desk/papers/write.html", context, status=422 if form.errors else 200)


def _bodies(request: DeskRequest, petition: Petition, kind: Kind) -> list[tuple[str, str]]:
    """Return the bodies in whose name this kind may be issued by the reader."""
    may = rooms.bodies_of(request.actor, petition)
    own = {Issuer.OFFICE: petition.office_id, Issuer.AGENCY: petition.lead_agency_id or petition.office_id}
    fitting = [body for body in may if body == own.get(kind.issuer, body)]
    names = {agency.pk: str(agency) for agency in (petition.office, petition.lead_agency) if agency}
    return [(str(body), names[body]) for body in fitting]


def _known(petition: Petition, kind: Kind, issuer_id: int) -> dict[str, object]:
    """Return what the petition's rows say already for the fields that are typed."""
    last = petition.entries.order_by("-id").first()
    draft = making.owe(
        kind.code, petition_id=petition.pk, issuer_id=issuer_id, at=petition.received_at, entry_id=last.pk if last else None
    )  # fmt: skip
    try:
        facts = paper_facts.facts_of(draft)
    except SealBroken:
        return {}
    known = {field.name: facts.get(field.name, "") for field in kind.typed}
    return {name: "\n".join(value) if isinstance(value, list) else value for name, value in known.items()}


def _given(kind: Kind, cleaned: dict[str, Any]) -> dict[str, object]:
    given: dict[str, object] = {}
    for field in kind.typed:
        text = str(cleaned[field.name]).replace("\r\n", "\n").strip()
        given[field.name] = [line.strip() for line in text.split("\n") if line.strip()] if field.many else text
    return given


def _make(request: DeskRequest, petition: Petition, paper: Paper) -> None:
    try:
        made = rooms.make_now(request.actor, petition, paper)
    except PaperRefused as refused:
        messages.warning(
            request,
            _("“%(paper)s”已经记下，还没有制作好。%(why)s") % {"paper": paper.row.label, "why": refused.message},
        )
        return
    messages.success(
        request, _("“%(paper)s”已制作，文号 %(number)s。") % {"paper": made.row.label, "number": made.number}
    )


@for_staff(*ISSUERS)
@require_POST
def do(request: DeskRequest, number: str, paper_id: int, what: str) -> HttpResponse:
    """Make a paper at once, draw its PDF, or make it void."""
    petition, paper = find_paper(request.actor, number, paper_id)
    if what not in DOING:
        raise Http404
    try:
        done = DOING[what](request.actor, petition, paper)
    except PaperRefused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(
            request, _("%(paper)s：%(state)s。") % {"paper": done.row.label, "state": done.get_state_display()}
        )
    return SeeOther(reverse("desk:papers", args=[petition.number]))


@for_staff(*READERS)
@require_safe
def file(request: DeskRequest, number: str, paper_id: int, form: str) -> HttpResponse:
    """Give out a paper as DOCX or PDF."""
    _petition, paper = find_paper(request.actor, number, paper_id)
    if form not in TYPES:
        raise Http404
    try:
        content = rooms.read(request.actor, paper, form)
    except FileNotFoundError as missing:
        raise Http404 from missing
    return given_out(content, TYPES[form], f"{paper.row.title}{paper.number}.{form}")


def given_out(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return an answer that downloads a file under a name."""
    return file_answer(content, content_type, name)
