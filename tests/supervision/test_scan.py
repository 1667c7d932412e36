"""The scan: complete, incremental, the same when it is run twice, or by two at once, or dies in the middle."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from tests.supervision.given import over, quiet

from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition
from yiwang.store.ids import first_id_at
from yiwang.supervision import holding, kinds, scan, turn
from yiwang.supervision.detectors import Found
from yiwang.supervision.grounds import Ground
from yiwang.supervision.kinds import KINDS, Kind
from yiwang.supervision.lease import Busy, leased
from yiwang.supervision.models import Finding, Scan, Settings

if TYPE_CHECKING:
    from tests.given import City

DAY = timedelta(days=1)
KINDS_HERE = ("late", "soon", "test_back")


@pytest.fixture(autouse=True)
def _two_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits alone, and one lasting kind: what has been sent back, on its entry."""

    def sent_back(petitions: Any, now: datetime) -> Iterator[Found]:
        for entry in Entry.objects.filter(petition__in=petitions, action="send_back"):
            yield Found("test_back", entry.petition_id, None, entry.pk, entry.happened_at)

    rows = [KINDS["late"], KINDS["soon"]]
    rows.append(Kind(code="test_back", label="退回", detector=sent_back, ground=Ground.PERFUNCTORY, lasting=True))
    for module in (kinds, holding, scan):
        monkeypatch.setattr(module, "KINDS", {kind.code: kind for kind in rows})


def _open() -> set[tuple[str, int]]:
    return set(Finding.objects.filter(ended_at=None).values_list("kind", "petition"))


def _busy_city(city: "City") -> tuple[Petition, Petition, Petition]:
    """Return a petition that is late, one that soon will be, and one with time left."""
    late, soon, calm = (city.bring_to("accepted") for _each in range(3))
    over(late, 2)
    over(soon, -5)
    return late, soon, calm


def test_what_is_found_is_found_once(city: "City") -> None:
    """Given one late, one soon late and one in time, when scanned twice, then 3 are looked at, 2 found, and the second time 0 are new."""
    late, soon, _calm = _busy_city(city)
    first = scan.scan()
    assert (first.found, first.new) == (2, 2)
    assert _open() == {("late", late.pk), ("soon", soon.pk)}
    second = scan.scan()
    assert (second.checked, second.found, second.new, second.ended) == (3, 2, 0, 0)


def test_what_is_gone_ends_by_itself_and_may_come_again(city: "City") -> None:
    """Given a late petition, when its limit is lengthened, then the finding ends; when that passes too, the same row opens again."""
    petition = city.bring_to("accepted")
    row = over(petition, 1)
    scan.scan()
    found = Finding.objects.get(kind="late")
    over(petition, -50)
    actions.Note(text="已延期").run(city.officer, petition.pk)
    assert scan.scan().ended == 1
    found.refresh_from_db()
    assert (found.ended_because, found.is_open) == ("gone", False)
    over(petition, 1)
    actions.Note(text="又过了").run(city.officer, petition.pk)
    again = scan.scan()
    assert (again.new, again.found) == (1, 1)
    found.refresh_from_db()
    assert (found.is_open, found.about_id, found.ended_because) == (True, row.pk, "")


def test_a_limit_that_passes_in_silence_is_seen(city: "City") -> None:
    """Given nothing was done at a petition since the last scan, when its limit passes meanwhile, then the next scan finds it late."""
    petition = city.bring_to("accepted")
    row = over(petition, -1)
    scan.scan()
    assert _open() == {("soon", petition.pk)}
    # As if the entries were a day old and the limit ended an hour ago.
    quiet()
    row.due_at = datetime.now(UTC) - timedelta(hours=1)
    row.save(update_fields=["due_at"])
    Scan.objects.update(seen_until=datetime.now(UTC) - timedelta(hours=2))
    result = scan.scan()
    assert (result.checked, result.new, result.ended) == (1, 1, 1)
    assert _open() == {("late", petition.pk)}


def test_a_limit_that_becomes_soon_late_in_silence_is_seen_on_the_next_day(city: "City") -> None:
    """Given 60 days of which 47 were used up yesterday and 48 today, when scanned today, then it is found though nothing was done."""
    petition = city.bring_to("accepted")
    over(petition, -11)  # 12 days left yesterday evening, so that day 48 ended at midnight
    scan.scan()
    Finding.objects.all().delete()
    quiet()
    Scan.objects.update(seen_until=datetime.now(UTC) - DAY)
    result = scan.scan()
    assert (result.checked, result.new) == (1, 1)
    assert _open() == {("soon", petition.pk)}


def test_only_what_changed_is_looked_at(city: "City") -> None:
    """Given three petitions at rest, when one of them is touched, then the scan looks at that one."""
    _late, _soon, calm = _busy_city(city)
    scan.scan()
    quiet()
    assert scan.scan().checked == 0
    actions.Note(text="看过").run(city.officer, calm.pk)
    assert scan.scan().checked == 1


def test_an_entry_committed_late_is_not_missed(city: "City") -> None:
    """Given an entry whose id lies 9 minutes before the last scan, when it becomes visible after it, then it is looked at."""
    petition = city.bring_to("drafted")
    scan.scan()
    actions.SendBack(reason="请写依据").run(city.approver(city.housing), petition.pk)
    entry = Entry.objects.get(petition=petition, action="send_back")
    quiet(but=entry)
    scan.scan()
    Finding.objects.all().delete()
    Entry.objects.filter(pk=entry.pk).update(id=first_id_at(datetime.now(UTC) - timedelta(minutes=9)))
    assert scan.scan().new == 1


def test_the_walk_finds_what_the_scan_missed_and_begins_anew_after_a_day(city: "City") -> None:
    """Given a late petition whose traces all lie before the cursor, when a day is over, then the worker's walk finds it."""
    petition = city.bring_to("accepted")
    scan.scan()
    over(petition, 30)
    quiet()
    assert turn.go_on() == 0
    assert _open() == set()
    Scan.objects.update(walk_began_at=datetime.now(UTC) - DAY)
    turn.go_on()
    assert _open() == {("late", petition.pk)}
    state = Scan.objects.get()
    assert state.walk_ended_at is not None
    assert state.walked == petition.pk


def test_an_event_lasts_until_it_is_taken_up_again(city: "City") -> None:
    """Given an answer was sent back, then the finding stays when it is answered, and ends when the petition is taken up again."""
    petition = city.bring_to("drafted")
    approver = city.approver(city.housing)
    actions.SendBack(reason="请写依据").run(approver, petition.pk)
    actions.DraftAnswer(text="经查，依据是物业管理条例第五条，已派人修好。", outcome="support").run(
        city.handler(city.housing), petition.pk
    )
    actions.Approve().run(approver, petition.pk)
    scan.scan()
    assert _open() == {("test_back", petition.pk)}
    actions.Reopen(reason="又坏了").run(city.officer, petition.pk)
    assert scan.scan().ended == 1
    found = Finding.objects.get(kind="test_back")
    assert found.ended_because == "taken_up"
    assert scan.scan().new == 0


def test_an_event_that_somebody_dealt_with_does_not_come_again(city: "City") -> None:
    """Given a finding that was dealt with, when scanned again and walked through, then it stays ended."""
    petition = city.bring_to("drafted")
    actions.SendBack(reason="请写依据").run(city.approver(city.housing), petition.pk)
    scan.scan()
    Finding.objects.update(ended_at=datetime.now(UTC), ended_because="dealt_with")
    assert scan.scan(everything=True).new == 0
    assert _open() == set()


def test_events_of_before_supervision_began_are_left_alone(city: "City") -> None:
    """Given the office looks back 180 days, then an answer sent back 181 days ago is no finding, one of 179 days ago is."""
    for days in (181, 179):
        petition = city.bring_to("drafted")
        actions.SendBack(reason="请写依据").run(city.approver(city.housing), petition.pk)
        Entry.objects.filter(petition=petition, action="send_back").update(happened_at=datetime.now(UTC) - days * DAY)
    assert Settings.current().look_back_days == 180
    assert scan.scan().new == 1
    assert _open() == {("test_back", petition.pk)}


def test_imported_history_is_left_alone(city: "City") -> None:
    """Given a petition of history that was sent back, then nothing is found; a kind that says so looks there when asked."""
    petition = city.bring_to("drafted")
    actions.SendBack(reason="请写依据").run(city.approver(city.housing), petition.pk)
    Petition.objects.filter(pk=petition.pk).update(historical=True)
    now = datetime.now(UTC)
    assert holding.find([(petition.pk, True)], now, KINDS_HERE) == []
    holding.KINDS["test_back"] = Kind(
        code="test_back", label="", detector=holding.KINDS["test_back"].detector, ground=Ground.DELAY, lasting=True,
        history=True,
    )  # fmt: skip
    assert holding.find([(petition.pk, True)], now, KINDS_HERE) == []
    found = holding.find([(petition.pk, True)], now, KINDS_HERE, history=True)
    assert [one.petition_id for one in found] == [petition.pk]


def test_a_scan_that_dies_in_the_middle_forgets_nothing(city: "City", monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a scan that dies after its first batch, when it is run again, then all is found, each once, and the lease was given back."""
    petitions = [city.bring_to("accepted") for _each in range(3)]
    for petition in petitions:
        over(petition, 1)
    monkeypatch.setattr(scan, "BATCH", 1)
    written, died = holding.write, []

    def dies(*given: Any) -> Any:
        if len(died) == 1:
            raise KeyboardInterrupt
        died.append(1)
        return written(*given)

    monkeypatch.setattr(holding, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        scan.scan()
    assert Finding.objects.count() == 1
    assert Scan.objects.get().seen_until is None
    monkeypatch.setattr(holding, "write", written)
    assert scan.scan().new == 2
    assert _open() == {("late", petition.pk) for petition in petitions}


def test_a_killed_worker_keeps_others_waiting_for_a_minute_and_no_longer(city: "City") -> None:
    """Given a lease that nobody gave back, then a turn does nothing for its minute, and works after it."""
    petition = city.bring_to("accepted")
    over(petition, 1)
    now = datetime.now(UTC)
    Scan.objects.create(pk=1, holder="killed", leased_until=now + timedelta(seconds=60))
    assert turn.go_on() == 0
    Scan.objects.update(leased_until=now - timedelta(seconds=1))
    turn.go_on()
    assert _open() == {("late", petition.pk)}


def test_who_lost_the_lease_writes_no_more(city: "City") -> None:
    """Given a slow scan whose lease another took over, when it comes to write, then it is refused and nothing is written."""
    petition = city.bring_to("accepted")
    over(petition, 1)
    with leased() as slow:
        Scan.objects.update(holder="another")
        with pytest.raises(Busy):
            scan.follow(slow, scan.Result(), datetime.now(UTC))
    assert _open() == set()
    assert Scan.objects.get().holder == "another"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_find_each_thing_once(city: "City") -> None:
    """Given five late petitions and two who scan at the same instant, then there are five findings, counted as new once."""
    for _each in range(5):
        over(city.bring_to("accepted"), 1)
    ready, results = Barrier(2), []

    def work() -> None:
        ready.wait()
        try:
            results.append(scan.scan())
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result.new for result in results) == 5
    assert [result.found for result in results] == [5, 5]
    assert Finding.objects.count() == 5


def test_a_week_of_downtime_is_made_up_for_in_one_scan(city: "City") -> None:
    """Given entries of a week ago and a cursor before them, when scanned, then those petitions are looked at, and all is found."""
    late, soon, calm = _busy_city(city)
    week_ago = datetime.now(UTC) - 7 * DAY
    Scan.objects.create(pk=1, seen_until=week_ago, walk_began_at=week_ago, walk_ended_at=week_ago)
    actions.Note(text="看过").run(Actor.of_staff(city.who(city.office, "office_handler")), calm.pk)
    with leased() as lease:
        result = scan.Result()
        scan.follow(lease, result, datetime.now(UTC))
    assert (result.checked, result.new) == (3, 2)
    assert _open() == {("late", late.pk), ("soon", soon.pk)}
