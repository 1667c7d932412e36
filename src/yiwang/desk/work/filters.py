"""The filters above the list of all petitions, and how each becomes a condition that an index serves.

Lists go on from the last row shown (keyset): newest received first, and by deadline first where a deadline is asked for,
so that what is latest stands on top.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Named, Region
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import OPEN
from yiwang.petitions.models import NEVER, Category, Petition, Referral
from yiwang.petitions.visibility import SEES_BELOW
from yiwang.store.ids import first_id_at
from yiwang.store.trees import in_tree_order
from yiwang.ui.forms import Form
from yiwang.workdays.counting import end_of, office_date, start_of

SOON_DAYS = 7
DUE = (("late", _("已超期")), ("today", _("今天到期")), ("week", _("7天内到期")))
KINDS = (("urgent", _("紧急")), ("repeated", _("重复")), ("merged", _("已并案")))
ANY = ("", _("全部"))
NOT_YET = {"agency": _("尚未转办"), "category": _("未分类")}
OPEN_ONES = ("open", _("待办（没办完的）"))
NONE = "none"


def tree_choices(nodes: Iterable[Named]) -> list[tuple[str, str]]:
    """Return the nodes as a select shows a tree: in its order, indented by depth."""
    ordered = in_tree_order(nodes)
    top = min((node.depth for node in ordered), default=0)
    return [(str(node.pk), "　" * (node.depth - top) + str(node)) for node in ordered]


@dataclass(frozen=True)
class Trees:
    """The active nodes that filters offer: three statements."""

    categories: list[Category]
    agencies: list[Agency]
    regions: list[Region]

    @classmethod
    def read(cls) -> "Trees":
        return cls(
            list(Category.objects.filter(active=True)),
            list(Agency.objects.filter(active=True)),
            list(Region.objects.filter(active=True)),
        )


class Filters(Form):
    """What the list shows. Everything may be left out; what is not understood is told and left out."""

    state = forms.ChoiceField(label=_("状态"), choices=[ANY, OPEN_ONES, *Petition.State.choices], required=False)
    due = forms.ChoiceField(label=_("期限"), choices=[ANY, *DUE], required=False)
    agency = forms.ChoiceField(label=_("责任单位"), required=False)
    category = forms.ChoiceField(label=_("内容分类"), required=False)
    channel = forms.ChoiceField(label=_("渠道"), choices=[ANY, *Petition.Channel.choices], required=False)
    purpose = forms.ChoiceField(label=_("信访目的"), choices=[ANY, *Petition.Purpose.choices], required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)
    kind = forms.ChoiceField(label=_("类型"), choices=[ANY, *KINDS], required=False)
    since = forms.DateField(label=_("收到日期从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    answered_since = forms.DateField(
        label=_("答复日期从"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    answered_until = forms.DateField(
        label=_("答复日期到"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, trees: Trees, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trees = trees
        for name, nodes in (("agency", trees.agencies), ("category", trees.categories), ("region", trees.regions)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [ANY, *tree_choices(nodes)]
            if name in NOT_YET:
                field.choices = [ANY, (NONE, NOT_YET[name]), *tree_choices(nodes)]

    def conditions(self, now: datetime) -> Q:
        """Return all that was chosen, as one condition."""
        given = self.cleaned_data
        condition = Q()
        if given.get("state"):
            condition &= Q(state__in=OPEN) if given["state"] == OPEN_ONES[0] else Q(state=given["state"])
        if given.get("channel"):
            condition &= Q(channel=given["channel"])
        if given.get("purpose"):
            condition &= Q(purpose=given["purpose"])
        if given.get("agency"):
            condition &= Q(lead_agency=None if given["agency"] == NONE else given["agency"])
        if given.get("category") == NONE:
            condition &= Q(category=None)
        elif self.categories:
            condition &= Q(category__in=self.categories)
        if given.get("region"):
            condition &= Q(region__in=_branch(self.trees.regions, int(given["region"])))
        if given.get("since"):
            condition &= Q(pk__gte=first_id_at(start_of(given["since"])))
        if given.get("until"):
            condition &= Q(pk__lt=first_id_at(end_of(given["until"])))
        if given.get("answered_since"):
            condition &= Q(answered_on__gte=given["answered_since"])
        if given.get("answered_until"):
            condition &= Q(answered_on__lte=given["answered_until"])
        return condition & _kind(given.get("kind", "")) & _due(given.get("due", ""), now)

    @property
    def categories(self) -> list[int]:
        """The ids of the chosen category and of all below it; none when none was chosen."""
        chosen = self.cleaned_data.get("category") or NONE
        return [] if chosen == NONE else _branch(self.trees.categories, int(chosen))

    @property
    def by_deadline(self) -> bool:
        """Whether the list is one of deadlines, which then stand in their own order."""
        return bool(self.cleaned_data.get("due"))

    @property
    def chosen(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in self.cleaned_data.values())


def _kind(kind: str) -> Q:
    return {
        "urgent": Q(urgent=True),
        "repeated": Q(occurrence=Petition.Occurrence.REPEATED),
        # As a list of ids that the index on the lead gives: an engine would rather walk all petitions.
        "merged": Q(pk__in=Petition.objects.filter(merged_into__gt=0).values("pk")),
    }.get(kind, Q())


def _due(due: str, now: datetime) -> Q:
    """Return the condition on the next open limit; the empty rule is excluded in words, for the index is partial."""
    today = office_date(now)
    bounds = {
        "late": Q(next_due_at__lte=now),
        "today": Q(next_due_at__gt=now, next_due_at__lte=end_of(today)),
        "week": Q(next_due_at__gt=now, next_due_at__lte=end_of(today + timedelta(days=SOON_DAYS))),
    }
    return bounds[due] & ~Q(next_due_rule="") if due in bounds else Q()


def _branch(nodes: Iterable[Named], top_id: int) -> list[int]:
    top = next((node for node in nodes if node.pk == top_id), None)
    return [node.pk for node in nodes if top and node.path.startswith(top.path)]


def narrowed(petitions: QuerySet[Petition], actor: Actor) -> QuerySet[Petition]:
    """Name the petitions of an agency's handlers once more, as a list of ids that an index gives.

    ``visible_to`` has said who may see; this adds nothing to it, but spares an agency with few petitions the walk
    through everybody's.
    """
    if actor.offices or actor.has(*SEES_BELOW):
        return petitions
    own = Referral.objects.filter(agency__in=actor.agency_ids).values("petition")
    return petitions.filter(pk__in=own)


def keyset(text: str, *, by_deadline: bool) -> Q | None:
    """Read where the page before ended: an id, or “seconds.id” in a list of deadlines; None when it is neither."""
    parts = text.split(".")
    if len(parts) != 1 + by_deadline or not all(part.isdecimal() and len(part) < 20 for part in parts):
        return None
    if not by_deadline:
        return Q(pk__lt=int(parts[0]))
    seconds = int(parts[0])
    due = NEVER if seconds >= int(NEVER.timestamp()) else datetime.fromtimestamp(seconds, UTC)
    return Q(next_due_at__gt=due) | Q(next_due_at=due, pk__gt=int(parts[1]))


def place_of(petition: Petition, *, by_deadline: bool) -> str:
    """Return what :func:`keyset` reads."""
    return f"{int(petition.next_due_at.timestamp())}.{petition.pk}" if by_deadline else str(petition.pk)
