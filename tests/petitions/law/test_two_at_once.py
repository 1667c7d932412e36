"""Two who decide at the same instant, on connections of their own: one decision stands, and the other is told clearly."""

import pytest
from tests.badluck.test_at_once import at_once
from tests.given import City, staff

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Answer, Deadline, Entry, Extension, Petition

pytestmark = pytest.mark.django_db(transaction=True)


def heads(city: City) -> tuple[Actor, Actor]:
    """Return two people who may sign in the same agency."""
    return city.approver(city.housing), Actor.of_staff(staff("副局长", (city.housing, Role.APPROVER)))


@pytest.mark.article("32.1")
def test_of_two_approvals_at_once_one_stands(city: City) -> None:
    """Given a draft, when two approve it at once, then it is answered once, and the second is told that it is answered already."""
    petition = city.bring_to("drafted")
    first, second = heads(city)
    results = at_once(
        lambda: actions.Approve().run(first, petition.pk), lambda: actions.Approve().run(second, petition.pk)
    )
    refused = [one for one in results if isinstance(one, actions.Refused)]
    assert [one.code for one in refused] == ["wrong_state"]
    assert "已答复" in refused[0].message
    assert Entry.objects.filter(petition=petition, action="approve").count() == 1
    assert Answer.objects.filter(petition=petition, state="approved").count() == 1


@pytest.mark.article("32.1")
def test_of_approval_and_sending_back_on_one_version_one_stands(city: City) -> None:
    """Given a draft that two have before them, when one approves and one sends back at once, then one is done and the other told of it."""
    petition = city.bring_to("drafted")
    first, second = heads(city)
    results = at_once(
        lambda: actions.Approve().run(first, petition.pk, version=petition.version),
        lambda: actions.SendBack(reason="请写依据").run(second, petition.pk, version=petition.version),
    )
    assert [one.code for one in results if isinstance(one, actions.Refused)] == ["changed_meanwhile"]
    after = Petition.objects.get(pk=petition.pk)
    done = Entry.objects.filter(petition=petition, action__in=["approve", "send_back"]).get()
    assert (after.version, after.state) == (petition.version + 1, done.to_state)


@pytest.mark.article("34")
def test_of_two_extensions_at_once_one_stands(city: City) -> None:
    """Given sixty days, when two heads extend them at once, then they are extended once."""
    petition = city.bring_to("accepted")
    before = Deadline.objects.get(petition=petition, rule="handling").due_on
    extend = actions.Extend(days=10, reason="要等鉴定结果")
    first, second = heads(city)
    results = at_once(lambda: extend.run(first, petition.pk), lambda: extend.run(second, petition.pk))
    assert [one.code for one in results if isinstance(one, actions.Refused)] == ["extended_before"]
    assert Extension.objects.count() == 1
    assert (Deadline.objects.get(petition=petition, rule="handling").due_on - before).days == 10


@pytest.mark.article("35")
def test_review_asked_for_twice_at_once_is_one_review(city: City) -> None:
    """Given a delivered answer, when its petitioner asks for review from two windows at once, then there is one review."""
    petition = city.bring_review_to("")
    me = Actor.citizen(petition.pk)
    ask = actions.AskReview(grounds="没有到现场看过。")
    results = at_once(lambda: ask.run(me, petition.pk), lambda: ask.run(me, petition.pk))
    assert [one.code for one in results if isinstance(one, actions.Refused)] == ["wrong_state"]
    assert petition.reviews.count() == 1
