"""How the calls went 回访情况, for those who oversee them: by agency, and of the work as a whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.desk.access import DeskRequest, for_staff
from yiwang.petitions.actors import Actor
from yiwang.satisfaction.callbacks import due, figures
from yiwang.satisfaction.models import Callback
from yiwang.satisfaction.models.calling import Outcome
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date

DAYS = 30
OTHER_WAYS_SHOWN = 20


class PeriodForm(Form):
    """Which days."""

    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


@for_staff(*due.OVERSEERS)
@require_safe
def overview(request: DeskRequest) -> HttpResponse:
    """Show the figures of some days: put on the list, reached, rated, declined, differing from what was rated before."""
    form = PeriodForm(request.GET)
    form.is_valid()
    last = form.cleaned_data.get("until") or office_date(datetime.now(UTC))
    first = form.cleaned_data.get("since") or last - timedelta(days=DAYS - 1)
    rows = figures.by_agency(request.actor, first, last)
    tries = figures.outcomes(request.actor, first, last)
    context: dict[str, Any] = {
        "form": PeriodForm(initial={"since": first, "until": last}),
        "rows": rows,
        "total": _total(rows),
        "tries": [(label, tries[code]) for code, label in Outcome.choices if tries[code]],
        "attempts": sum(tries.values()),
        "other_ways": _other_ways(request.actor),
    }
    return render(request, "desk/callbacks/overview.html", context)


def _total(rows: list[figures.AgencyCalls]) -> figures.AgencyCalls:
    total = figures.AgencyCalls(None)
    for row in rows:
        total.made += row.made
        total.ended += row.ended
        total.compared += row.compared
        total.differ += row.differ
    return total


def _other_ways(actor: Actor) -> list[Callback]:
    """Return the latest call-backs that are to go another way, by letter or by visit."""
    found = due.seen_by(actor).filter(ended_as=Callback.End.OTHER_WAY).select_related("petition")
    return list(found.order_by("-ended_at")[:OTHER_WAYS_SHOWN])
