"""The behaviour log 系统行为日志 for the auditor: who did what to which record, when. Reading it is a line of its own."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role, Staff
from yiwang.desk.access import DeskRequest, for_staff
from yiwang.desk.work.reasons import REASONS
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import TRANSITIONS
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.visibility import visible_to
from yiwang.store.ids import first_id_at
from yiwang.ui.forms import Form
from yiwang.workdays.counting import end_of, start_of

PAGE = 100
ACTS: dict[str, Any] = {
    **{row.action: row.label for row in TRANSITIONS},
    "look": _("查看信访件"),
    "unseal": _("查看身份"),
    "find_person": _("按人查找"),
    "find_by_phone": _("按电话查重"),
    "tell": _("告知"),
    "login": _("登录"),
    "logout": _("退出"),
    "change_password": _("更改密码"),
    "add_staff": _("添加人员"),
    "reset_password": _("重设密码"),
    "give_post": _("给岗位"),
    "end_post": _("取消岗位"),
    "deactivate_staff": _("停用人员"),
    "activate_staff": _("启用人员"),
    "note_absence": _("登记不在岗"),
    "end_absence": _("取消不在岗"),
    "add_agency": _("添加单位"),
    "change_agency": _("更改单位"),
    "move_agency": _("移动单位"),
    "deactivate_agency": _("停用单位"),
    "activate_agency": _("启用单位"),
    "add_category": _("添加分类"),
    "change_category": _("更改分类"),
    "move_category": _("移动分类"),
    "deactivate_category": _("停用分类"),
    "activate_category": _("启用分类"),
    "add_region": _("添加地区"),
    "change_region": _("更改地区"),
    "move_region": _("移动地区"),
    "deactivate_region": _("停用地区"),
    "activate_region": _("启用地区"),
    "add_standard_answer": _("添加标准答复"),
    "change_standard_answer": _("更改标准答复"),
    "change_workday": _("更改工作日"),
    "enter_year": _("输入工作日历"),
    "enter_local_limits": _("规定本单位时限"),
    "retry_notices": _("重发消息"),
    "look_journal": _("查看行为日志"),
    "change_door_limit": _("更改访问限制"),
    "scan_file": _("查毒"),
}
WHY: dict[str, Any] = {
    **dict(REASONS),
    **dict(Role.choices),
    "to_tell": _("告知信访人"),
    "first_or_repeated": _("判断初次还是重复"),
    "telephone": _("打电话"),
    "post": _("寄信"),
    "in_person": _("当面"),
    "not_entitled": _("岗位不能这样做"),
    "wrong_state": _("状态不对"),
    "changed_meanwhile": _("别人刚处理过"),
    "not_found": _("无权查看"),
    "not_read_back": _("没有读给信访人听"),
    "wrong_password": _("密码不对"),
    "unknown_user": _("没有这个用户"),
    "clean": _("没有病毒"),
    "infected": _("有病毒"),
    "failed": _("没能查毒"),
}
"""Codes of reasons in words; one that is not here is shown as the code."""
ACTORS = (("staff", _("工作人员")), ("citizen", _("信访人")), ("system", _("系统")))


class Filters(Form):
    """Which lines."""

    who = forms.CharField(label=_("用户名"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("谁"), choices=[("", _("全部")), *ACTORS], required=False)
    act = forms.ChoiceField(label=_("做什么"), required=False)
    number = forms.CharField(label=_("信访件编号"), max_length=40, required=False)
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    refused = forms.BooleanField(label=_("只看被拒绝的"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["act"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *ACTS.items()]


@dataclass(frozen=True)
class Line:
    """One line in words: names where there are any, else ids."""

    record: Record
    who: str
    act: str
    subject: str
    why: str


@for_staff(Role.AUDITOR)
@require_safe
def journal(request: DeskRequest) -> HttpResponse:
    """Show the lines, newest first; a page is a handful of statements, whatever the length of the log."""
    form = Filters(request.GET)
    form.is_valid()
    before = request.GET.get("before", "")
    rows = _narrowed(form.cleaned_data).order_by("-id")
    if before.isdecimal() and len(before) < 20:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    log.write([log.line("look_journal", actor_kind="staff", actor_id=request.user.pk, subject_kind="journal")])
    context = {
        "form": form,
        "lines": _in_words(found[:PAGE]),
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "desk/setup/journal.html", context)


def _narrowed(given: dict[str, Any]) -> QuerySet[Record]:
    rows = Record.objects.all()
    if given.get("who"):
        staff = Staff.objects.filter(username=given["who"].strip()).values_list("pk", flat=True).first()
        rows = rows.filter(actor_kind="staff", actor_id=staff or 0)
    if given.get("kind"):
        rows = rows.filter(actor_kind=given["kind"])
    if given.get("act"):
        rows = rows.filter(act=given["act"])
    if given.get("number"):
        number = normalise_number(given["number"])
        petition = visible_to(Actor.system()).filter(number=number).values_list("pk", flat=True).first()
        rows = rows.filter(subject_kind="petition", subject_id=petition or 0)
    if given.get("since"):
        rows = rows.filter(pk__gte=first_id_at(start_of(given["since"])))
    if given.get("until"):
        rows = rows.filter(pk__lt=first_id_at(end_of(given["until"])))
    if given.get("refused"):
        rows = rows.filter(result=Record.Result.REFUSED)
    return rows


def _in_words(records: list[Record]) -> list[Line]:
    people = Staff.objects.in_bulk(
        {row.actor_id for row in records if row.actor_kind == "staff" and row.actor_id}
        | {row.subject_id for row in records if row.subject_kind == "staff" and row.subject_id}
    )
    ids = [row.subject_id for row in records if row.subject_kind == "petition" and row.subject_id]
    numbers = dict(visible_to(Actor.system()).filter(pk__in=ids).values_list("pk", "number"))
    kinds = dict(ACTORS)
    lines = []
    for row in records:
        person = people.get(row.actor_id) if row.actor_kind == "staff" and row.actor_id else None
        who = f"{person.name}（{person.username}）" if person else str(kinds.get(row.actor_kind, row.actor_kind))
        subject = ""
        if row.subject_kind == "petition" and row.subject_id:
            subject = numbers.get(row.subject_id, str(row.subject_id))
        elif row.subject_kind == "staff" and row.subject_id in people:
            subject = people[row.subject_id].name
        elif row.subject_id:
            subject = f"{row.subject_kind} {row.subject_id}"
        lines.append(
            Line(row, who, str(ACTS.get(row.act, row.act)), subject or "—", str(WHY.get(row.reason, row.reason)) or "—")
        )
    return lines
