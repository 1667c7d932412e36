"""How often anybody may knock 访问限制: the limits of `yiwang.doors`, each a row that a security administrator changes or switches off."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.doors.changes import change_limit
from yiwang.doors.models import Limit
from yiwang.ui.forms import Form
from yiwang.ui.waiting import in_words

LONGEST_MINUTES = 7 * 24 * 60
MOST = 10**9


class LimitForm(Form):
    """What a limit allows, and what happens beyond it."""

    most = forms.IntegerField(label=_("最多几次"), min_value=1, max_value=MOST)
    minutes = forms.IntegerField(
        label=_("在几分钟内"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text=_("用完以后，按这个速度慢慢恢复，不是到点一起恢复。"),
    )
    then = forms.ChoiceField(
        label=_("超过以后"), choices=Limit.Then.choices, widget=forms.RadioSelect,
        help_text=_("很多人会共用一个网络地址，所以先用小计算，只在远远超过时才让人等。"),
    )  # fmt: skip
    active = forms.BooleanField(label=_("启用"), required=False)


@for_staff(Role.SECURITY_ADMINISTRATOR)
@require_safe
def limits(request: DeskRequest) -> HttpResponse:
    """Show all limits."""
    rows: list[tuple[Limit, str]] = [(row, in_words(row.seconds)) for row in Limit.objects.all()]
    return render(request, "desk/setup/doors.html", {"rows": rows})


@for_staff(Role.SECURITY_ADMINISTRATOR)
def limit(request: DeskRequest, limit_id: int) -> HttpResponse:
    """Change one."""
    row = get_object_or_404(Limit, pk=limit_id)
    initial: dict[str, Any] = {
        "most": row.most, "minutes": max(row.seconds // 60, 1), "then": row.then, "active": row.active,
    }  # fmt: skip
    form = LimitForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            changed = change_limit(
                row, request.user.pk, most=given["most"], seconds=given["minutes"] * 60, then=given["then"],
                active=given["active"],
            )  # fmt: skip
        except ValidationError:
            form.add_error("minutes", gettext("同样的限制已经有一条是这个时间了，请换一个时间，或者改那一条。"))
        else:
            if changed:
                messages.success(request, gettext("已保存，从现在起重新计数。"))
            return SeeOther(reverse("desk:setup_doors"))
    context = {
        "form": form,
        "title": f"{row.get_name_display()}：{row.get_per_display()}",
        "back": reverse("desk:setup_doors"),
        "button": gettext("保存"),
    }
    return render(request, "desk/setup/form.html", context, status=422 if form.errors else 200)
