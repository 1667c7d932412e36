"""Entry forms in a real browser: a call without the mouse, and every form usable by all."""

import time

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City

from yiwang.petitions.actions import Identity
from yiwang.petitions.models import Category, Petition

PHONE = "19900000077"
WORDS = "小区东门的路灯坏了一个月。老人晚上出门看不见路，摔倒过一次。请尽快派人来修。"


@pytest.fixture
def city(transactional_db: None) -> City:
    made = City()
    top = Category.objects.create(code="city", name="城市管理")
    Category.objects.create(code="lamp", name="路灯照明", parent=top)
    made.file("电梯常坏", identity=Identity(name="孙大爷", phone=PHONE))
    return made


class Keyboard:
    """Presses keys and counts them: keys that lead somewhere, and characters of what the caller says."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed, self.typed = page, 0, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.typed += len(words)

    @property
    def at(self) -> str:
        return self.page.evaluate(
            "document.activeElement.name || document.activeElement.id || document.activeElement.tagName"
        )


def test_a_call_is_entered_without_the_mouse(browser: Browser, live_server, city: City) -> None:
    """Given the form, when a call is typed with the keyboard alone, then it is entered with at most 14 keys beside the words."""
    with at_the_desk(browser, live_server.url, city.who(city.office, "office_handler"), width=1366, height=768) as page:
        page.goto(f"{live_server.url}/desk/intake/telephone/")
        started, keys = time.monotonic(), Keyboard(page)
        assert keys.at == "phone"
        keys.type(PHONE)
        keys.press("Tab")
        assert keys.at == "name"
        page.locator("#earlier .known").wait_for()
        assert "电梯常坏" in page.locator("#earlier").inner_text()
        keys.type("孙大爷")
        keys.press("Tab")
        assert keys.at == "text"
        keys.type(WORDS)
        keys.press("Tab", "Tab")
        assert keys.at == "region"
        keys.type("东河")
        keys.press("Tab", "Tab")
        assert keys.at == "category"
        keys.type("路灯")
        keys.press("Tab", "Tab", "Tab")
        assert keys.at == "read_back"
        keys.press("Space", "Control+Enter")
        page.wait_for_url("**/intake/done/**")
        petition = Petition.objects.latest("id")
        assert (petition.subject, petition.text) == ("小区东门的路灯坏了一个月", WORDS)
        assert (petition.state, petition.category.code, petition.region.code) == ("registered", "lamp", "county")
        assert keys.pressed <= 14
        # At 0.6 s for a key that leads somewhere and 80 characters a minute for Chinese words, telephone number by digits.
        said = keys.pressed * 0.6 + len(PHONE) * 0.3 + (keys.typed - len(PHONE)) * 60 / 80
        assert said <= 60, said
        assert time.monotonic() - started < 60
        # and the next one is one key away
        assert page.evaluate("document.activeElement.textContent").strip().startswith("登记下一件")
        keys.press("Enter")
        page.wait_for_url("**/intake/telephone/")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_form_can_be_used_by_all(browser: Browser, live_server, city: City, width: int, theme: str) -> None:
    with at_the_desk(
        browser, live_server.url, city.who(city.office, "office_handler"), width=width, theme=theme
    ) as page:
        found: list[str] = []
        page.goto(f"{live_server.url}/desk/intake/")
        found += faults(page)
        for way in ("telephone", "letter", "visit"):
            page.goto(f"{live_server.url}/desk/intake/{way}/")
            page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
            found += faults(page)
            page.locator(".entry-main .actions button").click()
            page.locator(".errors").wait_for()
            found += faults(page)
        page.locator("[name=phone]").fill(PHONE)
        page.locator("[name=phone]").press("Tab")
        page.locator("#earlier .known").wait_for()
        found += faults(page)
        page.locator("[name=text]").fill(WORDS)
        page.locator("[name=read_back]").check()
        page.locator(".entry-main .actions button").click()
        page.wait_for_url("**/intake/done/**")
        assert [*found, *faults(page)] == []
