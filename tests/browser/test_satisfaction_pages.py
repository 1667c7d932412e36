"""Rating by the link without any script, and the desk's pages of satisfaction: usable by all, on small screens and large."""

import os

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition, Rating, RatingReason
from yiwang.petitions.rating_links import token_for
from yiwang.petitions.rating_reasons import enter_first_reasons
from yiwang.satisfaction.models import SecondLook
from yiwang.satisfaction.second_looks import open_looks


@pytest.fixture
def city(transactional_db: None) -> City:
    from django.apps import apps

    enter_first_reasons(apps)
    made = City()
    for level in ("satisfied", "dissatisfied"):
        petition = made.bring_to("answered")
        actions.Rate(office="satisfied", agency=level, reason=RatingReason.objects.get(code="late-overdue").pk).run(
            Actor.citizen(petition.pk), petition.pk
        )
    open_looks()
    return made


def test_a_telephone_without_script_rates_by_the_link(browser: Browser, live_server, city: City) -> None:
    """Given a small screen in elder mode and no script, when the link is opened, ticked and sent, then the rating stands, with its reason."""
    petition: Petition = city.bring_to("answered")
    visitor = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="zh-CN")
    visitor.add_cookies([{"name": "mode", "value": "elder", "url": live_server.url}])
    page = visitor.new_page()
    page.goto(f"{live_server.url}/rate/{token_for(petition.pk, petition.answer_id or 0)}/")
    _look(page, "link")
    page.locator("main button.primary").click()
    assert page.locator(".errors a").count() == 2
    page.locator("[name=office][value=satisfied]").check()
    page.locator("[name=agency][value=dissatisfied]").check()
    page.locator("[name=reason]").select_option(label="超过了期限")
    page.locator("main button.primary").click()
    assert "谢谢您的评价" in page.locator("h1").inner_text()
    visitor.close()
    bad = Rating.objects.get(petition=petition, about="agency")
    assert (bad.level, bad.how, bad.reason and bad.reason.code) == ("dissatisfied", "link", "late-overdue")


@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_can_be_used_by_all(browser: Browser, live_server, city: City, width: int) -> None:
    """Given each page, then axe finds nothing, and nothing is wider than the screen."""
    found: list[str] = []
    look = SecondLook.objects.get()
    token = token_for(look.petition_id, look.answer_id)
    open_one: Petition = city.bring_to("answered")
    with at_the_desk(browser, live_server.url, city.who(city.office, Role.SUPERVISOR), width=width) as page:
        for path in (
            "desk/satisfaction/", "desk/satisfaction/list/", "desk/second-looks/", f"desk/second-looks/{look.pk}/",
            f"rate/{token_for(open_one.pk, open_one.answer_id or 0)}/", f"rate/{token}/",
        ):  # fmt: skip
            page.goto(f"{live_server.url}/{path}")
            found += faults(page)
            _look(page, f"{width}-{path.replace('/', '_')[:24]}")
    with at_the_desk(browser, live_server.url, city.who(city.office, Role.SYSTEM_ADMINISTRATOR), width=width) as page:
        for path in ("desk/setup/ratings/", "desk/setup/reasons/"):
            page.goto(f"{live_server.url}/{path}")
            found += faults(page)
            _look(page, f"{width}-{path.replace('/', '_')}")
    assert found == []


def _look(page, name: str) -> None:
    if folder := os.environ.get("YIWANG_TEST_PICS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
