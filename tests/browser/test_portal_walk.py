"""A citizen of seventy in a real browser: files, keeps the receipt, comes back, reads the answer, rates it."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from tests.given import City

from yiwang.petitions import actions
from yiwang.petitions.models import Petition, Rating

MOST_FIELDS = 8
TYPED = {
    "subject": "楼道灯不亮",
    "text": "三单元的楼道灯坏了三个月，晚上上楼看不见，请派人来修。",
    "place": "明渠路 88 号三单元",
    "name": "钱大妈",
    "phone": "19900000001",
}


@pytest.fixture
def city(transactional_db: None) -> City:
    return City()


def answer(city: City, petition: Petition) -> None:
    """Lead a filed petition to its answer."""
    for action, actor in (
        (actions.Register(), city.clerk),
        (actions.Refer(lead=city.housing), city.officer),
        (actions.Accept(), city.handler(city.housing)),
        (actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support"), city.handler(city.housing)),
        (actions.Approve(), city.approver(city.housing)),
    ):
        action.run(actor, petition.pk)


def fields(page: Page) -> int:
    """Count what a person meets on the form: a group of choices is one field, what is folded away is none."""
    names = page.eval_on_selector_all(
        "form[data-draft] :is(input:not([type=hidden]), select, textarea)",
        "inputs => inputs.filter(input => input.checkVisibility()).map(input => input.name)",
    )
    return len(set(names))


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_the_matter_to_the_rating(browser: Browser, live_server, city: City, script: bool) -> None:
    """Given a telephone's screen, then at most eight fields are met, and the whole way works, with script and without."""
    visitor = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 720}, java_script_enabled=script)
    visitor.set_default_timeout(10_000)
    page = visitor.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="我要反映").first.click()
    if script:
        assert 0 < fields(page) <= MOST_FIELDS
    for name, words in TYPED.items():
        page.locator(f"[name={name}]").fill(words)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="收件回执")).to_be_visible()
    petition = Petition.objects.get()
    code = page.locator(".receipt .secret").inner_text()
    assert page.locator(".receipt .number").inner_text() == petition.number
    answer(city, petition)

    page.get_by_role("link", name="查看进度").first.click()
    page.get_by_label("编号").fill(petition.number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text("转给住建局办理")).to_be_visible()
    page.get_by_role("button", name="看答复").click()
    expect(page.get_by_text("经查，楼道灯已于今日修好。")).to_be_visible()
    for about in ("office", "agency"):
        page.locator(f"[name={about}][value=satisfied]").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢您的评价")).to_be_visible()
    assert list(Rating.objects.values_list("level", flat=True)) == ["satisfied", "satisfied"]
    page.get_by_role("button", name="离开").click()
    page.goto(f"{live_server.url}/my/{petition.number}/")
    assert page.url.endswith("/lookup/")
    visitor.close()


def test_qr_link_opens_the_petition_and_leaves_no_code_in_the_address(page: Page, live_server, city: City) -> None:
    """Given the receipt's own link, then number and code are filled in, and the code stands in no address."""
    from yiwang.portal.receipts import receipt_of

    petition = city.file()
    receipt = receipt_of(petition.pk)
    assert receipt is not None
    page.goto(live_server.url + receipt.link)
    assert "#" not in page.url
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text("我们收到了您反映的事项")).to_be_visible()


def test_draft_survives_and_goes_with_the_receipt(context: BrowserContext, live_server, city: City) -> None:
    """Given a half-written form in a closed window, then the next one has it; after the receipt the form is empty."""
    first = context.new_page()
    first.goto(f"{live_server.url}/ask/")
    for name, words in TYPED.items():
        first.locator(f"[name={name}]").fill(words)
    first.wait_for_timeout(600)
    first.close()
    second = context.new_page()
    second.goto(f"{live_server.url}/ask/")
    expect(second.locator("[name=text]")).to_have_value(TYPED["text"])
    second.get_by_role("button", name="提交", exact=True).click()
    second.wait_for_url(re.compile("/receipt/"))
    second.goto(f"{live_server.url}/ask/")
    expect(second.locator("[name=text]")).to_have_value("")
    assert Petition.objects.count() == 1


def test_double_click_files_once(page: Page, live_server, city: City) -> None:
    """Given a double click, then one petition and one receipt."""
    page.goto(f"{live_server.url}/ask/")
    for name, words in TYPED.items():
        page.locator(f"[name={name}]").fill(words)
    page.get_by_role("button", name="提交", exact=True).dblclick()
    page.wait_for_url(re.compile("/receipt/"))
    assert Petition.objects.count() == 1


def test_like_answers_are_offered_while_typing(page: Page, live_server, city: City) -> None:
    """Given a published answer, when a like subject is typed, then it is offered below the field."""
    petition = city.bring_to("answered", subject="楼道路灯坏了")
    actions.Publish(subject="楼道路灯坏了", text="来信。", answer_text="答复。").run(
        city.approver(city.housing), petition.pk
    )
    page.goto(f"{live_server.url}/ask/")
    page.locator("[name=subject]").press_sequentially("楼下路灯又坏了", delay=20)
    expect(page.locator("#similar").get_by_role("link", name="楼道路灯坏了")).to_be_visible()


def test_first_page_weighs_little(page: Page, live_server, city: City) -> None:
    """Given the first page, then all that it loads is at most 100 kB, and comes from this office alone."""
    weighed: list[int] = []
    hosts: set[str] = set()

    def weigh(request: Request) -> None:
        response = request.response()
        assert response is not None
        weighed.append(len(response.body()))
        hosts.add(request.url.split("/")[2])

    page.on("requestfinished", weigh)
    page.goto(live_server.url, wait_until="networkidle")
    assert sum(weighed) <= 100 * 1024
    assert hosts == {live_server.url.split("/")[2]}
