"""The form by which an order is issued, filled in from a finding, a petition, or what the item comes from."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.orders.lists import SUPERVISES
from yiwang.desk.work.filters import tree_choices
from yiwang.desk.work.forms import LONGEST_NOTE
from yiwang.petitions.actions import note_refusal
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.store.trees import within
from yiwang.supervision.grounds import Ground
from yiwang.supervision.kinds import KINDS as FINDINGS
from yiwang.supervision.models import Finding, Occasion
from yiwang.supervision.orders.changes import MOST_PETITIONS, Draft, issue
from yiwang.supervision.orders.kinds import ISSUED_BY_HAND, Kind, of_source
from yiwang.supervision.orders.limits import present
from yiwang.supervision.orders.visibility import occasions_seen_by
from yiwang.supervision.seeing import findings_for
from yiwang.ui.forms import Form

FIELDS = {
    "no_kind": "kind", "no_agency": "agency", "not_asked": "agency", "no_ground": "ground", "no_about": "about",
    "no_subject": "subject", "no_text": "text", "in_the_past": "due_on", "not_found": "petitions", "alone": "petitions",
    "too_many": "petitions",
}  # fmt: skip
NOBODY = ("", "—")


class OrderForm(Form):
    """What an order says."""

    kind = forms.ChoiceField(label=_("种类"))
    agency = forms.ChoiceField(label=_("下达给"))
    ground = forms.ChoiceField(
        label=_("督办的情形"), choices=[NOBODY, *Ground.choices], required=False, help_text=_("督办单、挂牌督办要写（第四十条）。")
    )  # fmt: skip
    about = forms.ChoiceField(label=_("被建议追究责任的单位"), required=False, help_text=_("只有追究责任建议要写。"))
    subject = forms.CharField(label=_("什么事"), max_length=100, help_text=_("一句话说清是什么事。"))
    text = forms.CharField(
        label=_("要求"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明问题、要求和反馈什么。"),
    )  # fmt: skip
    petitions = forms.CharField(
        label=_("信访编号"), required=False, max_length=MOST_PETITIONS * 20,
        help_text=_("可以写几件，用空格分开；不针对信访件的留空。"),
    )  # fmt: skip
    due_on = forms.DateField(
        label=_("期限"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("留空：按本单位规定的天数。"),
    )  # fmt: skip
    finding = forms.IntegerField(required=False, widget=forms.HiddenInput)
    occasion = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, occasion: Occasion | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.agencies = agencies_below(actor)
        choices = [NOBODY, *tree_choices(self.agencies.values())]
        for name in ("agency", "about"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        kinds = [of_source(occasion.kind)] if occasion else offered(actor)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one.code, one.label) for one in kinds]
        if occasion:
            for name in ("ground", "about"):
                del self.fields[name]

    def clean_petitions(self) -> list[int]:
        """Return the ids of the petitions whose numbers were written; each must be there and seen."""
        typed = self.cleaned_data["petitions"].replace("，", " ").replace("、", " ").split()
        numbers = [(one, normalise_number(one)) for one in typed]
        found = dict(
            visible_to(self.actor).filter(number__in=[n for _t, n in numbers if n]).values_list("number", "pk")
        )
        missing = [one for one, number in numbers if number not in found]
        if missing:
            raise forms.ValidationError(
                gettext("没有找到 %(numbers)s，或者您无权查看。") % {"numbers": " ".join(missing)}
            )
        return [found[number] for _typed, number in numbers if number]

    def draft(self) -> Draft:
        """Return the order as it was written; the form is valid."""
        given = self.cleaned_data
        return Draft(
            kind=given["kind"], agency=self.agencies.get(given["agency"]), about=self.agencies.get(given.get("about", "")),
            ground=given.get("ground", ""), subject=given["subject"], text=given["text"], petitions=given["petitions"],
            due_on=given["due_on"], finding=given["finding"], occasion=given["occasion"], attempt=given["form_key"] or None,
        )  # fmt: skip


@for_staff(*SUPERVISES)
def new(request: DeskRequest) -> HttpResponse:
    """Issue an order. ``?finding=``, ``?petition=`` and ``?kind=`` fill the form in; ``?occasion=`` makes it an item."""
    actor = request.actor
    given = request.POST if request.method == "POST" else request.GET
    occasion = _occasion(actor, given.get("occasion", ""))
    if request.method == "POST":
        form = OrderForm(actor, occasion, request.POST)
        if form.is_valid():
            draft = form.draft()
            try:
                made = issue(draft, actor)
            except Refused as refused:
                note_refusal("order_issue", actor, draft.petitions[0] if draft.petitions else None, refused)
                field = FIELDS.get(refused.code)
                form.add_error(field if field in form.fields else None, refused.message)
            else:
                messages.success(
                    request, gettext("%(kind)s %(number)s 已下达。") % {"kind": made.row.label, "number": made.number}
                )
                to = (
                    reverse("desk:order_source", args=[occasion.pk])
                    if occasion
                    else reverse("desk:order", args=[made.number])
                )
                return SeeOther(to)
    else:
        form = OrderForm(actor, occasion, initial=_initial(request, actor, occasion))
    context = {"form": form, "occasion": occasion, "days": _days(occasion, actor)}
    return render(request, "desk/orders/new.html", context, status=422 if form.errors else 200)


def offered(actor: Actor) -> list[Kind]:
    """Return the kinds that the actor's posts issue by themselves; items come from their sources."""
    roles = {post.role for post in actor.posts if post.agency.is_office}
    return [kind for kind in ISSUED_BY_HAND if kind.source is None and roles & set(kind.issuers)]


def agencies_below(actor: Actor) -> dict[str, Agency]:
    """Return the agencies below the offices from which the actor supervises, by the words of their ids; one statement."""
    offices = {post.agency_id: post.agency for post in actor.posts if post.role in SUPERVISES and post.agency.is_office}
    if not offices:
        return {}
    below = Q(pk__in=[])
    for office in offices.values():
        below |= within(office.path)
    return {str(one.pk): one for one in Agency.objects.filter(below, active=True).exclude(pk__in=offices)}


def _occasion(actor: Actor, typed: str) -> Occasion | None:
    if not typed.isdecimal() or len(typed) > 19:
        return None
    found = occasions_seen_by(actor).select_related("petition").filter(pk=int(typed)).first()
    if found is None:
        raise Http404
    return found


def _initial(request: DeskRequest, actor: Actor, occasion: Occasion | None) -> dict[str, Any]:
    """Return what stands in the form at first."""
    initial: dict[str, Any] = {"form_key": secrets.token_urlsafe(16), "kind": request.GET.get("kind", "")}
    finding, petition = _finding(actor, request.GET.get("finding", "")), None
    if finding:
        petition = finding.petition
        kind = FINDINGS.get(finding.kind)
        initial |= {"finding": finding.pk, "agency": str(finding.agency_id or ""), "kind": "supervise"}
        if kind:
            initial |= {"ground": str(kind.ground), "subject": f"{petition.number} {kind.label}"}
    else:
        petition = _petition(actor, request.GET.get("petition", ""))
    if occasion:
        initial |= {"occasion": occasion.pk, "agency": str(occasion.agency_id or "")}
        petition = petition or occasion.petition
    if petition:
        initial["petitions"] = petition.number
        if not initial.get("agency"):
            initial["agency"] = str(petition.lead_agency_id or "")
    return initial


def _finding(actor: Actor, typed: str) -> Finding | None:
    if not typed.isdecimal() or len(typed) > 19:
        return None
    found = findings_for(actor).filter(pk=int(typed)).first()
    if found is None:
        raise Http404
    return found


def _petition(actor: Actor, typed: str) -> Petition | None:
    """Return the petition of that id, or of that number."""
    if not typed:
        return None
    number = normalise_number(typed)
    by_id = typed.isdecimal() and len(typed) in range(14, 20)
    condition = {"pk": int(typed)} if by_id else {"number": number or ""}
    found = visible_to(actor).filter(**condition).first()
    if found is None:
        raise Http404
    return found


def _days(occasion: Occasion | None, actor: Actor) -> list[tuple[Any, int, str]]:
    """Return how long the answer to each kind may take, for the form to say."""
    numbers = present()
    kinds = [of_source(occasion.kind)] if occasion else offered(actor)
    return [(kind.label, *numbers[kind.code]) for kind in kinds]
