"""What every scoring rule can do, how its numbers are read from data, and how fractions are rounded and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, ClassVar, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

PLACES = Decimal("0.01")
"""Points are told to the hundredth, halves upward, only once they are summed up from exact fractions."""


class Invalid(ValueError):
    """A rule (or a formula) is wrong; ``field`` names the place, the message is for whoever wrote it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True)
class Scored:
    """What a value earned: the share of the weight (0 to 1, more where overshoot earns more), and how it came about."""

    share: Fraction
    how: str


class Rule(Protocol):
    """One scoring rule; ``unit`` is that of the value, for its sentences."""

    form: ClassVar[str]
    unit: str

    def score(self, value: Any) -> Scored:
        """Return what the value earns. Raises Invalid for a value of another kind."""

    def sentence(self) -> str:
        """Return the rule as one sentence in the reader's language."""

    def data(self) -> dict[str, Any]:
        """Return the mapping that it is kept as: ``rule_of(rule.data()) == rule``."""


@dataclass(frozen=True)
class Operator:
    """A comparison of the value with the target."""

    sign: str
    words: str | Promise

    def short(self, value: Fraction, target: Fraction) -> Fraction:
        """Return by how much the value misses the target on the wrong side; 0 when it does not."""
        if self.sign == "=":
            return abs(value - target)
        return max(Fraction(0), target - value if self.sign == ">=" else value - target)

    def over(self, value: Fraction, target: Fraction) -> bool:
        """Tell whether an exact target was overshot: more than was asked for."""
        return self.sign == "=" and value > target


def points_of(weight: Decimal, share: Fraction) -> Decimal:
    """Return the points that a share of a weight earns, to the hundredth, halves upward."""
    exact = Fraction(weight) * share
    cents = (exact * 100 * 2 + 1) // 2 if exact >= 0 else -((-exact * 100 * 2 + 1) // 2)
    return (Decimal(int(cents)) / 100).quantize(PLACES)


def shown(value: Fraction, places: int = 2) -> str:
    """Return a number as people write it: at most so many places, halves upward, no zeros behind."""
    scaled = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def percent(share: Fraction) -> str:
    """Return a share as a percentage."""
    return f"{shown(share * 100)}%"


def number(given: Mapping[str, Any], field: str, *, default: str | None = None) -> Fraction:
    """Return a number of a rule, written as a string or an integer: never as a float, which would not be what was written.

    Raises Invalid where it is missing or is none.
    """
    value = given.get(field, default)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Invalid(field, _("“%(field)s”要写一个数。") % {"field": field})
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        raise Invalid(
            field, _("“%(field)s”要写一个数，写的是“%(value)s”。") % {"field": field, "value": value}
        ) from None
    if not found.is_finite() or abs(found) > Decimal(10) ** 15:
        raise Invalid(field, _("“%(field)s”的数太大。") % {"field": field})
    return Fraction(found)


def share_of(given: Mapping[str, Any], field: str, *, default: str | None = None) -> Fraction:
    """Return a part of the weight, given in per cent from 0 to 100, as a fraction. Raises Invalid."""
    found = number(given, field, default=default) / 100
    if not 0 <= found <= 1:
        raise Invalid(field, _("“%(field)s”是权重的百分比，在0到100之间。") % {"field": field})
    return found


def choice(given: Mapping[str, Any], field: str, allowed: tuple[str, ...], *, default: str | None = None) -> str:
    """Return one of the allowed words. Raises Invalid."""
    value = given.get(field, default)
    if value not in allowed:
        raise Invalid(field, _("“%(field)s”要选：%(allowed)s。") % {"field": field, "allowed": "、".join(allowed)})
    return str(value)


def only(given: Mapping[str, Any], *fields: str) -> None:
    """Refuse what the form does not know: a misspelt field would otherwise be lost in silence. Raises Invalid."""
    for name in given:
        if name not in ("form", *fields):
            raise Invalid(name, _("这种记分办法没有“%(field)s”。") % {"field": name})


def as_number(value: Any, unit: str) -> Fraction:
    """Return a value to be scored as a fraction. Raises Invalid where it is no number."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise Invalid("value", _("要有一个数才能记分。"))
    return Fraction(value)


def plain(value: Fraction) -> str:
    """Return a number as it is kept in data, exactly; those of a rule always have a finite number of places."""
    return shown(value, 12)
