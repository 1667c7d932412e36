"""The supervisor's board 督查看板: what is open by kind and agency, the list behind it, and dealing with one finding."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Agency
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.work import wording
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.supervision import changes
from yiwang.supervision.board import AgencyFindings, board, open_findings
from yiwang.supervision.kinds import KINDS, Kind
from yiwang.supervision.models import Finding
from yiwang.supervision.seeing import SUPERVISES, findings_for, oversees
from yiwang.ui import words
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

PAGE = 30
FIRST_AGENCIES = 20
REFRESH_SECONDS = 60
NOBODY = "none"
"""In the address, where an agency stands: what no agency has yet."""


@dataclass(frozen=True)
class Row:
    """One finding as the list shows it."""

    finding: Finding
    kind: Kind
    today: date

    @property
    def href(self) -> str:
        return reverse("desk:petition", args=[self.finding.petition.number])

    @property
    def title(self) -> str:
        return wording.title_of(self.finding.petition)

    @property
    def says(self) -> str | Promise:
        """What was found, in words."""
        return says(self.finding, self.today)

    @property
    def order_href(self) -> str:
        """Where an order about it is written."""
        return f"{reverse('desk:order_new')}?finding={self.finding.pk}"

    @property
    def urge_href(self) -> str:
        return reverse("desk:do", args=[self.finding.petition.number, "urge"]) if self.kind.urges else ""


@dataclass(frozen=True)
class Load:
    """What is open with one agency: each number leads to its list."""

    row: AgencyFindings

    @property
    def agency(self) -> Agency | None:
        return self.row.agency

    @property
    def total(self) -> int:
        return self.row.total

    @property
    def parts(self) -> list[tuple[Kind, str, int]]:
        whose = self.row.agency.pk if self.row.agency else NOBODY
        return [
            (kind, f"?{urlencode({'kind': code, 'agency': whose})}", self.row.kinds[code])
            for code, kind in KINDS.items()
            if self.row.kinds[code]
        ]


def says(finding: Finding, today: date) -> str:
    """Return what was found in words, the limit's days counted to ``today``."""
    kind, detail = KINDS[finding.kind], finding.detail
    if kind.urges:
        due_on = date.fromisoformat(detail["due_on"])
        facts = {
            "limit": wording.rule_words(detail["rule"])[0],
            "day": day_in_words(due_on),
            "days": abs((today - due_on).days),
        }
        if due_on < today:
            return _("%(limit)s，%(day)s到期，已超期 %(days)d 天") % facts
        return _("%(limit)s，%(day)s到期，还有 %(days)d 天") % facts
    return str(kind.says) % detail if kind.says else ""


@for_staff(*SUPERVISES)
@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """Show the figures, and the list of one kind, of one agency when it is asked for."""
    figures = board(request.actor)
    codes = [kind.code for kind, _number in figures.kinds]
    asked = request.GET.get("kind", "")
    chosen = asked if asked in codes else next((kind.code for kind, number in figures.kinds if number), codes[0])
    given = request.GET.get("agency", "")
    agency = next((row.agency for row in figures.agencies if row.agency and str(row.agency.pk) == given), None)
    found = open_findings(request.actor, chosen)
    if agency or given == NOBODY:
        found = found.filter(agency=agency)
    after = _place(request.GET.get("after", ""))
    rows = list((found.filter(after) if after else found).select_related("petition", "agency")[: PAGE + 1])
    loads = [Load(row) for row in figures.agencies]
    shown, today = rows[:PAGE], office_date(datetime.now(UTC))
    context: dict[str, Any] = {
        "figures": figures,
        "first": loads[:FIRST_AGENCIES],
        "rest": loads[FIRST_AGENCIES:],
        "kind": KINDS[chosen],
        "agency": agency,
        "rows": [Row(one, KINDS[chosen], today) for one in shown],
        "after": f"{shown[-1].since.timestamp():.6f}_{shown[-1].pk}" if len(rows) > PAGE else "",
        "is_first": after is None,
        "refresh": REFRESH_SECONDS,
        "at": datetime.now(UTC),
        "may_pause": agency is not None and oversees(request.actor, agency),
    }
    return render(request, "desk/supervision/board.html", context)


def _place(given: str) -> Q | None:
    """Return the condition “behind this row”; None for what is no row's place."""
    since, _stop, pk = given.partition("_")
    try:
        at, last = datetime.fromtimestamp(float(since), UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
    if last >= 2**63:
        return None
    return Q(since__gt=at) | Q(since=at, pk__gt=last)


class DealForm(Form):
    """How it was dealt with."""

    reason = forms.CharField(
        label=gettext_lazy("怎样处理的"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("如“已电话提醒”“已发督办单”“答复没有问题”。密封保存。"),
    )  # fmt: skip


@for_staff(*SUPERVISES)
def deal(request: DeskRequest, finding_id: int) -> HttpResponse:
    """Show one finding; one that lasts is marked as dealt with, with a reason."""
    found = findings_for(request.actor).select_related("agency", "petition", "ended_by").filter(pk=finding_id).first()
    if found is None:
        raise Http404
    form = DealForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            changes.deal_with(found.pk, form.cleaned_data["reason"], request.actor)
        except NotFound as missing:
            raise Http404 from missing
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("已标为处理过。"))
            return SeeOther(f"{reverse('desk:supervision')}?kind={found.kind}")
    kind = KINDS[found.kind]
    context = {
        "row": Row(found, kind, office_date(datetime.now(UTC))),
        "found": found,
        "kind": kind,
        "form": form if kind.lasting and found.is_open else None,
        "when": words.moment(found.since),
    }
    return render(request, "desk/supervision/finding.html", context, status=422 if form.errors else 200)
