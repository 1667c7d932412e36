"""The form with which an operator of the office records what a petitioner said of the answer, face to face or on the telephone."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.desk.work.forms import ActionForm, words
from yiwang.petitions import actions
from yiwang.petitions.actions import Action
from yiwang.petitions.models import Rating, RatingReason
from yiwang.petitions.verdicts import co_agencies, handled_by, rules_now
from yiwang.ui.forms import speak_plainly

CO = "co_"


class Rate(ActionForm):
    """A verdict on the office, the lead agency, and each co-agency that reported."""

    fields_of: ClassVar[dict[str, str]] = {"no_reason": "reason"}
    layouts: ClassVar[dict[str, str]] = {"office": "inline", "agency": "inline"}
    office = forms.ChoiceField(label=_("信访部门"), widget=forms.RadioSelect)
    agency = forms.ChoiceField(label=_("责任单位"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("不满意的主要原因"), required=False, help_text=_("都满意的不用选。照信访人说的选。")
    )
    comment = words(_("信访人的话"), required=False, rows=3)

    def prepare(self) -> None:
        choices = rules_now().choices
        rated = {"office": str(self.petition.office), "agency": str(handled_by(self.petition))}
        for name, label in rated.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices, field.help_text = choices, label
        for one in co_agencies(self.petition):
            field = forms.ChoiceField(label=str(one), choices=choices, widget=forms.RadioSelect, required=False)
            field.layout = "inline"  # type: ignore[attr-defined]
            self.fields[f"{CO}{one.pk}"] = speak_plainly(field)
        self.order_fields(["version", "from_list", "office", "agency", *self._co(), "reason", "comment"])
        self.set_nodes("reason", RatingReason.objects.filter(active=True), empty=_("没有说"))

    def _co(self) -> list[str]:
        return [name for name in self.fields if name.startswith(CO)]

    def action(self) -> Action:
        given, reason = self.cleaned_data, self.node("reason")
        return actions.Rate(
            office=given["office"],
            agency=given["agency"],
            agencies={int(name.removeprefix(CO)): given[name] for name in self._co() if given[name]},
            reason=reason.pk if reason else None,
            comment=given["comment"],
            how=Rating.How.CALLBACK,
        )
