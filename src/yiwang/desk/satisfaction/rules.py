"""The office's rules for ratings 评价规则, entered as a whole version."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.petitions.models import RatingRules
from yiwang.petitions.refusals import Refused
from yiwang.petitions.verdicts import Level, rules_now
from yiwang.satisfaction.rules import LONGEST_WINDOW, MOST_LEVELS, MOST_LOOKS, LevelGiven, enter_rules
from yiwang.ui.forms import Form, speak_plainly

WHERE = {"no_window": "window_days", "no_looks": "second_looks", "no_silent_level": "silent", "no_network": "networks"}


class RulesForm(Form):
    """All of a version: the levels from best to worst, then the rest."""

    window_days = forms.IntegerField(
        label=_("评价期限（天）"), min_value=1, max_value=LONGEST_WINDOW, help_text=_("从答复送达的第二天算起。")
    )
    silent = forms.ChoiceField(
        label=_("期满未评价"), required=False, help_text=_("不管怎么选，期满未评价的都单独列出，不和评价混在一起。")
    )
    silent_counts = forms.BooleanField(label=_("期满未评价的也计入满意率"), required=False)
    second_looks = forms.IntegerField(
        label=_("同一件信访，复看后最多重新办理几次"), min_value=0, max_value=MOST_LOOKS,
        help_text=_("到了次数，复看只能维持答复；信访人仍可以申请复查。"),
    )  # fmt: skip
    networks = forms.CharField(
        label=_("本单位的网络"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个，例如 10.1.0.0/16。从这里作出的评价会标出来，供督查员看；地址本身不保存。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = rules_now()
        for place in range(MOST_LEVELS):
            self._add_level(place, present.levels[place] if place < len(present.levels) else None)
        silent = self.fields["silent"]
        assert isinstance(silent, forms.ChoiceField)
        numbered = [(str(n), gettext("算第 %(number)d 级") % {"number": n + 1}) for n in range(MOST_LEVELS)]
        silent.choices = [("", gettext("不算评价")), *numbered]
        chosen = next((n for n, one in enumerate(present.levels) if one.code == present.silent_level), "")
        for name, value in {
            "window_days": present.window_days, "silent": str(chosen), "silent_counts": present.silent_counts,
            "second_looks": present.second_looks, "networks": "\n".join(present.networks),
        }.items():  # fmt: skip
            self.initial.setdefault(name, value)

    def _add_level(self, place: int, level: Level | None) -> None:
        words = {"number": place + 1}
        made: dict[str, forms.Field] = {
            "code": forms.CharField(required=False, max_length=12, widget=forms.HiddenInput),
            "name": forms.CharField(label=gettext("第 %(number)d 级") % words, required=False, max_length=20),
            "name_en": forms.CharField(
                label=gettext("第 %(number)d 级英文名称") % words, required=False, max_length=40
            ),
            "satisfied": forms.BooleanField(label=gettext("第 %(number)d 级算满意") % words, required=False),
        }
        for column, field in made.items():
            self.fields[f"{column}_{place}"] = speak_plainly(field)
        if level:
            name, name_en = level.names
            initial = {"code": level.code, "name": name, "name_en": name_en, "satisfied": level.satisfied}
            for column, value in initial.items():
                self.initial.setdefault(f"{column}_{place}", value)

    def levels_drawn(self) -> list[dict[str, Any]]:
        """Return the fields of each level."""
        return [
            {name: self[f"{name}_{place}"] for name in ("code", "name", "name_en", "satisfied")}
            for place in range(MOST_LEVELS)
        ]

    def given(self) -> tuple[list[LevelGiven], dict[str, Any]]:
        """Return the levels, and what else a version holds; the form is valid."""
        data = self.cleaned_data
        rows = [
            LevelGiven(data[f"name_{n}"], data[f"satisfied_{n}"], data[f"name_en_{n}"], data[f"code_{n}"])
            for n in range(MOST_LEVELS)
        ]
        silent = rows[int(data["silent"])].name if data["silent"] else ""
        more = {name: data[name] for name in ("window_days", "silent_counts", "second_looks")}
        networks = [line for line in data["networks"].splitlines() if line.strip()]
        return [one for one in rows if one.name.strip()], {**more, "silent": silent, "networks": networks}


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def rules_page(request: DeskRequest) -> HttpResponse:
    """Show the rules in force and the versions before; enter a new one."""
    form = RulesForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        levels, more = form.given()
        try:
            made = enter_rules(levels, request.user, **more)
        except Refused as refused:
            form.add_error(WHERE.get(refused.code), refused.message)
        else:
            messages.success(request, gettext("已保存为第 %(number)d 号。") % {"number": made.number})
            return SeeOther(reverse("desk:setup_ratings"))
    versions = RatingRules.objects.select_related("entered_by").prefetch_related("levels").order_by("-number")
    context = {"form": form, "present": rules_now(), "versions": versions}
    return render(request, "desk/satisfaction/rules.html", context, status=422 if form.errors else 200)
