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
    """The system administrator."""
    logged_in = Client()
    logged_in.force_login(city.who(city.office, "system_administrator"))
    return logged_in


@pytest.fixture
def security(city: "City") -> Client:
    """The security administrator."""
    logged_in = Client()
    logged_in.force_login(city.who(city.office, "security_administrator"))
    return logged_in


def test_a_user_name_is_given_once(client: Client, city: "City") -> None:
    taken = city.who(city.office, "leader")
    Staff.objects.filter(pk=taken.pk).update(username="leader")
    answer = client.post("/desk/setup/staff/add/", {"name": "何新", "username": "leader"})
    assert answer.status_code == 422
    assert 'value="何新"' in answer.content.decode()
    assert not Staff.objects.filter(name="何新").exists()


def test_posts_are_given_and_ended(security: Client, city: "City") -> None:
    """Given a handler, when the security administrator gives and ends a post that reads accusations, then each leaves its lines."""
    staff = city.who(city.parks, "agency_handler")
    given = {"do": "give", "agency": city.parks.pk, "role": "approver", "compartment": "on", "until": "2027-01-31"}
    security.post(f"/desk/setup/staff/{staff.pk}/", given)
    post = Post.objects.get(staff=staff, role=Role.APPROVER)
    assert (post.agency, post.compartment, str(post.until)) == (city.parks, True, "2027-01-31")
    security.post(f"/desk/setup/staff/{staff.pk}/", {"do": "end", "post": post.pk})
    assert list(staff.posts.values_list("role", flat=True)) == ["agency_handler"]
    by = city.who(city.office, "security_administrator").pk
    assert set(Record.objects.values_list("act", "reason", "actor_id", "subject_id")) == {
        ("give_post", "approver", by, staff.pk),
        ("open_compartment", "approver", by, staff.pk),
        ("end_post", "approver", by, staff.pk),
        ("close_compartment", "approver", by, staff.pk),
    }


def test_an_administrator_sets_how_somebody_is_reached(client: Client, city: "City") -> None:
    staff = city.who(city.parks, "agency_handler")
    address = f"/desk/setup/staff/{staff.pk}/"
    wrong = client.post(address, {"do": "contact", "telephone": "", "email": "no address"})
    assert wrong.status_code == 422
    client.post(address, {"do": "contact", "telephone": "010-1", "email": "a@office.example"})
    staff.refresh_from_db()
    assert (staff.telephone, staff.email) == ("010-1", "a@office.example")
    assert Record.objects.filter(act="change_contact", subject_id=staff.pk).count() == 1


@pytest.mark.parametrize(
    ("role", "doing"),
    [
        ("system_administrator", {"do": "give", "role": "approver"}),
        ("system_administrator", {"do": "end"}),
        ("security_administrator", {"do": "link"}),
        ("system_administrator", {"do": "factors", "reason": "lost"}),
        ("security_administrator", {"do": "activate"}),
    ],
)
def test_no_administrator_does_anothers_work(city: "City", role: str, doing: dict[str, str]) -> None:
    """Given the page of a person, when an administrator tries what is another's, then 403, and nothing changed."""
    staff = city.who(city.parks, "agency_handler")
    posts, password = list(staff.posts.values()), staff.password
    me = Client()
    me.force_login(city.who(city.office, role))
    more = {"agency": str(city.parks.pk), "post": str(staff.posts.get().pk)}
    assert me.post(f"/desk/setup/staff/{staff.pk}/", {**more, **doing}).status_code == 403
    staff.refresh_from_db()
    assert (list(staff.posts.values()), staff.password) == (posts, password)
    assert not Record.objects.filter(act__in=["give_post", "end_post", "reset_password", "activate_staff"]).exists()


def test_nobody_gives_themselves_a_post(security: Client, city: "City") -> None:
    """Given the security administrator's own page, then it offers no post, and asked for one says why not."""
    me = city.who(city.office, "security_administrator")
    address = f"/desk/setup/staff/{me.pk}/"
    assert 'value="give"' not in security.get(address).content.decode()
    answer = security.post(address, {"do": "give", "agency": city.county_office.pk, "role": "security_administrator"})
    assert answer.status_code == 422
    assert me.posts.count() == 1
    assert not Record.objects.exists()


@pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "auditor"])
def test_the_last_of_each_administrator_keeps_the_post(security: Client, city: "City", role: str) -> None:
    """Given the only one of an administrator's kind, when their post is ended, then it is refused with who it is."""
    last = city.who(city.office, role)
    page = security.post(f"/desk/setup/staff/{last.pk}/", {"do": "end", "post": last.posts.get().pk}, follow=True)
    assert f"是最后一位{Role(role).label}，不能去掉" in page.content.decode()
    assert last.posts.count() == 1


def test_whoever_leaves_hands_over_first(client: Client, city: "City") -> None:
    # given somebody who holds two petitions, and a colleague
    leaving, colleague = city.who(city.housing, "agency_handler"), city.who(city.housing, "approver")
    held = [city.bring_to("accepted"), city.bring_to("referred")]
    over = city.bring_to("answered")
    for petition in held:
        actions.HandOver(to=leaving).run(city.handler(city.housing), petition.pk)
    address = f"/desk/setup/staff/{leaving.pk}/leave/"
    page = client.get(address).content.decode()
    assert not any(petition.number in page for petition in (*held, over))  # whoever administers reads of none
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
        assert entry.actor == city.who(city.office, "system_administrator")
    assert Staff.objects.get(pk=leaving.pk).is_active is False
    assert Record.objects.filter(act="deactivate_staff", subject_id=leaving.pk).count() == 1


def test_nobody_switches_themselves_off(client: Client, city: "City") -> None:
    me = city.who(city.office, "system_administrator")
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


def test_the_security_administrator_enters_everybodys(security: Client, city: "City") -> None:
    someone = city.who(city.parks, "agency_handler")
    given = {"do": "note", "staff": someone.pk, "first_day": "2099-01-02", "last_day": "2099-01-01"}
    answer = security.post("/desk/absences/", given)
    assert answer.status_code == 422
    assert not Absence.objects.exists()
    security.post("/desk/absences/", {**given, "last_day": "2099-01-03"})
    assert Absence.objects.get().staff == someone
