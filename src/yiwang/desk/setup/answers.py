"""Standard answers 标准答复: paragraphs that an answer may start from. Approvers keep those of their agencies, administrators all."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Agency, Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff, note_search
from yiwang.desk.work.filters import tree_choices
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category, StandardAnswer
from yiwang.petitions.reference import save_standard_answer
from yiwang.ui.forms import Form

EDITORS = (Role.SYSTEM_ADMINISTRATOR, Role.APPROVER)


class AnswerForm(Form):
    """Title, text, and where it is offered."""

    title = forms.CharField(label=_("标题"), max_length=80)
    text = forms.CharField(label=_("内容"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10}))
    category = forms.ChoiceField(label=_("分类"), required=False, help_text=_("选了分类，只在这类信访件里提出。"))
    agency = forms.ChoiceField(label=_("单位"), required=False)
    active = forms.BooleanField(label=_("启用"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category, agency = self.fields["category"], self.fields["agency"]
        assert isinstance(category, forms.ChoiceField)
        assert isinstance(agency, forms.ChoiceField)
        category.choices = [("", _("所有分类")), *tree_choices(Category.objects.filter(active=True))]
        if actor.has(Role.SYSTEM_ADMINISTRATOR):
            agency.choices = [("", _("所有单位")), *tree_choices(Agency.objects.filter(active=True))]
        else:
            agency.choices = tree_choices(Agency.objects.filter(pk__in=_approves_for(actor)))
            agency.required = True


def _approves_for(actor: Actor) -> set[int]:
    return {post.agency_id for post in actor.posts if post.role == Role.APPROVER}


def _editable(actor: Actor) -> QuerySet[StandardAnswer]:
    rows = StandardAnswer.objects.select_related("agency", "category").order_by("-active", "title", "id")
    return rows if actor.has(Role.SYSTEM_ADMINISTRATOR) else rows.filter(agency__in=_approves_for(actor))


@for_staff(*EDITORS)
@require_safe
def answer_list(request: DeskRequest) -> HttpResponse:
    """Show those that the reader may edit; find by words."""
    typed = request.GET.get("q", "").strip()
    rows = _editable(request.actor)
    if typed:
        note_search(request, "standard_answers", "words")
        rows = rows.filter(Q(title__icontains=typed) | Q(text__icontains=typed))
    return render(request, "desk/setup/answers.html", {"rows": rows, "typed": typed})


@for_staff(*EDITORS)
def edit(request: DeskRequest, answer_id: int | None = None) -> HttpResponse:
    """Add or change one."""
    answer = get_object_or_404(_editable(request.actor), pk=answer_id) if answer_id else StandardAnswer(active=True)
    initial = {
        "title": answer.title, "text": answer.text, "category": answer.category_id, "agency": answer.agency_id, "active": answer.active,
    }  # fmt: skip
    form = AnswerForm(request.actor, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer.title, answer.text, answer.active = given["title"], given["text"], given["active"]
        answer.category_id = int(given["category"]) if given["category"] else None
        answer.agency_id = int(given["agency"]) if given["agency"] else None
        save_standard_answer(answer, request.user)
        messages.success(request, gettext("已保存。"))
        return SeeOther(reverse("desk:setup_answers"))
    context = {
        "form": form,
        "title": gettext("标准答复") if answer_id else gettext("添加标准答复"),
        "back": reverse("desk:setup_answers"),
        "button": gettext("保存"),
    }
    return render(request, "desk/setup/form.html", context, status=422 if form.errors else 200)
