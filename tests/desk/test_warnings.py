"""What the clock did, as the desk tells it and the petitioner does not see it."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import translation

from yiwang.petitions import actions
from yiwang.petitions.models import Deadline
from yiwang.workdays.seed import seed_calendar

if TYPE_CHECKING:
    from tests.given import City


def passed(row: Deadline, days: int) -> None:
    """Move a limit as if it had begun so many days earlier."""
    shift = timedelta(days=days)
    row.started_at, row.due_on, row.due_at = row.started_at - shift, row.due_on - shift, row.due_at - shift
    row.next_warning_at = row.next_warning_at and row.next_warning_at - shift
    row.save()


@pytest.mark.parametrize(
    ("rule", "days", "chinese", "english"),
    [
        ("handling", 31, "“办理答复”的期限已用50%", "“Handle and answer”: 50% of the time has passed"),
        ("handling", 49, "“办理答复”的期限已用80%", "“Handle and answer”: 80% of the time has passed"),
        ("handling", 61, "“办理答复”的期限已到", "“Handle and answer”: the time is over"),
    ],
)
def test_a_warning_stands_in_the_petitions_life(city: "City", rule: str, days: int, chinese: str, english: str) -> None:
    petition = city.bring_to("accepted")
    passed(petition.deadlines.get(rule=rule), days)
    assert actions.warn_due() == 1
    client = Client()
    client.force_login(city.who(city.housing, "agency_handler"))
    assert chinese in client.get(f"/desk/petitions/{petition.number}/").content.decode()
    with translation.override("en"):
        page = client.get(f"/desk/petitions/{petition.number}/", headers={"accept-language": "en"})
    assert english in page.content.decode()


def test_a_lapsed_right_stands_there_and_is_no_longer_offered(city: "City") -> None:
    seed_calendar()
    petition = city.bring_to("referred")
    passed(petition.deadlines.get(rule="objection"), 60)
    assert actions.warn_due() == 1
    client = Client()
    client.force_login(city.who(city.housing, "agency_handler"))
    page = client.get(f"/desk/petitions/{petition.number}/").content.decode()
    assert "“提出异议”的期限已过，没有用" in page
    assert "提出异议的期限已过。" in page
