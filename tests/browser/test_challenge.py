"""The challenge in a real browser: its own script computes, under the strict policy; without scripts a question is answered."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.given import City

from yiwang.doors.limits import spend
from yiwang.doors.models import Limit
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code


@pytest.fixture
def under_attack(transactional_db: None) -> Petition:
    """A petition, and more look-ups than usual."""
    Limit.objects.all().delete()
    Limit.objects.create(name="lookup", per="everybody", most=1, seconds=600, then="challenge")
    spend("lookup", address="203.0.113.7")
    return City().file()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_look_up_under_attack(browser: Browser, live_server, under_attack: Petition, script: bool) -> None:
    """Given an attack, when somebody looks their petition up, then their device computes, or they answer, and they come in."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740}, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{live_server.url}/lookup/")

    def send() -> None:
        page.get_by_label("编号").fill(under_attack.number)
        page.get_by_label("查询码").fill(lookup_code(under_attack.number))
        page.get_by_role("button", name="查看", exact=True).click()

    send()
    expect(page.get_by_text("请先完成一道小计算")).to_be_visible()
    question = page.get_by_label("没有自动算的话，请回答")
    if script:
        assert Axe().run(page).response["violations"] == []
        expect(page.get_by_text("算好了，请再提交一次。")).to_be_visible(timeout=60_000)
        expect(question).to_be_hidden()
    else:
        first, second = re.findall(r"\d+", page.locator("label[for=challenge_answer]").inner_text())
        question.fill(str(int(first) + int(second)))
    send()
    expect(page).to_have_url(f"{live_server.url}/my/{under_attack.number}/")
    assert [said for said in complaints if "429" not in said] == []
    context.close()
