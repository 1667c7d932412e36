"""Urgent matters reported upward 紧急事项上报 (art. 25): what the action of the petitions noted is followed until it is answered.

The petitions know nothing of orders: the worker finds the entries, each once.
"""

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError
from django.db.models import Exists, OuterRef

from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry
from yiwang.petitions.refusals import Refused
from yiwang.store.ids import first_id_at
from yiwang.supervision.models import Order
from yiwang.supervision.orders.changes import Draft, issue
from yiwang.vault.sealing import open_under

JUST_NOW = timedelta(hours=2)
LOOKED_BACK = timedelta(days=30)
"""How long a worker may have stood still without a report being lost. Entries have ids of their instants, so that to look
back is to read a piece of their primary key: the last hours often, the whole month seldom.
"""
BATCH = 200
CODE = "report_upward"


def follow_late_reports() -> int:
    """Do the same for all of the last month: what no worker was there to see."""
    return follow_reports(LOOKED_BACK)


def follow_reports(looked_back: timedelta = JUST_NOW) -> int:
    """Begin to follow each report that nobody follows yet; return how many. Safe to stop anywhere and to run twice at once."""
    now = datetime.now(UTC)
    followed = Order.objects.filter(entry_id=OuterRef("pk"))
    waiting = Entry.objects.filter(
        ~Exists(followed), pk__gte=first_id_at(now - looked_back), action=CODE, petition__historical=False,
        petition__disposed_at=None,
    ).select_related("petition")  # fmt: skip
    return sum(_follow(entry) for entry in waiting.order_by("pk")[:BATCH])


def _follow(entry: Entry) -> bool:
    body, _line, text = open_under(entry.petition.key, entry, "sealed_note").partition("\n")
    draft = Draft(
        kind="upward", subject=body[:200], text=text or body, petitions=[entry.petition_id], entry=entry.pk,
        attempt=f"{CODE}-{entry.pk}",
    )  # fmt: skip
    try:
        issue(draft, Actor.system(), entry.recorded_at)
    except (Refused, IntegrityError):  # it cannot be followed now, or another worker was faster
        return False
    return True
