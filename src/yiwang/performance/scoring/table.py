"""The forms by their names, and the two functions that everybody calls."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from yiwang.performance.scoring.judged import Bands, Parts
from yiwang.performance.scoring.numbers import Deduct, Full, Linear, Steps
from yiwang.performance.scoring.rule import Invalid, Rule, Scored, points_of


class Form(Protocol):
    """A kind of rule: reads one from data."""

    def of(self, given: Mapping[str, Any], unit: str) -> Rule: ...


FORMS: dict[str, Form] = {form.form: form for form in (Full, Linear, Steps, Deduct, Parts, Bands)}  # type: ignore[misc]


def rule_of(given: Any, unit: str = "") -> Rule:
    """Return the rule that a mapping says, for values of that unit. Raises Invalid with the place and the reason."""
    if not isinstance(given, Mapping) or given.get("form") not in FORMS:
        raise Invalid("form", _("没有这种记分办法。可以用：%(forms)s。") % {"forms": "、".join(FORMS)})
    return FORMS[str(given["form"])].of(given, unit)


def score(rule: Rule, weight: Decimal, value: Any) -> tuple[Decimal, Scored]:
    """Return the points that a value earns of a weight, and how; raises Invalid for a value that the rule cannot score."""
    scored = rule.score(value)
    return points_of(weight, scored.share), scored
