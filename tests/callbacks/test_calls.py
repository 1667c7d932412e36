"""One call: taken by one, recorded with all that was said, and given back when its operator is gone."""

from datetime import timedelta

import pytest
from tests.badluck.test_at_once import at_once
from tests.callbacks.given import CALLING, answered, at, due_callback, operators
from tests.clock import beijing
from tests.given import City

from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Rating, RatingReason
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.satisfaction.callbacks import calls, due, making, rules, script
from yiwang.satisfaction.callbacks.calls import Reply, Told
from yiwang.satisfaction.models import Attempt, Callback, NoCalls, Said
from yiwang.vault.sealing import open_under

NOW = beijing(*CALLING)
END = Callback.End


def taken(city: City) -> tuple[Actor, Callback]:
    """Return an operator and the call that they have taken."""
    row = due_callback(city)
    actor, _other = operators(city)
    return actor, calls.take(actor, row.pk, NOW)


def lines() -> dict[str, int]:
    return {line.code: line.pk for line in script.current().lines.all()}


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.RaisesExc(Refused, check=lambda error: error.code == code)


def test_a_rating_goes_through_the_petitions_own_action(city: City) -> None:
    """Given a call that was taken, when the petitioner rates, then all that was said is there, words sealed, and the call is over."""
    actor, row = taken(city)
    reason = RatingReason.objects.get(code="late-overdue")
    told = Told(
        outcome="rated", office="satisfied", agency="dissatisfied", reason=reason.pk, comment="拖了三个月。",
        replies={lines()["contacted"]: Reply("no"), lines()["solved"]: Reply("unclear", "灯还闪")}, note="声音很小",
    )  # fmt: skip
    with at(*CALLING):
        done = calls.record(actor, row.pk, told, script.current())
    assert (done.ended_as, done.attempts, done.taken_by, done.leased_until) == (END.RATED, 1, None, None)
    ratings = Rating.objects.filter(petition=row.petition).order_by("-about")
    assert list(ratings.values_list("about", "agency", "level", "how", "reason")) == [
        ("office", city.office.pk, "satisfied", "callback", None),
        ("agency", city.housing.pk, "dissatisfied", "callback", reason.pk),
    ]  # fmt: skip
    entry = Entry.objects.get(petition=row.petition, action="rate")
    assert (entry.actor, entry.agency) == (actor.staff, city.office)
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.script.version, attempt.by) == ("rated", 1, actor.staff)  # type: ignore[union-attr]
    key = row.petition.key
    assert open_under(key, attempt, "sealed_note") == "声音很小"
    said = {
        one.line.code: (one.code, one.agency_id, open_under(key, one, "sealed_words")) for one in Said.objects.all()
    }
    assert said == {
        "contacted": ("no", None, ""), "solved": ("unclear", None, "灯还闪"),
        "office": ("satisfied", city.office.pk, ""), "agency": ("dissatisfied", city.housing.pk, ""),
    }  # fmt: skip
    assert b"\xe7\x81\xaf" not in bytes(Said.objects.get(line__code="solved").sealed_words)
    acts = Record.objects.filter(subject_id=row.petition_id, actor_id=actor.staff_id)
    assert sorted(acts.values_list("act", "reason")) == [("call_back", "rated"), ("rate", ""), ("take_call", "")]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (Told(outcome="nonsense"), "outcome"),
        (Told(outcome="rated", office="satisfied"), "no_level"),
        (Told(outcome="rated", office="satisfied", agency="wonderful"), "no_level"),
        (Told(outcome="rated", office="satisfied", agency="satisfied", agencies={1: "satisfied"}), "not_asked"),
        (Told(outcome="later"), "when"),
        (Told(outcome="later", asked_for=NOW), "when"),
        (Told(outcome="other_way", way="pigeon"), "way"),
    ],
)
def test_what_cannot_be_recorded_changes_nothing(city: City, told: Told, code: str) -> None:
    """Given a taken call, when something is missing or made up, then it is refused and the call is still the operator's."""
    actor, row = taken(city)
    with refused(code), at(*CALLING):
        calls.record(actor, row.pk, told, script.current(), NOW)
    assert Callback.objects.get() == row
    assert Callback.objects.get().held_by(actor.staff_id)
    assert (Attempt.objects.count(), Said.objects.count(), Rating.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("outcome", "end", "due_at", "attempts"),
    [
        ("declined", END.DECLINED, None, 1),
        ("wrong_number", END.NO_NUMBER, None, 1),
        ("no_such_number", END.NO_NUMBER, None, 1),
        ("other_way", END.OTHER_WAY, None, 1),
        ("no_answer", "", (2026, 11, 24, 9, 0), 1),
        ("busy", "", (2026, 11, 23, 10, 30), 1),
        ("later", "", (2026, 11, 23, 15, 0), 0),
    ],
)
def test_what_an_outcome_leads_to(
    city: City, outcome: str, end: str, due_at: tuple[int, ...] | None, attempts: int
) -> None:
    """Given a call on Monday at ten, when it ends so, then the call-back is over, or due again at this instant."""
    actor, row = taken(city)
    told = Told(outcome=outcome, asked_for=beijing(2026, 11, 23, 15, 0) if outcome == "later" else None, way="letter")
    done = calls.record(actor, row.pk, told, script.current(), NOW)
    assert (done.ended_as, done.attempts, done.last_outcome) == (end, attempts, outcome)
    assert done.due_at == (beijing(*due_at) if due_at else row.due_at)
    assert (done.way, Rating.objects.count()) == ("letter" if outcome == "other_way" else "", 0)


def test_after_three_attempts_the_list_lets_go(city: City) -> None:
    """Given nobody who answers, when it rang on three days, then the call-back is over and nobody is to ring a fourth time."""
    row = due_callback(city)
    actor, _other = operators(city)
    days = [(2026, 11, 23, 10, 0), (2026, 11, 24, 9, 0), (2026, 11, 25, 9, 0)]
    for number, day in enumerate(days, 1):
        calls.take(actor, row.pk, beijing(*day))
        done = calls.record(actor, row.pk, Told(outcome="no_answer"), script.current(), beijing(*day))
        assert done.attempts == number
    assert (done.ended_as, Attempt.objects.count()) == (END.LET_GO, 3)
    assert due.waiting(actor, beijing(2026, 12, 10, 10, 0)).count() == 0


def test_not_twice_on_one_day_after_no_answer(city: City) -> None:
    """Given nobody who answered at ten, when the call is asked for in the afternoon, then it is refused."""
    actor, row = taken(city)
    calls.record(actor, row.pk, Told(outcome="no_answer"), script.current(), NOW)
    with refused("not_due"):
        calls.take(actor, row.pk, beijing(2026, 11, 23, 17, 0))
    assert calls.take_next(actor, beijing(2026, 11, 23, 17, 0)) is None


def test_who_asks_not_to_be_called_again_is_not(city: City) -> None:
    """Given somebody who declines and asks for no more calls, then this is kept with the petition, and later answers bring no call."""
    actor, row = taken(city)
    done = calls.record(actor, row.pk, Told(outcome="no_answer", no_more=True), script.current(), NOW)
    assert done.ended_as == END.ASKED_NOT
    assert NoCalls.objects.get().petition_id == row.petition_id


def test_rated_by_the_portal_while_the_telephone_rings(city: City) -> None:
    """Given a taken call, when the petitioner rates by the portal before it is recorded, then theirs stands and the call-back says so."""
    actor, row = taken(city)
    with at(*CALLING):
        actions.Rate(office="basically", agency="basically").run(Actor.citizen(row.petition_id), row.petition_id)
        done = calls.record(
            actor, row.pk, Told(outcome="rated", office="satisfied", agency="satisfied"), script.current()
        )
    assert done.ended_as == END.RATED_MEANWHILE
    assert set(Rating.objects.values_list("level", "how")) == {("basically", "portal")}
    assert Attempt.objects.get().outcome == "rated"


def test_the_number_is_shown_to_who_has_the_call_alone(city: City) -> None:
    """Given a taken call, then its operator is shown the number, with a line of the log; nobody else is, nor the operator later."""
    actor, row = taken(city)
    assert calls.show_number(actor, row) == ("钱大妈", "19900000001")
    line = Record.objects.filter(act="unseal").get()
    assert (line.actor_id, line.subject_id, line.reason) == (actor.staff_id, row.petition_id, "callback")
    other = operators(city)[1]
    calls.give_back(actor, row.pk)
    row.refresh_from_db()
    for person in (actor, other):
        with refused("lost"):
            calls.show_number(person, row)
    assert Record.objects.filter(act="unseal").count() == 1


def test_one_operator_has_one_call(city: City) -> None:
    """Given an operator with a call, when another is asked for, then it is refused, and “the next” is the one they have."""
    for number in range(2):
        answered(city, phone=f"1990000003{number}")
    making.go_on(NOW)
    first, second = Callback.objects.order_by("due_at", "id")
    actor, _other = operators(city)
    calls.take(actor, first.pk, NOW)
    with refused("has_another"):
        calls.take(actor, second.pk, NOW)
    assert calls.take_next(actor, NOW) == first
    assert Callback.objects.filter(taken_by=actor.staff).count() == 1


def test_two_never_ring_the_same_person(city: City) -> None:
    """Given one person with two petitions, when somebody calls about one, then nobody is given the other until that call is over."""
    for _number in range(2):
        answered(city, phone="19900000031")
    making.go_on(NOW)
    one, other = Callback.objects.order_by("id")
    first, second = operators(city)
    calls.take(first, one.pk, NOW)
    assert calls.take_next(second, NOW) is None
    with refused("taken"):
        calls.take(second, other.pk, NOW)
    calls.record(first, one.pk, Told(outcome="declined"), script.current(), NOW)
    assert calls.take_next(second, NOW) == other


def test_a_call_is_returned_when_its_operator_is_gone(city: City) -> None:
    """Given a taken call, when nothing is heard of its operator for twenty minutes, then another takes it, and the first is told so."""
    first, row = taken(city)
    second = operators(city)[1]
    assert calls.take_next(second, NOW + timedelta(minutes=20, seconds=-1)) is None
    assert calls.take_next(second, NOW + timedelta(minutes=20)) == row
    with refused("lost"):
        calls.record(first, row.pk, Told(outcome="declined"), script.current(), NOW + timedelta(minutes=21))
    assert Attempt.objects.count() == 0
    assert not calls.keep(first, row.pk, NOW + timedelta(minutes=21))


def test_an_open_page_keeps_its_call_and_a_closed_one_gives_it_back(city: City) -> None:
    """Given a page that gives signs of life, when they stop, then it is the list's again after three minutes; late but first is in time."""
    first, row = taken(city)
    second = operators(city)[1]
    assert calls.keep(first, row.pk, NOW + timedelta(minutes=30))
    assert calls.take_next(second, NOW + timedelta(minutes=32)) is None
    done = calls.record(first, row.pk, Told(outcome="declined"), script.current(), NOW + timedelta(minutes=40))
    assert done.ended_as == END.DECLINED
    assert not calls.keep(second, row.pk, NOW)


@pytest.mark.parametrize("when", [(2026, 11, 23, 12, 0), (2026, 11, 23, 17, 30), (2026, 11, 28, 10, 0)])
def test_nobody_is_called_out_of_hours(city: City, when: tuple[int, ...]) -> None:
    """Given a call that is due, when it is lunch, evening or Saturday, then it is not given out."""
    row = due_callback(city)
    actor, _other = operators(city)
    for attempt in (lambda: calls.take(actor, row.pk, beijing(*when)), lambda: calls.take_next(actor, beijing(*when))):
        with refused("hours"):
            attempt()
    assert Callback.objects.get().taken_by is None


def test_recused_operators_do_not_call(city: City) -> None:
    """Given an operator who has recused themselves, then they are neither given the call nor may take it."""
    row = due_callback(city)
    actor, other = operators(city)
    with at(*CALLING):
        actions.Recuse(reason="亲属").run(actor, row.petition_id)
    assert calls.take_next(actor, NOW) is None
    with refused("recused"):
        calls.take(actor, row.pk, NOW)
    assert calls.take_next(other, NOW) == row


def test_what_is_not_on_ones_list_is_not_there(city: City) -> None:
    """Given staff of the handling agency, when they ask for a call by its number, then there is none."""
    row = due_callback(city)
    for person in (city.handler(city.housing), city.actor(city.office, "supervisor")):
        with pytest.raises(NotFound):
            calls.take(person, row.pk, NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_at_once_each_has_another_call(city: City) -> None:
    """Given two calls due and a third of the same person as the first, when two take the next at once, then they have different persons'."""
    for number in (41, 41, 42):
        answered(city, phone=f"199000000{number}")
    making.go_on(NOW)
    first, second = operators(city)
    one, two = at_once(lambda: calls.take_next(first, NOW), lambda: calls.take_next(second, NOW))
    assert {one.taken_by_id, two.taken_by_id} == {first.staff_id, second.staff_id}
    assert {row.petition.petitioner.unseal("phone") for row in (one, two)} == {"19900000041", "19900000042"}


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_who_take_one_call_at_once_one_has_it(city: City) -> None:
    """Given one call, when two take it at once, then one has it and the other is told that somebody is ringing already."""
    row = due_callback(city)
    first, second = operators(city)
    results = at_once(lambda: calls.take(first, row.pk, NOW), lambda: calls.take(second, row.pk, NOW))
    assert [one.code for one in results if isinstance(one, Refused)] == ["taken"]
    assert Record.objects.filter(act="take_call").count() == 1


def test_killed_while_recording_nothing_is_half_done(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a rating that is being recorded, when the process dies before the end, then nothing of it is there; again, all is, once."""
    actor, row = taken(city)
    told = Told(outcome="rated", office="satisfied", agency="satisfied")

    def dying(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(calls, "_schedule", dying)
        with pytest.raises(KeyboardInterrupt), at(*CALLING):
            calls.record(actor, row.pk, told, script.current())
    assert (Rating.objects.count(), Attempt.objects.count(), Callback.objects.get().ended_as) == (0, 0, "")
    with at(*CALLING):
        calls.record(actor, row.pk, told, script.current())
    assert (Rating.objects.count(), Attempt.objects.count(), Callback.objects.get().ended_as) == (2, 1, END.RATED)


def test_rules_of_the_house_are_entered_once(city: City) -> None:
    """Given an office that has entered none, then the rules and the script of the house are its first version."""
    assert rules.current() == rules.current()
    assert (rules.current().version, rules.current().hours) == (1, "09:00-11:30 14:30-17:30")
    assert [line.code for line in script.current().lines.all()] == [
        "greeting", "may_ask", "office", "agency", "reason", "contacted", "solved", "thanks",
    ]  # fmt: skip
