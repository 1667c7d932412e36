"""What the clock does by itself: warnings at 50, 80 and 100 per cent, each once, and rights that lapse."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.given import City
from tests.petitions.limits.given import everything, limit

from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Entry, Petition
from yiwang.workdays.counting import end_of, office_date
from yiwang.workdays.seed import seed_calendar

DAY = timedelta(days=1)


def begun(row: Deadline, days_ago: int) -> Deadline:
    """Move a limit as if it had begun so many days ago."""
    shift = timedelta(days=days_ago)
    row.started_at, row.due_on, row.due_at = row.started_at - shift, row.due_on - shift, row.due_at - shift
    row.next_warning_at = row.next_warning_at - shift if row.next_warning_at else None
    row.save()
    return row


def warnings(petition: Petition) -> list[tuple[str, object]]:
    found = Entry.objects.filter(petition=petition, action__in=("warn", "lapse")).order_by("recorded_at")
    return [(entry.data["rule"], entry.data.get("percent", entry.action)) for entry in found]


@pytest.mark.parametrize(
    ("days_ago", "given", "next_day"),
    [
        (29, [], 30),
        (30, [], 30),
        (31, [("handling", 50)], 48),
        (49, [("handling", 80)], 60),  # the worker was down: the first was missed
        (61, [("handling", 100)], None),
        (300, [("handling", 100)], None),
    ],
)
def test_a_limit_is_warned_of_at_its_marks(
    city: City, days_ago: int, given: list[tuple[str, int]], next_day: int | None
) -> None:
    """Given 60 days begun some days ago, when the worker looks, then the latest mark behind has one entry, however often it looks."""
    petition = city.bring_to("accepted")
    row = begun(petition.deadlines.get(rule="handling"), days_ago)
    version = petition.version

    assert actions.warn_due() == len(given)
    assert actions.warn_due() == 0

    assert warnings(petition) == given
    row.refresh_from_db()
    assert row.next_warning_at == (end_of(office_date(row.started_at) + next_day * DAY) if next_day else None)
    assert row.is_open
    petition.refresh_from_db()
    assert petition.version == version  # a clerk's open form stays good
    entry = Entry.objects.filter(petition=petition, action="warn").first()
    if entry:
        assert entry.data == {"rule": "handling", "percent": given[0][1], "deadline": str(row.pk)}
        assert (entry.actor_kind, entry.shown_to_petitioner, entry.from_state, entry.to_state) == (
            "system", False, "accepted", "accepted",
        )  # fmt: skip
        assert Notice.objects.filter(petition_id=petition.pk, created_at__gte=entry.recorded_at).count() == 0


def test_each_mark_in_turn(city: City) -> None:
    """Given 60 days, when the worker looks after each mark, then there are three entries, and the limit is warned of no more."""
    petition = city.bring_to("accepted")
    row = petition.deadlines.get(rule="handling")
    for days_ago in (31, 18, 12, 100):
        begun(row, days_ago)
        actions.warn_due()
        row.refresh_from_db()
    assert warnings(petition) == [("handling", 50), ("handling", 80), ("handling", 100)]
    assert (row.warned, row.next_warning_at) == (100, None)


def test_what_is_met_is_not_warned_of(city: City) -> None:
    """Given limits that were met or cancelled before their marks, when the worker looks, then there is no entry."""
    petition = city.bring_to("answered")
    for row in petition.deadlines.all():
        begun(row, 400)
    assert actions.warn_due() == 0
    assert warnings(petition) == []


def test_history_is_not_warned_of(city: City) -> None:
    """Given imported history, even taken up again, when the worker looks, then there is no entry."""
    petition = city.bring_to("accepted")
    begun(petition.deadlines.get(rule="handling"), 61)
    Petition.objects.filter(pk=petition.pk).update(historical=True)
    assert actions.warn_due() == 0
    with pytest.raises(actions.Refused) as refused:
        actions.Warn(deadline=petition.deadlines.get(rule="handling").pk).run(Actor.system(), petition.pk)
    assert refused.value.code == "not_due"
    reopened = actions.File(
        channel="history", office=city.office, subject="旧件", text="旧事", received_at=datetime.now(UTC) - 400 * DAY
    ).run(Actor.system(), historical=True)
    assert reopened.deadlines.get().next_warning_at is None


def test_what_was_brought_in_quietly_is_warned_of_from_now_on(city: City) -> None:
    """Given an import of a matter 10 days old, then its mark of 50 per cent is behind and not warned of, that of 80 is ahead."""
    received = datetime.now(UTC) - 10 * DAY
    petition = actions.File(
        channel="letter", office=city.office, subject="旧件", text="旧事", received_at=received, read_back=True
    ).run(Actor.system(), quiet=True)
    row = petition.deadlines.get()
    assert (row.warned, row.next_warning_at) == (50, end_of(office_date(received) + 12 * DAY))
    assert actions.warn_due() == 0


def test_a_right_lapses_at_its_end_and_is_never_warned_of(city: City) -> None:
    """Given an objection whose days have passed, when the worker looks, then it has lapsed with one entry, and is refused as before."""
    seed_calendar()
    petition = city.bring_to("referred")
    row = begun(petition.deadlines.get(rule="objection"), 6)
    assert actions.warn_due() == 0  # most of it is over: no word of that
    begun(row, 60)

    assert actions.warn_due() == 1
    assert actions.warn_due() == 0

    row.refresh_from_db()
    assert (row.is_open, row.cancelled_because) == (False, "lapsed")
    assert warnings(petition) == [("objection", "lapse")]
    petition.refresh_from_db()
    assert petition.next_due_rule == "notice"
    with pytest.raises(actions.Refused) as refused:
        actions.Object(reason="属园林局").run(city.handler(city.housing), petition.pk)
    assert refused.value.code == "too_late"


def test_nobody_loses_a_right_by_a_provisional_end(city: City) -> None:
    """Given an objection counted without its year, when that day has passed, then it runs on until the calendar is entered."""
    petition = city.bring_to("referred")
    row = begun(petition.deadlines.get(rule="objection"), 60)
    assert row.provisional
    assert actions.warn_due() == 0
    with pytest.raises(actions.Refused) as refused:
        actions.Lapse(deadline=row.pk).run(Actor.system(), petition.pk)
    assert refused.value.code == "not_due"
    actions.Object(reason="属园林局").run(city.handler(city.housing), petition.pk)
    row.refresh_from_db()
    assert row.met_at is not None


def test_an_objection_after_a_lapsed_one_of_another_agency(city: City) -> None:
    """Given an agency that let its objection lapse and passed the matter on, then the one below may still object."""
    seed_calendar()
    petition = city.bring_to("referred", city.county_housing)
    begun(petition.deadlines.get(rule="objection"), 60)
    actions.warn_due()
    actions.PassOn(to=city.township).run(city.handler(city.county_housing), petition.pk)
    actions.Object(reason="属住建局").run(city.handler(city.township), petition.pk)
    petition.refresh_from_db()
    assert petition.state == "objected"


def test_a_clerks_open_form_is_not_refused_for_a_warning(city: City) -> None:
    """Given a form opened before a warning, when it is sent after it, then it is done; what it met is not warned of again."""
    petition = city.bring_to("accepted")
    shown = petition.version
    begun(petition.deadlines.get(rule="handling"), 31)
    assert actions.warn_due() == 1

    actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(
        city.handler(city.housing), petition.pk, version=shown
    )

    petition.refresh_from_db()
    assert (petition.state, petition.version) == ("drafted", shown + 1)


@pytest.mark.parametrize("who", ["officer", "citizen"])
def test_nobody_but_the_clock_warns(city: City, who: str) -> None:
    """Given a limit at its mark, when a person asks for the warning, then it is refused and nothing changes."""
    petition = city.bring_to("accepted")
    row = begun(petition.deadlines.get(rule="handling"), 31)
    actor = city.officer if who == "officer" else Actor.citizen(petition.pk)
    was = everything(petition)
    with pytest.raises(actions.Refused) as refused:
        actions.Warn(deadline=row.pk).run(actor, petition.pk)
    assert refused.value.code == "not_entitled"
    assert everything(petition) == was


def test_another_petitions_limit_is_refused(city: City) -> None:
    """Given the id of a limit of another petition, of a right, or of one that is not at its mark, then that is refused."""
    petition, other = city.bring_to("accepted"), city.bring_to("referred")
    ready = begun(other.deadlines.get(rule="objection"), 60)
    begun(other.deadlines.get(rule="notice"), 2)
    for target, action in (
        (petition, actions.Warn(deadline=ready.pk)),
        (other, actions.Warn(deadline=ready.pk)),
        (other, actions.Warn(deadline=other.deadlines.get(rule="notice").pk)),
        (other, actions.Lapse(deadline=other.deadlines.get(rule="notice").pk)),
    ):
        was = everything(target)
        with pytest.raises(actions.Refused) as refused:
            action.run(Actor.system(), target.pk)
        assert refused.value.code == "not_due"
        assert everything(target) == was


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_one_entry_for_each_warning() -> None:
    """Given twenty limits at a mark, when two workers look at the same instant, then each has exactly one entry."""
    city = City()
    petitions = [city.bring_to("accepted") for _number in range(20)]
    for petition in petitions:
        begun(petition.deadlines.get(rule="handling"), 31)
    together, done = Barrier(2), []

    def work() -> None:
        try:
            together.wait(10)
            done.append(actions.warn_due(seconds=60))
        finally:
            connection.close()

    workers = [Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert sum(done) == 20
    assert [warnings(petition) for petition in petitions] == [[("handling", 50)]] * 20


def test_looking_when_nothing_is_due_is_one_statement_on_its_own_index(city: City) -> None:
    """Given limits none of which is at a mark, when the worker looks, then it asks once, by the index of its own."""
    limit(city.bring_to("accepted"), "reply", datetime.now(UTC))
    with CaptureQueriesContext(connection) as seen:
        assert actions.warn_due() == 0
    assert len(seen) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {seen[0]['sql']}")
            assert "deadlines_to_warn" in str(cursor.fetchall())
