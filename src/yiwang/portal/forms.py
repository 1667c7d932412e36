"""The forms of the portal. What a petitioner typed is cleaned of what no database takes, never refused for it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from yiwang.petitions.actions.filing import LONGEST_SUBJECT, LONGEST_TEXT, MOST_REPRESENTATIVES, Identity
from yiwang.petitions.attachments import LARGEST, MOST, Upload, UploadRefused, check_upload
from yiwang.petitions.models import Petition
from yiwang.ui.forms import Form

FEWEST_DIGITS = 5
"""Shortest telephone number that anybody has: hotlines and office extensions count."""


class Words(forms.CharField):
    """A text as people type and paste it: NUL and broken characters are dropped, line ends made one kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [check for check in self.validators if not isinstance(check, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        if "\0" in text:
            text = text.replace("\0", "")
        return text.replace("\r\n", "\n").encode("utf-8", "ignore").decode().strip()


class Files(forms.FileInput):
    """A picker for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if files else []


class Papers(forms.FileField):
    """Several files at once; the view reads and checks them, since their contents go into the attempt's key too."""

    widget = Files(attrs={"accept": ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the uploaded files, unread; refuse more than a petition takes at once."""
        if len(data) > MOST:
            raise forms.ValidationError(_("一次最多传 9 个文件。请少选几个，其余的可以提交以后再补充。"))
        return list(data)


class Choice(forms.CharField):
    """The id of a row picked from a list. The list is drawn by the page; a POST asks for the one row only."""

    widget = forms.Select

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 20):
            raise forms.ValidationError(_("请在列表里重新选一项。"))
        return int(text)


class Filing(Form):
    """Bring a matter 提出信访事项. Eight fields stand open; what few people need is folded away."""

    why: ClassVar[dict[str, Any]] = {
        "place": _("承办单位按地点找人、到现场看。"),
        "name": _("条例要求写明姓名，书面答复也要写给您本人。加密保存，只有办理人员能看到。"),
        "phone": _("有了进展告诉您，办理时也可能要问您情况。加密保存，不会公开。"),
        "email": _("填了就用邮件告诉您每一步进展。"),
        "address": _("只有要寄书面答复时才用。"),
        "guardian": _("未满18岁的，我们同时告诉监护人。"),
        "representatives": _("最多5位代表，有事先联系代表。"),
    }

    form_key = Words(required=False, max_length=64, widget=forms.HiddenInput)
    subject = Words(
        label=_("什么事"), max_length=LONGEST_SUBJECT, help_text=_("一句话说清，例如：楼道路灯坏了两个月没人修。")
    )
    text = Words(
        label=_("经过和要求"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text=_("写清时间、经过，和您希望怎么解决。想到哪写到哪也可以。"),
    )
    region = Choice(label=_("在哪个区县"), required=False, help_text=_("不清楚可以不选。"))
    place = Words(
        label=_("具体地点"), required=False, max_length=200, help_text=_("例如：明渠路 88 号，或者小区、村的名字。")
    )
    files = Papers(  # type: ignore[assignment]
        label=_("照片和材料"),
        required=False,
        help_text=_(
            "照片（JPG、PNG、WebP）、PDF、Word 或 Excel，最多 9 个，每个不超过 10 MB。照片里的拍摄位置会自动去掉。"
        ),
    )
    name = Words(
        label=_("您的姓名"), required=False, max_length=60, help_text=_("不想留姓名，可以在下面选“匿名提交”。")
    )
    phone = Words(label=_("手机或电话"), required=False, max_length=40)
    consent = forms.BooleanField(
        label=_("同意把答复公开，给有同样问题的人看"),
        required=False,
        help_text=_("公开前会隐去姓名、电话和门牌。不同意也一样办理。"),
    )

    purpose = forms.ChoiceField(
        label=_("这件事属于"),
        required=False,
        initial=Petition.Purpose.APPEAL,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("请在列表里重新选一项。")},
        choices=[
            (Petition.Purpose.APPEAL, _("请求解决：自己或大家遇到的难处，希望有人办")),
            (Petition.Purpose.SUGGESTION, _("提建议：希望城市哪里做得更好")),
            (Petition.Purpose.ACCUSATION, _("检举控告：公职人员或单位违纪违法。内容密封，不会转给被检举的人和单位")),
        ],
    )
    category = Choice(label=_("属于哪一类"), required=False, help_text=_("不选也可以，由我们来分。"))
    anonymous = forms.BooleanField(
        label=_("匿名提交"),
        required=False,
        help_text=_("不保存姓名和地址。我们照样登记、照样办；但书面答复没法写给您本人，只能凭编号和查询码上网看。"),
    )
    email = Words(label=_("电子邮箱"), required=False, max_length=120, widget=forms.EmailInput)
    address = Words(label=_("通信地址"), required=False, max_length=200)
    for_another = forms.BooleanField(
        label=_("我是替别人写的"),
        required=False,
        help_text=_("姓名和电话请写本人的；您是谁、为什么替他写，请写在“经过和要求”里。"),
    )
    minor = forms.BooleanField(label=_("本人未满 18 岁"), required=False)
    guardian = Words(label=_("监护人的姓名和电话"), required=False, max_length=120)
    persons = forms.IntegerField(
        label=_("一共多少人"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("多人共同反映同一件事时填写。"),
        error_messages={name: _("请写一个数字，例如 12。") for name in ("invalid", "min_value", "max_value")},
    )
    representatives = Words(
        label=_("其他代表"),
        required=False,
        max_length=600,
        widget=forms.Textarea,
        help_text=_("每行一位：姓名、空格、电话。"),
    )

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and sum(sign.isdigit() for sign in phone) < FEWEST_DIGITS:
            raise forms.ValidationError(_("电话号码好像不完整。请写手机号，或者带区号的座机号。"))
        return phone

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        name, _at, domain = email.rpartition("@")
        if email and (not name or "." not in domain or any(sign.isspace() for sign in email)):
            raise forms.ValidationError(_("邮箱地址好像不完整，例如：name@example.com。也可以不填。"))
        return email

    def clean_purpose(self) -> str:
        return self.cleaned_data["purpose"] or Petition.Purpose.APPEAL

    def clean_representatives(self) -> tuple[Identity, ...]:
        lines = [line.split(maxsplit=1) for line in self.cleaned_data["representatives"].split("\n") if line.strip()]
        if len(lines) > MOST_REPRESENTATIVES:
            raise forms.ValidationError(_("代表最多 5 位（《信访工作条例》第二十条）。"))
        return tuple(Identity(name=line[0], phone=line[1] if len(line) > 1 else "") for line in lines)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("anonymous") and not given.get("name") and "name" not in self.errors:
            self.add_error("name", _("请写您的姓名，或者在下面选“匿名提交”。"))
        if given.get("minor") and not given.get("guardian") and "guardian" not in self.errors:
            self.add_error("guardian", _("请写监护人的姓名和电话。"))
        return given

    def identity(self) -> Identity:
        """Return who petitions; of somebody who chose to be anonymous neither name nor address is kept."""
        given = self.cleaned_data
        anonymous = given["anonymous"]
        return Identity(
            name="" if anonymous else given["name"],
            phone=given["phone"],
            email=given["email"],
            address="" if anonymous else given["address"],
            guardian=given["guardian"] if given["minor"] else "",
            anonymous=anonymous,
            minor=given["minor"],
            for_another=given["for_another"],
        )


class _Shared(dict[str, forms.Field]):
    """Fields that every instance uses as they are: nothing in a POST that is answered by a redirect changes them."""

    def __deepcopy__(self, memo: Any) -> "_Shared":
        return self


class QuickFiling(Filing):
    """The same form for reading a POST, without what only drawing needs: no copied fields, no bound ones. Never drawn."""

    def _clean_fields(self) -> None:
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(self.data, self.files, name)
            try:
                self.cleaned_data[name] = field.clean(value)
                if check := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = check()
            except forms.ValidationError as error:
                self.add_error(name, error)


QuickFiling.base_fields = _Shared(QuickFiling.base_fields)


class Lookup(Form):
    """Number and lookup code."""

    number = Words(label=_("编号"), max_length=40, help_text=_("回执上 13 位数字，例如 2611-4827-3915-0。"))
    code = Words(label=_("查询码"), max_length=40, help_text=_("回执上 8 位字母和数字，不分大小写。"))


class Material(Form):
    """More words or papers for a petition."""

    text = Words(label=_("补充说明"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea)
    files = Papers(  # type: ignore[assignment]
        label=_("照片和材料"),
        required=False,
        help_text=_("照片（JPG、PNG、WebP）、PDF、Word 或 Excel，最多 9 个，每个不超过 10 MB。"),
    )


class Reason(Form):
    """Why a petitioner takes a matter back, or asks for it to be taken up again."""

    reason = Words(label=_("原因"), required=False, max_length=1000, widget=forms.Textarea)


class Grounds(Form):
    """What a petitioner disagrees with, and why: the request for a review."""

    grounds = Words(label=_("您不同意哪些内容？为什么？"), max_length=LONGEST_TEXT, widget=forms.Textarea)


def read_uploads(given: Iterable[UploadedFile]) -> tuple[list[Upload], str]:
    """Return the files as they will be kept, and what is wrong with those that are not taken (nothing, when all are)."""
    kept, wrong = [], []
    for file in given:
        try:
            # One byte beyond the limit is enough to be refused: the rest is never read.
            kept.append(check_upload(file.name or "", file.read(LARGEST + 1)))
        except UploadRefused as refused:
            wrong.append(refused.message)
    return kept, " ".join(wrong)
