"""A rule with its first recipients, and a signal that a test sets."""

from datetime import UTC, datetime, time
from typing import Any

from yiwang.watch.models import AlertRule
from yiwang.watch.rules import Given, save_rule

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""Noon in Shanghai."""


def given(**more: Any) -> Given:
    plain: dict[str, Any] = {
        "signal": "late_petitions", "about": "", "threshold": 20, "minutes": 0, "repeat_hours": 4, "quiet_from": None,
        "quiet_until": None, "active": True, "mails": ("duty@example.org",), "telephones": (), "webhooks": (),
    }  # fmt: skip
    return Given(**{**plain, **more})


def rule(**more: Any) -> AlertRule:
    found = AlertRule()
    save_rule(found, given(**more), 1, NOW)
    return found


QUIET_NIGHT = {"quiet_from": time(22), "quiet_until": time(7)}
