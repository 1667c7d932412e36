"""One's own data 个人信息: ask for a copy, a correction or a deletion, and take the copy that was granted."""

import json
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.petitions import actions
from yiwang.petitions.actions.personal import CORRECTED, LONGEST_VALUE
from yiwang.petitions.models import DataRequest, Petition
from yiwang.petitions.personal import copy_of
from yiwang.portal.own import attempt, granted, to_page
from yiwang.satisfaction.callbacks.copying import calls_of
from yiwang.ui.forms import Form
from yiwang.vault.sealing import open_under

LABELS = {
    "name": _("姓名"), "phone": _("电话"), "email": _("邮箱"), "id_number": _("证件号码"), "address": _("地址"),
    "guardian": _("监护人"), "other": _("其他"),
}  # fmt: skip


class Asked(Form):
    """Which of the three, and in the case of a correction of what."""

    kind = forms.ChoiceField(label=_("您要什么"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect)
    what = forms.ChoiceField(
        label=_("更正哪一项"), required=False, choices=[("", _("请选择")), *((name, LABELS[name]) for name in CORRECTED)],
        help_text=_("只在更正时选。"),
    )  # fmt: skip
    words = forms.CharField(
        label=_("正确的内容，或者删除的理由"), required=False, max_length=LONGEST_VALUE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def data(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Show what was asked and answered, and ask."""
    form = Asked(request.POST) if request.method == "POST" else Asked()
    if request.method == "POST" and form.is_valid():
        refused = attempt(actions.AskForData(**form.cleaned_data), petition)
        if refused is None:
            return to_page(petition, "own_data")
        form.add_error("words" if refused.code == "no_words" else None, refused.message)
    key = petition.key
    rows = [(row, open_under(key, row, "sealed_reason")) for row in petition.data_requests.order_by("-id")]
    context = {"petition": petition, "form": form, "rows": rows, "may_copy": _may_copy(petition)}
    return render(request, "portal/own_data.html", context)


@require_safe
@granted
def copy(request: HttpRequest, petition: Petition, form: str) -> HttpResponse:
    """The copy that was granted: to be read, or as JSON for a program."""
    if not _may_copy(petition):
        raise Http404
    content = copy_of(petition) | calls_of(petition)
    if form == "json":
        answer = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
        answer.headers["Content-Disposition"] = f'attachment; filename="{petition.number}.json"'
        return answer
    rows = [(name, value) for name, value in flat(content)]
    return render(request, "portal/own_copy.html", {"petition": petition, "rows": rows, "now": datetime.now(UTC)})


def flat(content: Any, name: str = "") -> "list[tuple[str, str]]":
    """Return every value of the copy under the path of its names, for a page that is read."""
    if isinstance(content, dict):
        return [row for part, value in content.items() for row in flat(value, f"{name}.{part}".lstrip("."))]
    if isinstance(content, list):
        return [row for number, value in enumerate(content, 1) for row in flat(value, f"{name} {number}")]
    return [(name, str(content))]


def _may_copy(petition: Petition) -> bool:
    return petition.data_requests.filter(kind=DataRequest.Kind.COPY, state=DataRequest.State.GRANTED).exists()
