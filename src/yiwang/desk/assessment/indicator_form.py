"""One indicator as a form: what is measured, and one of the scoring rules with the few fields that it needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.performance.assessment.formula import AGAINST, AS
from yiwang.performance.measures import MEASURES, MEDIANS
from yiwang.performance.models import Indicator
from yiwang.performance.scoring.words import OPERATORS, OVER, PARTIAL
from yiwang.ui.forms import Form

COUNTS = [(code, measure.label) for code, measure in MEASURES.items() if not measure.whole_only]
NOTHING = [("", _("（不用）"))]
FORMS = {
    "linear": ("floor", "target", "most"),
    "deduct": ("operator", "target", "per", "points", "partial", "over", "least", "zero_under", "zero_at"),
    "full": ("operator", "target"),
    "steps": ("steps", "better"),
}
"""The rules that an indicator of petitions may be scored by, each with the fields that belong to it."""


class IndicatorForm(Form):
    """Name and weight, the formula, the rule. Fields of another rule than the chosen one are not looked at."""

    name = forms.CharField(label=_("名称"), max_length=60)
    weight = forms.DecimalField(label=_("权重"), max_digits=5, decimal_places=2, min_value=0, max_value=100)
    kind = forms.ChoiceField(
        label=_("量什么"),
        choices=[("ratio", _("比率：两个件数相除")), ("count", _("件数")), ("median", _("答复用时中位数"))],
    )
    measure = forms.ChoiceField(
        label=_("件数，或比率的分子"), choices=[*NOTHING, *COUNTS], required=False, help_text=_("选中位数时不用。")
    )
    denominator = forms.ChoiceField(label=_("比率的分母"), choices=[*NOTHING, *COUNTS], required=False)
    against = forms.ChoiceField(
        label=_("和什么比"), choices=[("", _("不比，就用本期的数")), *AGAINST.items()], required=False
    )
    compared = forms.ChoiceField(label=_("怎么比"), choices=list(AS.items()), required=False)
    form = forms.ChoiceField(
        label=_("怎么记分"),
        choices=[
            ("linear", _("按比例：零分和满分之间")),
            ("deduct", _("每差多少扣多少")),
            ("full", _("达标得满分，否则不得分")),
            ("steps", _("分档")),
        ],
    )
    target = forms.DecimalField(label=_("目标（得满分的数）"), required=False, help_text=_("分档以外都要写。"))
    floor = forms.DecimalField(label=_("按比例：得零分的数"), required=False)
    most = forms.DecimalField(
        label=_("按比例：超过目标最多得权重的百分之几"), required=False, help_text=_("空着是100，不加分。")
    )
    operator = forms.ChoiceField(label=_("达标是指"), choices=list(OPERATORS.items()), required=False)
    per = forms.DecimalField(label=_("扣分：每差多少扣一次"), required=False)
    points = forms.DecimalField(label=_("扣分：每次扣权重的百分之几"), required=False)
    partial = forms.ChoiceField(label=_("扣分：不足一次的"), choices=list(PARTIAL.items()), required=False)
    over = forms.ChoiceField(label=_("扣分：要求“等于”而超过的"), choices=list(OVER.items()), required=False)
    least = forms.DecimalField(label=_("扣分：最少留权重的百分之几"), required=False, help_text=_("空着是0。"))
    zero_under = forms.DecimalField(label=_("扣分：低于多少不得分"), required=False)
    zero_at = forms.BooleanField(label=_("正好等于这个数也不得分"), required=False)
    steps = forms.CharField(
        label=_("分档：每行写界限和得权重的百分之几"), required=False, widget=forms.Textarea,
        help_text=_("从最好的一档写起，如：95 100"),
    )  # fmt: skip
    better = forms.ChoiceField(
        label=_("分档：哪样更好"), choices=[("more", _("越多越好")), ("less", _("越少越好"))], required=False
    )

    def clean_steps(self) -> list[list[str]]:
        """Return the lines as pairs."""
        rows = [line.split() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        if any(len(row) != 2 for row in rows):
            raise forms.ValidationError(gettext("每行写两个数，中间空一格。"))
        return rows

    def formula(self) -> dict[str, str]:
        """Return the formula that was chosen, as data; checked by whoever keeps it."""
        given = self.cleaned_data
        if given["kind"] == "median":
            made = {"kind": "median", "measure": next(iter(MEDIANS))}
        elif given["kind"] == "ratio":
            made = {"kind": "ratio", "numerator": given["measure"], "denominator": given["denominator"]}
        else:
            made = {"kind": "count", "measure": given["measure"]}
        return made | ({"against": given["against"], "as": given["compared"]} if given["against"] else {})

    def rule(self) -> dict[str, Any]:
        """Return the rule that was chosen, with its own fields alone, as data; checked by whoever keeps it."""
        given = self.cleaned_data
        made: dict[str, Any] = {"form": given["form"]}
        for name in FORMS[given["form"]]:
            value = given[name]
            if isinstance(value, bool | list):
                made[name] = value
            elif value not in (None, ""):
                made[name] = str(value)
        return made

    @staticmethod
    def initial_of(indicator: Indicator) -> dict[str, Any]:
        """Return what the form shows of an indicator."""
        formula, rule = indicator.formula, indicator.rule
        shown = {
            "name": indicator.name, "weight": indicator.weight, "kind": formula["kind"],
            "measure": formula.get("numerator") or formula.get("measure"), "denominator": formula.get("denominator"),
            "against": formula.get("against"), "compared": formula.get("as"), **rule,
        }  # fmt: skip
        if "steps" in rule:
            shown["steps"] = "\n".join(" ".join(row) for row in rule["steps"])
        return shown
