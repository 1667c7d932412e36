"""Who may open the desk: every address has an access rule, and logging in and out leave their lines."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.desk.access import ANYBODY
from yiwang.journal.models import Record
from yiwang.petitions.models import Entry

OPEN_TO_ANYBODY = {
    "login", "logout", "second", "passkey_login", "passkey_question", "outside", "outside_back", "begin", "begin_link"
}  # fmt: skip


def desk_addresses(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Yield every address below /desk/."""
    patterns = resolver.url_patterns if resolver else [
        part for part in get_resolver().url_patterns if getattr(part, "namespace", None) == "desk"
    ]  # fmt: skip
    for part in patterns:
        if isinstance(part, URLResolver):
            yield from desk_addresses(part)
        else:
            yield part


def address_of(pattern: URLPattern) -> str:
    """Return an address that the pattern answers to."""
    values: dict[str, Any] = {}
    for name, converter in pattern.pattern.converters.items():
        values[name] = {"IntConverter": 1, "SlugConverter": "note"}.get(type(converter).__name__, "2611-4827-3915-0")
    return reverse(f"desk:{pattern.name}", kwargs=values)


def test_every_address_has_an_access_rule() -> None:
    """Given all addresses of the desk, then each view says who may open it, and only the ways in and out say “anybody”."""
    rules = {pattern.name: getattr(pattern.callback, "access", None) for pattern in desk_addresses()}
    assert len(rules) > 10
    assert {name for name, rule in rules.items() if rule == ANYBODY} == OPEN_TO_ANYBODY
    for name, rule in rules.items():
        assert rule == ANYBODY or (isinstance(rule, frozenset) and rule <= set(Role)), f"{name} has no access rule"


@pytest.mark.django_db
def test_nobody_enters_without_login(client: Client) -> None:
    """Given nobody logged in, when any address is asked for, then the login page is shown and leads back."""
    for pattern in desk_addresses():
        if pattern.name in OPEN_TO_ANYBODY:
            continue
        address = address_of(pattern)
        answer = client.get(address)
        assert answer.status_code == 303, pattern.name
        assert answer.headers["Location"].startswith(f"{reverse('desk:login')}?next="), pattern.name


def test_wrong_role_is_told_politely(city: City, client: Client) -> None:
    """Given an auditor, when a petition page is asked for, then 403 names the roles that open it, in a page of the desk."""
    client.force_login(city.who(city.office, Role.AUDITOR))
    for pattern in desk_addresses():
        rule = getattr(pattern.callback, "access", None)
        if rule == ANYBODY or not rule or Role.AUDITOR in rule:
            continue
        answer = client.get(address_of(pattern))
        assert answer.status_code == 403, pattern.name
        assert "您的岗位不能打开这一页" in answer.content.decode()


def test_login_leads_on_and_is_logged(city: City, client: Client) -> None:
    """Given a member of staff, when they log in with the right password, then they go on to the page they wanted."""
    staff = city.who(city.office, Role.OFFICE_HANDLER)
    staff.set_password("一个很长的口令 2026")
    staff.save()

    answer = client.post(
        reverse("desk:login"),
        {"username": staff.username, "password": "一个很长的口令 2026", "next": "/desk/petitions/?state=filed"},
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/petitions/?state=filed")
    line = Record.objects.get(act="login")
    assert (line.actor_id, line.result) == (staff.pk, "done")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_login_never_leads_elsewhere(city: City, client: Client, target: str) -> None:
    """Given an address of another site as the next one, when somebody logs in, then they come to their work."""
    staff = city.who(city.office, Role.OFFICE_HANDLER)
    staff.set_password("一个很长的口令 2026")
    staff.save()
    answer = client.post(
        reverse("desk:login"), {"username": staff.username, "password": "一个很长的口令 2026", "next": target}
    )
    assert answer.headers["Location"] == "/desk/"


@pytest.mark.parametrize(("username", "reason"), [("known", "wrong_password"), ("nobody", "unknown_user")])
def test_failed_login_is_logged_and_tells_nothing(city: City, client: Client, username: str, reason: str) -> None:
    """Given a wrong password or an unknown name, when tried, then one and the same sentence answers, and a line is left."""
    staff = city.who(city.office, Role.OFFICE_HANDLER)
    name = staff.username if username == "known" else "nobody"
    answer = client.post(reverse("desk:login"), {"username": name, "password": "错的"})
    assert answer.status_code == 422
    assert "用户名或密码不对" in answer.content.decode()
    line = Record.objects.get(act="login")
    assert (line.result, line.reason) == ("refused", reason)
    assert line.actor_id == (staff.pk if username == "known" else None)


def test_logout_ends_the_session(city: City, client: Client) -> None:
    """Given somebody logged in, when they log out, then the desk asks for a login again."""
    staff = city.who(city.office, Role.OFFICE_HANDLER)
    client.force_login(staff)
    assert client.post(reverse("desk:logout")).status_code == 303
    assert client.get(reverse("desk:work")).status_code == 303
    assert Record.objects.get(act="logout").actor_id == staff.pk


def test_first_password_must_be_changed(city: City, client: Client) -> None:
    """Given a first password, when any page is asked for, then a new password comes first and the login stays."""
    staff = city.who(city.office, Role.OFFICE_HANDLER)
    staff.set_password("first-password-1")
    staff.must_change_password = True
    staff.save()
    client.force_login(staff)
    assert client.get(reverse("desk:work")).headers["Location"] == "/desk/password/?next=%2Fdesk%2F"

    wrong = client.post(
        reverse("desk:password"), {"present": "first-password-1", "new": "12345678901", "again": "12345678902"}
    )
    assert wrong.status_code == 422
    right = client.post(
        reverse("desk:password"),
        {
            "present": "first-password-1",
            "new": "垂柳与春水二十里路上",
            "again": "垂柳与春水二十里路上",
            "next": "/desk/",
        },
    )
    assert (right.status_code, right.headers["Location"]) == (303, "/desk/")
    assert client.get(reverse("desk:work")).status_code == 200
    staff.refresh_from_db()
    assert staff.check_password("垂柳与春水二十里路上")


def test_expired_session_says_that_nothing_is_lost(city: City, client: Client) -> None:
    """Given a session that has ended, when a form is sent, then login says that what was typed is kept, and leads back."""
    petition = city.bring_to("registered")
    page = reverse("desk:do", args=[petition.number, "note"])
    answer = client.post(page, {"text": "已电话联系"}, headers={"referer": f"http://testserver{page}?list=mine"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/desk/login/?next={page.replace('/', '%2F')}%3Flist%3Dmine&kept=1"
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "您刚才填写的内容没有丢" in shown
    assert Entry.objects.filter(petition=petition, action="note").count() == 0
