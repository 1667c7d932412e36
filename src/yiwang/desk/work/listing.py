"""All petitions 全部信访: filters, the search box, and looking for a petitioner."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff, note_search
from yiwang.desk.work import wording
from yiwang.desk.work.filters import Filters, Trees, keyset, narrowed, place_of
from yiwang.desk.work.heads import MOST, together
from yiwang.desk.work.mine import COUNTED, PAGE, for_a_list, last_day
from yiwang.desk.work.reasons import REASONS
from yiwang.journal import log
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.persons import of_person
from yiwang.petitions.search import PETITIONS, Hint, page, parse
from yiwang.petitions.visibility import visible_to
from yiwang.ui.forms import Form


@dataclass(frozen=True)
class Row:
    """One row of the list."""

    petition: Petition
    title: str
    tone: str
    due: date | None
    can_be_picked: bool

    @property
    def href(self) -> str:
        return reverse("desk:petition", args=[self.petition.number])


def row_of(petition: Petition, *, pick: bool = False) -> Row:
    """Return a petition as the list shows it; ``pick`` where the reader may refer in bulk."""
    return Row(
        petition,
        wording.title_of(petition),
        wording.TONES[petition.state],
        last_day(petition.next_due_at),
        pick and petition.state == Petition.State.REGISTERED and not petition.merged_into_id,
    )


@for_staff(*READERS)
def petitions(request: DeskRequest) -> HttpResponse:
    """Show all that the reader may see, filtered and searched; a number goes straight to its petition."""
    actor, now = request.actor, datetime.now(UTC)
    typed = request.GET.get("q", "").strip()
    if number := normalise_number(typed):
        note_search(request, "petitions", "number")
        if visible_to(actor).filter(number=number).exists():
            return SeeOther(reverse("desk:petition", args=[number]))
        messages.warning(request, gettext("没有找到编号 %(number)s，或者您无权查看。") % {"number": number})
        return SeeOther(reverse("desk:petitions"))
    form = Filters(Trees.read(), request.GET)
    form.is_valid()
    if typed or form.chosen:
        note_search(request, "petitions", "words" if typed else "filters")
    pick = actor.has(Role.OFFICE_HANDLER)
    context: dict[str, Any] = {"form": form, "top_query": typed, "query": typed, "pick": pick, "people": ByPerson()}
    query = parse(typed) if typed else None
    if isinstance(query, Hint):
        context["hint"] = query.text
        query = None
    by_relevance = query is not None and request.GET.get("order") == "relevance"
    found = for_a_list(narrowed(visible_to(actor), actor).filter(form.conditions(now)))
    before = request.GET.get("before", "")
    if query is not None:
        offset = int(before) if by_relevance and before.isdecimal() and len(before) < 5 else 0
        newest = int(before) if before.isdecimal() and len(before) < 20 and not by_relevance else None
        hits = page(
            found, PETITIONS, query, limit=PAGE, before_id=newest, offset=offset,
            order="relevance" if by_relevance else "newest",
        )  # fmt: skip
        shown, more, count = hits.rows, hits.more, hits.count_text
        last = str(offset + PAGE) if by_relevance else (str(shown[-1].pk) if shown else "")
    else:
        by_deadline = form.by_deadline
        place = keyset(before, by_deadline=by_deadline) if before else None
        order = ("next_due_at", "id") if by_deadline else ("-id",)
        below = found.filter(place) if place else found
        if not by_deadline and 1 < len(form.categories) <= MOST:
            heads = [below.filter(category=one).order_by(*order)[: PAGE + 1] for one in form.categories]
            below = for_a_list(together(heads))
        rows = list(below.order_by(*order)[: PAGE + 1])
        shown, more = rows[:PAGE], len(rows) > PAGE
        count = str(len(shown))
        if more or place:
            counted = found.order_by().values("pk")[: COUNTED + 1].count()
            count = f"{COUNTED:,}+" if counted > COUNTED else f"{counted:,}"
        last = place_of(shown[-1], by_deadline=by_deadline) if shown else ""
    context |= {
        "rows": [row_of(petition, pick=pick) for petition in shown],
        "count": count,
        "by_relevance": by_relevance,
        "searched": query is not None,
        "older": last if more else "",
        "is_first": not before,
        "open_filters": bool(form.chosen),
    }
    return render(request, "desk/work/petitions.html", context)


class ByPerson(Form):
    """Whom to look for, and why."""

    who = forms.CharField(
        label=_("手机号、姓名、身份证号或邮箱"), max_length=80, help_text=_("要完整、准确：身份信息是密封的，不能只输一部分。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("为什么要找"), choices=REASONS)


@for_staff(*READERS)
def by_person(request: DeskRequest) -> HttpResponse:
    """Find the petitions of one person by exact match through the blind index; the look is in the behaviour log.

    Asked for by POST, so that no name or number stands in an address, a log or a history.
    """
    form = ByPerson(request.POST if request.method == "POST" else None)
    rows: list[Row] | None = None
    if request.method == "POST" and form.is_valid():
        what = kind_of(form.cleaned_data["who"])
        with transaction.atomic():
            log.write(
                [
                    log.line(
                        "find_person", actor_kind="staff", actor_id=request.actor.staff_id, subject_kind=what,
                        reason=form.cleaned_data["reason"],
                    )
                ]
            )  # fmt: skip
            theirs = visible_to(request.actor).filter(of_person(what, form.cleaned_data["who"]))
            rows = [row_of(petition) for petition in for_a_list(theirs).order_by("-id")[:PAGE]]
    context = {"form": form, "rows": rows}
    return render(request, "desk/work/by_person.html", context, status=422 if form.errors else 200)


def kind_of(typed: str) -> str:
    """Tell what somebody typed: email, id_number, phone or name."""
    signs = [sign for sign in typed if not sign.isspace() and sign not in "-+()（）"]
    digits = sum(sign.isdigit() for sign in signs)
    if "@" in typed:
        return "email"
    if len(signs) == 18 and digits >= 17:
        return "id_number"
    return "phone" if digits >= 5 and digits == len(signs) else "name"
