"""“To tell by telephone or post” 待告知: who left no address that a machine can write to, ticked off by whoever told them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.intake.forms import CLERKS
from yiwang.journal import log
from yiwang.outbox.delivery import mark_told
from yiwang.outbox.models import Notice
from yiwang.petitions.actions import Deliver, Refused
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.rating_links import without_link
from yiwang.petitions.visibility import visible_to
from yiwang.ui.forms import Form

PAGE = 50
HOW = (("telephone", _("打电话告诉了")), ("post", _("寄出了")), ("in_person", _("当面告诉了")))
KINDS: dict[str, str | Promise] = {
    "filed": _("收到"),
    "referred": _("转办"),
    "accepted": _("受理"),
    "request_more": _("请补充"),
    "answered": _("答复"),
    "not_taken": _("不予受理"),
    "merged": _("并案"),
    "withdrawn": _("撤回"),
    "reopened": _("重新办理"),
    "setup_link": _("工作人员的设置链接"),
    "contact_code": _("信访人的验证码"),
    "factors_reset": _("工作人员的第二验证方式被清除"),
    "alert": _("运行告警"),
}


class Told(Form):
    """How it was told."""

    how = forms.ChoiceField(label=_("怎样告诉的"), choices=HOW, widget=forms.RadioSelect)


@dataclass(frozen=True)
class Row:
    """One line of the list: nothing of the person, nor of the words."""

    notice: Notice
    petition: Petition

    @property
    def kind(self) -> str:
        return str(KINDS.get(self.notice.kind, self.notice.kind))


def pending(actor: Actor) -> QuerySet[Notice]:
    """Return what waits to be told by the actor's offices, as far as they may see the petition."""
    offices = [office.pk for office in actor.offices]
    return Notice.objects.filter(
        Exists(visible_to(actor).filter(pk=OuterRef("petition_id"))),
        office_id__in=offices, state=Notice.State.PENDING, route=Notice.PERSON,
    ).order_by("id")  # fmt: skip


@for_staff(*CLERKS)
@require_safe
def to_tell(request: DeskRequest) -> HttpResponse:
    """Show the list, the oldest first."""
    after = request.GET.get("after", "")
    waiting = pending(request.actor)
    found = list((waiting.filter(pk__gt=int(after)) if after.isdecimal() and len(after) < 20 else waiting)[: PAGE + 1])
    petitions = visible_to(request.actor).in_bulk([notice.petition_id for notice in found if notice.petition_id])
    rows = [Row(notice, petitions[notice.petition_id]) for notice in found[:PAGE] if notice.petition_id]
    context = {"rows": rows, "more": found[PAGE - 1].pk if len(found) > PAGE else None}
    return render(request, "desk/setup/to_tell.html", context)


@for_staff(*CLERKS)
@sensitive_variables("words", "phone", "address")
def notice(request: DeskRequest, notice_id: int) -> HttpResponse:
    """Show the words to say and whom to say them to (each look is logged); tick it off."""
    found = get_object_or_404(pending(request.actor), pk=notice_id)
    petition = get_object_or_404(visible_to(request.actor).select_related("petitioner", "answer"), pk=found.petition_id)
    form = Told(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _tick_off(request, found, petition, form.cleaned_data["how"])
        following = pending(request.actor).filter(pk__gt=found.pk).values_list("pk", flat=True).first()
        if following and "next" in request.POST:
            return SeeOther(reverse("desk:to_tell_one", args=[following]))
        return SeeOther(reverse("desk:to_tell"))
    log.write(
        [
            log.line(
                "unseal", actor_kind="staff", actor_id=request.user.pk, subject_kind="petition", subject_id=petition.pk,
                reason="to_tell",
            )
        ]
    )  # fmt: skip
    petitioner = petition.petitioner
    context = {
        "notice": found,
        "kind": str(KINDS.get(found.kind, found.kind)),
        "petition": petition,
        "words": without_link(found.unseal("body")),
        "answer": petition.answer.words(petition) if found.kind == "answered" and petition.answer else "",
        "name": petitioner.unseal("name"),
        "phone": petitioner.unseal("phone"),
        "address": petitioner.unseal("address"),
        "form": form,
    }
    return render(request, "desk/setup/to_tell_one.html", context, status=422 if form.errors else 200)


def _tick_off(request: DeskRequest, found: Notice, petition: Petition, how: str) -> None:
    """Note that it was told; an answer that was told is delivered, and appeals are counted from now."""
    with transaction.atomic():
        if not mark_told(found, request.user.pk, how, datetime.now(UTC)):
            messages.info(request, gettext("刚才已有同事告知过了。"))
            return
        log.write(
            [
                log.line(
                    "tell", actor_kind="staff", actor_id=request.user.pk, subject_kind="petition", subject_id=petition.pk, reason=how
                )
            ]
        )  # fmt: skip
        if found.kind == "answered":
            try:
                Deliver(how=how).run(request.actor, petition.pk)
            except Refused as refused:
                if refused.code not in {"delivered", "wrong_state"}:
                    raise
    messages.success(request, gettext("已记下：%(number)s 已告知。") % {"number": petition.number})
