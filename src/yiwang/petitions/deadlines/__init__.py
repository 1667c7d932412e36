"""The limits of the Regulations: the table, how dates are counted from it, and what follows when they near their end."""

from yiwang.petitions.deadlines.counting import (
    SHARES,
    Due,
    by_calendar,
    check_extension,
    check_suspension,
    due,
    due_by,
    rolls_over,
)
from yiwang.petitions.deadlines.keeping import COUNTED, lengthened, next_warning, rules_of, set_found, version_on
from yiwang.petitions.deadlines.rules import (
    GROUNDS,
    RULE_SETS,
    RULES,
    VERSION,
    Owes,
    Rule,
    RuleSet,
    Unit,
    first_owed,
    is_duty,
)

__all__ = [
    "COUNTED",
    "GROUNDS",
    "RULES",
    "RULE_SETS",
    "SHARES",
    "VERSION",
    "Due",
    "Owes",
    "Rule",
    "RuleSet",
    "Unit",
    "by_calendar",
    "check_extension",
    "check_suspension",
    "due",
    "due_by",
    "first_owed",
    "is_duty",
    "lengthened",
    "next_warning",
    "rolls_over",
    "rules_of",
    "set_found",
    "version_on",
]
