"""The limits that an office begins with. They are rows: what an administrator changed is never touched again.

Addresses are shared by many (a telephone company's customers, an office, an internet café), so nobody is locked out for
what others behind the same address do a little of: first a challenge, and a wait only far beyond.
"""

from django.apps.registry import Apps

MINUTE, HOUR, DAY = 60, 3600, 86400

FIRST_LIMITS: tuple[tuple[str, str, int, int, str], ...] = (
    ("login", "pair", 8, 15 * MINUTE, "wait"),
    ("login", "account", 30, 15 * MINUTE, "challenge"),
    ("login", "address", 150, 15 * MINUTE, "wait"),
    ("login", "everybody", 1500, 15 * MINUTE, "challenge"),
    ("second", "account", 10, 15 * MINUTE, "wait"),
    ("second", "account", 60, DAY, "wait"),
    ("filing", "address", 30, 10 * MINUTE, "challenge"),
    ("filing", "address", 300, HOUR, "wait"),
    ("filing", "telephone", 20, DAY, "wait"),
    ("filing", "everybody", 3000, 10 * MINUTE, "challenge"),
    ("lookup", "address", 30, 10 * MINUTE, "challenge"),
    ("lookup", "address", 200, HOUR, "wait"),
    ("lookup", "everybody", 6000, 10 * MINUTE, "challenge"),
    ("own", "address", 120, HOUR, "wait"),
    ("rating", "address", 60, HOUR, "wait"),
    ("rating", "everybody", 3000, 10 * MINUTE, "wait"),
    ("upload", "address", 60, HOUR, "wait"),
    ("verify", "address", 120, 10 * MINUTE, "wait"),
    ("search", "address", 60, MINUTE, "wait"),
    ("code", "telephone", 3, 10 * MINUTE, "wait"),
    ("code", "telephone", 10, DAY, "wait"),
    ("code", "account", 3, 10 * MINUTE, "wait"),
    ("code", "account", 10, DAY, "wait"),
    ("code", "address", 30, HOUR, "wait"),
    ("code", "everybody", 600, HOUR, "wait"),
    ("question", "address", 6, HOUR, "wait"),
    ("question", "everybody", 300, HOUR, "wait"),
)
"""What, per what, how many, in how many seconds, and what happens beyond."""


def enter_first_limits(apps: Apps) -> None:
    """Enter those that are missing."""
    limits = apps.get_model("doors", "Limit")._default_manager
    limits.bulk_create(
        [
            limits.model(name=name, per=per, most=most, seconds=seconds, then=then)
            for name, per, most, seconds, then in FIRST_LIMITS
        ],
        ignore_conflicts=True,
    )
