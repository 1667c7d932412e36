"""Visits to the desk by a real browser: logged in, in one width and theme, looked at by axe."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page

from yiwang.agencies.models import Staff


@contextmanager
def at_the_desk(
    browser: Browser, url: str, staff: Staff, *, width: int = 1440, height: int = 900, theme: str = "light"
) -> Iterator[Page]:
    """Give a page of somebody who has logged in."""
    client = Client()
    client.force_login(staff)
    visitor = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    visitor.set_default_timeout(15_000)
    visitor.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": url,
            },
            {"name": "theme", "value": theme, "url": url},
        ]
    )
    yield visitor.new_page()
    visitor.close()


def press(control: Locator) -> None:
    """Press what leads to another page, and wait until that one is there: axe would look at a page that is being taken away."""
    with control.page.expect_navigation():
        control.click()


def faults(page: Page) -> list[str]:
    """Return what axe finds on the page, and “too wide” when it must be scrolled sideways."""
    found = [
        f"{page.url}: {fault['id']} {node['html'][:160]}"
        for fault in Axe().run(page).response["violations"]
        for node in fault["nodes"][:3]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{page.url}: too wide")
    return found
