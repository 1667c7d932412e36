"""Rating the answer 满意度评价: the form, on one's own page and behind the link of a message, which opens nothing else."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yiwang.doors.address import client_of
from yiwang.doors.limits import spend
from yiwang.petitions import actions, rating_links
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import ENDED
from yiwang.petitions.models import Petition, Rating, RatingReason
from yiwang.petitions.verdicts import Rules, co_agencies, handled_by, rules_now
from yiwang.petitions.visibility import visible_to
from yiwang.portal.forms import Words
from yiwang.store.trees import in_tree_order
from yiwang.ui.forms import Form, speak_plainly
from yiwang.ui.waiting import too_often

CO = "co_"
LAST_SIGNS = 5
"""Of a number, as the page behind a link shows it: “915-0” is enough to know one's own letter by, and to find nothing."""


class Verdict(Form):
    """What the petitioner thinks of the office and of each agency that handled the matter; why, and a word, as they like."""

    reason = forms.ChoiceField(
        label=_("不满意的，主要是因为"), required=False, help_text=_("都满意的不用选。选了，我们更清楚该改什么。")
    )
    comment = Words(label=_("想说的话"), required=False, max_length=1000, widget=forms.Textarea)

    def __init__(self, petition: Petition, *args: Any, named: bool = True, **kwargs: Any) -> None:
        """``named``: say who handled it, and ask of each co-agency; else ask of the agency that answered, unnamed."""
        super().__init__(*args, **kwargs)
        self.rules: Rules = rules_now()
        co = co_agencies(petition) if named else []
        office, agency = gettext("信访部门"), gettext("责任单位")
        asked: dict[str, tuple[str, str]] = {
            "office": (office, str(petition.office) if named else gettext("收信、转办、催办的单位")),
            "agency": (agency, str(handled_by(petition)) if named else gettext("办理和答复这件事的单位")),
            **{f"{CO}{one.pk}": (str(one), gettext("协办单位")) for one in co},
        }
        for name, (label, help_text) in asked.items():
            field = forms.ChoiceField(
                label=label, help_text=help_text, choices=self.rules.choices, widget=forms.RadioSelect,
                required=not name.startswith(CO),
            )  # fmt: skip
            self.fields[name] = speak_plainly(field)
        self.verdicts = list(asked)
        self.order_fields([*asked, "reason", "comment"])
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)
        reason.choices = reason_choices()

    def rated(self) -> list[Any]:
        """Return the fields that ask for a level, in the order in which they stand."""
        return [self[name] for name in self.verdicts]

    def action(self, how: str, address: str) -> actions.Rate:
        """Return the action; the form is valid. The address is looked at, and kept nowhere."""
        given = self.cleaned_data
        return actions.Rate(
            office=given["office"],
            agency=given["agency"],
            agencies={int(name.removeprefix(CO)): given[name] for name in self.verdicts[2:] if given[name]},
            reason=int(given["reason"]) if given["reason"] else None,
            comment=given["comment"],
            how=how,
            from_office=self.rules.is_own(address),
        )


def reason_choices() -> list[tuple[str, Any]]:
    """Return the reasons as a select shows a tree of two levels: what has others below it is the name of a group. One statement."""
    rows = in_tree_order(RatingReason.objects.filter(active=True))
    below: dict[int, list[tuple[str, str]]] = {row.pk: [] for row in rows if row.depth == 0}
    for row in rows:
        if row.parent_id in below:
            below[row.parent_id].append((str(row.pk), str(row)))
    groups: list[tuple[str, Any]] = [("", gettext("没有，或者不想说"))]
    for row in rows:
        if row.depth == 0:
            groups.append((str(row), below[row.pk]) if below[row.pk] else (str(row.pk), str(row)))
    return groups


@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Rate by the link of a message: how was it, and nothing else. Opening it rates nothing, as mail programs open links too."""
    if wait := spend("rating", address=client_of(request)):
        return too_often(wait)
    response = _by_link(request, token)
    patch_cache_control(response, no_store=True, private=True)
    return response


def _by_link(request: HttpRequest, token: str) -> HttpResponse:
    petition = _petition_of(token)
    if petition is None:
        return render(request, "portal/rate_gone.html", {"used": False}, status=404)
    if Rating.objects.filter(petition=petition, answer=petition.answer_id).exists():
        return render(request, "portal/rate_gone.html", {"used": True})
    form = Verdict(petition, request.POST if request.method == "POST" else None, named=False)
    if request.method == "POST" and form.is_valid():
        actor = Actor.citizen(petition.pk)
        try:
            form.action(Rating.How.LINK, client_of(request)).run(actor, petition.pk)
        except actions.Refused as refused:
            actions.note_refusal("rate", actor, petition.pk, refused)
            if refused.code != "rated":
                form.add_error(None, refused.message)
        if not form.errors:
            return render(request, "portal/rate_gone.html", {"used": True})
    context = {"form": form, "token": token, "tail": petition.number[-LAST_SIGNS:]}
    return render(request, "portal/rate.html", context, status=422 if form.errors else 200)


def _petition_of(token: str) -> Petition | None:
    """Return the petition whose present answer the link is for; None where the link is none, too old, or for another answer."""
    link = rating_links.read(token)
    if link is None or link.is_over(datetime.now(UTC)):
        return None
    mine = visible_to(Actor.citizen(link.petition_id)).select_related("office", "lead_agency")
    return mine.filter(answer=link.answer_id, state__in=ENDED, disposed_at=None).first()
