"""Three questions that an auditor asks: who saw this petition; what did this person look at; who looked without a task."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role, Staff
from yiwang.desk.access import DeskRequest, for_staff
from yiwang.desk.audit.journal import note, page_of
from yiwang.desk.audit.lines import in_words, lines_for, petition_of, within
from yiwang.desk.audit.tasks import LOOKS, looks, without_task
from yiwang.journal.models import Record
from yiwang.papers.models import Paper
from yiwang.petitions.actors import Actor
from yiwang.petitions.visibility import visible_to
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date

DAYS = 30
"""How far back a question goes when no day is given."""
MOST = 200
"""People of one petition, or petitions of one person, that a page tells of: those last seen."""
LOOKED_THROUGH = 5_000
"""Looks of which a page tells the ones without a task."""


class Period(Form):
    """Which days, both included."""

    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


@for_staff(Role.AUDITOR)
@require_safe
def who_saw(request: DeskRequest, number: str) -> HttpResponse:
    """Tell who of the staff saw a petition or did something with it, how often, when first and last; then each line."""
    petition_id = petition_of(request.actor, number)
    if petition_id is None:
        raise Http404
    papers = Paper.objects.filter(petition_id=petition_id).values("pk")
    about = lines_for(request.actor).filter(actor_kind="staff").exclude(act="ask_journal").filter(
        Q(subject_kind="petition", subject_id=petition_id) | Q(subject_kind="paper", subject_id__in=papers)
    )  # fmt: skip
    people = _told_by(about, "actor_id")
    note(request, "ask_journal", reason="who_saw", kind="petition", row_id=petition_id)
    names = Staff.objects.in_bulk([row["actor_id"] for row in people])
    found, older = page_of(about, request.GET.get("before", ""))
    context = {
        "number": number,
        "people": [{**row, "person": names.get(row["actor_id"])} for row in people],
        "lines": in_words(found),
        "older": older,
        "first_page": "before" not in request.GET,
    }
    return render(request, "desk/audit/who_saw.html", context)


@for_staff(Role.AUDITOR)
@require_safe
def what_seen(request: DeskRequest, staff_id: int) -> HttpResponse:
    """Tell which petitions a member of staff looked at in some days, how often, when first and last."""
    person = get_object_or_404(Staff, pk=staff_id)
    form = _period(request)
    theirs = within(lines_for(request.actor), form.cleaned_data).filter(actor_kind="staff", actor_id=person.pk)
    seen = _told_by(theirs.filter(subject_kind="petition").exclude(act="ask_journal"), "subject_id")
    note(request, "ask_journal", reason="what_seen", kind="staff", row_id=person.pk)
    ids = [row["subject_id"] for row in seen]
    numbers = dict(visible_to(Actor.system()).filter(pk__in=ids).values_list("pk", "number"))
    context = {
        "person": person,
        "form": form,
        "seen": [{**row, "number": numbers.get(row["subject_id"], "")} for row in seen],
        "more": len(seen) == MOST,
    }
    return render(request, "desk/audit/what_seen.html", context)


@for_staff(Role.AUDITOR)
@require_safe
def no_task(request: DeskRequest) -> HttpResponse:
    """Tell which looks at petitions had no task behind them (`tasks`), some thousand looks a page, newest first."""
    form = _period(request)
    rows = looks(within(lines_for(request.actor), form.cleaned_data))
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 20:
        rows = rows.filter(pk__lt=int(before))
    last = rows.order_by("-id").values_list("pk", flat=True)[LOOKED_THROUGH - 1 : LOOKED_THROUGH].first()
    if last is not None:
        rows = rows.filter(pk__gte=last)
    found = list(without_task(rows))
    note(request, "ask_journal", reason="without_task")
    context = {"form": form, "lines": in_words(found), "older": last, "count": LOOKED_THROUGH if last else None}
    return render(request, "desk/audit/no_task.html", context)


def _told_by(rows: QuerySet[Record], column: str) -> list[dict[str, Any]]:
    """Return for each value of a column how many looks and how many other lines there are, the first and the last, newest first."""
    told = rows.exclude(**{column: None}).order_by().values(column).annotate(
        looks=Count("pk", filter=Q(act__in=LOOKS, result=Record.Result.DONE)),
        unsealed=Count("pk", filter=Q(act="unseal", result=Record.Result.DONE)),
        lines=Count("pk"),
        first=Min("at"),
        last=Max("at"),
    )  # fmt: skip
    return list(told.order_by("-last", column)[:MOST])


def _period(request: DeskRequest) -> Period:
    """Return the days that were asked for; the last thirty, when none were."""
    today = office_date(datetime.now(UTC))
    given = request.GET.copy()
    given.setdefault("since", str(today - timedelta(days=DAYS)))
    form = Period(given)
    form.is_valid()
    return form
