"""Limits counted anew when the calendar changes: what changes, what stays, and nothing lost when it is cut short."""

import time
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.clock import Clock
from tests.given import City
from tests.petitions.limits.given import limit

from yiwang.petitions.deadlines import recounting
from yiwang.petitions.models import Deadline, Extension, Petition, Recount, Suspension
from yiwang.workdays.changes import enter_year, set_day
from yiwang.workdays.models import ChangedDays, Day
from yiwang.workdays.seed import seed_calendar

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for what else may be under way."""
    monkeypatch.setattr(recounting, "SETTLED_AFTER", timedelta(0))


@pytest.fixture
def office(city: City) -> City:
    """A city that knows the published calendar, 2004 to 2026."""
    seed_calendar()
    recounting.count_all()
    return city


def beijing(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=BEIJING)


def end(row: Deadline) -> tuple[date, bool]:
    row.refresh_from_db()
    assert row.due_at.astimezone(BEIJING).date() == row.due_on + timedelta(days=1)
    return row.due_on, row.provisional


def test_a_missing_year_makes_limits_provisional_until_it_is_entered(office: City) -> None:
    """Given limits that run into 2027, when that year is entered and its holiday set, then they are certain, and lists follow."""
    petition = office.bring_to("accepted")
    petition.deadlines.all().delete()
    simple = limit(petition, "simple-handling", beijing(2026, 12, 28))
    asked = limit(petition, "review-request", beijing(2026, 12, 3))
    plain = limit(petition, "handling", beijing(2026, 12, 28))
    assert [end(row) for row in (simple, asked, plain)] == [
        (date(2027, 1, 11), True), (date(2027, 1, 4), True), (date(2027, 2, 26), False),
    ]  # fmt: skip
    assert recounting.provisional() == 2

    enter_year(2027, by_id=1)
    set_day(date(2027, 1, 1), False, "元旦", by_id=1)
    done = recounting.count_all()

    assert [end(row) for row in (simple, asked, plain)] == [
        (date(2027, 1, 12), False), (date(2027, 1, 4), False), (date(2027, 2, 26), False),
    ]  # fmt: skip
    assert recounting.provisional() == 0
    petition.refresh_from_db()
    assert (petition.next_due_rule, petition.next_due_at) == ("simple-handling", simple.due_at)
    assert simple.next_warning_at == datetime(2027, 1, 6, tzinfo=BEIJING)
    assert done is not None
    assert (done.total, done.looked_at, done.changed) == (2, 2, 2)
    assert not recounting.waits()


def test_only_limits_that_run_through_the_changed_days_are_looked_at(office: City) -> None:
    """Given limits before, through and after a day that becomes a holiday, then the one through it moves alone."""
    petitions = [office.bring_to("accepted") for _number in range(4)]
    starts = [beijing(2026, 5, 18), beijing(2026, 6, 1), beijing(2026, 6, 10), beijing(2026, 6, 9)]
    rows = [limit(one, "simple-handling", start) for one, start in zip(petitions, starts, strict=True)]
    met = limit(office.bring_to("accepted"), "simple-handling", starts[1], met_at=beijing(2026, 6, 2))
    before = [end(row)[0] for row in (*rows, met)]

    set_day(date(2026, 6, 10), False, "停电", by_id=1)
    done = recounting.count_all()

    days = [(end(row)[0] - was).days for row, was in zip((*rows, met), before, strict=True)]
    assert days == [0, 1, 0, 1, 0]
    assert done is not None
    assert (done.total, done.changed) == (2, 2)
    versions = {one.version for one in petitions}
    assert {Petition.objects.get(pk=one.pk).version for one in petitions} == versions


def test_an_extension_and_a_hearing_stay_counted_in(office: City) -> None:
    """Given limits that roll over, extended or suspended, when the calendar changes, then both still count."""
    petition = office.bring_to("accepted")
    entry = petition.entries.latest("id")
    handling = limit(petition, "reply", beijing(2026, 6, 1), rollover=True)
    handling.rule = "handling"
    Deadline.objects.filter(pk=handling.pk).update(rule="handling", referral=petition.referrals.first())
    Extension.objects.create(deadline=handling, days=30, entry=entry, at=entry.happened_at)
    review = limit(petition, "re-review", beijing(2026, 6, 1), rollover=True)
    Suspension.objects.create(
        deadline=review, first_day=date(2026, 6, 10), last_day=date(2026, 6, 12), because="hearing", entry=entry,
        at=entry.happened_at,
    )  # fmt: skip

    recounting.ask_for_all()
    recounting.count_all()

    assert end(handling) == (date(2026, 8, 31), False)  # 90 days: Sunday 30 August
    assert end(review) == (date(2026, 7, 6), False)  # 33 days: Saturday 4 July


def test_setting_a_day_as_it_was_asks_for_nothing(office: City) -> None:
    """Given a day off, when only its name is changed, then no limit is counted anew; entering a known year neither."""
    set_day(date(2026, 10, 1), False, "国庆", by_id=1)
    enter_year(2026, by_id=1)
    seed_calendar()
    assert not recounting.waits()


def test_cut_short_it_goes_on_where_it_stood(office: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given seven limits in batches of two, when the count is cut short after each batch, then the next begins behind it."""
    monkeypatch.setattr(recounting, "BATCH", 2)
    rows = [limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 6, 1)) for _number in range(7)]
    set_day(date(2026, 6, 3), False, "停电", by_id=1)

    seen = []
    for _turn in range(4):
        assert recounting.go_on(seconds=0) is True
        seen.append(Recount.objects.get().looked_at)
    assert recounting.go_on(seconds=0) is False

    assert seen == [2, 4, 6, 7]
    assert {end(row)[0] for row in rows} == {date(2026, 6, 16)}


def test_a_batch_that_fails_leaves_nothing_half_done(office: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a count that breaks off within a batch, as by a power cut, then neither its limits nor its place have moved."""
    monkeypatch.setattr(recounting, "BATCH", 2)
    rows = [limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 6, 1)) for _number in range(4)]
    set_day(date(2026, 6, 3), False, "停电", by_id=1)
    recounting.go_on(seconds=0)

    def broken(_petitions: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(recounting, "_set_next", broken)
        with pytest.raises(KeyboardInterrupt):
            recounting.go_on(seconds=0)
    run = Recount.objects.get()
    assert (run.looked_at, run.finished_at) == (2, None)
    assert sorted(end(row)[0] for row in rows) == [date(2026, 6, 15)] * 2 + [date(2026, 6, 16)] * 2

    recounting.count_all()
    assert {end(row)[0] for row in rows} == {date(2026, 6, 16)}


def test_a_calendar_edited_while_a_scan_runs_begins_it_again(office: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a scan half way, when a further day changes, then it begins again over both, and every limit is right."""
    monkeypatch.setattr(recounting, "BATCH", 2)
    rows = [limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 6, 1)) for _number in range(6)]
    later = limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 8, 3))
    set_day(date(2026, 6, 3), False, "停电", by_id=1)
    recounting.go_on(seconds=0)
    recounting.go_on(seconds=0)
    assert Recount.objects.get().looked_at == 4

    set_day(date(2026, 8, 5), False, "停水", by_id=1)
    recounting.go_on(seconds=0)

    run = Recount.objects.get()
    assert (run.first_day, run.last_day, run.looked_at, run.total) == (date(2026, 6, 3), date(2026, 8, 5), 2, 7)
    recounting.count_all()
    assert {end(row)[0] for row in rows} == {date(2026, 6, 16)}
    assert end(later)[0] == date(2026, 8, 18)
    assert ChangedDays.objects.count() == 0


def test_ten_or_a_hundred_limits_of_a_batch_are_the_same_statements(office: City) -> None:
    """Given limits begun on the same days, then a batch is as many statements for ten as for forty."""

    def statements() -> int:
        Deadline.objects.filter(rule="simple-handling").update(due_on=date(2026, 6, 12))
        recounting.ask_for_all()
        with CaptureQueriesContext(connection) as seen:
            recounting.go_on(seconds=0)
        return len(seen)

    for _number in range(10):
        limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 6, 1))
    few = statements()
    for _number in range(30):
        limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 6, 1))
    assert statements() == few


@pytest.mark.django_db(transaction=True)
def test_whom_somebody_works_on_is_counted_behind_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a petition that an action holds, when limits are counted, then the others go first, and it follows when it is free."""
    city = City()
    seed_calendar()
    recounting.count_all()
    petitions = [city.bring_to("accepted") for _number in range(3)]
    rows = [limit(one, "simple-handling", beijing(2026, 6, 1)) for one in petitions]
    set_day(date(2026, 6, 3), False, "停电", by_id=1)
    holding, release = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Petition.objects.select_for_update().get(pk=petitions[1].pk)
                holding.set()
                release.wait(30)
        finally:
            connection.close()

    def count() -> None:
        try:
            recounting.count_all()
        finally:
            connection.close()

    holder, counter = Thread(target=hold), Thread(target=count)
    holder.start()
    assert holding.wait(10)
    counter.start()
    # SQLite's writers take turns: there the count waits for the action as any other would.
    meanwhile = [15, 15, 15] if connection.vendor == "sqlite" else [16, 15, 16]
    until = time.monotonic() + 20
    while [end(row)[0].day for row in rows] != meanwhile and time.monotonic() < until:
        time.sleep(0.05)
    assert [end(row)[0].day for row in rows] == meanwhile
    release.set()
    holder.join(30)
    counter.join(30)
    assert [end(row)[0].day for row in rows] == [16, 16, 16]
    assert Day.objects.get(date=date(2026, 6, 3)).working is False


def test_what_was_begun_with_the_former_calendar_is_looked_at_once_more(
    office: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a limit begun before a change, written behind the scan's back with the former end, then the last look finds it.

    On SQLite that cannot happen, since an action and a change of the calendar never run side by side: there is no last look.
    """
    monkeypatch.setattr(recounting, "SETTLED_AFTER", timedelta(seconds=5))
    monkeypatch.setattr(recounting, "BATCH", 1)
    stale = limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 6, 1))
    seen = limit(office.bring_to("accepted"), "simple-handling", beijing(2026, 6, 1))
    Deadline.objects.filter(pk=stale.pk).update(by_calendar=False)  # not there yet
    with Clock(datetime.now(UTC)).wound() as clock:
        set_day(date(2026, 6, 3), False, "停电", by_id=1)
        recounting.go_on(seconds=0)
        assert end(seen)[0] == date(2026, 6, 16)
        Deadline.objects.filter(pk=stale.pk).update(by_calendar=True)
        beside = connection.features.has_select_for_update
        assert recounting.go_on(seconds=0) is beside
        clock.go(seconds=5)

        recounting.count_all()

    assert end(stale)[0] == (date(2026, 6, 16) if beside else date(2026, 6, 15))
    assert not recounting.waits()
