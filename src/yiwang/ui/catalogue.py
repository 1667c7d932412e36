"""Invented samples for the developers' catalogue; nothing here comes from a real petition."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import segno
from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from yiwang.ui.forms import Form


class SampleForm(Form):
    """One field of every kind."""

    why = {"telephone": _("办理单位要联系您时用，不会公开。")}

    subject = forms.CharField(label=_("事情的标题"), max_length=60, help_text=_("一句话说清是什么事。"))
    body = forms.CharField(label=_("事情的经过"), max_length=2000, widget=forms.Textarea)
    place = forms.ChoiceField(label=_("事情发生在哪里"), choices=[("", _("请选择")), ("1", "东湖区"), ("2", "云溪县")])
    purpose = forms.ChoiceField(
        label=_("您想要什么"),
        choices=[("ask", _("请求解决")), ("suggest", _("提出建议")), ("report", _("举报投诉"))],
        widget=forms.RadioSelect,
    )
    told = forms.MultipleChoiceField(
        label=_("怎么告诉您结果"),
        choices=[("sms", _("短信")), ("mail", _("邮件")), ("post", _("信件"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    telephone = forms.CharField(label=_("手机号"), max_length=20)
    happened = forms.DateField(label=_("哪一天发生的"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    papers = forms.FileField(label=_("照片和材料"), required=False, help_text=_("每个不超过 10 MB。"))
    honest = forms.BooleanField(label=_("我说的都是真的"))


TREE = [
    {
        "label": "云川市",
        "count": 1268,
        "open": True,
        "children": [
            {"label": "住房和城乡建设局", "href": "#tree", "count": 214, "current": True},
            {
                "label": "交通运输局",
                "href": "#tree",
                "count": 96,
                "open": True,
                "children": [{"label": "公交管理处", "href": "#tree", "count": 31, "note": _("牵头")}],
            },
            {"label": "教育局", "href": "#tree", "count": 0},
        ],
    }
]
BY_CHANNEL = [
    (_("网上"), 182, "#web"),
    (_("电话"), 97, "#phone"),
    (_("来信"), 31, "#letter"),
    (_("来访"), 24, "#visit"),
]
LATE_BY_AGENCY = [("住房和城乡建设局", 7, "#a", "late"), ("城市管理局", 4, "#b", "late"), ("云溪县", 1, "#c", "late")]
FILES = [
    {"name": "漏水的天花板.jpg", "size": 1_240_000, "href": "#file", "icon": "image"},
    {"name": "物业合同.pdf", "size": 88_000, "href": "#file", "note": _("已去除拍摄信息")},
]


def samples(query: Mapping[str, str]) -> dict[str, Any]:
    """Everything the catalogue's template shows. The query's ``page`` moves its pager."""
    today = timezone.localdate()
    wrong = SampleForm({"subject": "", "telephone": "138", "place": "9"})
    wrong.add_error("telephone", _("手机号应是 11 位数字，您填了 3 位。"))
    qr = segno.make("https://xinfang.example/lookup#c=K7M29QXD", error="m").svg_inline(
        svgclass=None, lineclass=None, omitsize=True, border=1
    )
    return {
        "today": today,
        "now": timezone.now(),
        "days": [today + dt.timedelta(days=offset) for offset in (-3, 0, 2, 12)],
        "form": SampleForm(auto_id="blank_%s"),
        "wrong": wrong,
        "tree": TREE,
        "by_channel": BY_CHANNEL,
        "late_by_agency": LATE_BY_AGENCY,
        "by_day": [(f"11-{number:02d}", value, f"#day-{number}") for number, value in enumerate(DAYS, start=1)],
        "by_month": [(f"{number}月", value) for number, value in enumerate(MEDIANS, start=1)],
        "files": FILES,
        "page": Paginator(range(2_000), 20).get_page(query.get("page", 2)),
        "qr": mark_safe(qr),  # noqa: S308 made by segno from a fixed address  # nosec B703
        "hostile": '" onfocus="alert(1)" \'><script>alert(1)</script>"',
    }


DAYS = (31, 42, 38, 12, 9, 44, 51, 47, 39, 40, 14, 11, 46, 53)
MEDIANS = (11.5, 10, 9.5, 9, 9, 8, 7.5, 7, 6.5, 6, 6.5, 6)
