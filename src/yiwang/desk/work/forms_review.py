"""Forms of review 复查 and re-review 复核: asked for on the petitioner's behalf, taken, heard, drafted, decided, delivered."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.desk.work.forms import HOW_TOLD, Plain, Worded, words
from yiwang.desk.work.forms_law import HoldHearing, day_field
from yiwang.petitions import actions
from yiwang.petitions.actions import Action
from yiwang.petitions.actions.filing import LONGEST_TEXT
from yiwang.petitions.models import Review
from yiwang.workdays.counting import office_date


class AskReview(Worded):
    made: ClassVar[type[Action]] = actions.AskReview
    fields_of = {"no_grounds": "grounds"}
    grounds = words(_("信访人不同意哪些内容、为什么"), help_text=_("如实记录信访人的话，会交给复查复核机关。"), rows=6)


class AskReReview(AskReview):
    made = actions.AskReReview


class TakeReview(Plain):
    made = actions.TakeReview


class RefuseReview(Worded):
    made = actions.RefuseReview
    fields_of = {"no_reason": "reason"}
    variant = "danger"
    reason = words(_("不受理的理由"), help_text=_("信访人会看到。请写明还可以走什么途径。"))


class HoldReviewHearing(HoldHearing):
    made = actions.HoldReviewHearing
    fields_of = {**HoldHearing.fields_of, "over": "first_day"}


class DraftReview(Worded):
    """The opinion; one that was sent back is the start of the next."""

    made = actions.DraftReview
    fields_of = {"no_text": "text", "no_outcome": "outcome"}
    button = _("提交审核")
    outcome = forms.ChoiceField(label=_("审查结果"), choices=Review.Outcome.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("复查复核意见"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("写明申请人的请求、查明的事实、审查意见和依据，最后写救济途径。"),
    )  # fmt: skip

    def prepare(self) -> None:
        present = self.dossier.review
        if present and present.text:
            self.initial.update(text=present.text, outcome=present.review.outcome)


class SendBackReview(Worded):
    made = actions.SendBackReview
    fields_of = {"no_reason": "reason"}
    reason = words(_("退回的原因"), help_text=_("写清哪里要改、怎么改。"))


class DecideReview(Plain):
    made = actions.DecideReview


class Remand(Plain):
    made = actions.Remand
    variant = "danger"


class RecordDecision(Worded):
    made = actions.RecordDecision
    fields_of = {
        "no_text": "text", "no_outcome": "outcome", "in_the_future": "decided_on", "too_early": "decided_on",
    }  # fmt: skip
    outcome = forms.ChoiceField(label=_("审查结果"), choices=Review.Outcome.choices, widget=forms.RadioSelect)
    decided_on = day_field(_("作出意见的日期"))
    text = forms.CharField(
        label=_("意见书的文号和内容"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 10})
    )

    def prepare(self) -> None:
        self.initial.setdefault("decided_on", office_date(self.dossier.now))


class DeliverReview(Worded):
    made = actions.DeliverReview
    layouts = {"how": "inline"}
    fields_of = {"wrong_day": "on"}
    how = forms.ChoiceField(label=_("怎样送达的"), choices=HOW_TOLD, widget=forms.RadioSelect)
    on = day_field(_("送达日期"), required=False, help_text=_("今天送达的可以不填。申请复核的30天从次日起算。"))


class WithdrawReview(Worded):
    made = actions.WithdrawReview
    variant = "danger"
    reason = words(_("信访人撤回的原因"), required=False, help_text=_("撤回以后，原来的答复照旧有效。"), rows=3)
