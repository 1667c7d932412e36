"""Sent back again and again, and taken up again: what counts, since when, and at whom it is found."""

from datetime import UTC, datetime

from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Answer, Entry
from yiwang.supervision.detectors import Found
from yiwang.supervision.detectors.answering import reopened, sent_back_twice


def now():
    return datetime.now(UTC)


def redraft(city, petition):
    actions.DraftAnswer(text="经查，楼道灯的线路老化，正在更换。", outcome="support").run(
        city.handler(city.housing), petition.pk
    )


def send_back(city, petition):
    actions.SendBack(reason="没有写明何时换好。").run(city.approver(city.housing), petition.pk)


def test_an_answer_sent_back_once_is_no_finding(city):
    petition = city.bring_to("drafted")
    send_back(city, petition)

    assert list(sent_back_twice([petition.pk], now())) == []


def test_an_answer_sent_back_twice_is_found_since_the_second_time(city):
    petition = city.bring_to("drafted")
    for _time in range(2):
        send_back(city, petition)
        redraft(city, petition)
    first, second = petition.answers.filter(state=Answer.State.SENT_BACK)

    found = list(sent_back_twice([petition.pk], now()))

    assert found == [Found("sent_back_twice", petition.pk, city.housing.pk, first.pk, second.decided_at, {"times": 2})]


def test_it_stays_found_once_the_answer_is_approved_and_ends_with_the_next_run(city):
    petition = city.bring_to("drafted")
    for _time in range(3):
        send_back(city, petition)
        redraft(city, petition)
    actions.Approve().run(city.approver(city.housing), petition.pk)

    assert [one.detail for one in sent_back_twice([petition.pk], now())] == [{"times": 3}]

    city.again(petition)

    assert list(sent_back_twice([petition.pk], now())) == []


def test_a_petition_that_its_petitioner_had_taken_up_again_is_laid_to_who_answered(city):
    petition = city.bring_to("answered")
    citizen = Actor.citizen(petition.pk)
    actions.Rate(office="satisfied", agency="dissatisfied").run(citizen, petition.pk)
    actions.Reopen(reason="还是不亮").run(citizen, petition.pk)
    entry = Entry.objects.get(petition=petition, action="reopen")

    assert list(reopened([petition.pk], now())) == [
        Found("reopened", petition.pk, city.housing.pk, entry.pk, entry.happened_at, {"by": "petitioner", "times": 1})
    ]


def test_of_several_times_the_last_is_found_and_it_stays_with_whom_it_was_answered_by(city):
    petition = city.bring_to("answered")
    city.again(petition, city.parks)
    actions.Reopen(reason="又坏了").run(city.officer, petition.pk)
    actions.Refer(lead=city.transport).run(city.officer, petition.pk)
    entry = Entry.objects.filter(petition=petition, action="reopen").order_by("id").last()

    (found,) = reopened([petition.pk], now())

    assert (found.agency_id, found.about_id, found.detail) == (city.parks.pk, entry.pk, {"by": "office", "times": 2})


def test_a_petition_that_was_never_taken_up_again_is_no_finding(city):
    assert list(reopened([city.bring_to("closed").pk], now())) == []
