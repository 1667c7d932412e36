"""The supervisor's board: its figures are its lists, each sees what they may, and it runs a fixed number of statements."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.supervision.given import over

from yiwang.agencies.models import Agency, Role
from yiwang.journal.models import Record
from yiwang.petitions.models import Entry, Petition
from yiwang.supervision import kinds
from yiwang.supervision.detectors import Found
from yiwang.supervision.grounds import Ground
from yiwang.supervision.kinds import KINDS, Kind
from yiwang.supervision.ladder import seed_ladder
from yiwang.supervision.models import Finding, Pause, Settings, Step
from yiwang.vault.sealing import open_under

if TYPE_CHECKING:
    from tests.given import City

BOARD = "/desk/supervision/"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits, one lasting kind, and one flag."""

    def nothing(petitions: Any, now: datetime) -> Iterator[Found]:
        return iter(())

    for code, flag in (("test_event", False), ("test_flag", True)):
        kind = Kind(
            code=code, label=code, detector=nothing, ground=Ground.PERFUNCTORY, lasting=True, flag=flag,
            says="%(times)d 次",
        )  # fmt: skip
        monkeypatch.setitem(KINDS, code, kind)
    assert kinds.KINDS is KINDS


def found(petition: Petition, kind: str, agency: Agency | None, days: int = 1) -> Finding:
    """Write an open finding, so many days old."""
    since = datetime.now(UTC) - timedelta(days=days)
    limits = {"rule": "handling", "due_on": (since - timedelta(days=1)).date().isoformat()}
    detail = limits if KINDS[kind].urges else {"times": 2}
    return Finding.objects.create(
        kind=kind, petition=petition, agency=agency, about_id=petition.pk, since=since, found_at=since, detail=detail
    )


def client_of(city: "City", agency: Agency, role: Role, *, compartment: bool = False) -> Client:
    client = Client()
    client.force_login(city.who(agency, role, compartment))
    return client


def figures(client: Client) -> dict[str, int]:
    return {kind.code: number for kind, number in client.get(BOARD).context["figures"].kinds if number}


def listed(client: Client, query: str) -> list[str]:
    return [row.finding.petition.number for row in client.get(f"{BOARD}?{query}").context["rows"]]


def test_each_figure_is_the_length_of_its_list(city: "City") -> None:
    """Given findings of three kinds with two agencies and nobody, then every number leads to as many rows, the oldest first."""
    petitions = [city.bring_to("accepted") for _each in range(5)]
    found(petitions[0], "late", city.housing, 3)
    found(petitions[1], "late", city.parks, 9)
    found(petitions[2], "soon", city.housing)
    found(petitions[3], "test_event", None)
    ended = found(petitions[4], "late", city.housing)
    Finding.objects.filter(pk=ended.pk).update(ended_at=datetime.now(UTC))
    client = client_of(city, city.office, Role.SUPERVISOR)
    assert figures(client) == {"late": 2, "soon": 1, "test_event": 1}
    assert listed(client, "kind=late") == [petitions[1].number, petitions[0].number]
    context = client.get(BOARD).context
    loads = {row.agency: row for row in context["first"]}
    assert {agency and agency.name: row.total for agency, row in loads.items()} == {"住建局": 2, "园林局": 1, None: 1}
    for row in loads.values():
        for kind, href, number in row.parts:
            assert len(listed(client, href.removeprefix("?"))) == number, kind.code


def test_a_row_leads_to_the_petition_and_says_how_late(city: "City") -> None:
    """Given a finding of yesterday about a limit that ended the day before, then its row names petition, agency and days."""
    petition = city.bring_to("accepted")
    row = found(petition, "late", city.housing)
    due_on = date.fromisoformat(row.detail["due_on"])
    days = (datetime.now(UTC) + timedelta(hours=8)).date() - due_on
    page = client_of(city, city.office, Role.SUPERVISOR).get(BOARD).content.decode()
    assert f"/desk/petitions/{petition.number}/" in page
    assert f"/desk/petitions/{petition.number}/do/urge/" in page
    assert f"已超期 {days.days} 天" in page
    assert "住建局" in page
    assert 'hx-trigger="every 60s"' in page


@pytest.mark.parametrize(
    ("where", "role", "status"),
    [
        ("office", Role.SUPERVISOR, 200), ("office", Role.LEADER, 200), ("office", Role.OFFICE_HANDLER, 200),
        ("office", Role.INTAKE_CLERK, 403), ("housing", Role.APPROVER, 403), ("housing", Role.AGENCY_HANDLER, 403),
        ("office", Role.AUDITOR, 403), ("housing", Role.LEADER, 200),
    ],
)  # fmt: skip
def test_who_opens_the_board(city: "City", where: str, role: Role, status: int) -> None:
    """Given each post, then supervisors, leaders and the office's handlers open the board and nobody else."""
    assert client_of(city, getattr(city, where), role).get(BOARD).status_code == status


def test_a_county_sees_the_county(city: "City") -> None:
    """Given a late petition in the city and one in the county, then the county's supervisor sees that of the county, and its figures."""
    found(city.bring_to("accepted", city.housing), "late", city.housing)
    county = city.bring_to("accepted", city.county_housing)
    found(county, "late", city.county_housing)
    client = client_of(city, city.county_office, Role.SUPERVISOR)
    assert figures(client) == {"late": 1}
    assert listed(client, "kind=late") == [county.number]


def test_flags_are_for_supervisors_of_an_office_alone(city: "City") -> None:
    """Given a hint of gaming at the housing bureau, then the office's leader and the bureau's own supervisor find it nowhere."""
    petition = city.bring_to("accepted")
    flag = found(petition, "test_flag", city.housing)
    assert figures(client_of(city, city.office, Role.SUPERVISOR)) == {"test_flag": 1}
    for agency, role in (
        (city.office, Role.LEADER),
        (city.office, Role.OFFICE_HANDLER),
        (city.housing, Role.SUPERVISOR),
    ):
        client = client_of(city, agency, role)
        context = client.get(f"{BOARD}?kind=test_flag").context
        assert "test_flag" not in {kind.code for kind, _number in context["figures"].kinds}
        assert (context["kind"].code, context["rows"], context["first"]) == ("late", [], [])
        assert client.get(f"{BOARD}findings/{flag.pk}/").status_code == 404


def test_an_accusation_is_there_for_its_readers_alone(city: "City") -> None:
    """Given a late accusation against the housing bureau, then without the compartment, and at the bureau, there is nothing to see."""
    petition = city.file("局长收钱", purpose=Petition.Purpose.ACCUSATION, accused=city.housing)
    row = found(petition, "late", city.office)
    event = found(petition, "test_event", city.office)
    reader = client_of(city, city.office, Role.SUPERVISOR, compartment=True)
    assert figures(reader) == {"late": 1, "test_event": 1}
    page = reader.get(BOARD).content.decode()
    assert "〔检举控告，内容密封〕" in page
    assert "局长收钱" not in page
    for client in (
        client_of(city, city.office, Role.SUPERVISOR),
        client_of(city, city.housing, Role.LEADER, compartment=True),
    ):
        assert figures(client) == {}
        assert client.get(BOARD).context["first"] == []
        for finding in (row, event):
            assert client.get(f"{BOARD}findings/{finding.pk}/").status_code == 404
            assert client.post(f"{BOARD}findings/{finding.pk}/", {"reason": "看过"}).status_code == 404
        assert client.get(f"{BOARD}pauses/add/?petition={petition.number}").status_code == 404
    assert Finding.objects.filter(ended_at=None).count() == 2


def test_an_event_is_dealt_with_once_with_a_reason(city: "City") -> None:
    """Given an event, when it is dealt with, then it ends with the reason sealed and a line of the log; a second time is refused."""
    petition = city.bring_to("accepted")
    row = found(petition, "test_event", city.housing)
    client = client_of(city, city.office, Role.SUPERVISOR)
    address = f"{BOARD}findings/{row.pk}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 422
    row.refresh_from_db()
    assert row.is_open
    assert client.post(address, {"reason": "已电话提醒"}).status_code == 303
    row.refresh_from_db()
    assert (row.ended_because, row.ended_by) == ("dealt_with", city.who(city.office, Role.SUPERVISOR))
    assert "已电话提醒".encode() not in bytes(row.sealed_reason)
    assert open_under(petition.key, row, "sealed_reason") == "已电话提醒"
    [line] = Record.objects.filter(act="deal_with_finding")
    assert (line.subject_id, line.reason) == (petition.pk, "test_event")
    assert client.post(address, {"reason": "再来一次"}).status_code == 422
    assert Record.objects.filter(act="deal_with_finding").count() == 1
    assert client.get(address).status_code == 200


def test_what_ends_by_itself_is_not_dealt_with(city: "City") -> None:
    """Given a late petition, when somebody marks it as dealt with, then it is refused and stays open."""
    row = found(city.bring_to("accepted"), "late", city.housing)
    client = client_of(city, city.office, Role.SUPERVISOR)
    assert client.get(f"{BOARD}findings/{row.pk}/").status_code == 200
    assert client.post(f"{BOARD}findings/{row.pk}/", {"reason": "算了"}).status_code == 422
    row.refresh_from_db()
    assert row.is_open


def test_the_list_is_paged_without_losing_a_row(city: "City", monkeypatch: pytest.MonkeyPatch) -> None:
    """Given five rows and pages of two, when read to the end, then each is seen once, the oldest first."""
    monkeypatch.setattr("yiwang.desk.supervision.board.PAGE", 2)
    petitions = [city.bring_to("accepted") for _each in range(5)]
    for days, petition in enumerate(petitions, 1):
        found(petition, "late", city.housing, days)
    client = client_of(city, city.office, Role.SUPERVISOR)
    seen, after = [], ""
    for _page in range(3):
        context = client.get(f"{BOARD}?kind=late&after={after}").context
        seen += [row.finding.petition_id for row in context["rows"]]
        after = context["after"]
    assert seen == [petition.pk for petition in reversed(petitions)]
    assert after == ""


@pytest.mark.parametrize("after", ["x", "1_", "1e400_1", "nan_1", f"1_{2**63}", "-99999999999999_1"])
def test_a_place_that_is_none_shows_the_first_page(city: "City", after: str) -> None:
    """Given an address that somebody made up, then the first page is shown."""
    found(city.bring_to("accepted"), "late", city.housing)
    assert len(listed(client_of(city, city.office, Role.SUPERVISOR), f"kind=late&after={after}")) == 1


@pytest.mark.parametrize(("where", "statements"), [("office", 6), ("county_office", 7)])
def test_the_board_runs_a_fixed_number_of_statements(
    city: "City", where: str, statements: int, django_assert_num_queries: Any
) -> None:
    """Given one row or six, then the board takes as many statements."""
    client = client_of(city, getattr(city, where), Role.SUPERVISOR)
    for many in (1, 5):
        for _each in range(many):
            found(city.bring_to("accepted", city.county_housing), "late", city.county_housing)
        with django_assert_num_queries(statements):
            assert client.get(BOARD).status_code == 200


def test_the_ladder_is_changed_at_the_desk(city: "City") -> None:
    """Given the first ladder, when a step is changed, added and taken off, then the ladder is so, with a line each."""
    seed_ladder()
    client = client_of(city, city.office, Role.SUPERVISOR)
    first = Step.objects.get(number=1)
    given = {"rule": "", "number": "1", "measure": "percent", "at": "90", "to": "handler"}
    assert client.get(f"{BOARD}ladder/{first.pk}/").status_code == 200
    assert client.post(f"{BOARD}ladder/{first.pk}/", given).status_code == 303
    assert client.get(f"{BOARD}ladder/add/").status_code == 200
    added = {"rule": "review", "number": "1", "measure": "days_over", "at": "0", "to": "head"}
    assert client.post(f"{BOARD}ladder/add/", added).status_code == 303
    last = Step.objects.get(rule="", number=4)
    assert client.post(f"{BOARD}ladder/{last.pk}/", {**given, "number": "4", "remove": "on"}).status_code == 303
    assert list(Step.objects.values_list("rule", "number", "measure", "at", "to")) == [
        ("", 1, "percent", 90, "handler"),
        ("", 2, "percent", 100, "head"),
        ("", 3, "days_over", 3, "superior"),
        ("review", 1, "days_over", 0, "head"),
    ]
    acts = Record.objects.filter(act__contains="urging_step").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["set_urging_step", "set_urging_step", "remove_urging_step"]
    page = client.get(f"{BOARD}ladder/").content.decode()
    assert "期限用去 90%" in page
    assert client.post(f"{BOARD}ladder/add/", {**added, "number": "1"}).status_code == 422


def test_the_settings_are_changed_at_the_desk(city: "City") -> None:
    """Given the office's own share and hours, when saved, then they hold; hours that end before they begin are refused."""
    client = client_of(city, city.office, Role.SUPERVISOR)
    given = {"soon_percent": "70", "look_back_days": "90", "urge_from": "08:30", "urge_until": "17:30"}
    assert client.get(f"{BOARD}settings/").status_code == 200
    assert client.post(f"{BOARD}settings/", {**given, "urge_until": "08:00"}).status_code == 422
    assert not Settings.objects.exists()
    assert client.post(f"{BOARD}settings/", given).status_code == 303
    row = Settings.objects.get()
    assert (row.soon_percent, row.look_back_days, row.urge_from, row.urge_until) == (70, 90, time(8, 30), time(17, 30))
    assert Record.objects.filter(act="set_supervision").count() == 1


def test_a_county_s_supervisor_reads_the_ladder_and_changes_nothing(city: "City") -> None:
    """Given a county's supervisor, then the ladder is shown, and its forms are not there."""
    seed_ladder()
    client = client_of(city, city.county_office, Role.SUPERVISOR)
    assert client.get(f"{BOARD}ladder/").status_code == 200
    for address in ("ladder/add/", f"ladder/{Step.objects.all()[0].pk}/", "settings/"):
        assert client.get(f"{BOARD}{address}").status_code == 404


def test_a_pause_is_made_seen_and_ended_at_the_desk(city: "City") -> None:
    """Given a petition and an agency, when urging is paused about both, then the page shows both, and one is ended from there."""
    petition = city.bring_to("accepted")
    over(petition, 1)
    client = client_of(city, city.office, Role.SUPERVISOR)
    until = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    assert client.get(f"{BOARD}pauses/").status_code == 200
    found(petition, "late", city.parks)
    assert (
        f"pauses/add/?agency={city.parks.pk}"
        in client.get(f"{BOARD}?kind=late&agency={city.parks.pk}").content.decode()
    )
    for what in (f"petition={petition.number}", f"agency={city.parks.pk}"):
        assert client.get(f"{BOARD}pauses/add/?{what}").status_code == 200
        assert client.post(f"{BOARD}pauses/add/?{what}", {"until": until, "reason": "等鉴定结论"}).status_code == 303
    page = client.get(f"{BOARD}pauses/").content.decode()
    assert petition.number in page
    assert page.count("等鉴定结论") == 2
    row = Pause.objects.get(petition=petition)
    assert client.post(f"{BOARD}pauses/{row.pk}/end/").status_code == 303
    row.refresh_from_db()
    assert row.ended_by == city.who(city.office, Role.SUPERVISOR)
    assert client.get(f"{BOARD}pauses/add/").status_code == 404


def test_a_supervisor_urges_by_hand_from_the_petition_page(city: "City") -> None:
    """Given something owed, when a supervisor sends the form, then the words stand in the petition's life and the version stays."""
    petition = city.bring_to("accepted")
    client = client_of(city, city.office, Role.SUPERVISOR)
    address = f"/desk/petitions/{petition.number}/do/urge/"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"words": "请本周内办结。", "version": petition.version})
    assert answer.status_code == 303
    assert Entry.objects.filter(petition=petition, action="urge", actor_kind="staff").count() == 1
    page = client.get(f"/desk/petitions/{petition.number}/").content.decode()
    assert "催办“办理答复”：住建局" in page
    assert "请本周内办结。" in page
    assert Petition.objects.get(pk=petition.pk).version == petition.version
