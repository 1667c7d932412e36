"""The pages of orders: every one is drawn, forms run the same functions, and the number of statements does not grow."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.orders.conftest import Orders

from yiwang.agencies.models import Agency, Role
from yiwang.supervision.models import Finding, Occasion, Order, OrderLimit


@pytest.fixture
def supervisor(orders: Orders, client: Client) -> Client:
    client.force_login(orders.city.who(orders.city.office, Role.SUPERVISOR))
    return client


def login(client: Client, orders: Orders, agency: Agency, role: Role) -> Client:
    client.force_login(orders.city.who(agency, role))
    return client


def shown(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(f"desk:{name}", args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_every_page_is_drawn(orders: Orders, supervisor: Client) -> None:
    """Given orders in several states, when a supervisor opens each page, then it shows what it is for."""
    order = orders.bring_to("answered", petitions=[orders.city.bring_to("accepted").pk])
    listed = orders.bring_to("lifted", "listed", subject="积水点整治")
    orders.issued("listed", subject="烂尾楼复工")
    item = orders.issued("decision")

    assert "楼道灯三个月没有修" in shown(supervisor, "orders")
    assert "烂尾楼复工" in shown(supervisor, "orders", query="?view=open&kind=listed")
    board = shown(supervisor, "orders_board")
    assert "烂尾楼复工" in board
    assert "摘牌" in board
    assert listed.number in board
    page = shown(supervisor, "order", order.number)
    assert "审定通过" in page
    assert "第四十条" in page
    assert order.petition
    assert order.petition.number in page
    assert "写明原因" in shown(supervisor, "order_do", order.number, "send_back")
    assert "专题研究老旧小区照明" in shown(supervisor, "order_sources")
    assert "共 1 项，1 项没有办结" in shown(supervisor, "order_source", item.occasion_id)
    assert "会议名称" in shown(supervisor, "order_source_new", "conference")
    assert "2005年的条例是30日" in shown(supervisor, "order_limits")
    assert "有 1 件督办事项等您审定" in shown(supervisor, "orders_waiting")
    assert reverse("desk:orders_waiting") in shown(supervisor, "work")


def test_issued_by_the_form_once(orders: Orders, supervisor: Client) -> None:
    """Given the form filled in from a petition, when it is sent twice, then one order stands, about that petition."""
    petition = orders.city.bring_to("accepted")
    form = shown(supervisor, "order_new", query=f"?petition={petition.pk}&kind=supervise")
    assert petition.number in form
    given = {
        "kind": "supervise", "agency": orders.city.housing.pk, "ground": "delay", "subject": "楼道灯", "text": "请修好",
        "petitions": petition.number, "form_key": "once",
    }  # fmt: skip
    first = supervisor.post(reverse("desk:order_new"), given)
    second = supervisor.post(reverse("desk:order_new"), given)
    order = Order.objects.get()
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"] == reverse("desk:order", args=[order.number])
    assert (order.petition_id, order.agency_id, order.ground) == (petition.pk, orders.city.housing.pk, "delay")


def test_issued_on_a_finding(orders: Orders, supervisor: Client) -> None:
    """Given a finding, when its order is asked for, then petition, agency, ground and subject stand in the form."""
    petition = orders.city.bring_to("accepted")
    finding = Finding.objects.create(
        kind="late", petition=petition, agency=orders.city.housing, about_id=1, since=orders.now, found_at=orders.now
    )
    form = shown(supervisor, "order_new", query=f"?finding={finding.pk}")
    assert f'value="{petition.number} 超期"' in form
    assert f'<option value="{orders.city.housing.pk}" selected>' in form
    assert '<option value="delay" selected>' in form
    assert supervisor.get(reverse("desk:order_new") + "?finding=1").status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ground": ""}, "请选择督办的情形"),
        ({"due_on": "2020-01-01"}, "期限不能早于今天"),
        ({"petitions": "2611-0000-0000-0"}, "没有找到"),
        ({"agency": ""}, "请选择"),
    ],
)
def test_refusals_keep_what_was_typed(orders: Orders, supervisor: Client, change: dict[str, str], says: str) -> None:
    """Given a form with a fault, when it is sent, then it comes back with the sentence and the words, and nothing was issued."""
    given = {
        "kind": "supervise", "agency": orders.city.housing.pk, "ground": "delay", "subject": "楼道灯三个月没修", "text": "请修好",
    }  # fmt: skip
    answer = supervisor.post(reverse("desk:order_new"), {**given, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "楼道灯三个月没修" in page
    assert not Order.objects.exists()


def test_agency_feeds_back_and_supervisor_judges(orders: Orders, client: Client) -> None:
    """Given an order, when the agency receives and feeds back and the supervisor accepts, by the pages, then it is done."""
    order = orders.issued()
    agency = login(client, orders, orders.city.housing, Role.AGENCY_HANDLER)
    assert "本单位有 1 件督办事项要办" in shown(agency, "orders_waiting")
    assert order.number in shown(agency, "orders")
    for action, given in (("receive", {}), ("feed_back", {"text": "已修好"})):
        answer = agency.post(reverse("desk:order_do", args=[order.number, action]), given)
        assert answer.status_code == 303, action
    refused = agency.post(reverse("desk:order_do", args=[order.number, "accept"]), {})
    assert refused.status_code == 422
    judge = login(client, orders, orders.city.office, Role.SUPERVISOR)
    assert "已修好" in shown(judge, "order", order.number)
    assert judge.post(reverse("desk:order_do", args=[order.number, "accept"]), {}).status_code == 303
    assert Order.objects.get().state == "done"


def test_ours_are_those_of_the_own_branch(orders: Orders, client: Client) -> None:
    """Given an order to a township, then its own list and that of the agency above have it, and the office at the root counts it
    among what was issued, not among its own."""
    city = orders.city
    order = orders.issued(agency=city.township)
    for agency in (city.township, city.county_housing):
        assert order.number in shown(login(client, orders, agency, Role.LEADER), "orders", query="?view=ours")
    root = login(client, orders, city.office, Role.SUPERVISOR)
    assert order.number not in shown(root, "orders", query="?view=ours")
    assert order.number in shown(root, "orders", query="?view=open")


def test_a_conference_with_its_items(orders: Orders, supervisor: Client) -> None:
    """Given a conference entered by the form, when an item is issued from its page, then the page lists it with its standing."""
    city = orders.city
    answer = supervisor.post(
        reverse("desk:order_source_new", args=["conference"]),
        {
            "held_on": orders.today.isoformat(), "title": "第四次联席会议", "who": "市委副书记", "text": "一、积案化解。",
            "participants": [city.housing.pk, city.parks.pk],
        },
    )  # fmt: skip
    conference = Occasion.objects.get()
    assert answer.headers["Location"] == reverse("desk:order_source", args=[conference.pk])
    item = {
        "kind": "decision", "agency": city.parks.pk, "subject": "公园夜间照明", "text": "月底前修好", "occasion": conference.pk,
        "due_on": (orders.today + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    assert supervisor.post(reverse("desk:order_new"), item).headers["Location"] == answer.headers["Location"]
    page = shown(supervisor, "order_source", conference.pk)
    assert "公园夜间照明" in page
    assert "共 1 项，1 项没有办结" in page


def test_limits_are_set_by_the_office_alone(orders: Orders, client: Client) -> None:
    """Given the page of limits, when a supervisor of an agency or a county sends it, then nothing is set; the office's own sets."""
    given = {"kind": "supervise", "number": "5", "unit": "days"}
    county = login(client, orders, orders.city.county_office, Role.SUPERVISOR)
    assert county.post(reverse("desk:order_limits"), given).status_code == 200
    assert not OrderLimit.objects.exists()
    own = login(client, orders, orders.city.office, Role.SUPERVISOR)
    assert own.post(reverse("desk:order_limits"), {**given, "number": "0"}).status_code == 422
    assert own.post(reverse("desk:order_limits"), given).status_code == 303
    assert OrderLimit.objects.get().number == 5


def statements(run: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        run()
    return len(caught)


def test_statements_do_not_grow(orders: Orders, supervisor: Client) -> None:
    """Given one order, and then five more, when each page is opened, then it asks the database as often."""
    order = orders.issued(petitions=[orders.city.bring_to("accepted").pk])
    item = orders.issued("decision")
    pages = {
        "orders": reverse("desk:orders") + "?view=open",
        "board": reverse("desk:orders_board"),
        "waiting": reverse("desk:orders_waiting"),
        "order": reverse("desk:order", args=[order.number]),
        "sources": reverse("desk:order_sources"),
        "source": reverse("desk:order_source", args=[item.occasion_id]),
    }
    few = {name: statements(lambda page=page: supervisor.get(page)) for name, page in pages.items()}  # type: ignore[misc]
    for _number in range(5):
        orders.issued("listed", petitions=[orders.city.bring_to("accepted").pk])
        orders.issued("decision", occasion=item.occasion_id)
        orders.source("decision")
    orders.take(orders.take(order, "receive"), "feed_back")
    many = {name: statements(lambda page=page: supervisor.get(page)) for name, page in pages.items()}  # type: ignore[misc]
    assert many == few
    assert max(few.values()) <= 16, few
