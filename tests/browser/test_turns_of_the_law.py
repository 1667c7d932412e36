"""The pages of the law's machine in a real browser: at the desk and on the portal, in both widths, usable by all."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City

from yiwang.agencies.models import Agency
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.workdays.counting import office_date

TODAY = office_date(datetime.now(UTC))
FORMS_IN = {
    "registered": (
        "office",
        "office_handler",
        ["split", "report_upward", "not_take_running", "not_take_again", "lead_out"],
    ),
    "objected": ("office", "office_handler", ["raise_dispute", "settle_dispute"]),
    "referred": ("housing", "agency_handler", ["accept_simply", "recuse"]),
    "accepted": (
        "housing",
        "agency_handler",
        ["choose_route", "hold_hearing", "ask_extension", "settle", "draft_answer"],
    ),
}
REVIEW_FORMS_IN = {
    "": ("office", "intake_clerk", ["ask_review"]),
    "asked": ("government", "agency_handler", ["refuse_review"]),
    "taken": ("government", "agency_handler", ["hold_review_hearing", "draft_review"]),
    "drafted": ("government", "approver", ["send_back_review"]),
    "decided": ("office", "intake_clerk", ["deliver_review", "ask_re_review"]),
}


@pytest.fixture
def city(transactional_db: None) -> City:
    return City()


def visit_forms(page: Page, url: str, petition: Petition, forms: list[str]) -> list[str]:
    """Open a petition and its forms; return what is wrong with them."""
    page.goto(f"{url}/desk/petitions/{petition.number}/")
    found = faults(page)
    for action in forms:
        page.goto(f"{url}/desk/petitions/{petition.number}/do/{action}/")
        assert f"/do/{action}/" in page.url
        found += faults(page)
    return found


@pytest.mark.parametrize("width", [360, 1440])
def test_forms_of_the_law_can_be_used_by_all(browser: Browser, live_server, city: City, width: int) -> None:
    """Given a petition in each turn, when its page and the new forms are opened, then axe finds nothing and nothing runs over."""
    found: list[str] = []
    for state, (place, role, forms) in FORMS_IN.items():
        agency: Agency = getattr(city, place)
        with at_the_desk(browser, live_server.url, city.who(agency, role), width=width) as page:
            found += visit_forms(page, live_server.url, city.bring_to(state), forms)
    assert found == []


@pytest.mark.parametrize("width", [360, 1440])
def test_reviews_can_be_used_by_all(browser: Browser, live_server, city: City, width: int) -> None:
    """Given a review in each state, when the body that has it opens page and forms, then axe finds nothing."""
    found: list[str] = []
    for state, (place, role, forms) in REVIEW_FORMS_IN.items():
        agency: Agency = getattr(city, place)
        with at_the_desk(browser, live_server.url, city.who(agency, role), width=width) as page:
            found += visit_forms(page, live_server.url, city.bring_review_to(state), forms)
            page.goto(f"{live_server.url}/desk/")
            found += faults(page)
    outside = city.bring_review_to("asked", again=True)
    with at_the_desk(browser, live_server.url, city.who(city.office, "office_handler"), width=width) as page:
        found += visit_forms(page, live_server.url, outside, ["record_decision"])
    assert found == []


def test_a_review_is_decided_from_the_keyboard(browser: Browser, live_server, city: City) -> None:
    """Given a drafted opinion on the work-list, when it is opened and signed by keys alone, then it is decided."""
    petition = city.bring_review_to("drafted")
    with at_the_desk(browser, live_server.url, city.who(city.government, "approver")) as page:
        page.goto(f"{live_server.url}/desk/")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("#reviews")).to_contain_text("经复查，原答复事实清楚，予以维持。")
        page.keyboard.press("d")
        expect(page.locator("main")).to_contain_text("都办完了")
    assert Petition.objects.get(pk=petition.pk).review_state == "decided"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_portals_pages_can_be_used_by_all(
    browser: Browser, live_server, city: City, width: int, language: str
) -> None:
    """Given reviews, a hearing, a settlement, a late request and a matter led out, then no page has a fault."""
    read = city.bring_review_to("decided")
    late = city.bring_review_to("")
    late.deadlines.filter(rule="review-request").update(
        due_on=TODAY, due_at=datetime.now(UTC) - timedelta(days=1), provisional=False
    )
    heard = city.bring_to("accepted")
    actions.HoldHearing(first_day=TODAY, last_day=TODAY, place="三楼").run(city.handler(city.housing), heard.pk)
    settled = city.bring_to("accepted")
    settle = actions.Settle(kind="mediation", other_party="物业", terms="十天内修好", agreed_on=TODAY, both_agree=True)
    settle.run(city.handler(city.housing), settled.pk)
    actions.Deliver(how="lookup").run(Actor.citizen(settled.pk), settled.pk)
    visitor = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    visitor.set_default_timeout(15_000)
    visitor.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page = visitor.new_page()
    found: list[str] = []
    for petition, parts in (
        (city.bring_review_to(""), ["review/ask/", "answer/"]),
        (late, ["review/ask/"]),
        (city.bring_review_to("taken"), ["review/withdraw/"]),
        (read, []),
        (heard, []),
        (settled, ["answer/"]),
        (city.bring_to("led_out"), []),
    ):
        page.goto(f"{live_server.url}/lookup/?number={petition.number}#c={lookup_code(petition.number)}")
        page.locator("main button.primary").click()
        page.locator(".timeline").wait_for()
        found += faults(page)
        for part in parts:
            page.goto(f"{live_server.url}/my/{petition.number}/{part}")
            assert part in page.url
            found += faults(page)
    page.goto(f"{live_server.url}/my/{read.number}/")
    page.locator(f"form[action='/my/{read.number}/review/'] button").click()
    page.locator(".letter").first.wait_for()
    found += faults(page)
    visitor.close()
    assert found == []
