"""Limits moved to where a test wants them: so many days over, or so many days left, as if the petition had lain there."""

from datetime import UTC, datetime, timedelta

from yiwang.journal.models import Record
from yiwang.petitions.models import Deadline, Entry, Petition
from yiwang.workdays.counting import end_of, office_date


def over(
    petition: Petition, days: int, rule: str = "handling", *, length: int = 60, now: datetime | None = None
) -> Deadline:
    """Move a petition's open limit so that its last day was so many days ago (negative: is still ahead)."""
    today = office_date(now or datetime.now(UTC))
    row = Deadline.objects.get(petition=petition, met_at=None, cancelled_at=None, rule=rule)
    row.due_on = today - timedelta(days=days)
    row.due_at = end_of(row.due_on)
    row.started_at = end_of(row.due_on - timedelta(days=length)) - timedelta(hours=8)
    row.save()
    Petition.objects.filter(pk=petition.pk).update(next_due_at=row.due_at)
    return row


def quiet(*, but: Entry | None = None) -> None:
    """Take away the traces of what was done until now, as if it all lay long before the last scan."""
    Record.objects.all().delete()
    Entry.objects.exclude(pk=but.pk if but else None).delete()
