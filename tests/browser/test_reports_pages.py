"""Reports in the browser: read, edited, signed and published by hand; every page on the way can be used by all."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults, press
from tests.clock import Clock, beijing
from tests.given import City

from yiwang.agencies.models import Region, Role
from yiwang.papers.workshop import Made
from yiwang.performance.measures import Period
from yiwang.performance.models import Report
from yiwang.performance.reports import changes, keeping
from yiwang.petitions.models import Category

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22), imported=True)


@pytest.mark.slow_once
def test_a_bulletin_goes_from_the_desk_to_the_portal(
    browser: Browser, live_server, transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Given a bulletin, when a leader edits, signs and publishes it on a telephone and a wide screen, then all can read it."""
    monkeypatch.setattr(changes.workshop, "draw", lambda docx, title: Made(docx, b"", "pango", ""))
    city = City()
    light = Category.objects.create(code="01", name="路灯")
    with Clock(beijing(2026, 11, 18, 9)).wound():
        for _each in range(6):
            city.file(category=light, region=Region.objects.get(code="county"))
    report = keeping.make("weekly", WEEK)
    leader = city.who(city.office, Role.LEADER)
    found: list[str] = []
    for width, theme in ((360, "dark"), (1440, "light")):
        with at_the_desk(browser, live_server.url, leader, width=width, theme=theme) as page:
            page.on("dialog", lambda dialog: dialog.accept())
            page.goto(f"{live_server.url}/desk/reports/")
            found += faults(page)
            page.goto(f"{live_server.url}/desk/reports/{report.pk}/")
            page.screenshot(path=tmp_path / f"desk-{width}.png", full_page=True)
            found += faults(page)
            if width == 360:
                page.goto(f"{live_server.url}/desk/reports/{report.pk}/words/")
                found += faults(page)
                page.locator("[name=text_overview]").fill("本周平稳。")
                press(page.locator("main form button.primary"))
            else:
                press(page.locator("button[value=sign]"))
                press(page.locator("button[value=publish]"))
            page.goto(f"{live_server.url}/reports/")
            found += faults(page)
            if width == 1440:
                press(page.locator("main li a"))
                page.screenshot(path=tmp_path / f"portal-{width}.png", full_page=True)
                found += faults(page)
                assert "本周平稳。" in page.locator("main").inner_text()
    assert Report.objects.get().published_at is not None
    assert found == []
