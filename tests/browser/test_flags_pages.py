"""What counts as a finding, and an answer as the rules read it: no fault for axe, in either width and theme."""

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City

from yiwang.petitions import actions

EMPTY = "您好！您反映的问题已收悉，我局已转物业公司处理。经查，三单元的灯坏了。"


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (360, "dark")])
def test_the_pages_have_no_faults(browser: Browser, live_server, width: int, theme: str) -> None:
    city = City()
    petition = city.bring_to("accepted")
    actions.DraftAnswer(text=EMPTY, outcome="explain").run(city.handler(city.housing), petition.pk)
    supervisor = city.who(city.office, "supervisor")

    with at_the_desk(browser, live_server.url, supervisor, width=width, theme=theme) as page:
        found = []
        for address in (
            "supervision/kinds/",
            "supervision/kinds/sent_back_times/",
            f"petitions/{petition.number}/answer-read/",
        ):
            answer = page.goto(f"{live_server.url}/desk/{address}")
            assert answer is not None
            assert answer.status == 200
            found += faults(page)

    assert found == []
