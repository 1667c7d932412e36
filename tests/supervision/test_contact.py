"""Answered without contact: what is contact, what is none, and whom nobody could have reached."""

from datetime import UTC, datetime, timedelta

import pytest

from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Answer, Entry, Petition
from yiwang.supervision.detectors import Found
from yiwang.supervision.detectors.contact import closed_without_contact

PHONE = actions.Identity(name="钱大妈", phone="19900000001")


def look(petition):
    return list(closed_without_contact([petition.pk], datetime.now(UTC)))


def answer(city, petition):
    actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(
        city.handler(city.housing), petition.pk
    )
    return actions.Approve().run(city.approver(city.housing), petition.pk)


def test_an_answer_without_a_word_before_it_is_found(city):
    petition = answer(city, city.bring_to("accepted", identity=PHONE))
    given = Answer.objects.get(petition=petition)

    assert look(petition) == [
        Found("closed_without_contact", petition.pk, city.housing.pk, given.pk, given.decided_at, {})
    ]


@pytest.mark.parametrize("contact", ["telephone", "visit", "met", "message"])
def test_a_note_of_a_call_or_visit_is_contact(city, contact):
    petition = city.bring_to("accepted", identity=PHONE)
    actions.Note(text="与来信人核对了门牌。", contact=contact).run(city.handler(city.housing), petition.pk)

    assert look(answer(city, petition)) == []


def test_a_note_that_names_no_contact_is_none(city):
    petition = city.bring_to("accepted", identity=PHONE)
    actions.Note(text="阅。").run(city.handler(city.housing), petition.pk)

    assert len(look(answer(city, petition))) == 1


def test_a_note_of_a_call_after_the_answer_comes_too_late(city):
    petition = answer(city, city.bring_to("accepted", identity=PHONE))
    actions.Note(text="电话回访。", contact="telephone").run(city.handler(city.housing), petition.pk)

    assert len(look(petition)) == 1


def test_a_request_for_more_is_contact_and_so_is_what_the_petitioner_sends(city):
    asked = city.bring_to("accepted", identity=PHONE)
    actions.RequestMore(text="请告诉我们单元号。").run(city.handler(city.housing), asked.pk)
    sent = city.bring_to("accepted", identity=PHONE)
    actions.AddMaterial(text="是三单元。").run(Actor.citizen(sent.pk), sent.pk)

    assert look(answer(city, asked)) == []
    assert look(answer(city, sent)) == []


def test_a_delivered_notice_of_acceptance_is_contact_one_still_waiting_is_none(city):
    told, untold = (city.bring_to("accepted", identity=PHONE) for _one in range(2))
    now = datetime.now(UTC)
    Notice.objects.filter(petition_id=told.pk, kind="accepted").update(state="delivered", delivered_at=now)

    assert look(answer(city, told)) == []
    assert len(look(answer(city, untold))) == 1


def test_a_notice_that_waits_on_the_lookup_page_reached_nobody(city):
    petition = city.bring_to("accepted", identity=PHONE)
    Notice.objects.filter(petition_id=petition.pk, kind="accepted").update(
        state="delivered", delivered_at=datetime.now(UTC), route=Notice.LOOKUP
    )

    assert len(look(answer(city, petition))) == 1


def test_acceptance_told_on_the_spot_is_contact(city):
    petition = city.bring_to("referred", identity=PHONE)
    actions.Accept(told_on_the_spot=True).run(city.handler(city.housing), petition.pk)

    assert look(answer(city, petition)) == []


def test_whom_nobody_can_reach_is_left_out(city):
    petition = answer(city, city.bring_to("accepted", identity=actions.Identity(anonymous=True)))

    assert look(petition) == []


def test_what_was_imported_is_left_out(city):
    petition = answer(city, city.bring_to("accepted", identity=PHONE))
    entry = Entry.objects.get(petition=petition, action="approve")
    Entry.objects.filter(pk=entry.pk).update(recorded_at=entry.happened_at + timedelta(hours=2))

    assert look(petition) == []


def test_a_suggestion_is_left_out(city):
    petition = city.bring_to("accepted", identity=PHONE, purpose=Petition.Purpose.SUGGESTION)
    actions.DraftAnswer(text="已列入明年的改造计划。", outcome="adopted").run(city.handler(city.housing), petition.pk)
    actions.Approve().run(city.approver(city.housing), petition.pk)

    assert look(petition) == []


def test_contact_in_an_earlier_round_does_not_count_for_the_next_answer(city):
    petition = city.bring_to("accepted", identity=PHONE)
    actions.Note(text="去看过。", contact="visit").run(city.handler(city.housing), petition.pk)
    petition = answer(city, petition)
    assert look(petition) == []

    city.again(petition)

    assert len(look(petition)) == 1


def test_a_note_with_an_unknown_contact_is_refused_and_changes_nothing(city):
    petition = city.bring_to("accepted")
    before = Entry.objects.filter(petition=petition).count()

    with pytest.raises(actions.Refused) as refused:
        actions.Note(text="打了招呼。", contact="wave").run(city.handler(city.housing), petition.pk)

    assert refused.value.code == "no_contact"
    assert Entry.objects.filter(petition=petition).count() == before
