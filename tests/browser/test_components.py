"""The components in a real browser: nothing breaks axe's rules, nothing runs over, and the scripts do what they say."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [
    ("portal", 360, "light", ""),
    ("portal", 768, "dark", ""),
    ("portal", 1440, "light", ""),
    ("portal", 360, "light", "elder"),
    ("portal", 768, "dark", "elder"),
    ("desk", 360, "light", ""),
    ("desk", 768, "light", ""),
    ("desk", 1440, "light", ""),
    ("desk", 1440, "dark", ""),
]


@pytest.mark.parametrize(("face", "width", "theme", "mode"), LOOKS)
def test_every_component_can_be_used_by_all(browser: Browser, live_server, face, width, theme, mode):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, locale="zh-CN")
    context.add_cookies([{"name": "mode", "value": mode, "url": live_server.url}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    page.goto(f"{live_server.url}/ui/catalogue/?face={face}")

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found} == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []
    context.close()


def test_elder_mode_is_switched_without_a_reload_and_remembered(page: Page, live_server):
    page.goto(f"{live_server.url}/ui/catalogue/")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="长者版", exact=True).click()
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before * 1.2
    expect(page.get_by_role("button", name="返回标准版")).to_be_focused()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")


def test_elder_mode_leaves_the_screen_of_a_telephone_to_the_page(browser: Browser, live_server):
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    context.add_cookies([{"name": "mode", "value": "elder", "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/ui/catalogue/")
    assert page.evaluate("document.querySelector('header.top').offsetHeight") <= 780 / 5
    small = page.evaluate(
        "[...document.querySelectorAll('header.top :is(a, button)')].filter(e => e.offsetParent && e.offsetHeight < 44).length"
    )
    assert small == 0
    context.close()


def test_bars_stand_level_with_their_words(page: Page, live_server):
    page.goto(f"{live_server.url}/ui/catalogue/?face=desk")
    apart = page.evaluate("""[...document.querySelectorAll('.bars tbody tr')].map(row => {
        const middle = element => { const box = element.getBoundingClientRect(); return (box.top + box.bottom) / 2; };
        const word = document.createRange(); word.selectNodeContents(row.querySelector('th'));
        return Math.abs(middle(row.querySelector('.bar')) - middle(word));
    })""")
    assert len(apart) > 2
    assert max(apart) <= 1.5


@pytest.mark.parametrize("width", [360, 1440])
def test_the_desk_s_search_says_what_it_takes(browser: Browser, live_server, width):
    context = browser.new_context(viewport={"width": width, "height": 780}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/ui/catalogue/?face=desk")
    box = page.get_by_role("searchbox", name="搜索 编号、字词")
    expect(box).to_have_attribute("placeholder", "编号、字词")
    expect(page.locator(".with-key kbd")).to_be_visible(visible=width > 640)
    page.locator("h1").first.click()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(page.locator(".with-key kbd")).to_be_hidden()
    assert page.evaluate("document.querySelector('.desk-top .brand b').getClientRects().length") == 1
    assert page.evaluate("document.querySelector('.desk-top .brand').offsetHeight") < 50
    context.close()


def test_elder_mode_works_without_script(browser: Browser, live_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/ui/catalogue/?face=portal")
    page.get_by_role("button", name="长者版", exact=True).click()
    assert page.url == f"{live_server.url}/ui/catalogue/?face=portal"
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    context.close()


def test_shortcuts_are_listed_and_can_be_switched_off(page: Page, live_server):
    page.goto(f"{live_server.url}/ui/catalogue/?face=desk")
    page.keyboard.press("g")
    page.keyboard.press("m")
    assert page.url.endswith("#monitor")
    page.keyboard.press("/")
    expect(page.locator("#top_search")).to_be_focused()
    page.keyboard.type("?d")
    expect(page.locator("#top_search")).to_have_value("?d")
    page.locator("h1").click()

    page.keyboard.press("?")
    overlay = page.locator("#ui-shortcuts")
    expect(overlay).to_be_visible()
    expect(overlay).to_contain_text("起草答复")
    overlay.get_by_label("不用单键快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert not page.url.endswith("#draft")


def test_rows_are_walked_with_j_and_k(page: Page, live_server):
    page.goto(f"{live_server.url}/ui/catalogue/?face=desk")
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "楼上漏水三个月，物业说不归他们管"
    page.keyboard.press("Enter")
    assert page.url.endswith("#1")


DRAFT_PAGE = """
<html lang="zh-CN"><body><main>
<form data-draft="test" data-once method="post" action="/nowhere">
<input name="subject"><textarea name="body"></textarea><input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b">
<input name="id_number" data-no-draft><input type="hidden" name="token" value="t"><button>提交</button></form>
<input id="code" data-fill-from-hash="c">
</main><div id="ui-live"></div>
<template id="ui-words" data-restored="放回来了" data-forget="重新写" data-offline="没有网络"></template>
<script src="/script.js"></script></body></html>
"""


@pytest.fixture
def form_page(page: Page, room_script: str) -> Page:
    """A page of one form with the script, served without the office."""
    page.route(
        "http://form.test/**", lambda route: route.fulfill(body=DRAFT_PAGE, content_type="text/html; charset=utf-8")
    )
    page.route(
        "http://form.test/script.js", lambda route: route.fulfill(body=room_script, content_type="text/javascript")
    )
    page.goto("http://form.test/")
    return page


@pytest.fixture
def room_script() -> str:
    from pathlib import Path

    import yiwang.ui

    return (Path(yiwang.ui.__file__).parent / "static/ui/js/ui.js").read_text()


def test_a_draft_survives_a_closed_page_and_goes_when_asked(form_page: Page):
    form_page.fill("[name=subject]", "路灯不亮")
    form_page.fill("[name=body]", "已经三天了")
    form_page.check("[value=b]")
    form_page.fill("[name=id_number]", "110101199003074567")
    form_page.wait_for_timeout(600)
    form_page.goto("http://form.test/")
    expect(form_page.locator("[name=subject]")).to_have_value("路灯不亮")
    expect(form_page.locator("[name=body]")).to_have_value("已经三天了")
    expect(form_page.locator("[value=b]")).to_be_checked()
    expect(form_page.locator("[name=id_number]")).to_have_value("")
    expect(form_page.locator("[name=token]")).to_have_value("t")
    expect(form_page.get_by_role("status")).to_contain_text("放回来了")

    form_page.get_by_role("button", name="重新写").click()
    expect(form_page.locator("[name=subject]")).to_have_value("")
    assert form_page.evaluate("localStorage.length") == 0


def test_without_a_network_nothing_is_sent_and_nothing_is_lost(form_page: Page):
    asked: list[str] = []
    form_page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    form_page.fill("[name=subject]", "路灯不亮")
    form_page.context.set_offline(True)
    form_page.click("text=提交")
    assert asked == ["没有网络"]
    expect(form_page.locator("[name=subject]")).to_have_value("路灯不亮")


def test_a_second_click_sends_nothing(form_page: Page):
    form_page.evaluate(
        "addEventListener('submit', (event) => { window.sent = (window.sent || 0) + (event.defaultPrevented ? 0 : 1); event.preventDefault(); })"
    )
    form_page.locator("button").evaluate("(button) => { button.click(); button.click(); }")
    assert form_page.evaluate("window.sent") == 1


def test_the_code_in_the_address_fills_its_field_and_leaves_the_address(form_page: Page):
    form_page.goto("http://form.test/?number=2611-48207#c=K7M29QXD")
    expect(form_page.locator("#code")).to_have_value("K7M29QXD")
    assert form_page.url == "http://form.test/?number=2611-48207"
