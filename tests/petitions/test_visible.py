"""Who sees what: every query starts at visible_to."""

import pytest
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import visible_to


def sees(actor: Actor, petition: Petition) -> bool:
    return visible_to(actor).filter(pk=petition.pk).exists()


def accusation(city: City, **given: object) -> Petition:
    return city.file("举报", text="住建局某科长收钱。", purpose="accusation", accused=city.housing, **given)


def test_office_sees_all_and_agency_only_what_it_was_asked(city: City) -> None:
    """Given a petition referred to one agency, then office and that agency see it, and another agency does not."""
    petition = city.bring_to("referred", city.housing)
    assert sees(city.officer, petition)
    assert sees(city.handler(city.housing), petition)
    assert not sees(city.handler(city.parks), petition)
    assert not sees(city.handler(city.county_housing), petition)


def test_county_office_sees_its_branch(city: City) -> None:
    """Given one petition at a county agency and one in the city, then the county office sees the first alone."""
    below = city.bring_to("referred", city.county_housing)
    beside = city.bring_to("referred", city.housing)
    county = city.actor(city.county_office, Role.OFFICE_HANDLER)
    assert sees(county, below)
    assert not sees(county, beside)


@pytest.mark.parametrize("role", [Role.OFFICE_HANDLER, Role.LEADER])
def test_a_county_office_counts_what_it_sees(city: City, role: Role) -> None:
    """Given petitions of the county, of its agency, of the city, and one handed back, then counting sees the same as looking."""
    city.bring_to("referred", city.county_housing)
    city.file(office=city.county_office)
    city.bring_to("referred", city.housing)
    handed_back = city.bring_to("objected", city.county_housing)
    actions.UpholdObjection().run(city.officer, handed_back.pk)
    county = city.actor(city.county_office, role)
    seen = set(visible_to(county))
    assert len(seen) == 2
    assert (
        set(visible_to(county, counted_from=0)) == set(visible_to(county, counted_from=min(p.pk for p in seen))) == seen
    )
    later = max(p.pk for p in seen) + 1
    assert not set(visible_to(county, counted_from=later)) - seen


def test_handed_back_is_out_of_sight(city: City) -> None:
    """Given an objection that was upheld, then the agency that handed the papers back sees them no more."""
    petition = city.bring_to("objected", city.housing)
    actions.UpholdObjection().run(city.officer, petition.pk)
    assert not sees(city.handler(city.housing), petition)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR])
def test_auditors_and_administrators_read_no_petition(city: City, role: Role) -> None:
    """Given a petition, then neither an auditor nor an administrator of the office sees it."""
    assert not sees(city.actor(city.office, role), city.file())


def test_citizen_sees_their_own(city: City) -> None:
    """Given two petitions, then the lookup of one does not open the other."""
    mine, other = city.file(), city.file()
    assert sees(Actor.citizen(mine.pk), mine)
    assert not sees(Actor.citizen(mine.pk), other)


@pytest.mark.article("30.3")
def test_accusation_needs_the_compartment(city: City) -> None:
    """Given an accusation, then only posts that the compartment is open to see it, at the office and at discipline inspection."""
    petition = accusation(city)
    opened = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    assert not sees(city.officer, petition)
    assert sees(opened, petition)
    actions.Register().run(opened, petition.pk)
    actions.Refer(lead=city.discipline).run(opened, petition.pk)
    assert sees(city.actor(city.discipline, Role.AGENCY_HANDLER, compartment=True), petition)
    assert not sees(city.handler(city.discipline), petition)


@pytest.mark.article("30.3", "46(5)")
def test_accused_never_sees_it(city: City) -> None:
    """Given an accusation against an agency, then that agency does not see it, even from a post that opens the compartment."""
    petition = accusation(city)
    assert not sees(city.actor(city.housing, Role.AGENCY_HANDLER, compartment=True), petition)
    assert not sees(city.actor(city.housing, Role.LEADER, compartment=True), petition)


def test_accusation_is_referred_to_discipline_inspection_alone(city: City) -> None:
    """Given a registered accusation, when it is referred to the accused or to any other agency, then it is refused (arts. 22, 30)."""
    opened = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    petition = actions.Register().run(opened, accusation(city).pk)
    for agency in (city.housing, city.parks):
        with pytest.raises(actions.Refused) as refused:
            actions.Refer(lead=agency).run(opened, petition.pk)
        assert refused.value.code == "accusation"
    assert not petition.referrals.exists()


@pytest.mark.article("30.3")
def test_words_of_an_accusation_are_sealed(city: City) -> None:
    """Given an accusation, then its row and the search index hold none of its words, and words() opens them."""
    petition = Petition.objects.get(pk=accusation(city).pk)
    assert (petition.subject, petition.text) == ("", "")
    assert petition.words() == ("举报", "住建局某科长收钱。")
    assert petition.searchable() == ()


def test_becoming_an_accusation_seals_the_words(city: City) -> None:
    """Given an ordinary petition, when the office corrects its purpose, then its words are sealed and leave the index."""
    from yiwang.petitions.search import PETITIONS, Query, page, parse

    petition = city.file("科长收钱")
    actions.Correct(purpose="accusation").run(city.officer, petition.pk)
    petition.refresh_from_db()
    query = parse("科长收钱")
    assert isinstance(query, Query)
    assert petition.subject == ""
    assert petition.words()[0] == "科长收钱"
    assert page(Petition.objects.all(), PETITIONS, query, limit=5).rows == []
