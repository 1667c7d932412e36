"""Staff: given posts, let go when what they hold is handed over."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from yiwang.agencies.models import Absence, Post, Role, Staff
from yiwang.journal.models import Record
from yiwang.petitions import actions

if TYPE_CHECKING:
    from tests.given import City


@pytest.fixture
def client(city: "City") -> Client:
    """The administrator."""
    logged_in = Client()
    logged_in.force_login(city.who(city.office, "administrator"))
    return logged_in


def test_a_user_name_is_given_once(client: Client, city: "City") -> None:
    taken = city.who(city.office, "leader")
    Staff.objects.filter(pk=taken.pk).update(username="leader")
    answer = client.post("/desk/setup/staff/add/", {"name": "何新", "username": "leader"})
    assert answer.status_code == 422
    assert 'value="何新"' in answer.content.decode()
    assert not Staff.objects.filter(name="何新").exists()


def test_posts_are_given_and_ended(client: Client, city: "City") -> None:
    staff = city.who(city.parks, "agency_handler")
    given = {"do": "give", "agency": city.parks.pk, "role": "approver", "compartment": "on", "until": "2027-01-31"}
    client.post(f"/desk/setup/staff/{staff.pk}/", given)
    post = Post.objects.get(staff=staff, role=Role.APPROVER)
    assert (post.agency, post.compartment, str(post.until)) == (city.parks, True, "2027-01-31")
    client.post(f"/desk/setup/staff/{staff.pk}/", {"do": "end", "post": post.pk})
    assert list(staff.posts.values_list("role", flat=True)) == ["agency_handler"]
    assert list(Record.objects.order_by("id").values_list("act", "reason")) == [
        ("give_post", "approver"),
        ("end_post", "approver"),
    ]


def test_an_administrator_sets_how_somebody_is_reached(client: Client, city: "City") -> None:
    staff = city.who(city.parks, "agency_handler")
    address = f"/desk/setup/staff/{staff.pk}/"
    wrong = client.post(address, {"do": "contact", "telephone": "", "email": "no address"})
    assert wrong.status_code == 422
    client.post(address, {"do": "contact", "telephone": "010-1", "email": "a@office.example"})
    staff.refresh_from_db()
    assert (staff.telephone, staff.email) == ("010-1", "a@office.example")
    assert Record.objects.filter(act="change_contact", subject_id=staff.pk).count() == 1


def test_the_last_administrator_keeps_the_post(client: Client, city: "City") -> None:
    me = city.who(city.office, "administrator")
    page = client.post(
        f"/desk/setup/staff/{me.pk}/", {"do": "end", "post": me.posts.get().pk}, follow=True
    ).content.decode()
    assert "最后一位管理员" in page
    assert me.posts.count() == 1


def test_whoever_leaves_hands_over_first(client: Client, city: "City") -> None:
    # given somebody who holds two petitions, and a colleague
    leaving, colleague = city.who(city.housing, "agency_handler"), city.who(city.housing, "approver")
    held = [city.bring_to("accepted"), city.bring_to("referred")]
    over = city.bring_to("answered")
    for petition in held:
        actions.HandOver(to=leaving).run(city.handler(city.housing), petition.pk)
    address = f"/desk/setup/staff/{leaving.pk}/leave/"
    page = client.get(address).content.decode()
    assert held[0].number in page
    assert held[1].number in page
    assert over.number not in page
    assert "住建局的2件交给" in page
    # when nobody is named, nothing happens
    assert client.post(address, {"confirm": "1"}).status_code == 422
    assert Staff.objects.get(pk=leaving.pk).is_active is True
    # when the colleague is named
    client.post(address, {"confirm": "1", f"to_{city.housing.pk}": colleague.pk})
    # then they go on, in the administrator's name and by the platform's hand
    for petition in held:
        petition.refresh_from_db()
        assert petition.handler == colleague
        entry = petition.entries.get(action="hand_over", actor_kind="system")
        assert entry.actor == city.who(city.office, "administrator")
    assert Staff.objects.get(pk=leaving.pk).is_active is False
    assert Record.objects.filter(act="deactivate_staff", subject_id=leaving.pk).count() == 1


def test_nobody_switches_themselves_off(client: Client, city: "City") -> None:
    me = city.who(city.office, "administrator")
    answer = client.post(f"/desk/setup/staff/{me.pk}/leave/", {"confirm": "1"})
    assert answer.status_code == 422
    assert "不能停用自己" in answer.content.decode()
    assert Staff.objects.get(pk=me.pk).is_active is True


def test_the_list_is_three_more_statements_than_a_login(
    client: Client, city: "City", django_assert_num_queries: "object"
) -> None:
    for agency in (city.housing, city.parks, city.transport):
        city.who(agency, "agency_handler")
    with django_assert_num_queries(5):  # type: ignore[operator]
        page = client.get("/desk/setup/staff/").content.decode()
    assert "住建局" in page


def test_everybody_enters_their_own_days_away(city: "City") -> None:
    today = datetime.now(UTC).date() + timedelta(days=1)
    mine, colleague = city.who(city.housing, "agency_handler"), city.who(city.housing, "approver")
    me = Client()
    me.force_login(mine)
    given = {"do": "note", "first_day": today.isoformat(), "last_day": today.isoformat(), "stand_in": colleague.pk}
    # somebody else's cannot be named
    me.post("/desk/absences/", {**given, "staff": colleague.pk})
    absence = Absence.objects.get()
    assert (absence.staff, absence.stand_in) == (mine, colleague)
    # the same days are not entered twice
    answer = me.post("/desk/absences/", given)
    assert answer.status_code == 422
    assert "已经登记过" in answer.content.decode()
    # the stand-in sees it, and cannot take it back
    other = Client()
    other.force_login(colleague)
    assert mine.name in other.get("/desk/absences/").content.decode()
    assert other.post("/desk/absences/", {"do": "end", "absence": absence.pk}).status_code == 404
    me.post("/desk/absences/", {"do": "end", "absence": absence.pk})
    assert not Absence.objects.exists()
    assert list(Record.objects.order_by("id").values_list("act", "result")) == [
        ("note_absence", "done"),
        ("open_page", "refused"),
        ("end_absence", "done"),
    ]


def test_an_administrator_enters_everybodys(client: Client, city: "City") -> None:
    someone = city.who(city.parks, "agency_handler")
    given = {"do": "note", "staff": someone.pk, "first_day": "2099-01-02", "last_day": "2099-01-01"}
    answer = client.post("/desk/absences/", given)
    assert answer.status_code == 422
    assert not Absence.objects.exists()
    client.post("/desk/absences/", {**given, "last_day": "2099-01-03"})
    assert Absence.objects.get().staff == someone
