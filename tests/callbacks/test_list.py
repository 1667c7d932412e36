"""Who is put on the list, when, by whom it is seen; and what the worker's death and two workers at once do to it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.badluck.test_at_once import at_once
from tests.callbacks.given import ANSWERED, CALLING, answered, at, due_callback, operators
from tests.clock import beijing
from tests.given import City, staff

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.satisfaction.callbacks import due, making, wishes
from yiwang.satisfaction.models import Callback, CallDesk

NOW = beijing(*CALLING)
END = Callback.End


def listed() -> list[int]:
    return list(Callback.objects.filter(ended_as="").order_by("petition").values_list("petition", flat=True))


def test_who_has_not_rated_for_a_week_is_called(city: City) -> None:
    """Given an answer of Monday 9:30, when its seven days end the Monday after, then it is listed once, due at once in calling hours."""
    petition = answered(city)
    answered_at = petition.answer.decided_at  # type: ignore[union-attr]
    assert making.go_on(answered_at + timedelta(days=7)) == 0
    assert making.go_on(answered_at + timedelta(days=7, seconds=1)) == 1
    assert making.go_on(answered_at + timedelta(days=7, seconds=2)) == 0
    row = Callback.objects.get()
    assert (row.petition_id, row.answer_id, row.agency, row.kind) == (
        petition.pk, petition.answer_id, city.housing, "rating",
    )  # fmt: skip
    assert row.due_at == answered_at + timedelta(days=7, seconds=1)


def test_due_at_the_next_hour_of_calling(city: City) -> None:
    """Given a list made on a Saturday night, then the call is due on Monday at nine."""
    answered(city)
    making.go_on(beijing(2026, 11, 28, 22, 0))
    assert Callback.objects.get().due_at == beijing(2026, 11, 30, 9, 0)


def test_who_is_not_called(city: City) -> None:
    """Given who rated, left no number, asked not to be called, withdrew, or whose matter was taken up again, then none of them is listed."""
    rated, quiet, again = answered(city), answered(city), answered(city)
    with at(*ANSWERED):
        actions.Rate(office="satisfied", agency="satisfied").run(Actor.citizen(rated.pk), rated.pk)
        actions.Reopen(reason="又坏了").run(city.officer, again.pk)
    wishes.want_no_calls(quiet.pk, Actor.citizen(quiet.pk))
    answered(city, identity=actions.Identity(name="无号码", email="no@example.org"))
    with at(*ANSWERED):
        city.bring_to("drafted")
    called = answered(city)
    making.go_on(NOW)
    assert listed() == [called.pk]


def test_after_a_long_pause_nobody_is_called_about_old_answers(city: City) -> None:
    """Given a worker that was away for sixty days and more, when it goes on, then answers older than that are let be."""
    answered(city)
    making.go_on(beijing(2027, 1, 15, 10, 0))
    assert Callback.objects.count() == 0
    CallDesk.objects.all().delete()
    making.go_on(beijing(2027, 1, 15, 9, 29))
    assert Callback.objects.count() == 1


def test_who_rates_meanwhile_is_not_asked_again(city: City) -> None:
    """Given a call-back on the list, when its petitioner rates by the portal, then it is gone at once, and ended at the next round."""
    row = due_callback(city)
    first, _second = operators(city)
    assert due.waiting(first, NOW).count() == 1
    with at(*CALLING):
        actions.Rate(office="satisfied", agency="satisfied").run(Actor.citizen(row.petition_id), row.petition_id)
    assert due.waiting(first, NOW).count() == 0
    assert making.go_on(NOW + timedelta(minutes=1)) == 1
    row.refresh_from_db()
    assert (row.ended_as, row.ended_at) == (END.RATED_MEANWHILE, NOW + timedelta(minutes=1))


def test_what_is_over_is_ended(city: City) -> None:
    """Given call-backs on the list, when one asks not to be called, one is taken up again and one is old, then each ends for its reason."""
    for number in range(3):
        answered(city, phone=f"1990000000{number}")
    making.go_on(NOW)
    asked_not, again, old = Callback.objects.order_by("petition")
    wishes.want_no_calls(asked_not.petition_id, Actor.citizen(asked_not.petition_id))
    with at(*CALLING):
        actions.Reopen(reason="又坏了").run(city.officer, again.petition_id)
    making.go_on(NOW)
    assert dict(Callback.objects.values_list("pk", "ended_as")) == {
        asked_not.pk: END.ASKED_NOT, again.pk: END.MOOT, old.pk: "",
    }  # fmt: skip
    making.go_on(beijing(2027, 1, 16, 10, 0))
    old.refresh_from_db()
    assert old.ended_as == END.MOOT


def test_an_answer_given_anew_is_asked_about_anew(city: City) -> None:
    """Given an answer about which was called, when the matter is answered again, then a week later the new answer is asked about."""
    row = due_callback(city)
    with at(*CALLING):
        petition = city.again(row.petition)
    making.go_on(beijing(2026, 12, 1, 10, 0))
    assert list(Callback.objects.order_by("id").values_list("answer", "ended_as")) == [
        (row.answer_id, END.MOOT), (petition.answer_id, ""),
    ]  # fmt: skip


def test_killed_in_the_middle_nobody_is_forgotten_or_doubled(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given five answers in batches of two, when the worker dies within the second batch, then the first stays and the rest follows, once."""
    for number in range(5):
        answered(city, phone=f"1990000001{number}")
    monkeypatch.setattr(making, "BATCH", 2)
    CallDesk.objects.create(pk=1)
    batches, whole = [], CallDesk.save

    def dying(self: CallDesk, **more: Any) -> None:
        batches.append(self.position)
        if len(batches) == 2:
            raise KeyboardInterrupt
        whole(self, **more)

    monkeypatch.setattr(CallDesk, "save", dying)
    with pytest.raises(KeyboardInterrupt):
        making.go_on(NOW)
    assert (len(listed()), CallDesk.objects.get().position) == (2, batches[0])
    assert making.go_on(NOW) == 3
    assert len(set(listed())) == len(listed()) == 5
    assert making.go_on(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_list_each_once(city: City) -> None:
    """Given four answers, when two workers make the list at once, then each is listed once."""
    for number in range(4):
        answered(city, phone=f"1990000001{number}")
    done = at_once(lambda: making.go_on(NOW), lambda: making.go_on(NOW))
    assert sum(done) == 4
    assert len(listed()) == 4


def test_accusations_are_there_for_their_readers_alone(city: City) -> None:
    """Given an accusation that was answered, then only operators to whom the compartment is open find its call-back, by list or by number."""
    reader = Actor.of_staff(staff("可阅", (city.office, Role.OFFICE_HANDLER), compartment=True))
    with at(*ANSWERED):
        petition = city.file(
            "举报",
            purpose=Petition.Purpose.ACCUSATION,
            accused=city.parks,
            identity=actions.Identity(name="孙", phone="19900000009"),
        )
        handler = Actor.of_staff(staff("纪委", (city.discipline, Role.AGENCY_HANDLER), compartment=True))
        head = Actor.of_staff(staff("纪委领导", (city.discipline, Role.APPROVER), compartment=True))
        actions.Register().run(reader, petition.pk)
        actions.Refer(lead=city.discipline).run(reader, petition.pk)
        actions.Accept().run(handler, petition.pk)
        actions.DraftAnswer(text="经查，反映的情况属实，已作处理。", outcome="support").run(handler, petition.pk)
        actions.Approve().run(head, petition.pk)
    making.go_on(NOW)
    row = Callback.objects.get()
    outside, _other = operators(city)
    assert due.waiting(outside, NOW).count() == 0
    assert due.for_operator(outside).filter(pk=row.pk).count() == 0
    assert list(due.waiting(reader, NOW)) == [row]


@pytest.mark.parametrize("role", ["agency_handler", "approver", "supervisor", "leader", "system_administrator"])
def test_only_the_offices_operators_call(city: City, role: str) -> None:
    """Given somebody in the office who is no operator, or anybody of the handling agency, then the list is empty for them."""
    due_callback(city)
    for agency in (city.office, city.housing):
        assert due.waiting(Actor.of_staff(staff("某", (agency, Role(role)))), NOW).count() == 0


def test_nobody_calls_about_what_their_own_unit_handled(city: City) -> None:
    """Given an operator who also has a post at the handling agency, or an office that answered by itself, then its own do not call."""
    due_callback(city)
    both = Actor.of_staff(staff("两处", (city.office, Role.INTAKE_CLERK), (city.housing, Role.AGENCY_HANDLER)))
    below = Actor.of_staff(staff("县", (city.county_office, Role.INTAKE_CLERK)))
    assert due.waiting(both, NOW).count() == 0
    assert due.waiting(below, NOW).count() == 0
    assert due.waiting(operators(city)[0], NOW).count() == 1
