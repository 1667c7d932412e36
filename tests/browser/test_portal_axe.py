"""Every page of the portal for everybody: no axe violation, nothing wider than the screen."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.browser.desk_visits import press
from tests.given import City

from yiwang.petitions import actions
from yiwang.petitions.models import Category, Petition, PublishedAnswer
from yiwang.petitions.numbers import lookup_code

MODES = [
    ("zh-hans", "", "light", 360),
    ("zh-hans", "", "light", 1440),
    ("zh-hans", "elder", "light", 360),
    ("zh-hans", "elder", "light", 1440),
    ("zh-hans", "", "dark", 360),
    ("zh-hans", "", "dark", 1440),
    ("en", "", "light", 360),
    ("en", "", "light", 1440),
]


@pytest.fixture
def city(transactional_db: None) -> City:
    made = City()
    light = Category.objects.create(code="light", name="照明", name_en="Lighting")
    for number in range(5):
        made.bring_to("answered", subject=f"{number}号楼的灯坏了", category=light)
    petition = Petition.objects.latest("id")
    approver = made.approver(made.housing)
    actions.Publish(subject="楼道灯坏了", text="来信。", answer_text="答复。").run(approver, petition.pk)
    return made


@pytest.fixture(params=MODES, ids=lambda mode: "-".join(str(part) for part in mode if part))
def page(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Page]:
    """A visitor's page in one language, mode, theme and width."""
    language, mode, theme, width = request.param
    visitor = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    visitor.set_default_timeout(15_000)
    cookies = {"django_language": language, "mode": mode, "theme": theme}
    visitor.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items() if value]
    )
    yield visitor.new_page()
    visitor.close()


def faults(page: Page) -> list[str]:
    """Return what axe finds on the page, and “too wide” when it must be scrolled sideways."""
    found = [
        f"{page.url}: {fault['id']} {fault['nodes'][0]['html'][:200]}"
        for fault in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{page.url}: too wide")
    return found


def test_every_page_can_be_used_by_all(page: Page, live_server, city: City) -> None:
    """Given each page in this mode, then axe finds nothing, and nothing is wider than the screen."""
    found: list[str] = []
    slug = PublishedAnswer.objects.get().slug
    for address in (
        "/", "/lookup/", "/answers/", "/answers/?q=楼道", "/answers/?q=没有的", f"/answers/{slug}/", "/figures/", "/about/",
        "/law/", "/privacy/", "/accessibility/", "/ask/",
    ):  # fmt: skip
        page.goto(live_server.url + address)
        found += faults(page)
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
    found += faults(page)
    page.locator("form[data-draft] button.primary").click()
    page.locator(".errors").wait_for()
    found += faults(page)
    for name, words in {"subject": "灯坏了", "text": "请来修。", "name": "钱大妈"}.items():
        page.locator(f"[name={name}]").fill(words)
    page.locator("form[data-draft] button.primary").click()
    page.locator(".receipt").wait_for()
    found += faults(page)
    for petition in (
        city.file(),
        city.bring_to("not_taken"),
        city.bring_to("accepted"),
        Petition.objects.filter(state="answered")[0],
    ):
        page.goto(f"{live_server.url}/lookup/?number={petition.number}#c={lookup_code(petition.number)}")
        page.locator("main button.primary").click()
        page.locator(".timeline").wait_for()
        found += faults(page)
    page.locator("main .notice button.primary").click()
    page.locator(".letter").first.wait_for()
    found += faults(page)
    for name in ("office", "agency"):
        page.locator(f"[name={name}][value=dissatisfied]").check()
    page.locator("main button.primary").click()
    press(page.locator("a[href$='/reopen/']"))
    found += faults(page)
    petition = city.bring_to("accepted")
    page.goto(f"{live_server.url}/lookup/?number={petition.number}#c={lookup_code(petition.number)}")
    page.locator("main button.primary").click()
    for step in ("add", "withdraw"):
        page.goto(f"{live_server.url}/my/{petition.number}/{step}/")
        found += faults(page)
    assert found == []
