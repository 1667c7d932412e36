"""Where somebody's day at the desk begins, and the main menu of those to whom much is open."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils.translation import override

from yiwang.agencies.models import Role
from yiwang.desk.navigation import MOST_BESIDE, menu

if TYPE_CHECKING:
    from tests.given import City


@pytest.mark.parametrize(
    ("role", "begins"),
    [(Role.AUDITOR, "/desk/audit/"), (Role.SYSTEM_ADMINISTRATOR, "/desk/setup/"), (Role.SECURITY_ADMINISTRATOR, "/desk/setup/")],
)  # fmt: skip
def test_who_opens_no_petitions_begins_elsewhere(city: "City", role: Role, begins: str) -> None:
    """Given an administrator, when they come to the desk, then they are sent to their own first page."""
    client = Client()
    client.force_login(city.who(city.office, role))
    answer = client.get("/desk/")
    assert (answer.status_code, answer.headers["Location"]) == (303, begins)


def test_who_has_no_post_is_told(city: "City") -> None:
    client = Client()
    somebody = city.who(city.office, Role.LEADER)
    somebody.posts.all().delete()
    client.force_login(somebody)
    assert client.get("/desk/").status_code == 403


def test_what_is_not_beside_is_below_more(city: "City") -> None:
    """Given an office handler, to whom more is open than stands side by side, then the rest is below “more”, which names where one is."""
    handler = city.actor(city.office, Role.OFFICE_HANDLER)
    found = menu(handler, "/desk/retention/")
    assert len(found.beside) == MOST_BESIDE - 1
    assert found.here_below
    assert found.here_below.href == "/desk/retention/"
    client = Client()
    client.force_login(handler.staff)  # type: ignore[arg-type]
    with override("zh-hans"):
        assert "更多 · 到期销毁" in client.get("/desk/retention/").content.decode()
