"""How long the answers to orders may take: the office's own days, for supervisors to set."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.petitions.deadlines.rules import Unit
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import OrderLimit
from yiwang.supervision.orders.kinds import CHOICES, ROWS
from yiwang.supervision.orders.limits import present, set_limit
from yiwang.ui import words
from yiwang.ui.forms import Form

UNITS = {Unit.DAYS: _("天"), Unit.WORKING_DAYS: _("个工作日")}


class LimitForm(Form):
    """One kind, its number and what is counted."""

    kind = forms.ChoiceField(label=_("种类"), choices=CHOICES)
    number = forms.IntegerField(label=_("天数"))
    unit = forms.ChoiceField(label=_("怎样算"), choices=[(Unit.DAYS, _("自然日")), (Unit.WORKING_DAYS, _("工作日"))])


@for_staff(Role.SUPERVISOR)
def limits_page(request: DeskRequest) -> HttpResponse:
    """Show and set the limits. They bind what is issued from then on. Only for supervisors of an office."""
    may_set = any(post.role == Role.SUPERVISOR and post.agency.parent_id is None for post in request.actor.posts)
    form = LimitForm(request.POST if request.method == "POST" and may_set else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            set_limit(given["kind"], given["number"], given["unit"], request.user, datetime.now(UTC))
        except Refused as refused:
            form.add_error("number" if refused.code == "no_days" else None, refused.message)
        else:
            messages.success(request, gettext("已保存，从现在下达的起算。"))
            return SeeOther(reverse("desk:order_limits"))
    numbers = present()
    own = {row.kind: row for row in OrderLimit.objects.select_related("set_by")}
    rows = [
        (
            kind,
            numbers[kind.code][0],
            UNITS[Unit(numbers[kind.code][1])],
            words.article(kind.article),
            own.get(kind.code),
        )
        for kind in ROWS
    ]
    context = {"rows": rows, "form": form, "may_set": may_set}
    return render(request, "desk/orders/limits.html", context, status=422 if form.errors else 200)
