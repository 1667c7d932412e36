"""Staff and their posts 岗位: system administrators keep the accounts, security administrators say who holds which post."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from yiwang.agencies.changes import (
    ChangeRefused,
    activate_staff,
    change_contact,
    deactivate_staff,
    end_post,
    give_post,
)
from yiwang.agencies.models import Agency, Post, Role, Staff
from yiwang.desk.access import DeskRequest, SeeOther, for_staff, no_access, note_search
from yiwang.desk.work.filters import tree_choices
from yiwang.logins.factors import ResetReason, factors_of, reset_factors
from yiwang.logins.links import Invitation, invite, reset_by_link, send_link
from yiwang.logins.outside import is_bound, unbind
from yiwang.logins.refusals import LoginRefused
from yiwang.logins.sessions import end_all
from yiwang.petitions.actions import Refused
from yiwang.petitions.models import Petition
from yiwang.petitions.reference import hand_over_all, held_by
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date

MOST_LISTED = 300
KEEPERS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)
DEEDS = {
    "give": Role.SECURITY_ADMINISTRATOR,
    "end": Role.SECURITY_ADMINISTRATOR,
    "factors": Role.SECURITY_ADMINISTRATOR,
    "unbind": Role.SECURITY_ADMINISTRATOR,
    "contact": Role.SYSTEM_ADMINISTRATOR,
    "link": Role.SYSTEM_ADMINISTRATOR,
    "activate": Role.SYSTEM_ADMINISTRATOR,
}
"""Who does what on a person's page."""


class NewPerson(Form):
    """Who starts."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.RegexField(
        r"^[a-z0-9._-]{3,40}$",
        label=_("用户名"),
        help_text=_("登录用：3 到 40 个小写字母、数字、点或连字符。"),
        error_messages={"invalid": _("用户名只用小写字母、数字、点和连字符，3 到 40 个。")},
    )
    telephone = forms.CharField(label=_("电话"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("电子邮箱"), max_length=120, required=False, help_text=_("填了的话，设置链接直接寄给本人，您也看不到。")
    )


class Contact(Form):
    """How somebody is reached."""

    telephone = forms.CharField(label=_("电话"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("电子邮箱"), max_length=120, required=False, help_text=_("设置链接和登录的变动寄到这里。")
    )


class Reset(Form):
    """Why somebody's second factors are taken away."""

    reason = forms.ChoiceField(label=_("原因"), choices=[("", _("请选择")), *ResetReason.choices])


class NewPost(Form):
    """A role in an agency."""

    agency = forms.ChoiceField(label=_("单位"))
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    compartment = forms.BooleanField(
        label=_("可阅检举控告"),
        required=False,
        help_text=_("只给确需办理检举控告的人（第三十条）；给安全审计员的，是能看检举控告的行为日志。"),
    )
    since = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *tree_choices(Agency.objects.filter(active=True))]


class Successors(Form):
    """For each agency in which somebody holds petitions, who goes on."""

    def __init__(self, staff: Staff, held: list[Petition], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = {petition.lead_agency_id: petition.lead_agency for petition in held if petition.lead_agency}
        today = office_date(datetime.now(UTC))
        others = Post.objects.filter(
            Post.held_on(today), agency__in=agencies, staff__is_active=True
        ).exclude(staff=staff).select_related("staff").order_by("staff__name")  # fmt: skip
        for agency_id, agency in agencies.items():
            people = {post.staff_id: post.staff.name for post in others if post.agency_id == agency_id}
            self.fields[f"to_{agency_id}"] = forms.ChoiceField(
                label=gettext("%(agency)s的%(number)d件交给")
                % {"agency": agency, "number": sum(petition.lead_agency_id == agency_id for petition in held)},
                choices=[("", gettext("请选择")), *people.items()],
                error_messages={"required": gettext("请选择由谁接着办。")},
            )

    def chosen(self) -> dict[int, Staff]:
        """Return who goes on, by agency."""
        ids = {int(name.removeprefix("to_")): int(value) for name, value in self.cleaned_data.items()}
        people = Staff.objects.in_bulk(ids.values())
        return {agency_id: people[staff_id] for agency_id, staff_id in ids.items()}


@for_staff(*KEEPERS)
@require_safe
def staff_list(request: DeskRequest) -> HttpResponse:
    """Show everybody with their posts; find by name, user name or agency."""
    typed = request.GET.get("q", "").strip()
    people = Staff.objects.order_by("-is_active", "name").prefetch_related(
        Prefetch("posts", Post.objects.select_related("agency").order_by("agency__path", "role"))
    )
    if typed:
        note_search(request, "staff", "words")
        in_agency = Post.objects.filter(agency__name__icontains=typed).values("staff")
        people = people.filter(Q(name__icontains=typed) | Q(username__icontains=typed) | Q(pk__in=in_agency))
    shown = list(people[: MOST_LISTED + 1])
    context = {
        "people": shown[:MOST_LISTED], "more": len(shown) > MOST_LISTED, "typed": typed,
        "keeps_accounts": request.actor.has(Role.SYSTEM_ADMINISTRATOR),
    }  # fmt: skip
    return render(request, "desk/setup/staff.html", context)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@sensitive_variables("invitation")
def add(request: DeskRequest) -> HttpResponse:
    """Add somebody, and show or send their set-up link, once."""
    form = NewPerson(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite(**form.cleaned_data, by=request.user)
        except ChangeRefused as refused:
            form.add_error("username", refused.message)
        else:
            return _hand_over(request, invitation)
    context = {
        "form": form,
        "title": gettext("添加人员"),
        "back": reverse("desk:setup_staff"),
        "button": gettext("添加"),
    }
    return render(request, "desk/setup/form.html", context, status=422 if form.errors else 200)


@for_staff(*KEEPERS)
@sensitive_variables("invitation")
def person(request: DeskRequest, staff_id: int) -> HttpResponse:
    """Show one person: system administrators make a set-up link and open the login again, security administrators do the rest."""
    staff = get_object_or_404(Staff.objects.all(), pk=staff_id)
    today = office_date(datetime.now(UTC))
    doing = request.POST.get("do", "")
    if doing in DEEDS and not request.actor.has(DEEDS[doing]):
        return no_access(request, (DEEDS[doing],))
    form = NewPost(request.POST if doing == "give" else None)
    contact = Contact(
        request.POST if doing == "contact" else None, initial={"telephone": staff.telephone, "email": staff.email}
    )
    reset = Reset(request.POST if doing == "factors" else None)
    here = SeeOther(reverse("desk:setup_person", args=[staff.pk]))
    try:
        if doing == "give" and form.is_valid():
            given = form.cleaned_data
            agency = Agency.objects.get(pk=given.pop("agency"))
            give_post(staff, agency, by=request.user, today=today, **given)
            messages.success(request, gettext("岗位已保存。"))
            return here
        if doing == "end":
            end_post(get_object_or_404(staff.posts.all(), pk=_id(request.POST.get("post"))), request.user, today)
            messages.success(request, gettext("岗位已取消。"))
            return here
        if doing == "contact" and contact.is_valid():
            change_contact(staff, request.user, **contact.cleaned_data)
            messages.success(request, gettext("已保存。"))
            return here
        if doing == "link":
            return _hand_over(request, reset_by_link(staff, request.user))
        if doing == "factors" and reset.is_valid():
            reset_factors(staff, request.user, reset.cleaned_data["reason"])
            messages.success(request, gettext("已清除。本人下次登录时会知道，并重新登记。"))
            return here
        if doing == "unbind":
            unbind(staff, request.user)
            messages.success(request, gettext("已解除。本人下次从统一身份认证登录时重新绑定。"))
            return here
        if doing == "activate":
            activate_staff(staff, request.user)
            messages.success(request, gettext("已重新启用。"))
            return here
    except (ChangeRefused, LoginRefused) as refused:
        if not form.is_bound:
            messages.error(request, refused.message)
            return here
        form.add_error(None, refused.message)
    context = {
        "person": staff,
        "posts": staff.posts.select_related("agency").order_by("agency__path", "role"),
        "absences": staff.absences.filter(last_day__gte=today).select_related("stand_in").order_by("first_day"),
        "today": today,
        "form": form,
        "keeps_accounts": request.actor.has(Role.SYSTEM_ADMINISTRATOR),
        "keeps_security": request.actor.has(Role.SECURITY_ADMINISTRATOR) and staff.pk != request.user.pk,
        "factors": factors_of(staff),
        "bound": is_bound(staff),
        "reset": reset,
        "contact": contact,
    }
    wrong = form.errors or reset.errors or contact.errors
    return render(request, "desk/setup/person.html", context, status=422 if wrong else 200)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def leave(request: DeskRequest, staff_id: int) -> HttpResponse:
    """Hand over what somebody holds, then close their login."""
    staff = get_object_or_404(Staff.objects.all(), pk=staff_id)
    held = held_by(staff)
    form = Successors(staff, held, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            handed = hand_over_all(staff, form.chosen(), request.user)
            deactivate_staff(staff, request.user, office_date(datetime.now(UTC)), still_held=len(held_by(staff)))
            end_all(staff)
        except (ChangeRefused, Refused) as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request, gettext("已停用%(name)s，移交%(number)d件。") % {"name": staff.name, "number": handed}
            )
            return SeeOther(reverse("desk:setup_staff"))
    context = {"person": staff, "held": held_by(staff) if form.errors else held, "form": form}
    return render(request, "desk/setup/leave.html", context, status=422 if form.errors else 200)


def _hand_over(request: DeskRequest, invitation: Invitation) -> HttpResponse:
    """Mail the link to its owner; else answer the POST with it: it is in no session and no message, and not shown twice."""
    sent = send_link(invitation)
    return render(request, "desk/setup/link_once.html", {"invitation": invitation, "sent": sent})


def _id(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
