"""What an indicator measures, as data: a count, a share or a median, perhaps against another period or the mean of all.

``{"kind": "ratio", "numerator": "handling_in_time", "denominator": "handling_due"}``
``{"kind": "count", "measure": "reopened", "against": "year_before", "as": "percent"}``

Checked by :func:`formula_of`, which raises `Invalid`; reads back as one sentence; nothing is evaluated as a program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.performance.measures import MEASURES, MEDIANS, Period
from yiwang.performance.scoring import Invalid

NOW = "now"
AGAINST: dict[str, str | Promise] = {
    "year_before": gettext_lazy("上年同期"),
    "before": gettext_lazy("上一期"),
    "mean": gettext_lazy("全部考核对象的平均数"),
}
"""What a figure may be compared with: another period of its own, or the mean of all that are assessed."""
AS = {"difference": gettext_lazy("相差多少"), "percent": gettext_lazy("增减百分之几")}


@dataclass(frozen=True)
class Formula:
    """One formula. ``measures`` are those whose lists it is made of, the numerator first."""

    kind: str
    measures: tuple[str, ...]
    against: str = ""
    compared: str = "difference"

    @property
    def unit(self) -> str:
        """The unit of its value, in the reader's language."""
        if self.against and self.compared == "percent":
            return "%"
        if self.kind == "ratio":
            return _("个百分点") if self.against else "%"
        return _("天") if self.kind == "median" else _("件")

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods that it looks at: its own, and the one that it is compared with."""
        return (NOW, self.against) if self.against in ("year_before", "before") else (NOW,)

    def sentence(self) -> str:
        """Return the formula as one sentence in the reader's language."""
        labels = [str((MEDIANS.get(code) or MEASURES[code]).label) for code in self.measures]
        if self.kind == "ratio":
            text = _("“%(numerator)s”占“%(denominator)s”的百分比") % {"numerator": labels[0], "denominator": labels[1]}
        elif self.kind == "median":
            text = _("“%(label)s”") % {"label": labels[0]}
        else:
            text = _("“%(label)s”的件数") % {"label": labels[0]}
        if self.against:
            text += _("，与%(against)s比，%(how)s") % {"against": AGAINST[self.against], "how": AS[self.compared]}
        return text + _("。")

    def definitions(self) -> list[str]:
        """Return the definition of each measure that it is made of."""
        return [str((MEDIANS.get(code) or MEASURES[code]).definition) for code in self.measures]

    def data(self) -> dict[str, str]:
        """Return the mapping that it is kept as."""
        names = {"ratio": ("numerator", "denominator")}.get(self.kind, ("measure",))
        kept = {"kind": self.kind, **dict(zip(names, self.measures, strict=True))}
        return kept | ({"against": self.against, "as": self.compared} if self.against else {})

    def compare(self, value: Fraction, other: Fraction | None) -> Fraction | None:
        """Return the value against the other one; None where there is nothing to compare with."""
        if other is None:
            return None
        if self.compared == "difference":
            return value - other
        return (value - other) / other * 100 if other else None


def formula_of(given: Any) -> Formula:
    """Return the formula that a mapping says. Raises Invalid with the place and the reason."""
    if not isinstance(given, Mapping) or given.get("kind") not in ("count", "ratio", "median"):
        raise Invalid("kind", _("指标要选：件数、比率或中位数。"))
    kind = str(given["kind"])
    fields = ("numerator", "denominator") if kind == "ratio" else ("measure",)
    for name in given:
        if name not in ("kind", "against", "as", *fields):
            raise Invalid(name, _("公式里没有“%(field)s”。") % {"field": name})
    codes = tuple(str(given.get(field, "")) for field in fields)
    for field, code in zip(fields, codes, strict=True):
        if code not in (MEDIANS if kind == "median" else MEASURES):
            raise Invalid(field, _("没有“%(code)s”这个数。") % {"code": code})
        if kind != "median" and MEASURES[code].whole_only:
            raise Invalid(field, _("“%(label)s”只有全办一个总数，不能用来考核。") % {"label": MEASURES[code].label})
    if kind == "ratio" and codes[0] == codes[1]:
        raise Invalid("denominator", _("分子和分母不能是同一个数。"))
    against, compared = str(given.get("against") or ""), str(given.get("as") or "difference")
    if against and against not in AGAINST:
        raise Invalid("against", _("要选和什么比：%(allowed)s。") % {"allowed": "、".join(map(str, AGAINST.values()))})
    if compared not in AS:
        raise Invalid("as", _("要选怎么比：%(allowed)s。") % {"allowed": "、".join(map(str, AS.values()))})
    return Formula(kind, codes, against, compared if against else "difference")


def period_of(period: Period, when: str) -> Period:
    """Return the period that a name of :attr:`Formula.periods` means. Raises ValueError for another name."""
    if when == NOW:
        return period
    if when == "year_before":
        return period.year_before
    if when == "before":
        return period.before
    raise ValueError(f"no period is called {when}")
