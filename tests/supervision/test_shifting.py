"""Passed between agencies: what counts as shifting, and what the law provides for."""

from datetime import UTC, datetime

from yiwang.petitions import actions
from yiwang.petitions.models import Entry, Referral
from yiwang.supervision.detectors import Found
from yiwang.supervision.detectors.shifting import shifted
from yiwang.supervision.models import Threshold


def look(petition):
    return list(shifted([petition.pk], datetime.now(UTC)))


def hand_back(city, petition, agency):
    """Have an agency object, and the office agree."""
    actions.Object(reason="按职责清单不属本单位。").run(city.handler(agency), petition.pk)
    actions.UpholdObjection().run(city.officer, petition.pk)


def refer(city, petition, agency):
    actions.Refer(lead=agency).run(city.officer, petition.pk)


def test_one_objection_is_no_shifting(city):
    petition = city.bring_to("referred")
    hand_back(city, petition, city.housing)
    refer(city, petition, city.parks)

    assert look(petition) == []


def test_the_second_objection_is(city):
    petition = city.bring_to("referred")
    hand_back(city, petition, city.housing)
    refer(city, petition, city.parks)
    actions.Object(reason="属住建局。").run(city.handler(city.parks), petition.pk)
    second = Entry.objects.filter(petition=petition, action="object").order_by("id")[1]

    assert look(petition) == [
        Found("shifted", petition.pk, city.parks.pk, second.pk, second.happened_at, {"leads": 2, "objections": 2})
    ]


def test_it_hangs_on_the_same_row_when_it_goes_on_and_ends_with_the_answer(city):
    petition = city.bring_to("referred")
    hand_back(city, petition, city.housing)
    refer(city, petition, city.parks)
    hand_back(city, petition, city.parks)
    second = Entry.objects.filter(petition=petition, action="object").order_by("id")[1]

    (nobodys,) = look(petition)
    assert (nobodys.agency_id, nobodys.about_id) == (None, second.pk)

    refer(city, petition, city.transport)
    (found,) = look(petition)
    assert (found.agency_id, found.about_id) == (city.transport.pk, second.pk)
    assert found.detail == {"leads": 3, "objections": 2}

    transport = city.handler(city.transport)
    actions.Accept().run(transport, petition.pk)
    actions.DraftAnswer(text="经查，已换好楼道的灯。", outcome="support").run(transport, petition.pk)
    actions.Approve().run(city.approver(city.transport), petition.pk)
    assert look(petition) == []


def test_three_leads_from_the_office_are_found_without_so_many_objections(city):
    Threshold.objects.create(
        code="shifted_objections",
        number=9,
        changed_by=city.who(city.office, "supervisor"),
        changed_at=datetime.now(UTC),
    )
    petition = city.bring_to("referred")
    for one, other in ((city.housing, city.parks), (city.parks, city.transport)):
        hand_back(city, petition, one)
        refer(city, petition, other)
    third = Referral.objects.get(petition=petition, agency=city.transport)

    (found,) = look(petition)

    assert (found.about_id, found.since) == (third.pk, third.sent_at)


def test_what_is_passed_on_down_the_branch_is_no_shifting(city):
    petition = city.bring_to("referred", city.county_office)
    actions.PassOn(to=city.county_housing).run(city.actor(city.county_office, "office_handler"), petition.pk)
    actions.PassOn(to=city.township).run(city.handler(city.county_housing), petition.pk)

    assert Referral.objects.filter(petition=petition, lead=True).count() == 3
    assert look(petition) == []


def test_what_lies_before_the_matter_was_taken_up_again_does_not_count(city):
    petition = city.bring_to("referred")
    hand_back(city, petition, city.housing)
    refer(city, petition, city.parks)
    parks = city.handler(city.parks)
    actions.Accept().run(parks, petition.pk)
    actions.DraftAnswer(text="经查，灯在绿地里，已换好。", outcome="support").run(parks, petition.pk)
    actions.Approve().run(city.approver(city.parks), petition.pk)
    actions.Reopen(reason="又坏了").run(city.officer, petition.pk)
    refer(city, petition, city.housing)
    actions.Object(reason="属园林局。").run(city.handler(city.housing), petition.pk)

    assert look(petition) == []
