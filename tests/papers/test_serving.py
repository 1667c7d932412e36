"""Serving the paper that brings an answer or an opinion: the days of the appeal begin on the day on which it was received."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.given import City
from tests.papers.made import quick_workshop  # noqa: F401  (a fixture)

from yiwang.agencies.models import Role
from yiwang.papers.models import Paper, Service
from yiwang.papers.service import Served
from yiwang.petitions import actions, papers
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import RULES, due
from yiwang.petitions.models import Deadline, Petition
from yiwang.petitions.serving import serve
from yiwang.workdays.counting import office_date, start_of

Owe = Callable[..., Paper]
pytestmark = pytest.mark.usefixtures("quick_workshop")
TODAY = office_date(datetime.now(UTC))


def hand_over(actor: Actor, petition: Petition, paper: Paper) -> Served:
    """Hand a paper over today, as whoever acts records it."""
    return serve(
        actor, petition, paper, how="hand", sent_at=datetime.now(UTC), delivered_on=TODAY, tracking="",
        received_by="钱大妈", proof=None,
    )  # fmt: skip


def made(owed: Owe, kind: str, petition: Petition, action: str, **more: object) -> Paper:
    paper = owed(kind, petition, action, **more)
    papers.make_owed()
    return Paper.objects.get(pk=paper.pk)


def limit(petition: Petition, rule: str) -> Deadline:
    return Deadline.objects.get(petition=petition, rule=rule)


@pytest.mark.article("35")
def test_the_opinion_received_starts_the_time_for_a_review(city: City, owed: Owe) -> None:
    """Given an Opinion, when it is handed over, then the answer is delivered and the 30 days count from that day, once."""
    petition = city.bring_to("answered")
    paper = made(owed, "opinion", petition, "approve")

    hand_over(city.handler(city.housing), petition, paper)

    after = Petition.objects.get(pk=petition.pk)
    assert after.delivered_at == start_of(TODAY)
    assert limit(petition, "review-request").due_on == due(RULES["review-request"], start_of(TODAY)).on
    hand_over(city.handler(city.housing), after, paper)
    assert petition.entries.filter(action="deliver").count() == 1
    assert Service.objects.filter(paper=paper).count() == 2


@pytest.mark.article("36.1")
def test_the_reviews_opinion_received_starts_the_time_for_a_re_review(city: City, owed: Owe) -> None:
    """Given the opinion of a review, when the reviewing body hands it over, then the 30 days for the re-review count from that day."""
    petition = Petition.objects.get(pk=city.bring_review_to("decided").pk)
    assert petition.review is not None
    paper = made(
        owed, "review", petition, "decide_review", issuer_id=city.government.pk, review_id=petition.review_id
    )  # fmt: skip

    hand_over(city.handler(city.government), petition, paper)

    after = Petition.objects.get(pk=petition.pk)
    assert after.review is not None
    assert after.review.delivered_at == start_of(TODAY)
    assert limit(petition, "re-review-request").due_on == due(RULES["re-review-request"], start_of(TODAY)).on


def test_an_earlier_opinion_delivers_no_later_answer(city: City, owed: Owe) -> None:
    """Given an Opinion whose matter was taken up and answered again, when the old paper is handed over, then the new answer is not delivered."""
    petition = city.bring_to("answered")
    paper = made(owed, "opinion", petition, "approve")
    city.again(petition)

    hand_over(city.handler(city.housing), Petition.objects.get(pk=petition.pk), paper)

    assert Petition.objects.get(pk=petition.pk).delivered_at is None


def test_a_refused_delivery_records_no_service(city: City, owed: Owe) -> None:
    """Given somebody who stepped back, when they record the service of the Opinion, then it is refused and nothing is recorded."""
    petition = city.bring_to("answered")
    paper = made(owed, "opinion", petition, "approve")
    actor = city.actor(city.housing, Role.AGENCY_HANDLER)
    actions.Recuse(reason="信访人是我的邻居").run(actor, petition.pk)

    with pytest.raises(papers.PaperRefused) as refused:
        hand_over(actor, Petition.objects.get(pk=petition.pk), paper)

    assert refused.value.code == "not_entitled"
    assert not Service.objects.filter(paper=paper).exists()
    assert Petition.objects.get(pk=petition.pk).delivered_at is None
