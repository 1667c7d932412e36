"""The longer forms: registering, merging, referring, answering and publishing."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Post, Region, Staff
from yiwang.desk.work.forms import ActionForm, Worded, agencies_for, petition_of, words
from yiwang.desk.work.masking import Proposal, masked_for_all, proposals
from yiwang.desk.work.similar import similar_to
from yiwang.petitions import actions
from yiwang.petitions.actions import Action
from yiwang.petitions.actions.filing import LONGEST_SUBJECT, LONGEST_TEXT
from yiwang.petitions.models import OUTCOMES, Answer, Category, Petition, Referral
from yiwang.store.trees import within
from yiwang.workdays.counting import office_date

FIRST, OTHER = "", "other"
LONGEST_PLACE = 200
BY_THE_OFFICE = [(kind.value, kind.label) for kind in (Referral.Kind.TRANSFER, Referral.Kind.ASSIGN)]
"""How the office asks an agency."""


class Correct(ActionForm):
    """What it is about, as far as the office may set it right. The petitioner's own words stay on record in the entry."""

    fields_of = {"no_subject": "subject", "no_text": "text", "already_referred": "purpose", "no_reader": "accused"}
    layouts = {"purpose": "inline"}
    subject = forms.CharField(label=_("标题"), max_length=LONGEST_SUBJECT)
    purpose = forms.ChoiceField(label=_("信访目的"), choices=Petition.Purpose.choices, widget=forms.RadioSelect)
    category = forms.ChoiceField(label=_("内容分类"), required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)
    place = forms.CharField(label=_("地点"), max_length=LONGEST_PLACE, required=False)
    persons = forms.IntegerField(label=_("人次"), min_value=1, max_value=100_000)
    accused = forms.ChoiceField(label=_("被检举控告的单位"), required=False)
    accused_people = forms.CharField(
        label=_("被检举控告的工作人员"), max_length=400, required=False,
        help_text=_("用户名，几个人用空格隔开。写上的人看不到这件检举控告。"),
    )  # fmt: skip
    text = forms.CharField(label=_("内容"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8}))

    def prepare(self) -> None:
        petition = self.petition
        self.set_nodes("category", Category.objects.filter(active=True), empty=_("请选择"))
        self.set_nodes("region", Region.objects.filter(active=True), empty=_("请选择"))
        if self.actor.opened:
            self.set_nodes("accused", Agency.objects.filter(active=True), empty=_("没有"))
        else:
            del self.fields["accused"], self.fields["accused_people"]
        subject, text = self.dossier.words
        present = {
            "subject": subject, "text": text, "purpose": petition.purpose, "category": petition.category_id,
            "region": petition.region_id, "place": self.dossier.where, "persons": petition.persons,
            "accused": petition.accused_id,
            "accused_people": " ".join(self.named()) if petition.is_accusation else "",
        }  # fmt: skip
        self.initial.update({name: value for name, value in present.items() if name in self.fields})

    def named(self) -> list[str]:
        """Return the user names of whom the accusation names; one statement."""
        return list(self.petition.accused_people.order_by("staff__username").values_list("staff__username", flat=True))

    def clean_accused_people(self) -> list[Staff]:
        """Return them; refuse a name that nobody has."""
        typed = self.cleaned_data["accused_people"].split()
        found = {staff.username: staff for staff in Staff.objects.filter(username__in=typed)} if typed else {}
        unknown = [name for name in typed if name not in found]
        if unknown:
            raise forms.ValidationError(gettext("没有这个用户名：%(names)s") % {"names": " ".join(unknown)})
        return list(found.values())

    def corrections(self) -> dict[str, Any]:
        """Return the arguments that both correcting and registering take."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("subject", "purpose", "place", "persons")}
        found |= {"category": self.node("category"), "region": self.node("region")}
        if "text" in self.fields:
            found["text"] = given["text"]
        if "accused" in self.fields:
            found["accused"] = self.node("accused")
            found["accused_people"] = given["accused_people"]
        return found

    def action(self) -> Action:
        return actions.Correct(**self.corrections())


class Register(Correct):
    """Confirm what it is about, and whether it comes again. A petition that may be the same is one tick away."""

    fields_of = {**Correct.fields_of, "itself": "repeats_number"}
    same = forms.ChoiceField(label=_("初次还是重复"), required=False, widget=forms.RadioSelect)
    repeats_number = forms.CharField(
        label=_("重复件的编号"), max_length=40, required=False, help_text=_("选“与另一件重复”时填写。")
    )
    seldom = ("subject", "purpose", "region", "place", "persons", "accused", "accused_people")
    field_order = ("category", "same", "repeats_number", *seldom)

    def prepare(self) -> None:
        super().prepare()
        del self.fields["text"]
        offer_similar(self, "same", first=_("初次反映"), other=_("与另一件重复"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["repeats"] = chosen_petition(self, "same", "repeats_number")
        return given

    def action(self) -> Action:
        return actions.Register(**self.corrections(), repeats=self.cleaned_data["repeats"])


class Merge(ActionForm):
    """Which petition it goes along with."""

    fields_of = {"merged": "into_number", "over": "into_number", "not_found": "into_number"}
    same = forms.ChoiceField(label=_("并入哪一件"), required=False, widget=forms.RadioSelect)
    into_number = forms.CharField(label=_("主件的编号"), max_length=40, required=False)
    reason = words(_("说明"), required=False, rows=2)

    def prepare(self) -> None:
        offer_similar(self, "same", first=None, other=_("另一件"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["lead"] = chosen_petition(self, "same", "into_number")
        if given["lead"] is None and not self.errors:
            self.add_error("into_number", _("请选一件，或填写主件的编号。"))
        return given

    def action(self) -> Action:
        return actions.Merge(into=self.cleaned_data["lead"].pk, reason=self.cleaned_data["reason"])


def offer_similar(form: ActionForm, name: str, *, first: Any, other: Any) -> None:
    """Fill a radio field with petitions that may be about the same matter."""
    form.similar = similar_to(form.dossier)  # type: ignore[attr-defined]
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    alike = [
        (one.number, f"{one.subject}　{one.number}　{one.get_state_display()}")
        for one in form.similar  # type: ignore[attr-defined]
    ]
    field.choices = [*([(FIRST, first)] if first else []), *alike, (OTHER, other)]
    form.initial.setdefault(name, FIRST if first else (alike[0][0] if alike else OTHER))


def chosen_petition(form: ActionForm, radio: str, number: str) -> Petition | None:
    """Return the petition that was ticked, or whose number was typed; a wrong number is an error of its field."""
    ticked = form.cleaned_data.get(radio) or ""
    typed = (form.cleaned_data.get(number) or "").strip()
    if ticked not in {FIRST, OTHER} and not typed:
        return petition_of(form.actor, ticked)
    if not typed:
        if ticked == OTHER:
            form.add_error(number, _("请填写编号，如 2611-4827-3915-0。"))
        return None
    found = petition_of(form.actor, typed)
    if found is None:
        form.add_error(number, _("没有找到这个编号，或者您无权查看。请核对。"))
    return found


class Refer(ActionForm):
    """To whom it goes. The category's usual agency is suggested."""

    fields_of = {"no_report_day": "report_due", "in_the_past": "report_due", "twice": "co", "inactive_agency": "lead"}
    layouts = {"kind": "inline"}
    seldom = ("co", "reason")
    lead = forms.ChoiceField(label=_("主办单位"))
    kind = forms.ChoiceField(
        label=_("方式"), choices=BY_THE_OFFICE, widget=forms.RadioSelect, initial=Referral.Kind.TRANSFER,
        help_text=_("交办要写明反馈结果的日期。"),
    )  # fmt: skip
    report_due = forms.DateField(label=_("反馈日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    co = forms.MultipleChoiceField(label=_("协办单位"), required=False, widget=forms.CheckboxSelectMultiple)
    reason = words(_("转办意见"), required=False, help_text=_("写给承办单位。"), rows=3)

    def prepare(self) -> None:
        agencies = agencies_for(self.petition)
        self.set_nodes("lead", agencies, empty=_("请选择"))
        self.set_nodes("co", [agency for agency in agencies if not agency.is_office])
        usual = self.petition.category.default_agency_id if self.petition.category else None
        suggested = next((agency for agency in agencies if agency.pk == usual), None)
        if suggested:
            self.initial["lead"] = suggested.pk
            self.fields["lead"].help_text = _("按分类“%(category)s”建议：%(agency)s。") % {
                "category": self.petition.category, "agency": suggested,
            }  # fmt: skip

    def action(self) -> Action:
        given = self.cleaned_data
        return actions.Refer(
            lead=self.node("lead"), co=self.nodes("co"), kind=given["kind"], report_due=given["report_due"],
            reason=given["reason"],
        )  # fmt: skip


class AskMoreAgencies(ActionForm):
    fields_of = {"no_agency": "co", "twice": "co", "accused": "co", "inactive_agency": "co"}
    co = forms.MultipleChoiceField(label=_("协办单位"), widget=forms.CheckboxSelectMultiple)
    report_due = forms.DateField(label=_("反馈日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    reason = words(_("要他们办什么"), required=False, rows=3)

    def prepare(self) -> None:
        asked = self.dossier.asked
        self.set_nodes("co", [one for one in agencies_for(self.petition) if not one.is_office and one.pk not in asked])

    def action(self) -> Action:
        given = self.cleaned_data
        return actions.AskMoreAgencies(co=self.nodes("co"), report_due=given["report_due"], reason=given["reason"])


class PassOn(ActionForm):
    fields_of = {"not_below": "to", "accused": "to", "inactive_agency": "to"}
    to = forms.ChoiceField(label=_("转给哪个下级单位"))
    reason = words(_("说明"), required=False, rows=3)

    def prepare(self) -> None:
        own = self.petition.lead_agency
        below = Agency.objects.filter(within(own.path), active=True).exclude(pk=own.pk) if own else []
        self.set_nodes("to", below, empty=_("请选择"))

    def action(self) -> Action:
        return actions.PassOn(to=self.node("to"), reason=self.cleaned_data["reason"])


class HandOver(ActionForm):
    fields_of = {"no_post": "to", "recused": "to"}
    to = forms.ModelChoiceField(label=_("承办人"), queryset=Staff.objects.none(), empty_label=_("请选择"))
    reason = words(_("说明"), required=False, rows=2)

    def prepare(self) -> None:
        held = Post.objects.filter(Post.held_on(office_date(self.dossier.now)), agency=self.petition.lead_agency)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        able = Staff.objects.filter(is_active=True, pk__in=held.values("staff")).exclude(pk__in=self.petition.recused)
        field.queryset = able.order_by("name")
        self.initial["to"] = self.petition.handler_id

    def action(self) -> Action:
        return actions.HandOver(to=self.cleaned_data["to"], reason=self.cleaned_data["reason"])


class DraftAnswer(Worded):
    """The answer: what was found out, the outcome, on what basis. What was sent back is the start of the next version."""

    made = actions.DraftAnswer
    fields_of = {"no_text": "text", "too_short": "text", "no_outcome": "outcome"}
    layouts = {"outcome": "inline"}
    button = _("提交审核")
    outcome = forms.ChoiceField(label=_("处理意见"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("答复内容"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("先写查明的情况，再写处理意见，最后写联系人和电话。"),
    )  # fmt: skip
    basis = words(
        _("法律法规依据"), required=False, rows=2, help_text=_("写明名称和条款（第三十二条），信访人会看到。")
    )

    def prepare(self) -> None:
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label) for one in Answer.Outcome if one in OUTCOMES[self.petition.purpose]]
        if self.petition.is_accusation:
            del self.fields["basis"]  # what it rests on is written in the answer itself, which is sealed
        if self.petition.purpose == Petition.Purpose.SUGGESTION:
            field.label = _("对建议的答复")
        before = self.dossier.present
        if before and before.answer.state == Answer.State.SENT_BACK:
            self.initial.update(text=before.text, outcome=before.answer.outcome, basis=before.answer.basis)


class Publish(ActionForm):
    """What everybody will read. Filled with a masked suggestion; whoever releases it answers for it."""

    fields_of = {"no_text": "answer_text"}
    button = _("公开")
    subject = forms.CharField(label=_("标题"), max_length=200)
    text = forms.CharField(label=_("来信"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8}))
    answer_text = forms.CharField(label=_("答复"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8}))
    checked = forms.BooleanField(label=_("我已逐字核对：没有姓名、电话、证件号、门牌号，也看不出是谁。"))

    def prepare(self) -> None:
        people = [self.petition.petitioner, *(row.petitioner for row in self.dossier.representatives)]
        present = self.dossier.present
        self.proposed: list[tuple[Any, Proposal]] = []
        for name, text in (
            ("subject", self.dossier.subject),
            ("text", self.dossier.text),
            ("answer_text", present.text if present else ""),
        ):
            self.initial[name] = masked_for_all(text, people)
            self.proposed += [(self.fields[name].label, one) for one in proposals(text, people)]

    def action(self) -> Action:
        given = self.cleaned_data
        return actions.Publish(subject=given["subject"], text=given["text"], answer_text=given["answer_text"])
