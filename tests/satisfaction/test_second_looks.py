"""A bad rating opens a second look by somebody else at the office, which ends with a word to the petitioner."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.given import City, staff
from tests.satisfaction.answered import answered_accusation, answered_with_co_agencies

from yiwang.agencies.models import Role, Staff
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition
from yiwang.petitions.refusals import Refused
from yiwang.satisfaction.models import SecondLook
from yiwang.satisfaction.rules import LevelGiven, enter_rules
from yiwang.satisfaction.second_looks import decide, looks_for, open_looks, waiting_for
from yiwang.vault.sealing import open_under

BAD = {"office": "satisfied", "agency": "dissatisfied"}
TWO = [LevelGiven("满意", True, "", "satisfied"), LevelGiven("不满意", False, "", "dissatisfied")]


def rated_badly(city: City, **given: Any) -> Petition:
    petition = city.bring_to("answered", **given)
    actions.Rate(**BAD).run(Actor.citizen(petition.pk), petition.pk)
    return petition


def look_at(petition: Petition) -> SecondLook:
    open_looks()
    return SecondLook.objects.get(petition=petition, answer=petition.answer_id)


def refused(look: SecondLook, person: Staff, outcome: str = "stands", reason: str = "事实清楚") -> str:
    """Return the code of a refused decision, having seen that nothing changed."""
    petitions = Petition.objects.filter(pk=look.petition_id)
    before = (petitions.values().get(), Entry.objects.count(), SecondLook.objects.filter(pk=look.pk).values().get())
    with pytest.raises(Refused) as raised:
        decide(look.pk, Actor.of_staff(person), outcome, reason)
    after = (petitions.values().get(), Entry.objects.count(), SecondLook.objects.filter(pk=look.pk).values().get())
    assert after == before
    return raised.value.code


def test_only_bad_ratings_by_somebody_open_one_and_only_one(city: City) -> None:
    """Given a good, a bad, a bad one of a co-agency alone and a silent bad one, then two looks open, once, each with a line."""
    good = city.bring_to("answered")
    actions.Rate(office="satisfied", agency="basically").run(Actor.citizen(good.pk), good.pk)
    bad, of_parks, silent = rated_badly(city), answered_with_co_agencies(city), city.bring_to("answered")
    actions.Rate(office="satisfied", agency="satisfied", agencies={city.parks.pk: "dissatisfied"}).run(
        Actor.citizen(of_parks.pk), of_parks.pk
    )
    actions.Rate(**BAD, how="silent").run(Actor.system(), silent.pk)
    assert [open_looks(), open_looks()] == [2, 0]
    assert set(SecondLook.objects.values_list("petition", "outcome")) == {(bad.pk, ""), (of_parks.pk, "")}
    assert Record.objects.filter(act="open_second_look", actor_kind="system").count() == 2


def test_a_job_that_dies_forgets_and_doubles_nothing(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a job that dies with its rows written and its lines not, then nothing is left of it, and the next run does it all, once."""
    petition = rated_badly(city)

    def die(_lines: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(log, "write", die)
    with pytest.raises(KeyboardInterrupt):
        open_looks()
    assert not SecondLook.objects.exists()
    monkeypatch.undo()
    assert [open_looks(), open_looks()] == [1, 0]
    assert SecondLook.objects.get().petition_id == petition.pk


def test_never_by_whoever_wrote_approved_or_handled_it(city: City) -> None:
    """Given matters that the office's own people drafted, approved and handled, then none of these three finds the look, a colleague does."""
    approver = city.who(city.office, Role.APPROVER)
    drafter = staff("起草", (city.office, Role.OFFICE_HANDLER), (city.office, Role.SUPERVISOR))
    petition = city.bring_to("registered")
    actions.Refer(lead=city.office).run(city.officer, petition.pk)
    actions.Accept().run(city.officer, petition.pk)
    actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(Actor.of_staff(drafter), petition.pk)
    petition = actions.Approve().run(Actor.of_staff(approver), petition.pk)
    handler = staff("承办", (city.office, Role.SUPERVISOR))
    Petition.objects.filter(pk=petition.pk).update(handler=handler)
    actions.Rate(**BAD).run(Actor.citizen(petition.pk), petition.pk)
    look = look_at(petition)
    for person in (drafter, approver, handler):
        assert not looks_for(Actor.of_staff(person)).exists()
        assert refused(look, person) == "not_found"
    other = staff("另一位", (city.office, Role.APPROVER))
    assert [one.pk for one in waiting_for(Actor.of_staff(other))] == [look.pk]
    decide(look.pk, Actor.of_staff(other), "stands", "事实清楚，依据充分")
    assert not waiting_for(Actor.of_staff(other)).exists()


@pytest.mark.parametrize(
    ("place", "role"),
    [
        ("office", Role.INTAKE_CLERK), ("office", Role.OFFICE_HANDLER), ("office", Role.LEADER), ("housing", Role.APPROVER),
        ("housing", Role.SUPERVISOR), ("county_office", Role.SUPERVISOR), ("office", Role.SYSTEM_ADMINISTRATOR),
    ],
)  # fmt: skip
def test_by_approvers_and_supervisors_of_its_office_alone(city: City, place: str, role: Role) -> None:
    """Given a matter of the city's office, then nobody else is shown the look or decides it."""
    look = look_at(rated_badly(city))
    person = city.who(getattr(city, place), role)
    assert not looks_for(Actor.of_staff(person)).exists()
    assert refused(look, person) == "not_found"


def test_whoever_recused_themselves_decides_nothing(city: City) -> None:
    """Given a supervisor who recused themselves, then the decision is refused."""
    petition = rated_badly(city)
    person = city.who(city.office, Role.SUPERVISOR)
    Petition.objects.filter(pk=petition.pk).update(recused=[person.pk])
    assert refused(look_at(petition), person) == "recused"


def test_the_answer_stands_and_the_petitioner_is_told_why(city: City) -> None:
    """Given a look, when the answer stands, then entry, notice with the reason, sealed words and line are there, and it is decided once."""
    petition = rated_badly(city)
    look, person = look_at(petition), city.who(city.office, Role.SUPERVISOR)
    decide(look.pk, Actor.of_staff(person), "stands", "灯已修好，有照片")
    look.refresh_from_db()
    assert (look.outcome, look.decided_by_id, open_under(petition.key, look, "sealed_reason")) == (
        "stands", person.pk, "灯已修好，有照片",
    )  # fmt: skip
    entry = petition.entries.get(action="stand_by")
    assert (entry.actor_id, entry.shown_to_petitioner, open_under(petition.key, entry, "sealed_note")) == (
        person.pk, True, "灯已修好，有照片",
    )  # fmt: skip
    notice = Notice.objects.get(petition_id=petition.pk, kind="answer_stands")
    assert "另一位工作人员把答复重新看了一遍，决定维持。原因：灯已修好，有照片" in notice.unseal("body")
    assert Record.objects.get(act="decide_second_look").reason == "stands"
    assert Petition.objects.get(pk=petition.pk).state == "answered"
    assert refused(look, person, "again") == "decided"


def test_taken_up_again_within_the_limit(city: City) -> None:
    """Given a limit of one, when the first look takes the matter up again, then the second one cannot, but the answer may stand."""
    petition, person = rated_badly(city), city.who(city.office, Role.SUPERVISOR)
    decide(look_at(petition).pk, Actor.of_staff(person), "again", "没有到现场")
    petition.refresh_from_db()
    assert (petition.state, petition.reopened) == ("registered", 1)
    assert petition.entries.get(action="reopen").actor_id == person.pk
    for action, actor in (
        (actions.Refer(lead=city.housing), city.officer),
        (actions.Accept(), city.handler(city.housing)),
        (actions.DraftAnswer(text="经再次核查，已更换线路。", outcome="support"), city.handler(city.housing)),
        (actions.Approve(), city.approver(city.housing)),
        (actions.Rate(**BAD), Actor.citizen(petition.pk)),
    ):
        petition = action.run(actor, petition.pk)
    second = look_at(petition)
    assert refused(second, person, "again", "还是没有到现场") == "often_enough"
    enter_rules(TWO, city.who(city.office, Role.SYSTEM_ADMINISTRATOR), window_days=30, second_looks=2)
    decide(second.pk, Actor.of_staff(person), "again", "还是没有到现场")
    assert Petition.objects.get(pk=petition.pk).reopened == 2


@pytest.mark.parametrize(
    ("outcome", "reason", "code"), [("stands", " ", "no_reason"), ("again", "", "no_reason"), ("x", "好", "no_outcome")]
)
def test_a_decision_needs_an_outcome_and_a_reason(city: City, outcome: str, reason: str, code: str) -> None:
    """Given no outcome or no reason, then the decision is refused and nothing has changed."""
    look = look_at(rated_badly(city))
    assert refused(look, city.who(city.office, Role.SUPERVISOR), outcome, reason) == code


def test_what_the_petitioner_had_taken_up_again_needs_no_look(city: City) -> None:
    """Given a waiting look, when the petitioner has the matter taken up again, then it is off the list at once, and ended with a line."""
    petition = rated_badly(city)
    look, person = look_at(petition), city.actor(city.office, Role.SUPERVISOR)
    actions.Reopen(reason="灯又灭了").run(Actor.citizen(petition.pk), petition.pk)
    assert not waiting_for(person).exists()
    assert [open_looks(), open_looks()] == [1, 0]
    look.refresh_from_db()
    assert (look.outcome, look.decided_by) == ("overtaken", None)
    assert Record.objects.filter(act="drop_second_look").count() == 1


def test_an_accusation_stays_with_who_may_read_it(city: City) -> None:
    """Given a badly rated accusation, then only a supervisor with the compartment, of whom it is not, finds its look."""
    petition = answered_accusation(city)
    actions.Rate(**BAD).run(Actor.citizen(petition.pk), petition.pk)
    look = look_at(petition)
    for role in (Role.APPROVER, Role.SUPERVISOR):
        outside = city.who(city.office, role)
        assert not looks_for(Actor.of_staff(outside)).exists()
        assert refused(look, outside) == "not_found"
    inside = city.who(city.office, Role.SUPERVISOR, compartment=True)
    assert [one.pk for one in waiting_for(Actor.of_staff(inside))] == [look.pk]


def test_a_post_without_the_compartment_decides_no_accusation(city: City) -> None:
    """Given somebody who reads accusations from one post and supervises from another without, then the look is not theirs."""
    petition = answered_accusation(city)
    actions.Rate(**BAD).run(Actor.citizen(petition.pk), petition.pk)
    look = look_at(petition)
    person = staff("两岗", (city.office, Role.SUPERVISOR))
    from yiwang.agencies.models import Post

    Post.objects.create(staff=person, agency=city.office, role=Role.OFFICE_HANDLER, compartment=True)
    assert not looks_for(Actor.of_staff(person)).exists()
    assert refused(look, person) == "not_found"


def test_a_county_office_looks_again_at_its_own(city: City) -> None:
    """Given a matter of the county's office, then its supervisor and the city's find the look."""
    mine = city.file(office=city.county_office)
    clerk = city.actor(city.county_office, Role.OFFICE_HANDLER)
    for action, actor in (
        (actions.Register(), clerk),
        (actions.Refer(lead=city.county_housing), clerk),
        (actions.Accept(), city.handler(city.county_housing)),
        (actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support"), city.handler(city.county_housing)),
        (actions.Approve(), city.approver(city.county_housing)),
        (actions.Rate(**BAD), Actor.citizen(mine.pk)),
    ):
        action.run(actor, mine.pk)
    open_looks(now=datetime.now(UTC))
    for office in (city.county_office, city.office):
        assert [one.petition_id for one in waiting_for(city.actor(office, Role.SUPERVISOR))] == [mine.pk]
