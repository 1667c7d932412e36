"""The three administrators apart 三员分立: nobody holds two of them, nor one with a post that reads petitions."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from yiwang.agencies.apart import joined_by
from yiwang.agencies.changes import ChangeRefused, give_post, note_absence
from yiwang.agencies.models import Absence, Post, Role, Staff
from yiwang.cli.config import read_config
from yiwang.cli.security.checks import administrators
from yiwang.journal.models import Record
from yiwang.petitions.actors import Actor
from yiwang.petitions.visibility import visible_to
from yiwang.workdays.counting import office_date

if TYPE_CHECKING:
    from tests.given import City

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR


@pytest.fixture
def today() -> date:
    return office_date(datetime.now(UTC))


@pytest.fixture
def giver(city: "City") -> Staff:
    return city.who(city.county_office, SECURITY)


def refused(city: "City", giver: Staff, person: Staff, role: Role, today: date, **days: date) -> str:
    """Return the code with which a post is refused, having seen that nothing changed; "" when it is given."""
    before = list(Post.objects.order_by("id").values())
    try:
        give_post(person, city.county_office, role, giver, today, **days)
    except ChangeRefused as why:
        assert list(Post.objects.order_by("id").values()) == before
        assert not Record.objects.exists()
        return why.code
    return ""


@pytest.mark.parametrize(
    ("held", "given", "code"),
    [
        (SYSTEM, SECURITY, "apart"),
        (SYSTEM, AUDIT, "apart"),
        (SECURITY, SYSTEM, "apart"),
        (SECURITY, AUDIT, "apart"),
        (AUDIT, SYSTEM, "apart"),
        (AUDIT, SECURITY, "apart"),
        (SYSTEM, Role.LEADER, "apart"),
        (SECURITY, Role.INTAKE_CLERK, "apart"),
        (AUDIT, Role.SUPERVISOR, "apart"),
        (Role.AGENCY_HANDLER, SYSTEM, "apart"),
        (Role.APPROVER, SECURITY, "apart"),
        (Role.OFFICE_HANDLER, AUDIT, "apart"),
        (SYSTEM, SYSTEM, ""),
        (Role.OFFICE_HANDLER, Role.SUPERVISOR, ""),
    ],
)
def test_what_may_not_be_joined(city: "City", giver: Staff, today: date, held: Role, given: Role, code: str) -> None:
    """Given somebody in one role, when another is given, then administrators stay apart, from each other and from readers."""
    assert refused(city, giver, city.who(city.office, held), given, today) == code


def test_one_after_the_other_is_no_joining(city: "City", giver: Staff, today: date) -> None:
    """Given a post that ends, when another administrator's begins the day after, then it is given; a day earlier, refused."""
    person = city.who(city.office, SYSTEM)
    Post.objects.filter(staff=person).update(until=today + timedelta(days=3))
    assert refused(city, giver, person, AUDIT, today, since=today + timedelta(days=3)) == "apart"
    assert refused(city, giver, person, AUDIT, today, since=today + timedelta(days=4)) == ""


def test_standing_in_is_holding(city: "City", giver: Staff, today: date) -> None:
    """Given a system administrator, when they are to stand in for a reader or another administrator, then it is refused."""
    system = city.who(city.office, SYSTEM)
    for role in (Role.LEADER, AUDIT):
        with pytest.raises(ChangeRefused) as why:
            note_absence(city.who(city.office, role), system, today, today, "", giver, today)
        assert why.value.code == "apart"
    assert not Absence.objects.exists()


def test_a_post_given_to_the_absent_is_not_given_to_who_stands_in(city: "City", giver: Staff, today: date) -> None:
    """Given a leader for whom a handler stands in, when the leader is to become auditor in those days, then it is refused for the handler."""
    absent, handler = Staff.objects.create_staff("absent", "缺某"), city.who(city.office, Role.OFFICE_HANDLER)
    note_absence(absent, handler, today, today + timedelta(days=2), "", giver, today)
    Record.objects.all().delete()
    assert refused(city, giver, absent, AUDIT, today) == "apart"
    assert refused(city, giver, absent, AUDIT, today, since=today + timedelta(days=3)) == ""


def test_nobody_makes_themselves_the_stand_in(city: "City", giver: Staff, today: date) -> None:
    """Given a security administrator, when they enter themselves as another's stand-in, then it is refused."""
    with pytest.raises(ChangeRefused) as why:
        note_absence(city.who(city.office, SECURITY), giver, today, today, "", giver, today)
    assert why.value.code == "oneself"
    assert not Absence.objects.exists()


@pytest.mark.parametrize("role", [SYSTEM, SECURITY])
def test_an_administrator_gets_no_compartment(city: "City", giver: Staff, today: date, role: Role) -> None:
    """Given an administrator, when accusations are to be opened to the post, then it is refused."""
    with pytest.raises(ChangeRefused) as why:
        give_post(city.who(city.office, role), city.office, role, giver, today, compartment=True)
    assert why.value.code == "compartment"


def test_rows_from_another_door_open_nothing_and_are_found(city: "City", today: date) -> None:
    """Given both posts written straight into the table, then their holder sees no petition, and is named to the doctor."""
    city.file()
    person = city.who(city.office, Role.LEADER)
    Post.objects.create(staff=person, agency=city.office, role=AUDIT)
    assert not visible_to(Actor.of_staff(person)).exists()
    assert joined_by(today) == [person]


def test_the_doctor_asks_for_three_in_hands_of_their_own(city: "City") -> None:
    """Given an office, when one administrator after the other is named, then the doctor says who is missing, and then that all is well."""
    config = read_config({})
    said = []
    for role in (SYSTEM, SECURITY, AUDIT):
        said.append(administrators(config).found)
        city.who(city.office, role)
    assert said == [
        "nobody is system_administrator, security_administrator, auditor",
        "nobody is security_administrator, auditor",
        "nobody is auditor",
    ]
    assert administrators(config).well
    Post.objects.create(staff=city.who(city.office, AUDIT), agency=city.office, role=SYSTEM)
    assert administrators(config).found == f"{city.who(city.office, AUDIT).username} hold posts that stay apart"
