"""Orders 督办事项 in a real browser: usable by all on a telephone and a laptop, and the work page tells of them by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults, press
from tests.given import City
from tests.orders.conftest import Orders

from yiwang.agencies.models import Role
from yiwang.supervision.models import Order


@pytest.fixture
def orders(transactional_db: None) -> Orders:
    return Orders(City())


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_the_pages_can_be_used_by_all(browser: Browser, live_server, orders: Orders, width: int, theme: str) -> None:
    """Given orders on their way and one that is late, then axe finds nothing on any page, and nothing is wider than the screen."""
    city = orders.city
    order = orders.bring_to("answered", petitions=[city.bring_to("accepted").pk])
    late = orders.issued("listed")
    Order.objects.filter(pk=late.pk).update(
        due_at=orders.now - timedelta(days=3), due_on=orders.today - timedelta(days=3)
    )
    item = orders.issued("decision")
    advice = orders.bring_to("answered", "hold_to_account", agency=city.discipline)
    pages = [
        reverse("desk:orders"), reverse("desk:orders") + "?view=late", reverse("desk:orders_board"), reverse("desk:order_new"),
        reverse("desk:order", args=[order.number]), reverse("desk:order", args=[advice.number]),
        reverse("desk:order_do", args=[order.number, "send_back"]), reverse("desk:order_sources"),
        reverse("desk:order_source", args=[item.occasion_id]), reverse("desk:order_source_new", args=["conference"]),
        reverse("desk:order_limits"),
    ]  # fmt: skip
    found: list[str] = []
    with at_the_desk(
        browser, live_server.url, city.who(city.office, Role.SUPERVISOR), width=width, theme=theme
    ) as page:
        for address in pages:
            page.goto(live_server.url + address)
            found += faults(page)
    assert found == []


def test_from_the_work_page_to_the_answer(browser: Browser, live_server, orders: Orders) -> None:
    """Given an order, when the agency opens its work, then a line leads to it, and by keyboard and form it is answered."""
    city = orders.city
    order = orders.issued()
    with at_the_desk(browser, live_server.url, city.who(city.housing, Role.AGENCY_HANDLER)) as page:
        page.goto(f"{live_server.url}/desk/")
        press(page.get_by_role("link", name="本单位有 1 件督办事项要办"))
        press(page.get_by_role("link", name="楼道灯三个月没有修"))
        with page.expect_navigation():
            page.keyboard.press("d")  # what it waits for
        page.get_by_label("内容").fill("已修好，附照片。")
        press(page.get_by_role("button", name="反馈"))
        assert "反馈，已完成" in page.locator("main").inner_text()
    assert Order.objects.get(pk=order.pk).state == "answered"
