"""The page 运行监控: its figures open lists that are exactly as long, in a fixed number of statements."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from yiwang.petitions.models import Category, Petition

if TYPE_CHECKING:
    from tests.given import City

FIGURE = re.compile(r'data-figure="(\w+)">\s*(?:<a href="([^"]*)">)?.*?<span class="value">([\d,.]+|—)', re.S)
COUNT = re.compile(r"共 ([\d,]+) 件")


def _client(city: "City", role: str = "office_handler") -> Client:
    client = Client()
    client.force_login(city.who(city.office, role))
    return client


def _length(client: Client, address: str) -> int:
    answer = client.get(unescape(address))
    assert answer.status_code == 200
    found = COUNT.search(answer.content.decode())
    assert found, address
    return int(found[1].replace(",", ""))


@pytest.fixture
def busy(city: "City") -> "City":
    """A city with something in each figure, and one of each beside it."""
    from yiwang.petitions import actions

    top = Category.objects.create(code="housing", name="住房")
    leaf = Category.objects.create(code="lamp", name="照明", parent=top)
    now = datetime.now(UTC)
    city.file(category=leaf)
    city.file(category=top, channel=Petition.Channel.LETTER, actor=city.clerk, received_at=now - timedelta(days=20))
    city.file(channel=Petition.Channel.LETTER, actor=city.clerk, received_at=now - timedelta(days=15))
    city.file(channel=Petition.Channel.LETTER, actor=city.clerk, received_at=now - timedelta(days=200))
    lead = city.bring_to("referred")
    follower = city.file("同一件事")
    actions.Merge(into=lead.pk).run(city.officer, follower.pk)
    city.bring_to("accepted", city.parks)
    city.bring_to("answered")
    city.bring_to("closed")
    city.bring_to("withdrawn")
    return city


def test_each_large_figure_is_the_length_of_its_list(busy: "City") -> None:
    client = _client(busy)
    page = client.get("/desk/monitoring/").content.decode()
    figures = {name: (href, value) for name, href, value in FIGURE.findall(page)}
    assert list(figures) == ["received_today", "waiting", "due_today", "late", "answered_week", "median_days"]
    assert {name: value for name, (_href, value) in figures.items() if name != "median_days"} == {
        "received_today": "7",
        "waiting": "7",
        "due_today": "1",
        "late": "2",
        "answered_week": "2",
    }
    for name, (href, value) in figures.items():
        assert _length(client, href) == (2 if name == "median_days" else int(value)), name


def test_each_bar_and_table_figure_is_the_length_of_its_list(busy: "City") -> None:
    client = _client(busy)
    context: dict[str, Any] = client.get("/desk/monitoring/").context
    opened = 0
    for _name, number, href, *_tone in [*context["channels"], *context["categories"], *context["late_bars"]]:
        assert _length(client, href) == number
        opened += 1
    for _name, row, waiting, late, today in context["agencies"]:
        assert (_length(client, waiting), _length(client, late), _length(client, today)) == (
            row.waiting,
            row.late,
            row.due_today,
        )
        opened += 1
    for _word, day, received, answered in context["trend_rows"]:
        if day.received or day.answered:
            assert (_length(client, received), _length(client, answered)) == (day.received, day.answered)
            opened += 1
    assert opened == 2 + 2 + 1 + 3 + 3


def test_the_page_is_ten_statements_for_one_petition_or_many(city: "City", django_assert_num_queries: Any) -> None:
    client = _client(city)
    Category.objects.create(code="housing", name="住房")
    for number in (1, 5):
        for _each in range(number):
            city.bring_to("referred")
        with django_assert_num_queries(10):
            assert client.get("/desk/monitoring/").status_code == 200


def test_the_wall_refreshes_itself_and_says_the_same(busy: "City") -> None:
    page = _client(busy).get("/desk/monitoring/?wall=1").content.decode()
    assert 'hx-trigger="every 60s"' in page
    assert {name: value for name, _href, value in FIGURE.findall(page)}["waiting"] == "7"


def test_an_accusation_is_not_named_in_what_burns(city: "City") -> None:
    petition = city.file("局长收钱", purpose=Petition.Purpose.ACCUSATION, accused=city.housing, urgent=True)
    client = Client()
    client.force_login(city.who(city.office, "leader", compartment=True))
    page = client.get("/desk/monitoring/").content.decode()
    assert petition.number in page
    assert "〔检举控告，内容密封〕" in page
    assert "局长收钱" not in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("intake_clerk", 200), ("office_handler", 200), ("approver", 200), ("supervisor", 200), ("leader", 200),
        ("agency_handler", 403), ("auditor", 403), ("system_administrator", 403),
    ],
)  # fmt: skip
def test_who_may_open_it(city: "City", role: str, status: int) -> None:
    assert _client(city, role).get("/desk/monitoring/").status_code == status


def test_without_login_one_is_asked_to_log_in(db: None) -> None:
    answer = Client().get("/desk/monitoring/")
    assert answer.status_code == 303
    assert answer["Location"] == "/desk/login/?next=%2Fdesk%2Fmonitoring%2F"
