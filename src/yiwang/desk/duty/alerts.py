"""Alert rules 告警规则 and what they found, for the system administrator: list, add, change, remove, try out."""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.duty.board import open_alerts
from yiwang.outbox.senders import sender_for
from yiwang.ui.forms import Form
from yiwang.watch import alerting
from yiwang.watch.models import Alert, AlertRule
from yiwang.watch.rules import WAYS, Given, Refused, recipients, remove_rule, save_rule
from yiwang.watch.signals import SIGNALS

LATELY = 50
LONGEST_ADDRESS = 500
WHY = {
    "unknown": _("请选择监测什么。"),
    "half": _("免打扰的起止时间要么都填，要么都不填。"),
    "always": _("起止时间相同，就一直不会打扰了；请改成不同的时间。"),
    "many": _("最多 20 个。"),
    "nobody": _("请至少填一个收告警的邮箱、手机号或网络回调地址。"),
}


class RuleForm(Form):
    """A rule of alerts."""

    signal = forms.ChoiceField(label=_("监测什么"))
    about = forms.CharField(
        label=_("只看哪一个"), max_length=80, required=False,
        help_text=_("渠道、发送方式、机器、任务或队列的名字，同告警里显示的代码一致；空着就全都看。"),
    )  # fmt: skip
    threshold = forms.IntegerField(
        label=_("达到多少"), min_value=0, max_value=10**9, help_text=_("磁盘和证书是低于多少。")
    )
    minutes = forms.IntegerField(label=_("持续几分钟"), min_value=0, max_value=10_080, initial=5)
    repeat_hours = forms.IntegerField(label=_("最多几小时提醒一次"), min_value=1, max_value=720, initial=4)
    quiet_from = forms.TimeField(
        label=_("免打扰从"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("这段时间里不发，过后还没恢复再发。"),
    )  # fmt: skip
    quiet_until = forms.TimeField(
        label=_("免打扰到"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    mails = forms.CharField(
        label=_("邮箱"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一行一个。"),
    )
    telephones = forms.CharField(
        label=_("手机号"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一行一个；要接好短信才发得出。"),
    )  # fmt: skip
    webhooks = forms.CharField(
        label=_("网络回调地址"), required=False, max_length=8_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一行一个，以 https:// 开头；内容带签名。"),
    )  # fmt: skip
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signal = self.fields["signal"]
        assert isinstance(signal, forms.ChoiceField)
        signal.choices = [(row.code, f"{row.label}（{row.unit}）") for row in SIGNALS.values()]

    def clean_mails(self) -> tuple[str, ...]:
        found = _lines(self.cleaned_data["mails"])
        for line in found:
            validate_email(line)
        return found

    def clean_telephones(self) -> tuple[str, ...]:
        found = _lines(self.cleaned_data["telephones"])
        if any(not line.lstrip("+").isdecimal() or not 3 <= len(line) <= 20 for line in found):
            raise ValidationError(gettext("手机号只能有数字。"))
        return found

    def clean_webhooks(self) -> tuple[str, ...]:
        found = _lines(self.cleaned_data["webhooks"])
        for line in found:
            if not _is_webhook(line):
                raise ValidationError(gettext("地址要以 https:// 开头，不能带用户名和密码。"))
        return found

    def given(self) -> Given:
        return Given(**{name: self.cleaned_data[name] for name in Given.__dataclass_fields__})


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_safe
def alerts(request: DeskRequest) -> HttpResponse:
    """Show the rules, what is on alert now, and what was lately."""
    rules = [
        {
            "rule": rule,
            "signal": SIGNALS.get(rule.signal),
            "about": alerting.thing(SIGNALS[rule.signal], rule.about) if rule.signal in SIGNALS else rule.about,
            "unreachable": sorted({route for route, _address in recipients(rule) if sender_for(route) is None}),
            "number": len(recipients(rule)),
        }
        for rule in AlertRule.objects.all()
    ]
    past = Alert.objects.filter(raised_at__isnull=False, ended_at__isnull=False).select_related("rule")
    events = [*open_alerts(), *past.order_by("-began_at")[:LATELY]]
    context = {
        "rules": rules,
        "events": [
            (event, alerting.name_of(SIGNALS[event.rule.signal], event.about), alerting.number(event.value))
            for event in events
            if event.rule.signal in SIGNALS
        ],
    }
    return render(request, "desk/duty/alerts.html", context)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@sensitive_post_parameters("mails", "telephones", "webhooks")
def rule(request: DeskRequest, rule_id: int | None = None) -> HttpResponse:
    """Add or change one."""
    row = get_object_or_404(AlertRule, pk=rule_id) if rule_id else AlertRule(active=True)
    form = RuleForm(
        request.POST if request.method == "POST" else None, initial=_initial(row, request.GET.get("signal", ""))
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_rule(row, form.given(), request.user.pk, datetime.now(UTC))
        except Refused as refused:
            form.add_error(refused.field, str(WHY[refused.code]))
        else:
            messages.success(request, gettext("已保存。"))
            return SeeOther(reverse("desk:alerts"))
    context = {"form": form, "row": row if rule_id else None}
    return render(request, "desk/duty/rule.html", context, status=422 if form.errors else 200)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_POST
def remove(request: DeskRequest, rule_id: int) -> HttpResponse:
    """Remove one with its events."""
    remove_rule(get_object_or_404(AlertRule, pk=rule_id), request.user.pk)
    messages.success(request, gettext("已删除。"))
    return SeeOther(reverse("desk:alerts"))


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_POST
def test(request: DeskRequest, rule_id: int) -> HttpResponse:
    """Send a trial message to everybody whom a rule tells."""
    row = get_object_or_404(AlertRule, pk=rule_id)
    number = alerting.send_test(row, request.user.pk, datetime.now(UTC))
    messages.success(
        request, gettext("已写好 %(number)d 条测试告警，马上发出；没收到就看“待发消息”。") % {"number": number}
    )
    return SeeOther(reverse("desk:alerts"))


def _initial(row: AlertRule, signal: str) -> dict[str, Any]:
    if row._state.adding:
        chosen = SIGNALS.get(signal)
        return {"signal": chosen.code, "threshold": chosen.threshold} if chosen else {}
    names = ("signal", "about", "threshold", "minutes", "repeat_hours", "quiet_from", "quiet_until", "active")
    return {name: getattr(row, name) for name in names} | {column: row.unseal(column) for column in WAYS}


def _lines(text: str) -> tuple[str, ...]:
    """Return what stands in each line, once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _is_webhook(address: str) -> bool:
    """Return whether an address may be a webhook's: https, or http for this very machine (which production refuses when it is sent)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or len(address) > LONGEST_ADDRESS or not address.isprintable():
        return False
    if parts.scheme == "http":
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False
    return parts.scheme == "https"
