"""运行监控 in a real browser: usable by all, on a telephone, a laptop and a wall."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City

from yiwang.petitions.models import Category, Petition


@pytest.fixture
def city(transactional_db: None) -> City:
    made = City()
    lamp = Category.objects.create(code="lamp", name="路灯")
    now = datetime.now(UTC)
    for days in (0, 3, 20, 40):
        made.file(
            f"第{days}天的路灯", category=lamp, channel=Petition.Channel.LETTER, actor=made.clerk, received_at=now - timedelta(days=days)
        )  # fmt: skip
    made.bring_to("answered")
    made.bring_to("accepted", made.parks, urgent=True)
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_and_the_wall_can_be_used_by_all(
    browser: Browser, live_server, city: City, width: int, theme: str
) -> None:
    with at_the_desk(browser, live_server.url, city.who(city.office, "leader"), width=width, theme=theme) as page:
        page.goto(f"{live_server.url}/desk/monitoring/")
        page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
        found = faults(page)
        page.goto(f"{live_server.url}/desk/monitoring/?wall=1")
        assert [*found, *faults(page)] == []


def test_the_figures_are_read_from_three_metres(browser: Browser, live_server, city: City) -> None:
    """Given a wall of 1920 pixels, then all stands on one screen and a figure is at least 96 pixels high."""
    with at_the_desk(browser, live_server.url, city.who(city.office, "leader"), width=1920, height=1080) as page:
        page.goto(f"{live_server.url}/desk/monitoring/?wall=1")
        size = page.locator(".figure .value").first.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
        assert size >= 96
        assert page.locator(".burning tbody tr").first.bounding_box()["y"] < 1080


def test_a_figure_opens_its_list(browser: Browser, live_server, city: City) -> None:
    with at_the_desk(browser, live_server.url, city.who(city.office, "leader")) as page:
        page.goto(f"{live_server.url}/desk/monitoring/")
        page.locator("[data-figure=late] a").click()
        page.wait_for_url("**/desk/petitions/**")
        assert "第20天的路灯" in page.locator("main").inner_text()
