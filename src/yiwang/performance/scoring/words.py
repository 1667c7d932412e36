"""The words of scoring rules that stand for choices."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OPERATORS: dict[str, str | Promise] = {">=": _("不少于"), "<=": _("不多于"), "=": _("等于")}
PARTIAL: dict[str, str | Promise] = {
    "whole": _("不足一次的不扣"),
    "started": _("不足一次的按一次扣"),
    "proportion": _("不足一次的按比例扣"),
}
OVER: dict[str, str | Promise] = {"full": _("多于目标也得满分"), "deduct": _("多于目标与少于目标同样扣分")}
