"""存证日志 in the browser: usable by all, and a receipt that is downloaded from its page is found good by the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.test_portal_axe import faults
from tests.given import City

from yiwang.transparency import sequencing

MODES = [("zh-hans", "", "light", 360), ("zh-hans", "elder", "dark", 360), ("en", "", "light", 1440)]


@pytest.fixture
def city(transactional_db: None) -> City:
    for path in sequencing.files():
        path.unlink(missing_ok=True)
    return City()


@pytest.fixture(params=MODES, ids=lambda mode: "-".join(str(part) for part in mode if part))
def page(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Page]:
    language, mode, theme, width = request.param
    visitor = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    visitor.set_default_timeout(15_000)
    cookies = {"django_language": language, "mode": mode, "theme": theme}
    visitor.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items() if value]
    )
    yield visitor.new_page()
    visitor.close()


def test_a_receipt_is_taken_home_and_checked(page: Page, live_server, city: City, tmp_path: Path) -> None:
    """Given a petition sent, when its proof is downloaded and brought to the check, then it holds; every page on the way can be used by all."""
    found: list[str] = []
    page.goto(f"{live_server.url}/ask/")
    for name, words in {"subject": "灯坏了", "text": "请来修。", "name": "钱大妈"}.items():
        page.locator(f"[name={name}]").fill(words)
    page.locator("form[data-draft] button.primary").click()
    page.locator(".receipt").wait_for()
    found += faults(page)
    sequencing.seal()
    with page.expect_download() as begun:
        page.locator("a[href$='/proof/']").click()
    receipt = tmp_path / "receipt.json"
    begun.value.save_as(receipt)

    page.goto(f"{live_server.url}/transparency/")
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
    found += faults(page)
    page.goto(f"{live_server.url}/transparency/check/")
    page.locator("main form button.primary").click()
    page.locator(".errors").wait_for()
    found += faults(page)
    page.locator("[name=file]").set_input_files(receipt)
    page.locator("main form button.primary").click()
    page.locator(".notice.done").wait_for()
    found += faults(page)
    assert found == []
