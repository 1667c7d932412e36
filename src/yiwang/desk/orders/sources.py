"""Instructions 批示, joint conferences 联席会议 and talks 约谈: entered once, their items issued one by one and followed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff
from yiwang.desk.orders.issuing import NOBODY, agencies_below
from yiwang.desk.orders.lists import PAGE, SUPERVISES, lines_of
from yiwang.desk.work.filters import tree_choices
from yiwang.desk.work.forms import LONGEST_NOTE
from yiwang.journal import log
from yiwang.petitions.actions import note_refusal
from yiwang.petitions.actors import Actor
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.supervision.orders.changes import line
from yiwang.supervision.orders.entitled import issuing_post
from yiwang.supervision.orders.kinds import Source, of_source
from yiwang.supervision.orders.sources import Record, enter, standing
from yiwang.supervision.orders.steps import OPEN
from yiwang.supervision.orders.visibility import occasions_seen_by, seen_by
from yiwang.ui import words
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date

FIELDS = {
    "no_title": "title", "no_who": "who", "no_text": "text", "in_the_future": "held_on", "no_agency": "agency",
    "no_participants": "participants", "not_found": "petition", "not_here": "petition",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What the fields are called for one kind of source."""

    held_on: str | Promise
    title: str | Promise
    who: str | Promise
    text: str | Promise
    items: str | Promise
    without: tuple[str, ...]


WORDS: dict[str, Words] = {
    Source.INSTRUCTION: Words(
        _("批示日期"), _("批示件标题"), _("批示人（写职务）"), _("批示原文"), _("逐项交办"), ("agency", "participants")
    ),
    Source.CONFERENCE: Words(
        _("会议日期"), _("会议名称"), _("主持人（写职务）"), _("议程"), _("议定事项"), ("agency", "petition")
    ),
    Source.TALK: Words(
        _("约谈日期"), _("约谈事由"), _("被约谈人（写职务）"), _("约谈内容"), _("约定的整改事项"), ("participants",)
    ),
}


class SourceForm(Form):
    """What is entered of an instruction, a conference or a talk."""

    held_on = forms.DateField(label=_("日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    title = forms.CharField(label=_("标题"), max_length=100)
    who = forms.CharField(label=_("谁"), max_length=100)
    agency = forms.ChoiceField(label=_("被约谈的单位"))
    participants = forms.MultipleChoiceField(label=_("参加单位"), widget=forms.CheckboxSelectMultiple)
    petition = forms.CharField(label=_("信访编号"), required=False, max_length=30, help_text=_("不针对信访件的留空。"))
    text = forms.CharField(label=_("内容"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, kind: str, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.actor, called = kind, actor, WORDS[kind]
        self.agencies = agencies_below(actor)
        for name in called.without:
            del self.fields[name]
        for name in ("held_on", "title", "who", "text"):
            self.fields[name].label = str(getattr(called, name))
        for name, empty in (("agency", [NOBODY]), ("participants", [])):
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = [*empty, *tree_choices(self.agencies.values())]

    def clean_petition(self) -> int | None:
        """Return the id of the petition whose number was written, which the reader sees."""
        typed = self.cleaned_data["petition"].strip()
        if not typed:
            return None
        found = visible_to(self.actor).filter(number=normalise_number(typed) or "").values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(gettext("没有找到 %(numbers)s，或者您无权查看。") % {"numbers": typed})
        return int(found)

    def record(self) -> Record:
        """Return what was entered; the form is valid."""
        given = self.cleaned_data
        return Record(
            kind=self.kind, held_on=given["held_on"], title=given["title"], who=given["who"], text=given["text"],
            agency=self.agencies.get(given.get("agency", "")), petition=given.get("petition"),
            participants=[self.agencies[one] for one in given.get("participants", [])],
        )  # fmt: skip


@for_staff(*READERS)
def sources(request: DeskRequest) -> HttpResponse:
    """Show the instructions, conferences or talks, the newest first, each with how many of its items are still open."""
    actor = request.actor
    kind = request.GET.get("kind", "")
    seen = occasions_seen_by(actor).filter(kind=kind) if kind in Source.values else occasions_seen_by(actor)
    page = Paginator(seen.select_related("petition", "agency").order_by("-held_on", "-pk"), PAGE).get_page(
        request.GET.get("page")
    )
    items = dict(
        seen_by(actor)
        .filter(occasion__in=[one.pk for one in page])
        .order_by()
        .values_list("occasion")
        .annotate(many=Count("pk"))
        .values_list("occasion", "many")
    )
    left = dict(
        seen_by(actor)
        .filter(Q(occasion__in=[one.pk for one in page]), state__in=OPEN)
        .order_by()
        .values_list("occasion")
        .annotate(many=Count("pk"))
        .values_list("occasion", "many")
    )
    context = {
        "page": page,
        "rows": [(one, items.get(one.pk, 0), left.get(one.pk, 0)) for one in page],
        "kinds": Source.choices,
        "kind": kind,
        "may_enter": _may_enter(actor),
    }
    return render(request, "desk/orders/sources.html", context)


@for_staff(*SUPERVISES)
def new(request: DeskRequest, kind: str) -> HttpResponse:
    """Enter an instruction, a conference or a talk; then its items are issued from its page."""
    if kind not in WORDS:
        raise Http404
    today = {"held_on": office_date(datetime.now(UTC)), "petition": request.GET.get("petition", "")}
    form = SourceForm(kind, request.actor, request.POST if request.method == "POST" else None, initial=today)
    if form.is_bound and form.is_valid():
        record = form.record()
        try:
            made = enter(record, request.actor)
        except Refused as refused:
            note_refusal(f"enter_{kind}", request.actor, record.petition, refused)
            field = FIELDS.get(refused.code)
            form.add_error(field if field in form.fields else None, refused.message)
        else:
            messages.success(request, gettext("已登记。现在逐项下达。"))
            return SeeOther(reverse("desk:order_source", args=[made.pk]))
    context = {"form": form, "label": Source(kind).label, "article": words.article(of_source(kind).article)}
    return render(request, "desk/orders/source_new.html", context, status=422 if form.errors else 200)


@for_staff(*READERS)
def source(request: DeskRequest, source_id: int) -> HttpResponse:
    """Show an instruction, a conference or a talk with the standing of its items: as many as the reader may see."""
    seen = occasions_seen_by(request.actor).select_related("petition", "agency", "issuer", "entered_by")
    found = seen.filter(pk=source_id).first()
    if found is None:
        raise Http404
    now = datetime.now(UTC)
    log.write([line("look_occasion", request.actor, found, now)])
    items, left = standing(found, request.actor)
    kind = of_source(found.kind)
    accusation = bool(found.petition and found.petition.is_accusation)
    post = issuing_post(kind, request.actor, None, accusation=accusation)
    context = {
        "source": found,
        "words": WORDS[found.kind],
        "article": words.article(kind.article),
        "participants": list(found.participants.order_by("path")),
        "lines": lines_of(items, now),
        "left": left,
        "may_add": post is not None and found.issuer.lies_within(post.agency),
    }
    return render(request, "desk/orders/source.html", context)


def _may_enter(actor: Actor) -> bool:
    return any(post.role in SUPERVISES and post.agency.is_office for post in actor.posts)
