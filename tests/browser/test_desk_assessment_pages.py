"""The pages of the assessment in a browser: without a fault that axe finds, on a telephone and on a desk."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults
from tests.given import City
from tests.performance.assessed import figure, head, scheme_of, supervisor

from yiwang.performance.assessment import disputes, running, schemes
from yiwang.performance.models import Assessment
from yiwang.workdays.counting import office_date


@pytest.mark.parametrize("width", [360, 1440])
def test_pages_without_faults(browser: Browser, live_server: Any, transactional_db: None, width: int) -> None:
    """Given a run with a dispute and a draft, when the supervisor goes through every page, then axe finds no fault."""
    city = City()
    petition = city.again(city.bring_to("answered"))
    today = office_date(datetime.now(UTC))
    asker = supervisor(city).staff
    made = Assessment.objects.create(
        scheme=scheme_of(city), first_day=today - timedelta(days=30), last_day=today, asked_by=asker,
        asked_at=datetime.now(UTC),
    )  # fmt: skip
    running.compute_asked(made.pk)
    made.refresh_from_db()
    indicator = figure(made, city.housing, 2).indicator_id
    asked = disputes.dispute(head(city), made.pk, city.housing.pk, indicator, petition.number, "out", "信访人要求的")
    draft = schemes.add_scheme(supervisor(city), 2026, "agencies", "第二版草稿")
    first = draft.indicators.get(position=1)
    pages = [
        "assessment/", f"assessment/{made.pk}/", f"assessment/{made.pk}/{city.housing.pk}/",
        f"assessment/{made.pk}/{city.housing.pk}/{indicator}/reopened/", f"assessment/disputes/{asked.pk}/",
        f"assessment/schemes/{made.scheme_id}/", f"assessment/schemes/{draft.pk}/",
        f"assessment/schemes/{draft.pk}/indicator/{first.pk}/",
    ]  # fmt: skip
    found: list[str] = []
    with at_the_desk(browser, live_server.url, city.who(city.office, "supervisor"), width=width) as page:
        for path in pages:
            page.goto(f"{live_server.url}/desk/{path}")
            found += faults(page)
    with at_the_desk(browser, live_server.url, city.who(city.housing, "leader"), width=width) as page:
        page.goto(f"{live_server.url}/desk/assessment/{made.pk}/{city.housing.pk}/dispute/")
        found += faults(page)
    assert found == []
