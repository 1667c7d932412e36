"""Lines of the behaviour log: which an auditor may read, how they are narrowed, and how they are put into words."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.desk.audit.words import ACTORS, ACTS, RESULTS, WHY
from yiwang.journal.models import Record
from yiwang.petitions.actors import Actor
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.visibility import hidden_from_auditor, visible_lines, visible_to
from yiwang.store.ids import first_id_at
from yiwang.ui.forms import Form
from yiwang.workdays.counting import end_of, start_of


def lines_for(actor: Actor) -> QuerySet[Record]:
    """Return the lines that an auditor may read.

    No line that tells of an accusation 检举控告, unless the compartment is open to the auditor's post; and never one against the
    auditor's own unit: the log betrays nothing to the accused.
    """
    return visible_lines(actor, Record.objects.all())


def petition_of(actor: Actor, number: str) -> int | None:
    """Return the id of the petition with that number, where the auditor may read lines about it; nothing else of it."""
    normal = normalise_number(number)
    if not normal:
        return None
    found = visible_to(Actor.system()).filter(number=normal).exclude(pk__in=hidden_from_auditor(actor).values("pk"))
    return found.values_list("pk", flat=True).first()


class Filters(Form):
    """Which lines."""

    who = forms.CharField(label=_("用户名"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("谁"), choices=[("", _("全部")), *ACTORS], required=False)
    act = forms.ChoiceField(label=_("做什么"), required=False)
    number = forms.CharField(label=_("信访件编号"), max_length=40, required=False)
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    result = forms.ChoiceField(label=_("结果"), choices=[("", _("全部")), *RESULTS], required=False)
    origin = forms.CharField(label=_("网络地址"), max_length=45, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["act"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *ACTS.items()]

    def narrow(self, actor: Actor) -> QuerySet[Record]:
        """Return the lines that were asked for, of those that this auditor may read; what was typed wrongly narrows nothing."""
        self.is_valid()
        given, rows = self.cleaned_data, lines_for(actor)
        if given.get("who"):
            staff = Staff.objects.filter(username=given["who"].strip()).values_list("pk", flat=True).first()
            rows = rows.filter(actor_kind="staff", actor_id=staff or 0)
        if given.get("kind"):
            rows = rows.filter(actor_kind=given["kind"])
        if given.get("act"):
            rows = rows.filter(act=given["act"])
        if given.get("number"):
            rows = rows.filter(subject_kind="petition", subject_id=petition_of(actor, given["number"]) or 0)
        if given.get("result"):
            rows = rows.filter(result=given["result"])
        if given.get("origin"):
            rows = rows.filter(origin=given["origin"].strip())
        return within(rows, given)


def within(rows: QuerySet[Record], given: dict[str, Any]) -> QuerySet[Record]:
    """Return the lines of the days from ``since`` to ``until``, both included; either may be missing."""
    if given.get("since"):
        rows = rows.filter(pk__gte=first_id_at(start_of(given["since"])))
    if given.get("until"):
        rows = rows.filter(pk__lt=first_id_at(end_of(given["until"])))
    return rows


@dataclass(frozen=True)
class Line:
    """One line in words: names where there are any, else ids."""

    record: Record
    who: str
    staff_id: int | None
    act: str
    subject: str
    number: str
    why: str


def in_words(records: list[Record]) -> list[Line]:
    """Return lines in words, with two statements for all of them."""
    people = Staff.objects.in_bulk(
        {row.actor_id for row in records if row.actor_kind == "staff" and row.actor_id}
        | {row.subject_id for row in records if row.subject_kind == "staff" and row.subject_id}
    )
    ids = [row.subject_id for row in records if row.subject_kind == "petition" and row.subject_id]
    numbers = dict(visible_to(Actor.system()).filter(pk__in=ids).values_list("pk", "number"))
    return [_in_words(row, people, numbers) for row in records]


def _in_words(row: Record, people: dict[int, Staff], numbers: dict[int, str]) -> Line:
    person = people.get(row.actor_id) if row.actor_kind == "staff" and row.actor_id else None
    who = f"{person.name}（{person.username}）" if person else str(dict(ACTORS).get(row.actor_kind, row.actor_kind))
    subject, number = "", ""
    if row.subject_kind == "petition" and row.subject_id:
        number = numbers.get(row.subject_id, "")
        subject = number or str(row.subject_id)
    elif row.subject_kind == "staff" and row.subject_id in people:
        subject = people[row.subject_id].name
    elif row.subject_id:
        subject = f"{row.subject_kind} {row.subject_id}"
    return Line(
        row, who, person.pk if person else None, str(ACTS.get(row.act, row.act)), subject or row.subject_kind or "—",
        number, str(WHY.get(row.reason, ACTS.get(row.reason, row.reason))) or "—",
    )  # fmt: skip
