"""Answered with an empty phrase: which petitions' answers are read, and what a finding holds."""

from datetime import UTC, datetime, timedelta

from yiwang.petitions import actions
from yiwang.petitions.models import Answer, Petition
from yiwang.supervision.detectors.empty_phrase import empty_phrase

EMPTY = "您好！您反映的问题已收悉，我们将高度重视，尽快处理。"


def answered(city, text, **given):
    petition = city.bring_to("accepted", **given)
    actions.DraftAnswer(text=text, outcome="explain", basis="《信访工作条例》第三十一条").run(
        city.handler(city.housing), petition.pk
    )
    return actions.Approve().run(city.approver(city.housing), petition.pk)


def look(*petitions):
    return list(empty_phrase([petition.pk for petition in petitions], datetime.now(UTC)))


def test_an_empty_answer_is_found_with_reasons_and_places_and_no_words(city):
    petition = answered(city, EMPTY)
    given = Answer.objects.get(petition=petition)

    (found,) = look(petition)

    assert (found.petition_id, found.agency_id, found.about_id) == (petition.pk, city.housing.pk, given.pk)
    assert found.since == given.decided_at
    assert found.detail == {
        "reasons": ["promise"],
        "places": [[0, 12, "frame"], [13, 25, "promise"]],
        "said": 0,
        "length": 22,
    }


def test_an_answer_that_speaks_of_the_matter_is_none(city):
    assert look(city.bring_to("answered")) == []


def test_a_draft_is_not_read(city):
    petition = city.bring_to("accepted")
    actions.DraftAnswer(text=EMPTY, outcome="explain").run(city.handler(city.housing), petition.pk)

    assert look(petition) == []


def test_once_taken_up_again_it_is_no_longer_the_present_answer(city):
    petition = answered(city, EMPTY)
    actions.Reopen(reason="什么也没说").run(city.officer, petition.pk)

    assert look(petition) == []


def test_what_lies_further_back_than_the_office_looks_is_not_read_but_history_is(city):
    petition = answered(city, EMPTY)
    Answer.objects.filter(petition=petition).update(decided_at=datetime.now(UTC) - timedelta(days=4000))

    assert look(petition) == []

    Petition.objects.filter(pk=petition.pk).update(historical=True)

    assert len(look(petition)) == 1


def test_accusations_are_not_read(city):
    petition = answered(city, EMPTY)
    Petition.objects.filter(pk=petition.pk).update(purpose="accusation")

    assert look(petition) == []


def test_what_was_merged_is_left_to_the_one_that_it_follows(city):
    lead = city.bring_to("registered")
    follower = city.bring_to("registered")
    actions.Merge(into=lead.pk).run(city.officer, follower.pk)
    actions.Refer(lead=city.housing).run(city.officer, lead.pk)
    actions.Accept().run(city.handler(city.housing), lead.pk)
    actions.DraftAnswer(text=EMPTY, outcome="explain").run(city.handler(city.housing), lead.pk)
    actions.Approve().run(city.approver(city.housing), lead.pk)

    assert [one.petition_id for one in look(lead, follower)] == [lead.pk]
