"""Who may rate what, how often and until when: nobody twice, nobody for another's matter, nobody as the agency."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.given import City, staff
from tests.satisfaction.answered import answered_with_co_agencies

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition, Rating, RatingReason
from yiwang.vault.sealing import open_under

GOOD = {"office": "satisfied", "agency": "satisfied"}


def refused(action: actions.Action, actor: Actor, petition: Petition) -> str:
    """Return the code with which an action is refused, having seen that nothing changed."""
    before = (
        Petition.objects.filter(pk=petition.pk).values().get(),
        Entry.objects.count(),
        sorted(Rating.objects.values_list("pk", flat=True)),
    )
    with pytest.raises(actions.Refused) as raised:
        action.run(actor, petition.pk)
    after = (
        Petition.objects.filter(pk=petition.pk).values().get(),
        Entry.objects.count(),
        sorted(Rating.objects.values_list("pk", flat=True)),
    )
    assert after == before
    return raised.value.code


def test_each_agency_that_reported_is_rated_by_itself(city: City) -> None:
    """Given a lead and a co-agency that reported, when rated, then three rows stand, each with its level; the words once, sealed."""
    petition = answered_with_co_agencies(city)
    why = RatingReason.objects.get(code="answer-off-the-point")
    actions.Rate(
        office="satisfied", agency="basically", agencies={city.parks.pk: "dissatisfied"}, reason=why.pk, comment="树没剪",
    ).run(Actor.citizen(petition.pk), petition.pk)  # fmt: skip
    rows = petition.ratings.order_by("pk").values_list(
        "about", "agency", "level", "satisfied", "reason", "how", "counted"
    )
    assert sorted(rows) == sorted(
        [
            ("office", city.office.pk, "satisfied", True, None, "portal", True),
            ("agency", city.housing.pk, "basically", True, None, "portal", True),
            ("agency", city.parks.pk, "dissatisfied", False, why.pk, "portal", True),
        ]
    )
    said = {row.agency_id: open_under(petition.key, row, "sealed_comment") for row in petition.ratings.all()}
    assert said == {city.office.pk: "", city.housing.pk: "树没剪", city.parks.pk: ""}


def test_nobody_rates_twice_by_any_way(city: City) -> None:
    """Given a rated answer, then the petitioner, the link, a call-back and the silent default are all refused."""
    petition = city.bring_to("answered")
    me = Actor.citizen(petition.pk)
    actions.Rate(**GOOD).run(me, petition.pk)
    assert refused(actions.Rate(**GOOD, how="portal"), me, petition) == "rated"
    assert refused(actions.Rate(**GOOD, how="link"), me, petition) == "rated"
    assert refused(actions.Rate(**GOOD, how="callback"), city.officer, petition) == "rated"
    assert refused(actions.Rate(**GOOD, how="silent"), Actor.system(), petition) == "rated"


def test_each_answer_is_rated_anew(city: City) -> None:
    """Given a rated answer that was taken up again and answered anew, then the new answer is rated once more."""
    petition = city.bring_to("answered")
    me = Actor.citizen(petition.pk)
    actions.Rate(office="satisfied", agency="dissatisfied").run(me, petition.pk)
    petition = city.again(petition)
    actions.Rate(**GOOD).run(me, petition.pk)
    assert petition.ratings.count() == 4
    assert petition.ratings.filter(answer=petition.answer, satisfied=True).count() == 2


def test_what_a_co_agency_reported_for_an_earlier_answer_is_not_rated_again(city: City) -> None:
    """Given a co-agency that reported before the first answer, when the second is rated, then it is not among those asked about."""
    petition = answered_with_co_agencies(city)
    me = Actor.citizen(petition.pk)
    actions.Rate(**GOOD).run(me, petition.pk)
    petition = city.again(petition)
    code = refused(actions.Rate(**GOOD, agencies={city.parks.pk: "satisfied"}), me, petition)
    assert code == "not_asked"


def test_anothers_petition_is_not_there(city: City) -> None:
    """Given two petitioners, when one rates the other's petition, then it is not found."""
    mine, theirs = city.bring_to("answered"), city.bring_to("answered")
    assert refused(actions.Rate(**GOOD), Actor.citizen(mine.pk), theirs) == "not_found"


@pytest.mark.parametrize("role", [Role.AGENCY_HANDLER, Role.APPROVER, Role.LEADER, Role.SUPERVISOR])
@pytest.mark.parametrize("how", ["", "portal", "link", "callback", "silent"])
def test_nobody_at_the_agency_rates(city: City, role: Role, how: str) -> None:
    """Given staff of the agency that answered, when they rate, whatever way they name, then it is refused."""
    petition = answered_with_co_agencies(city)
    for agency in (city.housing, city.parks):
        code = refused(actions.Rate(**GOOD, how=how), city.actor(agency, role), petition)
        assert code in {"not_entitled", "not_found"}


@pytest.mark.parametrize("how", ["portal", "link", "silent"])
def test_an_operator_records_what_was_said_and_nothing_else(city: City, how: str) -> None:
    """Given an operator of the office, when they rate as if they were the petitioner or the platform, then it is refused."""
    petition = city.bring_to("answered")
    assert refused(actions.Rate(**GOOD, how=how), city.officer, petition) == "not_the_way"


def test_an_operator_with_a_post_at_the_agency_records_nothing_of_it(city: City) -> None:
    """Given an operator of the office who also has a post at a handling agency, or below it, then the call-back is refused."""
    petition = answered_with_co_agencies(city)
    for agency in (city.housing, city.parks):
        both = staff("两头", (city.office, Role.OFFICE_HANDLER), (agency, Role.AGENCY_HANDLER))
        assert refused(actions.Rate(**GOOD, how="callback"), Actor.of_staff(both), petition) == "own_work"
    elsewhere = staff("别处", (city.office, Role.OFFICE_HANDLER), (city.discipline, Role.AGENCY_HANDLER))
    actions.Rate(**GOOD, how="callback").run(Actor.of_staff(elsewhere), petition.pk)
    assert set(petition.ratings.values_list("how", flat=True)) == {"callback"}


def test_whoever_answered_for_the_office_records_no_verdict_on_it(city: City) -> None:
    """Given a matter that the office handled itself, then its handler and approver do not record the rating; a colleague does."""
    petition = city.bring_to("registered")
    actions.Refer(lead=city.office).run(city.officer, petition.pk)
    actions.Accept().run(city.officer, petition.pk)
    actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(city.officer, petition.pk)
    petition = actions.Approve().run(city.approver(city.office), petition.pk)
    assert refused(actions.Rate(**GOOD, how="callback"), city.officer, petition) == "own_work"
    actions.Rate(**GOOD, how="callback").run(city.clerk, petition.pk)
    assert petition.ratings.count() == 2


def test_only_whoever_handled_it_is_rated(city: City) -> None:
    """Given an agency that was asked and did not report, or was never asked, then no verdict on it is taken."""
    petition = answered_with_co_agencies(city)
    me = Actor.citizen(petition.pk)
    for agency in (city.transport, city.discipline):
        assert refused(actions.Rate(**GOOD, agencies={agency.pk: "satisfied"}), me, petition) == "not_asked"


def test_the_window_closes_for_the_petitioner(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an answer delivered on 1 March, then 31 March is the last day: from midnight on it is over, for the petitioner."""
    petition = city.bring_to("answered")
    actions.Deliver(how="post").run(city.officer, petition.pk)
    day = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)  # 17:00 at the office
    Petition.objects.filter(pk=petition.pk).update(delivered_at=day)
    me = Actor.citizen(petition.pk)
    midnight = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)  # 1 April, 0:00 at the office
    _now_is(monkeypatch, midnight)
    assert refused(actions.Rate(**GOOD), me, petition) == "window_over"
    assert refused(actions.Rate(**GOOD, how="link"), me, petition) == "window_over"
    _now_is(monkeypatch, midnight - timedelta(seconds=1))
    actions.Rate(**GOOD).run(me, petition.pk)
    assert petition.ratings.count() == 2


def test_levels_and_reasons_must_be_of_the_office(city: City) -> None:
    """Given a level or a reason that is none, or switched off, then the rating is refused."""
    petition = city.bring_to("answered")
    me = Actor.citizen(petition.pk)
    off = RatingReason.objects.get(code="other")
    RatingReason.objects.filter(pk=off.pk).update(active=False)
    assert refused(actions.Rate(office="satisfied", agency="great"), me, petition) == "no_level"
    assert refused(actions.Rate(office="satisfied", agency="dissatisfied", reason=off.pk), me, petition) == "no_reason"
    assert refused(actions.Rate(office="satisfied", agency="dissatisfied", reason=1), me, petition) == "no_reason"


def _now_is(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    from yiwang.petitions.actions import action

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return instant

    monkeypatch.setattr(action, "datetime", Clock)
