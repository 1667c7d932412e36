"""What is older than its retention goes in whole segments; a signed closing stays, and the rest verifies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from tests.clock import Clock

from yiwang.journal import log, retention, sequencer
from yiwang.journal.models import Closing, Head, Place, Record
from yiwang.journal.verify import verify
from yiwang.store import append_only

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 10, tzinfo=UTC)
LATER = datetime(2029, 3, 5, tzinfo=UTC)


@pytest.fixture
def years() -> list[int]:
    """Lines of January, February and March 2026, ten each, a head each; the clock goes on to 2029. Return the ids."""
    ids = []
    with Clock(START).wound() as clock:
        for month in (1, 2, 3):
            clock.set(2026, month, 10)
            lines = [log.line("look", actor_kind="staff", actor_id=month) for _number in range(10)]
            log.write(lines)
            ids += [line.pk for line in lines]
            sequencer.seal()
    append_only.guard(*retention.TABLES, "journal_closing")
    return ids


def expire(months: int = 36, now: datetime = LATER) -> retention.Removed:
    return retention.expire(months, now)


@pytest.mark.parametrize(
    ("now", "months", "beginning"),
    [
        (LATER, 36, datetime(2026, 3, 1, tzinfo=UTC)),
        (datetime(2026, 6, 30, tzinfo=UTC), 6, datetime(2025, 12, 1, tzinfo=UTC)),
        (datetime(2026, 7, 1, tzinfo=UTC), 6, datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_whole_months_are_counted(now: datetime, months: int, beginning: datetime) -> None:
    """Given a day, when months are counted back, then a month that is not over yet is kept."""
    assert retention.months_before(now, months) == beginning


def test_what_is_older_goes_and_the_rest_verifies(years: list[int]) -> None:
    """Given lines of three months, when two of them are older than three years, then these go, and the third and new ones verify."""
    removed = expire()
    assert (removed.lines, removed.until) == (20, Head.objects.count() and Closing.objects.get().covers_until)
    assert set(Record.objects.values_list("pk", flat=True)) == set(years[20:])
    assert list(Place.objects.order_by("seq").values_list("seq", flat=True)) == list(range(21, 31))
    assert list(Head.objects.values_list("number", flat=True)) == [3]
    assert verify().as_json == {"ok": True, "checked": 10, "first_bad": None, "waiting": 0, "heads": 1}
    log.write([log.line("look", actor_kind="staff", actor_id=1)])
    sequencer.seal()
    assert Head.objects.order_by("-number").values_list("number", "count").first() == (4, 31)
    assert verify().ok
    assert append_only.guarded() == ["journal_closing", "journal_head", "journal_place", "journal_record"]


def test_all_may_be_expired_and_the_journal_goes_on(years: list[int]) -> None:
    """Given a journal all of which is older, when it is removed, in two runs, then new lines go on from its closing."""
    expire()
    assert expire(now=datetime(2029, 6, 1, tzinfo=UTC)).lines == 10
    assert verify().ok
    log.write([log.line("look", actor_kind="staff", actor_id=1)])
    sequencer.seal()
    assert list(Head.objects.values_list("number", "count")) == [(4, 31)]
    assert list(Place.objects.values_list("seq", flat=True)) == [31]
    assert verify().ok


def test_nothing_is_removed_before_its_time(years: list[int]) -> None:
    """Given lines younger than the retention, when it is to end, then nothing changes."""
    assert expire(now=datetime(2029, 1, 31, tzinfo=UTC)) == retention.Removed(0, None)
    assert Record.objects.count() == 30


def test_less_than_six_months_is_refused(years: list[int]) -> None:
    """Given a retention of five months, when it is asked for, then it is refused."""
    with pytest.raises(ValueError, match="at least 6 months"):
        expire(5)
    assert Record.objects.count() == 30


def test_a_run_that_was_broken_off_is_taken_up(years: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a removal that died after its first batch, when verified, then all is well; when run again, then the rest goes."""
    monkeypatch.setattr(retention, "BATCH", 8)

    def die(_lines: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retention.expire(36, LATER, die)
    assert Record.objects.count() == 22
    assert verify().ok
    assert expire().lines == 12
    assert verify().ok


def test_what_was_tampered_with_is_not_closed(years: list[int]) -> None:
    """Given a line taken away among those to be removed, when their retention is to end, then nothing is removed."""
    with append_only.lifted(*retention.TABLES):
        Record.objects.filter(pk=years[3]).delete()
    with pytest.raises(retention.NotAsSigned):
        expire()
    assert Closing.objects.count() == 0
    assert Record.objects.count() == 29


@pytest.mark.parametrize(
    "change",
    [
        {"count": F("count") + 5}, {"signature": bytes(64)}, {"covers_until": F("covers_until") - timedelta(days=300)},
        {"at": F("at") - timedelta(days=900)},
    ],
)  # fmt: skip
def test_a_false_closing_is_found(years: list[int], change: dict[str, Any]) -> None:
    """Given a closing that was altered, when verified, then it is told."""
    expire()
    append_only.unguard("journal_closing")
    Closing.objects.update(**change)
    assert "closing_wrong" in {fault.fault for fault in verify().faults}


def test_an_expired_line_put_back_is_found(years: list[int]) -> None:
    """Given a line that was removed at the end of its retention, when somebody puts it back, then verify tells."""
    line = Record.objects.get(pk=years[0])
    expire()
    log.write([line])
    sequencer.seal()
    assert {fault.fault for fault in verify().faults} == {"line_from_before"}
