"""Forms of what chapters 3 and 4 know beside the usual way: whose matter it is, which way it takes, how long, and settling it."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Post, Region, Staff
from yiwang.desk.work.forms import Accept, ActionForm, Worded, agencies_for, words
from yiwang.desk.work.forms_office import chosen_petition, offer_similar
from yiwang.petitions import actions
from yiwang.petitions.actions import Action
from yiwang.petitions.actions.competence import (
    AGREED,
    ANOTHER_PROCEDURE,
    CONFERENCE,
    ORDERS_RECUSAL,
    SUPERIOR,
)
from yiwang.petitions.actions.filing import LONGEST_SUBJECT, LONGEST_TEXT
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.models import Agreement, Category, Petition
from yiwang.workdays.counting import office_date

LONGEST_EXTENSION = RULES["handling"].longest_extension
COMMON_SUPERIOR = (SUPERIOR, _("共同的上一级机关"))
JOINT_CONFERENCE = (CONFERENCE, _("信访工作联席会议"))


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


class Split(ActionForm):
    """What belongs elsewhere, as a petition of its own."""

    fields_of = {"no_subject": "subject", "no_text": "text", "too_long": "text"}
    subject = forms.CharField(label=_("分出的是什么事"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("分出的内容"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("尽量用信访人自己的话。收到日期和信访人同原件，新编号会告诉信访人。"),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("内容分类"), required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)

    def prepare(self) -> None:
        self.set_nodes("category", Category.objects.filter(active=True), empty=_("同原件"))
        self.set_nodes("region", Region.objects.filter(active=True), empty=_("同原件"))

    def action(self) -> Action:
        given = self.cleaned_data
        return actions.Split(
            subject=given["subject"], text=given["text"], category=self.node("category"), region=self.node("region")
        )


class ReportUpward(Worded):
    made = actions.ReportUpward
    fields_of = {"no_body": "to", "no_text": "text"}
    to = forms.CharField(
        label=_("报告给谁"), max_length=200, help_text=_("写明机关名称，如“市委、市政府，并通报市应急局”。")
    )
    text = words(_("情况和已采取的措施"), rows=6)


class _Earlier(ActionForm):
    """Which earlier petition it is the same as."""

    made: ClassVar[type[actions.NotTakeRunning] | type[actions.NotTakeAgain]]
    fields_of = {"itself": "earlier_number", "not_running": "earlier_number", "not_final": "earlier_number"}
    variant = "danger"
    same = forms.ChoiceField(label=_("与哪一件是同一件事"), required=False, widget=forms.RadioSelect)
    earlier_number = forms.CharField(label=_("那一件的编号"), max_length=40, required=False)
    reason = words(_("说明"), required=False, help_text=_("只给同事看。信访人会收到固定的告知。"), rows=3)

    def prepare(self) -> None:
        offer_similar(self, "same", first=None, other=_("另一件"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["earlier"] = chosen_petition(self, "same", "earlier_number")
        if given["earlier"] is None and not self.errors:
            self.add_error("earlier_number", _("请选一件，或填写编号。"))
        return given

    def action(self) -> Action:
        given = self.cleaned_data
        return self.made(earlier=given["earlier"], reason=given["reason"])


class NotTakeRunning(_Earlier):
    made = actions.NotTakeRunning


class NotTakeAgain(_Earlier):
    made = actions.NotTakeAgain


class LeadOut(Worded):
    made = actions.LeadOut
    fields_of = {"no_route": "route", "no_where": "where", "no_reason": "reason"}
    variant = "danger"
    route = forms.ChoiceField(
        label=_("应当通过哪种程序"), widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in Petition.Route if one in ANOTHER_PROCEDURE],
    )  # fmt: skip
    reason = words(_("为什么"), help_text=_("信访人会看到这段话。"), rows=3)
    where = words(
        _("向哪里、怎样提出"), help_text=_("写明机关、地址、电话、要带什么、期限，信访人照着就能去办。"), rows=4
    )


class RaiseDispute(Worded):
    made = actions.RaiseDispute
    fields_of = {"no_body": "before", "no_reason": "reason"}
    before = forms.ChoiceField(
        label=_("提请谁来定"), choices=(COMMON_SUPERIOR, JOINT_CONFERENCE), widget=forms.RadioSelect
    )
    reason = words(_("争议是什么"), help_text=_("各单位怎么说，依据什么。"), rows=5)


class SettleDispute(ActionForm):
    """Which agency it is in the end, and who said so."""

    fields_of = {
        "no_body": "by", "not_superior": "by", "no_decision": "decision", "accused": "lead", "accusation": "lead",
        "inactive_agency": "lead",
    }  # fmt: skip
    lead = forms.ChoiceField(label=_("责任单位"), help_text=_("确定以后，这个单位不能再提异议。"))
    by = forms.ChoiceField(
        label=_("由谁确定"), widget=forms.RadioSelect,
        choices=((AGREED, _("各方协商一致")), COMMON_SUPERIOR, JOINT_CONFERENCE),
    )  # fmt: skip
    decision = words(_("决定的内容和日期"), help_text=_("如“11月20日第三次联席会议决定由住建局主办”。"), rows=4)

    def prepare(self) -> None:
        self.set_nodes("lead", agencies_for(self.petition), empty=_("请选择"))

    def action(self) -> Action:
        given = self.cleaned_data
        return actions.SettleDispute(lead=self.node("lead"), by=given["by"], decision=given["decision"])


class AcceptSimply(Accept):
    made = actions.AcceptSimply


class ConvertToOrdinary(Worded):
    made = actions.ConvertToOrdinary
    fields_of = {"no_reason": "reason"}
    reason = words(_("为什么转为普通程序"), help_text=_("信访人会看到这段话。"))


class ChooseRoute(Worded):
    made = actions.ChooseRoute
    fields_of = {"no_basis": "basis"}
    basis = words(_("依据哪部法律、法规的职责"), help_text=_("写明名称和条款，信访人会看到。"))


class Recuse(ActionForm):
    """Who steps back: oneself, or a colleague where one may order it."""

    fields_of = {"no_reason": "reason", "recused": "staff", "not_entitled": "staff", "nobody": "staff"}
    variant = "danger"
    staff = forms.ModelChoiceField(
        label=_("谁回避"), queryset=Staff.objects.none(), required=False, empty_label=_("我自己")
    )
    reason = words(
        _("回避的原因"), help_text=_("与信访事项或者信访人有什么利害关系。回避以后，不能再办理这件信访。"), rows=3
    )

    def prepare(self) -> None:
        field = self.fields["staff"]
        assert isinstance(field, forms.ModelChoiceField)
        if not self.actor.has(*ORDERS_RECUSAL):
            del self.fields["staff"]
            return
        held = Post.objects.filter(Post.held_on(office_date(self.dossier.now)), agency__in=self.actor.agency_ids)
        others = Staff.objects.filter(is_active=True, pk__in=held.values("staff")).exclude(pk=self.actor.staff_id or 0)
        field.queryset = others.exclude(pk__in=self.petition.recused).order_by("name")

    def action(self) -> Action:
        return actions.Recuse(reason=self.cleaned_data["reason"], staff=self.cleaned_data.get("staff"))


class HoldHearing(Worded):
    made: ClassVar[type[Action]] = actions.HoldHearing
    fields_of = {"days": "last_day", "no_place": "place"}
    first_day = day_field(_("第一天"))
    last_day = day_field(_("最后一天"), required=False, help_text=_("只有一天的可以不填。"))
    place = forms.CharField(label=_("时间和地点"), max_length=120, help_text=_("信访人会收到。"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["last_day"] = given.get("last_day") or given.get("first_day")
        return given


class AskExtension(Worded):
    made: ClassVar[type[Action]] = actions.AskExtension
    fields_of = {"no_reason": "reason", "too_long": "days"}
    days = forms.IntegerField(label=_("延长多少天"), initial=LONGEST_EXTENSION, help_text=_("只能延长一次，最多30天。"))
    reason = words(_("延期的理由"), help_text=_("批准以后，信访人会看到这段话。"))


class Extend(AskExtension):
    """The head's decision, filled with what was asked for."""

    made = actions.Extend
    reason = words(_("延期的理由"), help_text=_("信访人会看到这段话。"))

    def prepare(self) -> None:
        if asked := self.dossier.extension_asked:
            self.initial.update(days=asked.entry.data.get("days"), reason=asked.note)


class RefuseExtension(Worded):
    made = actions.RefuseExtension
    fields_of = {"no_reason": "reason"}
    variant = "danger"
    reason = words(_("不批准的理由"), help_text=_("写给承办人。"), rows=3)


class Settle(Worded):
    made = actions.Settle
    fields_of = {
        "no_kind": "kind", "no_party": "other_party", "no_terms": "terms", "no_consent": "both_agree",
        "in_the_future": "agreed_on",
    }  # fmt: skip
    layouts = {"kind": "inline"}
    kind = forms.ChoiceField(label=_("方式"), choices=Agreement.Kind.choices, widget=forms.RadioSelect)
    other_party = forms.CharField(label=_("另一方"), max_length=120, help_text=_("单位或个人的全名。"))
    agreed_on = day_field(_("达成日期"))
    terms = words(_("协议内容"), help_text=_("谁、在什么时候、做什么，一条一条写清楚。"), rows=8)
    both_agree = forms.BooleanField(label=_("双方都同意，并已在协议上签字"), required=False)

    def prepare(self) -> None:
        today: date = office_date(self.dossier.now)
        self.initial.setdefault("agreed_on", today)
