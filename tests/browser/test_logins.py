"""Logging in by a real browser: a passkey made and used, and pages that all can use."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page
from tests.browser.desk_visits import at_the_desk, faults, press
from tests.given import City

from yiwang.agencies.models import Staff
from yiwang.logins.authenticator import pending_app
from yiwang.logins.links import make_link
from yiwang.logins.models import Passkey

PASSWORD = "垂柳与春水二十里路上"


@pytest.fixture
def clerk(transactional_db: None) -> Staff:
    city = City()
    staff = city.who(city.office, "office_handler")
    staff.set_password(PASSWORD)
    staff.save()
    return staff


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor's page with an authenticator of Chromium's own, that asks for a finger and gets it."""
    visitor = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}, timezone_id="Asia/Shanghai")
    visitor.set_default_timeout(10_000)
    opened = visitor.new_page()
    devices = visitor.new_cdp_session(opened)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True}  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield opened
    visitor.close()


def type_password(page: Page, url: str, staff: Staff) -> None:
    page.goto(f"{url}/desk/login/")
    page.locator("[name=username]").fill(staff.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.primary").click()


def test_a_passkey_is_made_and_is_the_second_step_and_the_only_one(page: Page, live_server, clerk: Staff) -> None:
    """Given a browser with a passkey device, when somebody enrols, then it lets them in after the password, and alone."""
    url = live_server.url
    type_password(page, url, clerk)
    page.goto(f"{url}/desk/account/passkey/")
    page.locator("[name=name]").fill("办公室电脑")
    page.locator("form[data-passkey] button").click()
    page.locator("ul.codes li").first.wait_for()
    assert page.locator("ul.codes li").count() == 10
    assert Passkey.objects.get().name == "办公室电脑"

    page.locator(".desk-top form[action$='logout/'] button").click()
    page.wait_for_url("**/desk/login/")
    type_password(page, url, clerk)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(f"{url}/desk/")

    page.locator(".desk-top form[action$='logout/'] button").click()
    page.wait_for_url("**/desk/login/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(f"{url}/desk/")
    assert clerk.name in page.content()


@pytest.mark.parametrize(("width", "theme", "language"), [(360, "dark", "en"), (1440, "light", "zh-hans")])
def test_the_pages_can_be_used_by_all(
    browser: Browser, live_server, clerk: Staff, width: int, theme: str, language: str
) -> None:
    url, found = live_server.url, []
    with at_the_desk(browser, url, clerk, width=width, theme=theme) as page:
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}])
        for path in ("account/", "account/prove/", "password/"):
            page.goto(f"{url}/desk/{path}")
            found += faults(page)
        press(page.locator(".desk-top form[action$='logout/'] button"))
        found += faults(page)
        type_password(page, url, clerk)
        for path in ("account/app/", "account/passkey/"):
            page.goto(f"{url}/desk/{path}")
            found += faults(page)
        enrol(clerk)
        page.goto(f"{url}/desk/account/")
        found += faults(page)
        page.locator("form[action$='codes/'] button").evaluate(
            "button => button.closest('form').removeAttribute('data-confirm')"
        )
        page.locator("form[action$='codes/'] button").click()
        page.locator("ul.codes").wait_for()
        found += faults(page)
        page.locator(".desk-top form[action$='logout/'] button").click()
        type_password(page, url, clerk)
        page.locator("details summary").click()
        found += faults(page)
        page.goto(f"{url}/desk/begin/{make_link(clerk, None).token}/")
        assert page.url == f"{url}/desk/begin/"
        found += faults(page)
        page.goto(f"{url}/desk/begin/none/")
        found += faults(page)
    assert found == []


def enrol(staff: Staff) -> None:
    """Give somebody an application and a passkey, as if enrolled."""
    app = pending_app(staff)
    app.confirmed_at = app.made_at
    app.save()
    Passkey.objects.create(staff=staff, name="蓝色小钥匙", credential_id="AAAA", public_key=b"", made_at=app.made_at)
