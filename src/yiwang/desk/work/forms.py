"""One form for each action that staff take on a petition. A form gathers what the action must be given, and makes it.

Checks that the law or the state asks for are the action's own: it refuses, and the form shows why.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Named
from yiwang.desk.work.dossier import Dossier
from yiwang.desk.work.filters import tree_choices
from yiwang.petitions import actions
from yiwang.petitions.actions import Action
from yiwang.petitions.actions.handling import CONTACTS
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import LARGEST, Upload, UploadRefused, check_upload
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.visibility import visible_to
from yiwang.supervision.by_hand import UrgeByHand
from yiwang.ui.forms import Form

LONGEST_NOTE = 4_000


class ActionForm(Form):
    """Base of the forms. ``version`` is the one that the page showed: who comes second is refused clearly."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _("页面不完整，请刷新后再试。您填写的内容还在。")}
    )
    from_list = forms.CharField(widget=forms.HiddenInput, required=False)
    fields_of: ClassVar[Mapping[str, str]] = {}
    """Which field a refusal's code speaks of."""
    layouts: ClassVar[Mapping[str, str]] = {}
    seldom: ClassVar[tuple[str, ...]] = ()
    """Fields that are mostly right as they are: folded away until they are looked for, or wrong."""
    button: ClassVar[str | Promise] = ""
    variant: ClassVar[str] = "primary"

    def __init__(self, dossier: Dossier, *args: Any, **kwargs: Any) -> None:
        initial = {"version": dossier.petition.version, **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.dossier = dossier
        self.petition: Petition = dossier.petition
        self.actor: Actor = dossier.actor
        for name, layout in self.layouts.items():
            self.fields[name].layout = layout  # type: ignore[attr-defined]
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and what stands in the fields at first."""

    def at_once(self) -> list[BoundField]:
        """Return the fields that everybody is asked."""
        return [field for field in self.visible_fields() if field.name not in self.seldom]

    def folded(self) -> list[BoundField]:
        """Return the fields that are folded away."""
        return [field for field in self.visible_fields() if field.name in self.seldom]

    def folded_is_wrong(self) -> bool:
        """Tell whether one of them must be looked at."""
        return any(field.errors for field in self.folded())

    def action(self) -> Action:
        """Return the action, made of what was given; the form is valid."""
        raise NotImplementedError

    def set_nodes(self, name: str, nodes: Iterable[Named], *, empty: str | Promise | None = None) -> None:
        """Offer the nodes of a tree in a field made by :func:`node_field` or :func:`nodes_field`."""
        nodes = list(nodes)
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        choices: list[tuple[str, Any]] = [] if empty is None else [("", empty)]
        field.choices = [*choices, *tree_choices(nodes)]
        self._nodes = {**getattr(self, "_nodes", {}), name: {str(node.pk): node for node in nodes}}

    def node(self, name: str) -> Any:
        """Return the node that was chosen, or None."""
        return self._nodes[name].get(self.cleaned_data.get(name) or "")

    def nodes(self, name: str) -> list[Any]:
        """Return the nodes that were ticked."""
        return [self._nodes[name][key] for key in self.cleaned_data.get(name, [])]


def words(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 4) -> forms.CharField:
    """Return a field for some sentences."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class Plain(ActionForm):
    """A form of an action that needs nothing but the wish."""

    made: ClassVar[type[Action]]

    def action(self) -> Action:
        return self.made()


class Worded(ActionForm):
    """A form whose fields are the action's own arguments."""

    made: ClassVar[type[Action]]

    def action(self) -> Action:
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "from_list"}}
        return self.made(**given)


class MarkUrgent(Worded):
    made = actions.MarkUrgent
    fields_of = {"no_reason": "reason"}
    reason = words(_("原因"), rows=3)
    urgent = forms.BooleanField(label=_("紧急：排在所有清单最前"), required=False)

    def prepare(self) -> None:
        self.initial["urgent"] = not self.petition.urgent


class NotTake(Worded):
    made: ClassVar[type[Action]] = actions.NotTake
    fields_of = {"no_reason": "reason", "no_where": "where"}
    variant = "danger"
    reason = words(_("不予受理的原因"), help_text=_("信访人会看到这段话。"))
    where = words(_("可以向哪里反映"), help_text=_("写明单位、办法，如“向人民法院提起诉讼”。"), rows=2)


class Redirect(NotTake):
    made: ClassVar[type[Action]] = actions.Redirect
    reason = words(_("为什么不属于本单位"), help_text=_("信访人会看到这段话。"))


class Receive(Plain):
    made = actions.Receive


class Object(Worded):
    made = actions.Object
    fields_of = {"no_reason": "reason"}
    reason = words(_("理由"), help_text=_("写明按什么规定不属于本单位，应由哪个单位办。"), rows=6)


class UpholdObjection(Worded):
    made = actions.UpholdObjection
    reason = words(_("说明"), required=False, rows=3)


class RejectObjection(Worded):
    made = actions.RejectObjection
    fields_of = {"no_reason": "reason"}
    reason = words(_("不同意的理由"), rows=4)


class Accept(Worded):
    made: ClassVar[type[Action]] = actions.Accept
    note = words(_("说明"), required=False, help_text=_("承办的科室和联系电话等，信访人会看到。可以不填。"), rows=3)
    told_on_the_spot = forms.BooleanField(label=_("已当场书面告知信访人，不再另发通知"), required=False)


class Note(Worded):
    made = actions.Note
    fields_of = {"no_text": "text", "no_contact": "contact"}
    seldom = ("contact",)
    text = words(_("记录内容"))
    contact = forms.ChoiceField(
        label=_("这次联系了信访人"), required=False, choices=(("", _("没有联系")), *CONTACTS.items()),
        help_text=_("打过电话、走访过或谈过话的，请选上：以后看得出答复前联系过信访人。"),
    )  # fmt: skip


class Urge(Worded):
    made = UrgeByHand
    fields_of = {"no_words": "words"}
    words = words(_("催办什么"), help_text=_("写明要求和时间；责任单位的人看得到，信访人看不到。"))


class RequestMore(Worded):
    made = actions.RequestMore
    fields_of = {"no_text": "text"}
    text = words(_("请信访人补充什么"), help_text=_("会原样发给信访人。写清要什么材料、怎么交。"))


class CoReport(Worded):
    made = actions.CoReport
    fields_of = {"no_text": "text"}
    text = words(_("协办意见"), rows=6)


class SendBack(Worded):
    made = actions.SendBack
    fields_of = {"no_reason": "reason"}
    reason = words(_("退回的原因"), help_text=_("写清哪里要改、怎么改。"))


class Approve(Plain):
    made = actions.Approve


HOW_TOLD = (("telephone", _("电话")), ("post", _("邮寄")), ("in_person", _("当面")))


class Deliver(Worded):
    made = actions.Deliver
    layouts = {"how": "inline"}
    fields_of = {"wrong_day": "on"}
    how = forms.ChoiceField(label=_("怎样告知的"), choices=HOW_TOLD, widget=forms.RadioSelect)
    on = forms.DateField(
        label=_("送达日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("今天送达的可以不填。申请复查的30天从次日起算。"),
    )  # fmt: skip


class Close(Plain):
    made = actions.Close


class Reopen(Worded):
    made = actions.Reopen
    fields_of = {"no_reason": "reason"}
    reason = words(_("为什么要重新办理"), help_text=_("信访人会看到这段话。"))


class Withdraw(Worded):
    made = actions.Withdraw
    variant = "danger"
    reason = words(_("信访人撤回的原因"), required=False, rows=3)


class Recall(Worded):
    made = actions.Recall
    fields_of = {"no_reason": "reason"}
    variant = "danger"
    reason = words(_("撤回公开的原因"), rows=3)


class Freeze(Worded):
    made = actions.Freeze
    fields_of = {"no_reason": "reason"}
    reason = words(_("冻结的原因"), rows=3, help_text=_("如法院调卷函的文号。信访人看不到。"))


class Unfreeze(Worded):
    made = actions.Unfreeze
    fields_of = {"no_reason": "reason"}
    reason = words(_("解除冻结的原因"), rows=3)


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked by content as the core does; what it gives is a list of uploads."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _Files)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [] if data is None else data if isinstance(data, (list, tuple)) else [data]
        uploads: list[Upload] = []
        wrong: list[str] = []
        for file in given:
            try:
                # Read a little beyond the limit at most: the core refuses it by its size.
                uploads.append(check_upload(file.name or "", file.read(LARGEST + 1)))
            except UploadRefused as refused:
                wrong.append(refused.message)
        if wrong:
            raise forms.ValidationError(wrong)
        return uploads


class AddMaterial(Worded):
    made = actions.AddMaterial
    text = words(_("补充的内容"), required=False)
    uploads = FilesField(label=_("材料"), required=False, help_text=_("照片、PDF、Word 或 Excel，每个不超过10 MB。"))
    fields_of = {"nothing": "text", "too_many_files": "uploads"}


def petition_of(actor: Actor, typed: str) -> Petition | None:
    """Return the petition whose number was typed, if the actor may see it."""
    number = normalise_number(typed)
    return visible_to(actor).filter(number=number).first() if number else None


def agencies_for(petition: Petition) -> list[Agency]:
    """Return the agencies that may be asked at all: of an accusation, discipline inspection alone (arts. 22, 30)."""
    found = Agency.objects.filter(active=True)
    if petition.is_accusation:
        found = found.filter(kind=Agency.Kind.DISCIPLINE)
    return [agency for agency in found if not (petition.accused and agency.lies_within(petition.accused))]
