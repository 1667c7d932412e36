"""Call-backs in a real browser: usable by all, a call by keyboard alone, and the page's own signs of life."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import get_resolver
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.callbacks.given import CALLING, answered, at
from tests.clock import beijing
from tests.given import City

from yiwang.petitions.actors import Actor
from yiwang.satisfaction.callbacks import making
from yiwang.satisfaction.models import Attempt, Callback
from yiwang.satisfaction.samples import changes


@pytest.fixture
def city(transactional_db: None) -> Iterator[City]:
    assert get_resolver().url_patterns  # modules that are read later would have a clock of their own
    with at(*CALLING):
        made = City()
        for number in range(3):
            answered(made, phone=f"1990000009{number}")
        supervisor = Actor.of_staff(made.who(made.office, "supervisor"))
        plan = changes.Plan(first_day=date(2026, 11, 16), last_day=date(2026, 11, 22), size=1)
        changes.draw(supervisor, changes.announce(supervisor, plan).pk, beijing(*CALLING))
        changes.announce(supervisor, plan)
        making.go_on(beijing(*CALLING))
        yield made


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_call_backs_can_be_used_by_all(browser: Browser, live_server, city: City, width: int) -> None:
    drawn, announced = (sample.pk for sample in changes.Sample.objects.order_by("-seed"))
    pages = {
        "intake_clerk": ["callbacks/", f"callbacks/{Callback.objects.filter(kind='rating').latest('id').pk}/"],
        "supervisor": ["callbacks/overview/", *(f"callbacks/overview/samples/{end}" for end in ("", f"{drawn}/", f"{announced}/"))],
        "system_administrator": ["setup/calls/", "setup/calls/script/"],
    }  # fmt: skip
    found: list[str] = []
    for role, paths in pages.items():
        with at_the_desk(browser, live_server.url, city.who(city.office, role), width=width) as page:
            for path in paths:
                page.goto(f"{live_server.url}/desk/{path}")
                found += faults(page)
            if role == "intake_clerk":
                page.goto(f"{live_server.url}/desk/callbacks/")
                page.get_by_role("button", name="打下一个").click()
                page.get_by_text("这样问").wait_for()
                found += faults(page)
    assert found == []


def test_a_call_by_keyboard_alone(browser: Browser, live_server, city: City) -> None:
    """Given the list, when c and n are pressed, then nobody answered, that is recorded, and the next call is on the screen."""
    with at_the_desk(browser, live_server.url, city.who(city.office, "intake_clerk")) as page:
        page.goto(f"{live_server.url}/desk/callbacks/")
        page.keyboard.press("c")
        page.get_by_text("这样问").wait_for()
        first = page.url
        with page.expect_response(lambda answer: answer.url.endswith("/keep/")) as kept:
            page.evaluate("htmx.trigger(document.querySelector('[hx-post]'), 'sign')")
        assert kept.value.status == 204
        page.keyboard.press("n")
        page.wait_for_url(lambda url: url != first and "/callbacks/" in url)
        page.get_by_text("这样问").wait_for()
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["no_answer"]
    assert Callback.objects.filter(taken_by__isnull=False).count() == 1
