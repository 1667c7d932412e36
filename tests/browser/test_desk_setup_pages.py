"""Settings, telling and the journal in a real browser: usable by all."""

from datetime import date

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City

from yiwang.agencies.models import Absence
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.deadlines.local import enter_local_limits
from yiwang.petitions.models import Category, Petition, StandardAnswer
from yiwang.workdays.changes import enter_year


@pytest.fixture
def city(transactional_db: None) -> City:
    made = City()
    Category.objects.create(code="lamp", name="路灯", default_agency=made.parks)
    held = made.bring_to("accepted", identity=actions.Identity(name="郑奶奶", phone="19900000055"))
    handler = made.who(made.housing, "agency_handler")
    actions.HandOver(to=handler).run(made.handler(made.housing), held.pk)
    made.file(channel=Petition.Channel.LETTER)
    StandardAnswer.objects.create(title="路灯", text="已派人检修。")
    Absence.objects.create(
        staff=handler, stand_in=made.who(made.housing, "approver"), first_day="2020-01-01", last_day="2099-01-01"
    )
    enter_year(2026, made.who(made.office, "system_administrator").pk)
    enter_local_limits(
        {"refer": 7, "reply": 45},
        date(2099, 1, 1),
        "某市信访局〔2026〕12号",
        made.who(made.office, "system_administrator"),
    )
    return made


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_the_settings_can_be_used_by_all(browser: Browser, live_server, city: City, width: int) -> None:
    admin, handler = city.who(city.office, "system_administrator"), city.who(city.housing, "agency_handler")
    found: list[str] = []
    with at_the_desk(browser, live_server.url, admin, width=width) as page:
        for path in (
            "setup/", "setup/agencies/", "setup/agencies/add/", f"setup/agencies/{city.housing.pk}/", "setup/categories/",
            f"setup/categories/{Category.objects.get().pk}/", "setup/regions/", f"setup/regions/{city.office.region_id}/",
            "setup/staff/", "setup/staff/add/", f"setup/staff/{handler.pk}/", f"setup/staff/{handler.pk}/leave/",
            "setup/answers/", "setup/answers/add/", "setup/calendar/2026/", "setup/calendar/2050/", "setup/outbox/", "setup/limits/",
            "absences/",
        ):  # fmt: skip
            page.goto(f"{live_server.url}/desk/{path}")
            found += faults(page)
        page.goto(f"{live_server.url}/desk/setup/staff/add/")
        page.locator("[name=name]").fill("何新")
        page.locator("[name=username]").fill("he.xin")
        page.locator("main button.primary").click()
        page.locator("code").wait_for()
        found += faults(page)
    assert found == []


@pytest.mark.parametrize("width", [360, 1440])
def test_telling_and_the_journal_can_be_used_by_all(browser: Browser, live_server, city: City, width: int) -> None:
    found: list[str] = []
    with at_the_desk(browser, live_server.url, city.who(city.office, "intake_clerk"), width=width) as page:
        page.goto(f"{live_server.url}/desk/tell/")
        found += faults(page)
        page.goto(f"{live_server.url}/desk/tell/{Notice.objects.filter(route='person').first().pk}/")
        found += faults(page)
    with at_the_desk(browser, live_server.url, city.who(city.office, "auditor"), width=width) as page:
        journal = f"{live_server.url}/desk/audit/"
        number = Petition.objects.values_list("number", flat=True).first()
        for place in (
            "",
            f"petition/{number}/",
            f"person/{city.who(city.office, 'intake_clerk').pk}/",
            "without-task/",
        ):
            page.goto(f"{journal}{place}")
            found += faults(page)
    assert found == []
