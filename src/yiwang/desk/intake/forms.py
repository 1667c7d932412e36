"""The three entry forms: telephone 来电, letter 来信, visit 来访. Their order is the order in which a clerk hears or reads."""

import re
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Region, Role
from yiwang.desk.intake.pickers import Picker
from yiwang.petitions.actions import File, Identity, intake_key
from yiwang.petitions.actions.filing import LONGEST_SUBJECT, LONGEST_TEXT, MOST_REPRESENTATIVES
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import MOST, Upload, UploadRefused, check_upload
from yiwang.petitions.models import Category, Petition
from yiwang.store.trees import ids_on
from yiwang.ui.forms import Form
from yiwang.workdays.counting import office_date, office_zone

CLERKS = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER)
ENTER = (*CLERKS, Role.AGENCY_HANDLER)
"""Who types in what arrives: the office's clerks, and agencies what they receive directly 直接收到 (art. 23)."""
SHORT_SUBJECT = 40
SENTENCE_END = re.compile(r"[。！？!?;；\n]")
NOON = time(12)
FOLDED = ("accused", "uploads", "address", "email", "id_number", "guardian")


class ManyFiles(forms.FileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class Uploads(forms.FileField):
    """Files that were checked by content; the cleaned value is a list of :class:`Upload`."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file; raises ValidationError that says which one is not taken and why."""
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(given) > MOST:
            raise forms.ValidationError(gettext("一次最多传%(most)d个文件。") % {"most": MOST})
        uploads: list[Upload] = []
        complaints = []
        for file in given:
            try:
                uploads.append(check_upload(file.name or "", file.read()))
            except UploadRefused as refused:
                complaints.append(refused.message)
        if complaints:
            raise forms.ValidationError(complaints)
        return uploads


class Entry(Form):
    """What every entry form asks. Bound to the clerk, whose offices and rights it knows."""

    channel: ClassVar[str]
    oral: ClassVar[bool] = False

    form_key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    phone = forms.CharField(
        label=_("电话"), max_length=40, required=False,
        widget=forms.TextInput(
            attrs={
                "type": "tel", "autocomplete": "off", "inputmode": "tel", "autofocus": True,
                # Posted, so that no number stands in an address or an access log.
                "hx-post": reverse_lazy("desk:intake_earlier"), "hx-trigger": "change", "hx-target": "#earlier",
                "hx-params": "phone,csrfmiddlewaretoken",
            }
        ),
    )  # fmt: skip
    name = forms.CharField(
        label=_("姓名"), max_length=60, required=False, help_text=_("不愿说的留空，按匿名登记。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("反映的情况和请求"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    subject = forms.CharField(
        label=_("标题"), max_length=LONGEST_SUBJECT, required=False, help_text=_("留空就用内容的第一句。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    region = Picker[Region](label=_("地区"))
    place = forms.CharField(
        label=_("地点"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    category = Picker[Category](label=_("内容分类"))
    purpose = forms.ChoiceField(
        label=_("信访目的"),
        choices=Petition.Purpose.choices,
        initial=Petition.Purpose.APPEAL,
        widget=forms.RadioSelect,
    )
    accused = Picker[Agency](label=_("被检举的单位"), with_path=False, help_text=_("只在检举控告时填。"))
    email = forms.EmailField(label=_("电子邮箱"), max_length=120, required=False)
    address = forms.CharField(
        label=_("联系地址"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    id_number = forms.CharField(
        label=_("身份证号"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    for_another = forms.BooleanField(label=_("替别人反映"), required=False)
    minor = forms.BooleanField(label=_("信访人未满 18 周岁"), required=False)
    guardian = forms.CharField(label=_("监护人和电话"), max_length=120, required=False)
    consents_to_publish = forms.BooleanField(label=_("同意答复后隐去个人信息公开"), required=False)
    urgent = forms.BooleanField(label=_("紧急，排在最前"), required=False)
    uploads = Uploads(
        label=_("照片和材料"), required=False, help_text=_("照片、PDF、Word、Excel，每个不超过 10 MB，最多 9 个。")
    )
    told_on_the_spot = forms.BooleanField(
        label=_("已当场书面告知受理"), required=False, help_text=_("没有当场告知的，15天内告知（第二十三条）。")
    )
    lead = Picker[Agency](label=_("马上转给"), with_path=False, help_text=_("留空就只登记，以后再转办。"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"form_key": uuid4().hex, "received_on": office_date(datetime.now(UTC))})
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.offices = [post.agency for post in actor.posts if post.agency.is_office and post.role in CLERKS]
        self.agency = None if self.offices else _own_agency(actor)
        if self.agency:
            self.offices = _office_above(self.agency)
        self.may_refer = not self.agency and actor.has(Role.OFFICE_HANDLER)
        agencies = list(Agency.objects.filter(active=True))
        self._offer("category", Category.objects.filter(active=True))
        self._offer("region", Region.objects.filter(active=True))
        self._offer("accused", agencies)
        if self.may_refer:
            self._offer("lead", agencies)
        else:
            del self.fields["lead"]
        if not self.agency:
            del self.fields["told_on_the_spot"]
        elif self.agency.kind != Agency.Kind.DISCIPLINE:
            self._leave_accusations_to_discipline()

    def _leave_accusations_to_discipline(self) -> None:
        """Offer no accusation: whoever brings one to an agency is sent to discipline inspection (arts. 22, 30)."""
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [one for one in Petition.Purpose.choices if one[0] != Petition.Purpose.ACCUSATION]
        field.help_text = _("检举控告请告诉信访人向纪检监察机关提出。")
        del self.fields["accused"]

    def _offer(self, name: str, nodes: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, Picker)
        field.offer(nodes, "agency-list" if name in {"accused", "lead"} else f"{name}-list")

    @property
    def lists(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The suggestions that the page draws, each list once: its id, and (words, code) pairs."""
        pickers = {field.list_id: field for field in self.fields.values() if isinstance(field, Picker)}
        return [
            (list_id, [(label, node.code) for label, node in field.options.items()])
            for list_id, field in pickers.items()
        ]

    @property
    def more_errors(self) -> bool:
        """Whether something is wrong in the part that is folded away."""
        return any(self.errors.get(name) for name in FOLDED)

    def clean_phone(self) -> str:
        """Return the number as it was given; refuse one in which there are hardly any digits."""
        phone: str = self.cleaned_data["phone"].strip()
        if phone and sum(sign.isdigit() for sign in phone) < 5:
            raise forms.ValidationError(gettext("这个电话号码太短，请核对。"))
        return phone

    def clean(self) -> dict[str, Any]:
        """Make the subject from the first sentence when it was left out."""
        given = super().clean() or {}
        if not given.get("subject", "").strip() and given.get("text", "").strip():
            first = SENTENCE_END.split(given["text"].strip(), maxsplit=1)[0].strip()
            given["subject"] = first if len(first) <= SHORT_SUBJECT else f"{first[: SHORT_SUBJECT - 1]}…"
        return given

    def identity(self) -> Identity:
        """Return who petitions, as it was typed."""
        given = self.cleaned_data
        return Identity(
            name=given["name"], phone=given["phone"], email=given["email"], id_number=given["id_number"],
            address=given["address"], guardian=given["guardian"], anonymous=not given["name"].strip(),
            minor=given["minor"], for_another=given["for_another"],
        )  # fmt: skip

    def representatives(self) -> list[Identity]:
        """Return the further persons who speak for a joint petition."""
        return []

    def received_at(self) -> datetime | None:
        """Return when it arrived, when that was not just now."""
        return None

    def filing(self) -> File:
        """Return the action that files it."""
        given = self.cleaned_data
        return File(
            channel=self.channel, office=self.offices[0], subject=given["subject"], text=given["text"], identity=self.identity(),
            purpose=given["purpose"], category=given["category"], region=given["region"], place=given["place"],
            persons=given.get("persons") or 1, representatives=self.representatives(),
            consents_to_publish=given["consents_to_publish"], read_back=given.get("read_back", False), urgent=given["urgent"],
            accused=given.get("accused") if given["purpose"] == Petition.Purpose.ACCUSATION else None, uploads=given["uploads"],
            intake_key=intake_key(given["form_key"], given["subject"], given["text"], given["name"], given["phone"]),
            received_at=self.received_at(), agency=self.agency,
        )  # fmt: skip


def _own_agency(actor: Actor) -> Agency | None:
    """Return the agency for which this person takes in what arrives there."""
    own = [post.agency for post in actor.posts if post.role == Role.AGENCY_HANDLER and not post.agency.is_office]
    return own[0] if own else None


def _office_above(agency: Agency) -> list[Agency]:
    """Return the nearest office of letters and calls above an agency: what was received there is brought to it too."""
    above = Agency.objects.filter(pk__in=ids_on(agency.path), kind=Agency.Kind.OFFICE, active=True)
    return list(above.order_by("-depth")[:1])


READ_BACK_FIELD = forms.BooleanField(
    label=_("已读给信访人听，内容无误"), required=False, help_text=_("口头信访要如实记录（第十九条）。")
)


class Telephone(Entry):
    """A call 来电."""

    channel = Petition.Channel.HOTLINE
    oral = True

    read_back = READ_BACK_FIELD


class Letter(Entry):
    """A letter 来信, that may have arrived on an earlier day: limits run from then."""

    channel = Petition.Channel.LETTER

    received_on = forms.DateField(
        label=_("收到日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean_received_on(self) -> date:
        """Refuse a day that has not come yet."""
        day: date = self.cleaned_data["received_on"]
        if day > office_date(datetime.now(UTC)):
            raise forms.ValidationError(gettext("收到日期不能晚于今天。"))
        return day

    def received_at(self) -> datetime | None:
        """Return noon of an earlier day: the hour is not known. None for today."""
        day: date = self.cleaned_data["received_on"]
        if day == office_date(datetime.now(UTC)):
            return None
        return datetime.combine(day, NOON, office_zone()).astimezone(UTC)


class Visit(Entry):
    """A visit 来访: one batch 批次 of so many persons 人次, for whom at most five speak (art. 20)."""

    channel = Petition.Channel.VISIT
    oral = True

    persons = forms.IntegerField(label=_("来访人数"), min_value=1, max_value=10_000, initial=1)
    read_back = READ_BACK_FIELD

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, MOST_REPRESENTATIVES + 1):
            self.fields[f"rep_{place}_name"] = forms.CharField(
                label=gettext("代表 %(number)d 姓名") % {"number": place}, max_length=60, required=False
            )
            self.fields[f"rep_{place}_phone"] = forms.CharField(
                label=gettext("代表 %(number)d 电话") % {"number": place}, max_length=40, required=False
            )

    @property
    def representative_rows(self) -> list[tuple[Any, Any]]:
        """The five rows, for the page."""
        return [(self[f"rep_{place}_name"], self[f"rep_{place}_phone"]) for place in range(1, MOST_REPRESENTATIVES + 1)]

    @property
    def joint(self) -> bool:
        """Whether the rows of representatives are to be open."""
        return any(row.value() for pair in self.representative_rows for row in pair)

    def clean(self) -> dict[str, Any]:
        """Refuse a representative without a name, and fewer persons than are named."""
        given = super().clean()
        named = 1
        for place in range(1, MOST_REPRESENTATIVES + 1):
            name, phone = given.get(f"rep_{place}_name", "").strip(), given.get(f"rep_{place}_phone", "").strip()
            if phone and not name:
                self.add_error(f"rep_{place}_name", gettext("请写代表的姓名。"))
            named += bool(name)
        if given.get("persons") and given["persons"] < named:
            self.add_error("persons", gettext("写下姓名的有%(named)d人，来访人数不能比这少。") % {"named": named})
        return given

    def representatives(self) -> list[Identity]:
        """Return those whose name was written down."""
        rows = [
            (self.cleaned_data[f"rep_{place}_name"], self.cleaned_data[f"rep_{place}_phone"])
            for place in range(1, MOST_REPRESENTATIVES + 1)
        ]
        return [Identity(name=name, phone=phone) for name, phone in rows if name.strip()]


FORMS: dict[str, type[Entry]] = {"telephone": Telephone, "letter": Letter, "visit": Visit}
