"""Days away and stand-ins 代班: everybody enters their own, security administrators everybody's."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.changes import ChangeRefused, end_absence, note_absence
from yiwang.agencies.models import Absence, Post, Role, Staff
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date

MOST = 200


class Away(Form):
    """Who is away, on which days, and who acts meanwhile."""

    staff = forms.ChoiceField(label=_("谁不在岗"))
    first_day = forms.DateField(label=_("第一天"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("最后一天"), widget=forms.DateInput(attrs={"type": "date"}))
    stand_in = forms.ChoiceField(
        label=_("谁代班"), required=False, help_text=_("代班人这几天能做不在岗的人能做的事，记录里写明“代”。")
    )
    note = forms.CharField(label=_("备注"), max_length=120, required=False)

    def __init__(self, request: DeskRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        me, everybody = request.user, request.actor.has(Role.SECURITY_ADMINISTRATOR)
        people = Staff.objects.filter(is_active=True).order_by("name")
        if not everybody:
            agencies = Post.objects.filter(staff=me).values("agency")
            people = people.filter(posts__agency__in=agencies).distinct()
        named = [(str(one.pk), f"{one.name}（{one.username}）") for one in people]
        staff, stand_in = self.fields["staff"], self.fields["stand_in"]
        assert isinstance(staff, forms.ChoiceField)
        assert isinstance(stand_in, forms.ChoiceField)
        stand_in.choices = [("", _("没有人代班")), *named]
        if everybody:
            staff.choices = [("", _("请选择")), *named]
        else:
            del self.fields["staff"]


@for_staff()
def absences(request: DeskRequest) -> HttpResponse:
    """Show who is away, enter days, take them back."""
    today = office_date(datetime.now(UTC))
    everybody = request.actor.has(Role.SECURITY_ADMINISTRATOR)
    rows = Absence.objects.filter(last_day__gte=today).select_related("staff", "stand_in").order_by("first_day", "id")
    if not everybody:
        rows = rows.filter(Q(staff=request.user) | Q(stand_in=request.user))
    doing = request.POST.get("do", "")
    form = Away(request, request.POST if doing == "note" else None, initial={"staff": request.GET.get("staff", "")})
    if doing == "end":
        own = rows if everybody else rows.filter(staff=request.user)
        chosen = request.POST.get("absence", "")
        end_absence(get_object_or_404(own, pk=int(chosen) if chosen.isdecimal() else 0), request.user)
        messages.success(request, gettext("已取消。"))
        return SeeOther(reverse("desk:absences"))
    if doing == "note" and form.is_valid():
        given = form.cleaned_data
        people = Staff.objects.in_bulk([int(pk) for pk in (given.get("staff"), given["stand_in"]) if pk])
        try:
            note_absence(
                people[int(given["staff"])] if given.get("staff") else request.user,
                people[int(given["stand_in"])] if given["stand_in"] else None,
                given["first_day"], given["last_day"], given["note"], request.user, today,
            )  # fmt: skip
        except ChangeRefused as refused:
            form.add_error("stand_in" if refused.code in {"oneself", "inactive", "apart"} else None, refused.message)
        else:
            messages.success(request, gettext("已登记。"))
            return SeeOther(reverse("desk:absences"))
    context = {"rows": rows[:MOST], "form": form, "everybody": everybody, "today": today}
    return render(request, "desk/setup/absences.html", context, status=422 if form.errors else 200)
