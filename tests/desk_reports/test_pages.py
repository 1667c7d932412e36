"""Reports on the desk and on the portal: who sees which, what may be done, and that pages run a constant number of statements."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.clock import Clock, beijing
from tests.given import City

from yiwang.agencies.models import Agency, Region, Role
from yiwang.papers.workshop import Made
from yiwang.performance.measures import Period
from yiwang.performance.models import Report, ReportSettings
from yiwang.performance.reports import changes, keeping
from yiwang.petitions.models import Category

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22), imported=True)


@pytest.fixture
def report(city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Report]:
    """The bulletin of a week with six petitions of one category and three of another; no PDF is drawn."""
    monkeypatch.setattr(changes.workshop, "draw", lambda docx, title: Made(docx, b"%PDF-drawn", "", ""))
    light, road = Category.objects.create(code="01", name="路灯"), Category.objects.create(code="02", name="道路")
    with Clock(beijing(2026, 11, 18, 9)).wound() as clock:
        for category, number in ((light, 6), (road, 3)):
            for _each in range(number):
                city.file(category=category, region=Region.objects.get(code="county"))
        clock.at = beijing(2026, 11, 23, 6)
        yield keeping.make("weekly", WEEK)


def log_in(client: Client, city: City, agency: Agency, role: Role) -> Client:
    client.force_login(city.who(agency, role))
    return client


def page_of(report: Report) -> str:
    return reverse("desk:report", args=[report.pk])


def do(client: Client, report: Report, what: str, **more: str) -> Any:
    return client.post(page_of(report), {"do": what, **more}, follow=True)


def test_the_page_has_words_charts_and_tables(city: City, report: Report, client: Client) -> None:
    """Given a bulletin, when a supervisor of the office opens it, then words, bars and tables say the same figures."""
    log_in(client, city, city.office, Role.SUPERVISOR)
    shown = client.get(page_of(report)).content.decode()
    assert "信访周简报（2026年第47周）" in shown
    assert "共收到信访9件" in shown
    assert '<td data-label="本期" class="num">6</td>' in shown
    assert '<td data-label="本期" class="num">3</td>' in shown
    assert "待签发" in shown
    assert 'value="sign"' not in shown


def test_words_are_edited_then_signed_then_published(city: City, report: Report, client: Client) -> None:
    """Given a bulletin, when a leader edits its words, signs and publishes it, then the portal shows those words, and no count below five."""
    log_in(client, city, city.office, Role.LEADER)
    words = reverse("desk:report_words", args=[report.pk])
    assert "共收到信访9件" in client.get(words).content.decode()
    given = {f"text_{code}": text for code, text in keeping.words_of(report).texts.items()}
    done = client.post(words, {**given, "text_overview": "本周平稳，共收到九件。", "version": "1"}, follow=True)
    assert "本周平稳，共收到九件。" in done.content.decode()
    stale = client.post(words, {**given, "version": "1"})
    assert (stale.status_code, "别人刚刚改过文字" in stale.content.decode()) == (422, True)
    assert "已签发" in do(client, report, "sign").content.decode()
    assert client.get(words).status_code == 404
    assert "已公开" in do(client, report, "publish").content.decode()

    everybody = Client()
    assert "2026年第47周" in everybody.get(reverse("portal:reports")).content.decode()
    public = everybody.get(reverse("portal:report", args=[report.pk])).content.decode()
    assert "本周平稳，共收到九件。" in public
    assert '<td data-label="本期" class="num">少于5</td>' in public
    assert '<td data-label="本期" class="num">3</td>' not in public
    for form, begins in (("docx", b"PK"), ("pdf", b"%PDF")):
        file = everybody.get(reverse("portal:report_file", args=[report.pk, form]))
        assert file.content.startswith(begins)
    assert everybody.get(reverse("portal:report_file", args=[report.pk, "json"])).status_code == 404

    assert "已撤回" in do(client, report, "recall").content.decode()
    assert everybody.get(reverse("portal:report", args=[report.pk])).status_code == 404
    assert "还没有公开的报告" in everybody.get(reverse("portal:reports")).content.decode()


def test_unpublished_reports_are_the_offices_own(city: City, report: Report, client: Client) -> None:
    """Given an unpublished bulletin, when a leader elsewhere asks for it, then it is not there; published, its public edition is."""
    for agency in (city.housing, city.county_office):
        log_in(client, city, agency, Role.LEADER)
        assert client.get(page_of(report)).status_code == 404
        assert client.get(reverse("desk:report_file", args=[report.pk, "docx"])).status_code == 404
        assert "还没有报告" in client.get(reverse("desk:reports")).content.decode()
    changes.sign(report.pk, city.actor(city.office, Role.LEADER))
    changes.publish(report.pk, city.actor(city.office, Role.LEADER))
    shown = client.get(page_of(report)).content.decode()
    assert "少于5" in shown
    assert "更正" not in shown
    do(client, report, "correct", reason="试试")
    do(client, report, "recall")
    report.refresh_from_db()
    assert (report.published_at is not None, Report.objects.count()) == (True, 1)
    assert client.get(reverse("desk:report_file", args=[report.pk, "json"])).status_code == 404
    assert client.get(reverse("desk:report_file", args=[report.pk, "docx"])).content[:2] == b"PK"


def test_a_correction_leads_to_the_new_version(city: City, report: Report, client: Client) -> None:
    """Given a bulletin, when it is corrected without a reason, then the field says so; with one, the new version is shown beside the old."""
    log_in(client, city, city.office, Role.OFFICE_HANDLER)
    assert do(client, report, "correct", reason="").status_code == 422
    assert Report.objects.count() == 1
    shown = do(client, report, "correct", reason="漏登一件来信").content.decode()
    assert "更正第2版。更正理由：漏登一件来信" in shown
    assert [row.version for row in Report.objects.order_by("version")] == [1, 2]


def test_figures_and_files_are_given_out(city: City, report: Report, client: Client) -> None:
    """Given a bulletin, when the office downloads it, then DOCX, PDF and the figures come, and nothing else does."""
    log_in(client, city, city.office, Role.SUPERVISOR)
    given = {form: client.get(reverse("desk:report_file", args=[report.pk, form])) for form in ("docx", "pdf", "json")}
    assert given["docx"].content.startswith(b"PK")
    assert given["pdf"].content == b"%PDF-drawn"
    assert json.loads(given["json"].content) == report.read()
    assert client.get(reverse("desk:report_file", args=[report.pk, "exe"])).status_code == 404


def test_without_pango_the_page_says_so(
    city: City, report: Report, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a server that cannot draw, when the PDF is asked for, then a plain page says that the DOCX is there."""
    monkeypatch.setattr(changes.workshop, "draw", lambda docx, title: Made(docx, b"", "pango", ""))
    log_in(client, city, city.office, Role.SUPERVISOR)
    answer = client.get(reverse("desk:report_file", args=[report.pk, "pdf"]))
    assert (answer.status_code, "请下载DOCX" in answer.content.decode()) == (409, True)


def test_the_settings_are_the_system_administrators(city: City, client: Client) -> None:
    """Given a system administrator, when the least number of cases is set, then it holds from then on."""
    log_in(client, city, city.office, Role.SYSTEM_ADMINISTRATOR)
    page = reverse("desk:setup_reports")
    assert "排名最少件数" in client.get(page).content.decode()
    assert client.post(page, {"minimum": "0", "from_hour": "6"}).status_code == 422
    assert client.post(page, {"minimum": "25", "from_hour": "6", "imported": "on"}).status_code == 303
    assert (ReportSettings.current().minimum, ReportSettings.current().from_hour) == (25, 6)


@pytest.mark.parametrize("where", ["desk", "portal"])
def test_pages_run_a_constant_number_of_statements(city: City, report: Report, client: Client, where: str) -> None:
    """Given one report, then five, when list and page are opened, then the statements are the same."""
    leader = city.actor(city.office, Role.LEADER)

    def publish(one: Report) -> None:
        changes.sign(one.pk, leader)
        changes.publish(one.pk, leader)

    publish(report)
    log_in(client, city, city.office, Role.SUPERVISOR)
    pages = (reverse(f"{where}:reports"), reverse(f"{where}:report", args=[report.pk]))
    for page in pages:
        client.get(page)

    def counted() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as context:
                assert client.get(page).status_code == 200
            found.append(len(context))
        return found

    few = counted()
    for week in (2, 9):
        publish(keeping.make("weekly", Period(date(2026, 11, week), date(2026, 11, week + 6), imported=True)))
    assert counted() == few
