"""督查督办 in a real browser: usable by all, on a telephone and at a desk."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City
from tests.supervision.given import over

from yiwang.supervision.changes import pause
from yiwang.supervision.ladder import seed_ladder
from yiwang.supervision.models import Finding, Step
from yiwang.supervision.scan import scan
from yiwang.workdays.counting import office_date


@pytest.fixture
def city(transactional_db: None) -> City:
    made = City()
    seed_ladder()
    for days in (1, 4, -3):
        over(made.bring_to("accepted"), days)
    event = made.bring_to("accepted", made.parks)
    now = datetime.now(UTC)
    Finding.objects.create(
        kind="rated_badly", petition=event, agency=made.parks, about_id=event.pk, since=now, found_at=now
    )
    scan()
    pause(made.actor(made.office, "supervisor"), office_date(now) + timedelta(days=3), "机构改革", agency=made.parks)
    return made


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_the_pages_of_supervision_can_be_used_by_all(
    browser: Browser, live_server, city: City, width: int, theme: str
) -> None:
    """Given findings, a pause and the ladder, when a supervisor goes through every page, then axe finds nothing and nothing runs over."""
    event, step = Finding.objects.get(kind="rated_badly"), Step.objects.all()[0]
    late = Finding.objects.filter(kind="late")[0]
    pages = [
        "", "?kind=rated_badly", "?kind=shifted", f"findings/{event.pk}/", f"findings/{late.pk}/", "pauses/",
        f"pauses/add/?petition={late.petition.number}", "ladder/", f"ladder/{step.pk}/", "settings/",
    ]  # fmt: skip
    found = []
    with at_the_desk(browser, live_server.url, city.who(city.office, "supervisor"), width=width, theme=theme) as page:
        for path in pages:
            page.goto(f"{live_server.url}/desk/supervision/{path}")
            found += [(path, fault) for fault in faults(page)]
    assert found == []
