"""Setting up call-backs: the rules of dialling, and the script, each a version that follows the last."""

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
from yiwang.petitions.refusals import Refused
from yiwang.satisfaction.callbacks import rules, script
from yiwang.satisfaction.callbacks.rules import BOUNDS, LONGEST_WAIT, MAY_BE_AGAIN, Again
from yiwang.satisfaction.callbacks.script import LONGEST, LONGEST_EN, Line
from yiwang.satisfaction.models import CallRules, Script, ScriptLine
from yiwang.satisfaction.models.calling import Outcome
from yiwang.ui.forms import Form

NUMBERS: dict[str, Any] = {
    "wait_days": _("答复后等几天再打"),
    "forget_days": _("答复后几天以上不再打"),
    "attempts": _("最多打几次"),
    "lease_minutes": _("接了电话留几分钟"),
}
NEW_LINES = 2


class RulesForm(Form):
    """The numbers, the hours, and what follows on each outcome after which one may dial again."""

    hours = forms.CharField(
        label=_("回访时段"), max_length=80, help_text=_("工作日里几点到几点，例如 09:00-11:30 14:30-17:30。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in NUMBERS.items():
            least, most = BOUNDS[name]
            self.fields[name] = forms.IntegerField(
                label=label, min_value=least, max_value=most,
                help_text=gettext("%(least)d到%(most)d。") % {"least": least, "most": most},
            )  # fmt: skip
        for code in MAY_BE_AGAIN:
            label = Outcome(code).label
            self.fields[f"{code}_again"] = forms.BooleanField(
                label=gettext("%(outcome)s：再打") % {"outcome": label}, required=False
            )
            self.fields[f"{code}_minutes"] = forms.IntegerField(
                label=gettext("%(outcome)s：至少隔几分钟") % {"outcome": label}, min_value=0, max_value=LONGEST_WAIT
            )
            self.fields[f"{code}_other_day"] = forms.BooleanField(
                label=gettext("%(outcome)s：当天不再打") % {"outcome": label}, required=False
            )
            self.fields[f"{code}_counts"] = forms.BooleanField(
                label=gettext("%(outcome)s：算一次") % {"outcome": label}, required=False
            )

    def again(self) -> dict[str, Again]:
        """Return what follows on each outcome."""
        given = self.cleaned_data
        return {
            code: Again(
                given[f"{code}_again"], given[f"{code}_minutes"], given[f"{code}_other_day"], given[f"{code}_counts"]
            )
            for code in MAY_BE_AGAIN
        }


def _initial(holding: CallRules) -> dict[str, Any]:
    initial: dict[str, Any] = {name: getattr(holding, name) for name in (*NUMBERS, "hours")}
    for row in holding.outcomes.filter(outcome__in=MAY_BE_AGAIN):
        for what in ("again", "minutes", "other_day", "counts"):
            initial[f"{row.outcome}_{what}"] = getattr(row, what)
    return initial


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def rules_page(request: DeskRequest) -> HttpResponse:
    """Show the rules that hold, and enter the next version."""
    holding = rules.current()
    form = RulesForm(request.POST if request.method == "POST" else None, initial=_initial(holding))
    if request.method == "POST" and form.is_valid():
        try:
            rules.change(
                request.user,
                {name: form.cleaned_data[name] for name in BOUNDS},
                form.cleaned_data["hours"],
                form.again(),
            )
        except Refused as refused:
            form.add_error("hours" if refused.code == "hours" else None, refused.message)
        else:
            messages.success(request, gettext("已保存，从现在起按新的规则。"))
            return SeeOther(reverse("desk:setup_calls"))
    versions = CallRules.objects.select_related("made_by")
    context = {"form": form, "rules": holding, "versions": versions}
    return render(request, "desk/callbacks/rules.html", context, status=422 if form.errors else 200)


class ScriptForm(Form):
    """Every sentence of the script in both languages, its place, and for questions of the office's own, whether to drop it."""

    def __init__(self, present: Script, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [*present.lines.all(), *_blank_lines(present)]
        for number, line in enumerate(self.lines):
            fresh = line.pk is None
            self.fields[f"place_{number}"] = forms.IntegerField(
                label=gettext("第几句"), initial=line.position, min_value=1, max_value=99
            )
            self.fields[f"words_{number}"] = forms.CharField(
                label=gettext("中文"), max_length=LONGEST, initial=line.words, required=not fresh,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            self.fields[f"english_{number}"] = forms.CharField(
                label=gettext("英文"), max_length=LONGEST_EN, initial=line.words_en, required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            if not fresh and line.kind not in script.NEEDED:
                self.fields[f"drop_{number}"] = forms.BooleanField(label=gettext("删去这句"), required=False)

    def rows(self) -> list[tuple[ScriptLine, list[Any]]]:
        """Return each sentence with its fields."""
        names = ("place", "words", "english", "drop")
        return [
            (line, [self[f"{name}_{number}"] for name in names if f"{name}_{number}" in self.fields])
            for number, line in enumerate(self.lines)
        ]

    def given(self) -> list[Line]:
        """Return the sentences in their new order."""
        data = self.cleaned_data
        kept = [
            (data[f"place_{number}"], number, Line(line.code, line.kind, data[f"words_{number}"].strip(), data[f"english_{number}"].strip()))
            for number, line in enumerate(self.lines)
            if not data.get(f"drop_{number}") and (line.pk is not None or data[f"words_{number}"].strip())
        ]  # fmt: skip
        return [line for _place, _number, line in sorted(kept, key=lambda row: row[:2])]


def _blank_lines(present: Script) -> list[ScriptLine]:
    """Return empty questions under codes that no version has used: what was answered to one never passes for another's."""
    used = set(ScriptLine.objects.filter(code__startswith="own").values_list("code", flat=True))
    free = [code for code in (f"own{number}" for number in range(1, len(used) + NEW_LINES + 1)) if code not in used]
    last = max((line.position for line in present.lines.all()), default=0)
    return [
        ScriptLine(code=code, kind=ScriptLine.Kind.YES_NO, position=last + number)
        for number, code in enumerate(free[:NEW_LINES], 1)
    ]


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def script_page(request: DeskRequest) -> HttpResponse:
    """Show the script in use, and enter the next version."""
    present = script.current()
    form = ScriptForm(present, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            script.change(request.user, form.given())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, gettext("已保存，下一个电话起用新的话术。"))
            return SeeOther(reverse("desk:setup_call_script"))
    context = {"form": form, "rows": form.rows(), "script": present}
    return render(request, "desk/callbacks/script.html", context, status=422 if form.errors else 200)
