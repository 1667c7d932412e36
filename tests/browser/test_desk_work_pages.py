"""The daily work in a real browser: usable by all on every page, and from the keyboard alone."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.desk_visits import at_the_desk, faults, press
from tests.given import City

from yiwang.logins.models import StaffSession
from yiwang.petitions import actions
from yiwang.petitions.models import Category, Entry, Petition, StandardAnswer

FORMS_IN = {
    "filed": ("office", "office_handler", ["register", "correct", "merge", "not_take", "mark_urgent", "withdraw"]),
    "registered": ("office", "office_handler", ["refer", "add_material", "request_more"]),
    "referred": ("housing", "agency_handler", ["accept", "object", "hand_over"]),
    "objected": ("office", "office_handler", ["uphold_objection", "reject_objection"]),
    "accepted": ("housing", "agency_handler", ["draft_answer", "note"]),
    "drafted": ("housing", "approver", ["approve", "send_back"]),
    "answered": ("housing", "approver", ["publish"]),
}


@pytest.fixture
def city(transactional_db: None) -> City:
    made = City()
    lamps = Category.objects.create(code="lamp", name="路灯", default_agency=made.housing)
    for number in range(3):
        made.bring_to("registered", subject=f"第{number}盏路灯不亮", category=lamps, urgent=number == 0)
    StandardAnswer.objects.create(title="联系方式", text="联系人：王师傅，电话 0000-000000。", agency=made.housing)
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_lists_can_be_used_by_all(browser: Browser, live_server, city: City, width: int, theme: str) -> None:
    """Given work of every sort, when lists and search are opened, then axe finds nothing and nothing runs over."""
    helped = city.bring_to("accepted")
    actions.AskMoreAgencies(co=[city.parks]).run(city.officer, helped.pk)
    found: list[str] = []
    with at_the_desk(
        browser, live_server.url, city.who(city.office, "office_handler"), width=width, theme=theme
    ) as page:
        for path in ("", "?due=late", "petitions/", "petitions/?state=registered", "petitions/?q=路灯", "petitions/?q=无此词",
                     "petitions/by-person/", "password/"):  # fmt: skip
            page.goto(f"{live_server.url}/desk/{path}")
            found += faults(page)
        page.goto(f"{live_server.url}/desk/petitions/?state=registered")
        page.locator("input[name=pick]").first.check()
        press(page.get_by_role("button", name="批量转办勾选的"))
        found += faults(page)
        page.locator("[name=lead]").select_option(str(city.parks.pk))
        press(page.get_by_role("button", name="下一步：核对"))
        found += faults(page)
        page.get_by_role("button", name="确认转办").click()
        expect(page.locator("h1")).to_have_text("已转给园林局：1 件")
        found += faults(page)
    with at_the_desk(
        browser, live_server.url, city.who(city.parks, "agency_handler"), width=width, theme=theme
    ) as page:
        page.goto(f"{live_server.url}/desk/")
        found += faults(page)
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/desk/")
        found += faults(page)
    assert found == []


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("state", FORMS_IN)
def test_a_petition_and_its_forms_can_be_used_by_all(
    browser: Browser, live_server, city: City, state: str, width: int
) -> None:
    """Given a petition in a state, when its page and its forms are opened, then axe finds nothing and nothing runs over."""
    place, role, forms = FORMS_IN[state]
    petition = city.bring_to(state)
    found: list[str] = []
    with at_the_desk(browser, live_server.url, city.who(getattr(city, place), role), width=width) as page:
        page.goto(f"{live_server.url}/desk/petitions/{petition.number}/")
        found += faults(page)
        for action in forms:
            page.goto(f"{live_server.url}/desk/petitions/{petition.number}/do/{action}/")
            assert f"/do/{action}/" in page.url
            found += faults(page)
        page.goto(f"{live_server.url}/desk/petitions/{petition.number}/identity/")
        press(page.get_by_role("button", name="查看", exact=True))
        found += faults(page)
    assert found == []


def test_the_list_is_worked_off_without_the_mouse(browser: Browser, live_server, city: City) -> None:
    """Given three petitions to refer, when the list is worked off by keys alone, then one key each does it, and the next follows."""
    with at_the_desk(browser, live_server.url, city.who(city.office, "office_handler")) as page:
        page.goto(f"{live_server.url}/desk/")
        page.keyboard.press("j")
        expect(page.locator("tr.is-here a")).to_be_focused()
        expect(page.locator("tr.is-here")).to_contain_text("第0盏")  # the urgent one stands on top
        page.keyboard.press("Enter")
        for number in range(3):
            expect(page.locator("h1")).to_have_text(f"第{number}盏路灯不亮")
            page.keyboard.press("d")
        expect(page.locator("main")).to_contain_text("都办完了")
        assert Petition.objects.filter(state="referred", lead_agency=city.housing).count() == 3
        page.keyboard.press("/")
        page.keyboard.type("路灯")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("查找“路灯”")
        page.keyboard.press("g")
        page.keyboard.press("w")
        expect(page.locator("h1")).to_have_text("我的工作")
        page.keyboard.press("?")
        expect(page.locator("#ui-shortcuts")).to_contain_text("我的工作")


def test_a_standard_answer_goes_where_the_caret_stands(browser: Browser, live_server, city: City) -> None:
    """Given a draft, when a standard answer is inserted, then it stands at the caret, and no page was loaded for it."""
    petition = city.bring_to("accepted")
    with at_the_desk(browser, live_server.url, city.who(city.housing, "agency_handler")) as page:
        page.goto(f"{live_server.url}/desk/petitions/{petition.number}/do/draft_answer/")
        page.get_by_label("答复内容").fill("经查属实，已修好。")
        page.locator("details summary").last.click() if not page.get_by_role(
            "button", name="插入"
        ).is_visible() else None
        page.get_by_role("button", name="插入").click()
        expect(page.get_by_label("答复内容")).to_have_value("经查属实，已修好。\n联系人：王师傅，电话 0000-000000。")


def test_what_was_typed_outlives_the_session(browser: Browser, live_server, city: City) -> None:
    """Given a note under way, when the session ends, then login says that it is kept, and the page comes back with it."""
    petition = Petition.objects.order_by("id")[0]
    staff = city.who(city.office, "office_handler")
    staff.set_password("垂柳与春水二十里路上")
    staff.save()
    with at_the_desk(browser, live_server.url, staff) as page:
        page.goto(f"{live_server.url}/desk/petitions/{petition.number}/do/note/")
        page.get_by_label("记录内容").fill("已上门看过，三单元确实不亮。")
        page.wait_for_timeout(600)  # a draft is kept some moments after the last key
        StaffSession.objects.all().delete()
        _send(page)
        expect(page.locator("main")).to_contain_text("您刚才填写的内容没有丢")
        page.get_by_label("用户名").fill(staff.username)
        page.get_by_label("密码").fill("垂柳与春水二十里路上")
        _send(page)
        expect(page.get_by_label("记录内容")).to_have_value("已上门看过，三单元确实不亮。")
        _send(page)
        expect(page.locator("main")).to_contain_text("添加记录，已完成")
        page.goto(f"{live_server.url}/desk/petitions/{petition.number}/do/note/")
        expect(page.get_by_label("记录内容")).to_have_value("")  # what was sent is no draft any more
    assert Entry.objects.filter(petition=petition, action="note").count() == 1


def _send(page: Page) -> None:
    page.locator("main form button.primary").click()
