"""The form of one call: the script's questions in their order, and below them how the attempt ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yiwang.agencies.models import Agency
from yiwang.petitions.models import Petition, RatingReason
from yiwang.petitions.verdicts import co_agencies, handled_by, rules_now
from yiwang.satisfaction.callbacks.calls import Reply, Told
from yiwang.satisfaction.models import Said, Script, ScriptLine
from yiwang.satisfaction.models.calling import Outcome
from yiwang.ui.forms import Form

LONGEST_WORDS = 300
WAYS = (("letter", _("寄信")), ("visit", _("上门或请来面谈")))
ANSWERS = Said.Code.choices


@dataclass
class Asked:
    """One sentence of the script as the page shows it: its words, and the fields that take down what is answered."""

    line: ScriptLine
    fields: list[BoundField]


class CallForm(Form):
    """What an operator enters. Nothing is demanded here: what an outcome needs, the change itself refuses with a sentence."""

    reason = forms.ChoiceField(label=_("不满意的原因"), required=False)
    comment = forms.CharField(
        label=_("信访人的原话"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("随评价一起保存，密封。"),
    )  # fmt: skip
    asked_for = forms.DateTimeField(
        label=_("请什么时候再打"), required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    way = forms.ChoiceField(label=_("换用哪种方式"), required=False, choices=WAYS, widget=forms.RadioSelect)
    no_more = forms.BooleanField(label=_("信访人请以后不要再为这件事打电话"), required=False)
    note = forms.CharField(label=_("给下一位同事的话"), required=False, max_length=500)
    go_on = forms.BooleanField(label=_("登记后接着打下一个"), required=False, initial=True)

    def __init__(self, petition: Petition, script: Script, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(script.lines.all())
        self.helpers: list[Agency] = co_agencies(petition)
        levels = rules_now().choices
        self.fields["office"] = _choice(petition.office, levels)
        self.fields["agency"] = _choice(handled_by(petition), levels)
        for helper in self.helpers:
            self.fields[f"agency_{helper.pk}"] = _choice(helper, levels)
        for line in self.lines:
            if line.kind == ScriptLine.Kind.YES_NO:
                self.fields[f"line_{line.pk}"] = _choice(line.spoken, ANSWERS)
                self.fields[f"words_{line.pk}"] = forms.CharField(
                    label=pgettext_lazy("call", "补充"), required=False, max_length=LONGEST_WORDS
                )
        self.fields["reason"].choices = _reasons()  # type: ignore[attr-defined]

    def script(self) -> Iterator[Asked]:
        """Yield the sentences in their order, each with its fields."""
        for line in self.lines:
            yield Asked(line, [self[name] for name in self._fields_of(line)])

    def _fields_of(self, line: ScriptLine) -> list[str]:
        match line.kind:
            case ScriptLine.Kind.YES_NO:
                return [f"line_{line.pk}", f"words_{line.pk}"]
            case ScriptLine.Kind.OFFICE:
                return ["office"]
            case ScriptLine.Kind.AGENCY:
                return ["agency", *(f"agency_{helper.pk}" for helper in self.helpers)]
            case ScriptLine.Kind.REASON:
                return ["reason", "comment"]
        return []

    def told(self, outcome: str) -> Told:
        """Return what was entered, for an outcome whose button was pressed."""
        given = self.cleaned_data
        replies = {
            line.pk: Reply(given[f"line_{line.pk}"], given[f"words_{line.pk}"])
            for line in self.lines
            if line.kind == ScriptLine.Kind.YES_NO
        }
        return Told(
            outcome=outcome, office=given["office"], agency=given["agency"],
            agencies={helper.pk: given[f"agency_{helper.pk}"] for helper in self.helpers if given[f"agency_{helper.pk}"]},
            reason=int(given["reason"]) if given["reason"] else None, comment=given["comment"],
            replies={pk: reply for pk, reply in replies.items() if reply.code or reply.words},
            asked_for=given["asked_for"] if outcome == Outcome.LATER else None, way=given["way"], no_more=given["no_more"],
            note=given["note"],
        )  # fmt: skip


def _choice(label: object, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=str(label), required=False, choices=choices, widget=forms.RadioSelect(attrs={"class": "inline"})
    )


def _reasons() -> list[Any]:
    """Return the reasons of the tree: what lies below a reason stands in its group."""
    tops: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    rows = list(RatingReason.objects.filter(active=True).order_by("depth", "position"))
    for row in rows:
        if row.parent_id is None:
            tops[row.pk] = (str(row), [])
        elif row.parent_id in tops:
            tops[row.parent_id][1].append((str(row.pk), str(row)))
    grouped: list[Any] = [("", "—")]
    for pk, (name, below) in tops.items():
        grouped.append((name, below) if below else (str(pk), name))
    return grouped
