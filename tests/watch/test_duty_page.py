"""The duty desk: exact figures, for each reader their own, in a fixed number of statements."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from yiwang.agencies.models import Role
from yiwang.outbox import tally
from yiwang.petitions.models import Petition
from yiwang.watch.heartbeats import Pulse
from yiwang.watch.models import Heartbeat

if TYPE_CHECKING:
    from tests.given import City

FIGURE = re.compile(r'data-figure="(\w+)">.*?<span class="value">([\d,.]+|—)', re.S)
COUNT = re.compile(r"共 ([\d,]+) 件")
STATEMENTS = 18


def client_of(city: "City", role: str = "office_handler", **more: Any) -> Client:
    client = Client()
    client.force_login(city.who(city.office, role, **more))
    return client


def figures(client: Client, address: str = "/desk/duty/") -> dict[str, str]:
    return dict(FIGURE.findall(client.get(address).content.decode()))


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading, as text."""
    table = page.partition(f'id="{heading}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in table.split("<tr>")[1:]]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in row] for row in cells]


def test_the_board_says_what_came_what_waits_and_how_the_platform_fares(city: "City", tmp_path: Any) -> None:
    """Given petitions on their way, a failed mail and a worker, then the board has exactly these, each figure with its list."""
    city.file()
    city.file(channel=Petition.Channel.VISIT, actor=city.clerk, read_back=True)
    city.bring_to("referred")
    Pulse(tmp_path, host="house-1").beat({"deliver messages": {"ok": False}, "make papers": {"ok": True}})
    from yiwang.outbox.models import Notice

    failed = Notice.objects.filter(state="pending").earliest("id")
    Notice.objects.filter(pk=failed.pk).update(attempts=1, last_error="smtp-450")
    tally.count("mail", "smtp-450", lasting=False, now=datetime.now(UTC))
    client = client_of(city)

    page = client.get("/desk/duty/").content.decode()

    found = dict(FIGURE.findall(page))
    mails = Notice.objects.filter(state="pending", route="mail").count()
    assert found == {
        "received_today": "3", "received_hour": "3", "waiting": "3", "late": "0",
        "p95": "—", "errors": "0", "workers": "1", "undelivered": str(mails),
    }  # fmt: skip
    assert rows(page, "coming") == [["网站", "2", "—", "2", "—", "正常"], ["来访", "1", "—", "1", "—", "正常"]]
    assert rows(page, "steps") == [["待登记", "2", "0"], ["待受理", "1", "0"]]
    assert rows(page, "queues")[0] == ["邮件", str(mails), "0", "1", "0"]
    assert rows(page, "reasons") == [["邮件", "smtp-450", "1"]]
    assert [row[:2] for row in rows(page, "ways")] == [["邮件", "没有设好，有消息在等"], ["网络回调", "没有启用"]]
    assert rows(page, "workers")[0][:3] == ["house-1", "0 秒前", "deliver messages"]
    for link in re.findall(
        r'href="(/desk/petitions/\?[^"]+)">(?:<span class="name">.*?class="value">)?(\d+)', page, re.S
    ):
        assert COUNT.search(client.get(unescape(link[0])).content.decode())[1] == link[1], link  # type: ignore[index]


def test_a_channel_that_fell_silent_is_told(city: "City") -> None:
    """Given a channel by which two come in this hour each week, and none today, then the row says so; another one is well."""
    now = datetime.now(UTC)
    for week in (1, 2, 3):
        for minutes in (20, 40):
            at = now - timedelta(weeks=week, minutes=minutes)
            city.file(channel=Petition.Channel.LETTER, actor=city.clerk, received_at=at)
    city.file()
    page = client_of(city).get("/desk/duty/").content.decode()
    found = {row[0]: row[3:] for row in rows(page, "coming")}
    assert found == {"网站": ["1", "0", "正常"], "来信": ["0", "2", "一小时没有来件"]}


def test_each_reader_sees_figures_of_what_they_may_see(city: "City") -> None:
    """Given an accusation and a matter of the county, then the office without the compartment and the county count only their own."""
    city.bring_to("referred")
    city.bring_to("referred", city.county_housing)
    city.file("举报", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    county = Client()
    county.force_login(city.who(city.county_office, Role.OFFICE_HANDLER))
    assert figures(client_of(city))["waiting"] == "2"
    assert figures(client_of(city, "leader", compartment=True))["waiting"] == "3"
    assert figures(county)["waiting"] == "1"
    assert figures(county)["received_today"] == "1"


def test_an_accusation_moves_nothing_that_others_see(city: "City") -> None:
    """Given a board, when an accusation is filed, then neither the office without the compartment nor the administrator sees a figure move."""
    city.bring_to("referred")
    readers = [(client_of(city), "/desk/duty/"), (client_of(city, "system_administrator"), "/desk/duty/machine/")]

    def seen() -> list[str]:
        pages = [client.get(address).content.decode() for client, address in readers]
        return [re.sub(r"csrf.*?>|\d+:\d\d", "", page.partition('class="duty"')[2]) for page in pages]

    before = seen()
    city.file("举报", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    assert seen() == before


def test_the_board_is_a_fixed_number_of_statements(city: "City", django_assert_num_queries: Any, tmp_path: Any) -> None:
    """Given one petition, then many of several channels and workers, then the page runs as many statements."""
    client = client_of(city)
    for number in (1, 4):
        for each in range(number):
            city.bring_to("referred")
            city.file(channel=Petition.Channel.LETTER, actor=city.clerk)
            Pulse(tmp_path, host=f"house-{number}-{each}", pid=1).beat({})
        with django_assert_num_queries(STATEMENTS):
            assert client.get("/desk/duty/").status_code == 200
    assert Heartbeat.objects.count() == 5


def test_the_administrator_sees_the_platform_and_no_figure_of_petitions(city: "City") -> None:
    """Given petitions, then the administrator's page has queues and workers, and links to nothing of petitions."""
    city.bring_to("referred")
    page = client_of(city, "system_administrator").get("/desk/duty/machine/").content.decode()
    assert list(dict(FIGURE.findall(page))) == ["p95", "errors", "workers", "undelivered"]
    assert "没有后台进程在运行" in page
    assert "/desk/petitions/" not in page.partition('class="duty"')[2]
    assert 'href="/desk/setup/outbox/"' in page


def test_it_draws_itself_anew_and_works_without_script(city: "City") -> None:
    """Given the page, then it asks for itself every 20 seconds, politely, and has a link that does the same."""
    page = client_of(city).get("/desk/duty/").content.decode()
    assert 'hx-get="/desk/duty/" hx-trigger="every 20s" hx-select=".duty"' in page
    assert "data-polite" in page
    assert '<a href="/desk/duty/">现在更新</a>' in page


@pytest.mark.parametrize(
    ("role", "duty", "machine"),
    [
        ("intake_clerk", 200, 403), ("office_handler", 200, 403), ("approver", 200, 403), ("supervisor", 200, 403), ("leader", 200, 403),
        ("agency_handler", 403, 403), ("auditor", 403, 403), ("security_administrator", 403, 403), ("system_administrator", 403, 200),
    ],
)  # fmt: skip
def test_who_may_open_it(city: "City", role: str, duty: int, machine: int) -> None:
    """Given each role, then who reads petitions opens the board, and the system administrator the platform's page."""
    client = client_of(city, role)
    assert client.get("/desk/duty/").status_code == duty
    assert client.get("/desk/duty/machine/").status_code == machine
    assert client.get("/desk/duty/alerts/").status_code == machine
