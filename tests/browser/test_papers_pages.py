"""Papers, their templates and their verification in a real browser: usable by all, at both widths."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.desk_visits import at_the_desk, faults, press
from tests.given import City
from tests.papers.documents import docx
from tests.papers.made import quick_workshop  # noqa: F401  (a fixture)

from yiwang.papers.models import Paper
from yiwang.petitions import actions, papers
from yiwang.petitions.actions.work import Work
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.store.inserting import insert

pytestmark = pytest.mark.usefixtures("quick_workshop")


@pytest.fixture
def petition(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Petition:
    monkeypatch.setattr(Work, "issue", lambda *_what, **_given: None)  # the papers below are all that there are
    city = City()
    made = city.bring_to("answered", identity=actions.Identity(name="钱大妈", phone="19900000001", address="春水路1号"))
    for kind, action in (
        ("receipt", "file"),
        ("referral", "refer"),
        ("notice", "accept"),
        ("opinion", "approve"),
        ("extension", "accept"),
    ):
        entry = made.entries.select_related("referral").get(action=action)
        insert(*papers.owed_by([kind], made, entry))
    papers.make_owed()
    Petition.objects.filter(pk=made.pk).update(delivered_at=datetime.now(UTC))
    made.city = city  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("width", [360, 1440])
def test_the_desk_s_pages_can_be_used_by_all(browser: Browser, live_server, petition: Petition, width: int) -> None:
    city: City = petition.city  # type: ignore[attr-defined]
    opinion = Paper.objects.get(kind="opinion")
    found: list[str] = []
    with at_the_desk(browser, live_server.url, city.who(city.housing, "agency_handler"), width=width) as page:
        own = f"{live_server.url}/desk/petitions/{petition.number}/papers/"
        for address in (own, f"{own}write/opinion/", f"{own}write/mediation/", f"{own}{opinion.pk}/service/"):
            page.goto(address)
            found += faults(page)
        page.goto(f"{own}write/extension/")
        press(page.locator("main button.primary"))
        found += faults(page)
    with at_the_desk(browser, live_server.url, city.who(city.office, "system_administrator"), width=width) as page:
        for path in ("setup/papers/", "setup/papers/assignment/", "setup/papers/numbering/notice/"):
            page.goto(f"{live_server.url}/desk/{path}")
            found += faults(page)
    assert found == []


@pytest.mark.parametrize("width", [360, 1440])
def test_verification_can_be_used_by_all_and_without_a_mouse(
    browser: Browser, live_server, petition: Petition, width: int, tmp_path: Path
) -> None:
    opinion = Paper.objects.get(kind="opinion")
    found: list[str] = []
    file = tmp_path / "意见书.docx"
    file.write_bytes(docx("别的文件"))
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{live_server.url}/verify/")
    found += faults(page)
    page.locator("[name=code]").press_sequentially(str(opinion.code).lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/verify/{opinion.code}/")
    found += faults(page)
    page.locator("[name=file]").set_input_files(file)
    page.locator("main form button").last.press("Enter")
    page.get_by_text("这个文件和我们出具的不一样").wait_for()
    found += faults(page)
    page.goto(f"{live_server.url}/verify/{'0' * 16}/")
    found += faults(page)
    page.goto(f"{live_server.url}/lookup/?number={petition.number}#c={lookup_code(petition.number)}")
    page.locator("main form button").first.press("Enter")
    page.get_by_text("您的文书").wait_for()
    found += faults(page)
    context.close()
    assert found == []
