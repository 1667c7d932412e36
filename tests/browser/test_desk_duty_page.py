"""The duty desk and the alert rules in a real browser: usable by all, and polite when nobody looks."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City
from tests.watch.alerted import rule

from yiwang.outbox.models import Notice
from yiwang.watch.heartbeats import Pulse

ASK = "htmx.ajax('GET', '/desk/duty/', {source: '.duty', target: '.duty', select: '.duty', swap: 'outerHTML'})"
"""What the page does by itself every 20 seconds."""


@pytest.fixture
def city(transactional_db: None, tmp_path: Path) -> City:
    made = City()
    made.bring_to("accepted")
    made.file()
    Notice.objects.update(attempts=1, last_error="smtp-450")
    Pulse(tmp_path, host="house-1").beat({"make papers": {"ok": False}})
    rule()
    return made


@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_can_be_used_by_all(browser: Browser, live_server, city: City, width: int) -> None:
    """Given a telephone and a laptop, then board, platform, rules and the form of one have no fault that axe finds."""
    with at_the_desk(browser, live_server.url, city.who(city.office, "leader"), width=width) as page:
        page.goto(f"{live_server.url}/desk/duty/")
        assert faults(page) == []
    with at_the_desk(browser, live_server.url, city.who(city.office, "system_administrator"), width=width) as page:
        found = []
        for path in ("/desk/duty/machine/", "/desk/duty/alerts/", "/desk/duty/alerts/add/"):
            page.goto(f"{live_server.url}{path}")
            found += faults(page)
        assert found == []


def test_it_asks_again_by_itself_but_not_while_a_link_is_in_hand(browser: Browser, live_server, city: City) -> None:
    """Given the board, when its turn comes, then it asks for itself; while a link of it is in focus, it does not."""
    with at_the_desk(browser, live_server.url, city.who(city.office, "leader")) as page:
        page.goto(f"{live_server.url}/desk/duty/")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate(ASK)
        page.wait_for_function("() => document.querySelectorAll('.duty').length === 1")
        page.wait_for_load_state("networkidle")
        assert asked == [f"{live_server.url}/desk/duty/"]
        page.locator(".duty a").first.focus()
        page.evaluate(ASK)
        page.wait_for_timeout(200)
        assert len(asked) == 1
