"""The page of one order: what is asked, what happened, what may be done next and by which article; and the page of each step."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff
from yiwang.desk.orders.lists import TONES
from yiwang.desk.work.forms import LONGEST_NOTE
from yiwang.journal import log
from yiwang.petitions.actions import note_refusal
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import Occasion, Order, OrderStep
from yiwang.supervision.orders.changes import Given, NotFound, line, take
from yiwang.supervision.orders.entitled import next_steps
from yiwang.supervision.orders.kinds import Adoption
from yiwang.supervision.orders.steps import BY_ACTION, Step
from yiwang.supervision.orders.visibility import occasions_seen_by, seen_by
from yiwang.ui import words
from yiwang.ui.forms import Form
from yiwang.vault.sealing import open_under

FIRST = ("accept", "feed_back", "answer_advice", "acknowledge", "conclude", "lift")
"""What an order waits for: the reader's first thing is the first of these that they may do."""
FIELDS = {"no_text": "text", "no_day": "until", "in_the_past": "until", "not_later": "until", "no_adoption": "adoption"}


@dataclass(frozen=True)
class Happening:
    """One step in words."""

    row: OrderStep
    text: str

    @property
    def title(self) -> str:
        return str(BY_ACTION[self.row.action].label)

    @property
    def who(self) -> str:
        if self.row.actor is None:
            return gettext("系统")
        who = f"{self.row.agency} {self.row.actor.name}" if self.row.agency else self.row.actor.name
        if self.row.stood_in_for:
            return gettext("%(who)s（代 %(absent)s）") % {"who": who, "absent": self.row.stood_in_for.name}
        return who


class StepForm(Form):
    """What a step must be given, as its row says."""

    adoption = forms.ChoiceField(label=_("是否采纳"), choices=Adoption.choices, widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("最后一天"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("这一天结束以前都算按期。"),
    )  # fmt: skip
    text = forms.CharField(label=_("内容"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, step: Step, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in step.needs:
                if name == "text":
                    self.fields[name].required = False
                    self.fields[name].label = gettext("说明")
                else:
                    del self.fields[name]

    def given(self) -> Given:
        """Return what was given; the form is valid."""
        return Given(**self.cleaned_data)


@for_staff(*READERS)
def order(request: DeskRequest, number: str) -> HttpResponse:
    """Show an order, and write that somebody looked at it."""
    found = find(request, number)
    now = datetime.now(UTC)
    log.write([line("look_order", request.actor, found, now)])
    steps = next_steps(found, request.actor)
    first = next((step for step in steps if step.action in FIRST), None)
    context = {
        "order": found,
        "late": found.is_late(now),
        "tone": "late" if found.is_late(now) else TONES[found.state],
        "article": words.article(found.row.article),
        "happenings": _happenings(found),
        "petitions": _petitions(found),
        "steps": steps,
        "first": first,
        "asked": _asked(found),
        "occasion": _occasion(request, found),
    }
    return render(request, "desk/orders/order.html", context)


@for_staff(*READERS)
def do(request: DeskRequest, number: str, action: str) -> HttpResponse:
    """Show the form of a step, and take it. What is no longer offered is refused with its reason, everything typed kept."""
    step = BY_ACTION.get(action)
    if step is None or action == "issue":
        raise Http404
    found = find(request, number)
    page = reverse("desk:order", args=[found.number])
    offered = step in next_steps(found, request.actor)
    if request.method != "POST" and not offered:
        messages.warning(request, gettext("现在不能做“%(step)s”。") % {"step": step.label})
        return SeeOther(page)
    form = StepForm(step, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            take(found.number, action, request.actor, form.given())
        except Refused as refused:
            note_refusal(f"order_{action}", request.actor, found.petition_id, refused)
            if isinstance(refused, NotFound):
                raise Http404 from refused
            field = FIELDS.get(refused.code)
            form.add_error(field if field in form.fields else None, refused.message)
        else:
            messages.success(request, gettext("%(step)s，已完成。") % {"step": step.label})
            return SeeOther(page)
    context = {
        "order": found,
        "step": step,
        "article": words.article(found.row.article),
        "form": form,
        "happenings": _happenings(found)[-3:],
    }
    return render(request, "desk/orders/do.html", context, status=422 if form.errors else 200)


def find(request: DeskRequest, number: str) -> Order:
    """Return the order of that number, or raise Http404: what is hidden is like what is not there."""
    found = (
        seen_by(request.actor)
        .select_related("petition", "issuer", "agency", "about", "issued_by")
        .filter(number=normalise_number(number) or "")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _happenings(found: Order) -> list[Happening]:
    rows = list(found.steps.select_related("actor", "agency", "stood_in_for"))
    key = found.words_key if any(row.sealed_text for row in rows) else None
    return [Happening(row, open_under(key, row, "sealed_text") if key and row.sealed_text else "") for row in rows]


def _petitions(found: Order) -> list[Petition]:
    """Return the petitions that it is about: whoever sees the order sees all of them."""
    return [found.petition, *found.also.order_by("pk")] if found.petition else []


def _occasion(request: DeskRequest, found: Order) -> Occasion | None:
    """Return what the item comes from, for whoever may see that too."""
    if not found.occasion_id:
        return None
    return occasions_seen_by(request.actor).select_related("petition").filter(pk=found.occasion_id).first()


def _asked(found: Order) -> OrderStep | None:
    """Return the request for more time that nobody has decided."""
    if not found.extension_asked:
        return None
    return found.steps.filter(action="ask_extension").order_by("-pk").first()
