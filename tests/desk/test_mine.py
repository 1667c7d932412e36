"""My work: what waits for me, in order, in few statements, and the next one after each."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.given import City

from yiwang.agencies.models import Absence, Role
from yiwang.desk.work.mine import ORDER, next_waiting, turns, waiting
from yiwang.petitions import actions
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import visible_to
from yiwang.workdays.counting import office_date

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Return the statements without those that only begin and end transactions."""
    return [query["sql"] for query in queries.captured_queries if not query["sql"].startswith(CONTROL)]


def numbers_on(client: Client, address: str = "/desk/") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [line.petition.number for line in answer.context["lines"]]


@pytest.mark.parametrize("rows", [10, 100])
def test_statements_do_not_grow(city: City, client: Client, rows: int) -> None:
    """Given 10 or 100 waiting petitions, when the work-list is opened, then it takes the same 6 statements."""
    for number in range(rows):
        city.file(f"路灯第{number}盏不亮")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/desk/")
    assert len(answer.context["lines"]) == min(rows, 50)
    assert len(statements(queries)) == 6


def test_pages_show_each_once_in_order(city: City, client: Client) -> None:
    """Given 120 petitions of several days, some urgent, when all pages are read, then each stands once, in the list's order."""
    now = datetime.now(UTC)
    for number in range(120):
        city.file(f"第{number}件", received_at=now - timedelta(days=number % 9), urgent=number % 7 == 0)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    seen, address = [], "/desk/"
    while address:
        answer = client.get(address)
        seen += [line.petition.pk for line in answer.context["lines"]]
        address = f"/desk/{answer.context['older']}" if answer.context["older"] else ""
    assert seen == list(Petition.objects.order_by(*ORDER).values_list("pk", flat=True))


def test_each_sees_what_waits_for_them(city: City, client: Client) -> None:
    """Given petitions in each open state, when staff look, then each sees those whose turn is theirs, with the reason."""
    found = {
        state: city.bring_to(state) for state in ("filed", "registered", "referred", "objected", "accepted", "drafted")
    }
    expected = {
        (city.office, Role.INTAKE_CLERK): {"filed": "等您登记"},
        (city.office, Role.OFFICE_HANDLER): {"filed": "等您登记", "registered": "等您转办", "objected": "异议待定"},
        (city.housing, Role.AGENCY_HANDLER): {"referred": "等您受理", "accepted": "等您答复"},
        (city.housing, Role.APPROVER): {"drafted": "等您审核"},
        (city.parks, Role.AGENCY_HANDLER): {},
        (city.office, Role.LEADER): {},
    }
    for (agency, role), waits in expected.items():
        client.force_login(city.who(agency, role))
        lines = client.get("/desk/").context["lines"]
        assert {line.petition.number: line.reason for line in lines} == {
            found[state].number: reason for state, reason in waits.items()
        }, (agency, role)


def test_sent_back_says_so(city: City, client: Client) -> None:
    """Given a draft that was sent back, then the handler's reason is 退回修改."""
    petition = city.bring_to("drafted")
    actions.SendBack(reason="请写依据").run(city.approver(city.housing), petition.pk)
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    assert [line.reason for line in client.get("/desk/").context["lines"]] == ["退回修改"]


def test_late_and_today_are_told_apart(city: City, client: Client) -> None:
    """Given one late, one due today and one due later, then the tabs count and show the first two, the late one on top."""
    now = datetime.now(UTC)
    late = city.file("已超期", received_at=now - timedelta(days=16))
    today = city.file("今天到期", received_at=now - timedelta(days=15))
    later = city.file("以后到期")
    client.force_login(city.who(city.office, Role.INTAKE_CLERK))
    assert numbers_on(client) == [late.number, today.number, later.number]
    assert numbers_on(client, "/desk/?due=late") == [late.number]
    assert numbers_on(client, "/desk/?due=today") == [today.number]
    assert client.get("/desk/").context["counts"] == {"late": 1, "today": 1}


def test_stand_in_sees_the_absent_ones_work(city: City, client: Client) -> None:
    """Given somebody away today, when the stand-in looks, then the work is there, marked for whom."""
    petition = city.bring_to("referred")
    away, stand_in = city.who(city.housing, Role.AGENCY_HANDLER), city.who(city.parks, Role.AGENCY_HANDLER)
    today = office_date(datetime.now(UTC))
    Absence.objects.create(staff=away, stand_in=stand_in, first_day=today, last_day=today)
    client.force_login(stand_in)
    lines = client.get("/desk/").context["lines"]
    assert [(line.petition.number, line.stood_in_for) for line in lines] == [(petition.number, away.name)]
    assert f"代 {away.name}" in client.get("/desk/").content.decode()


def test_co_agencies_find_what_they_owe(city: City, client: Client) -> None:
    """Given a co-agency that was asked, then its list “to help” shows it until it has reported; the lead's does not."""
    petition = city.bring_to("accepted")
    actions.AskMoreAgencies(co=[city.parks]).run(city.officer, petition.pk)
    client.force_login(city.who(city.parks, Role.AGENCY_HANDLER))
    assert [(line.petition.number, line.reason) for line in client.get("/desk/").context["helping"]] == [
        (petition.number, "协办待收")
    ]
    actions.Receive().run(city.handler(city.parks), petition.pk)
    assert [line.reason for line in client.get("/desk/").context["helping"]] == ["协办待复"]
    actions.CoReport(text="我局意见").run(city.handler(city.parks), petition.pk)
    assert client.get("/desk/").context["helping"] == []
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    assert client.get("/desk/").context["helping"] == []


def test_after_an_action_comes_the_next(city: City, client: Client) -> None:
    """Given three waiting, when the second is done from the list, then the third is shown; after the last, the first left."""
    first, second, third = (
        city.bring_to("registered", received_at=datetime.now(UTC) - timedelta(days=days)) for days in (9, 6, 3)
    )
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))

    def refer(petition: Petition) -> str:
        page = reverse("desk:do", args=[petition.number, "refer"])
        data = {"lead": city.housing.pk, "kind": "transfer", "version": petition.version, "from_list": "mine"}
        return client.post(page, data).headers["Location"]

    assert refer(second) == f"/desk/petitions/{third.number}/?list=mine"
    assert refer(third) == f"/desk/petitions/{first.number}/?list=mine"
    assert refer(first) == "/desk/"


def test_the_same_petition_stays_while_it_is_my_turn(city: City, client: Client) -> None:
    """Given a petition from the list, when it is registered by somebody who also refers, then it stays in front of them."""
    petition = city.file()
    city.file("另一件")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    page = reverse("desk:do", args=[petition.number, "register"])
    data = {"subject": petition.subject, "purpose": "appeal", "persons": 1, "version": 0, "from_list": "mine"}
    assert client.post(page, data).headers["Location"] == f"/desk/petitions/{petition.number}/?list=mine"


def test_nothing_hidden_is_ever_next(city: City) -> None:
    """Given an accusation whose turn is the office's, when a clerk without the compartment looks, then it neither waits nor follows."""
    hidden = city.file("科长收了钱", purpose="accusation")
    open_one = city.file("路灯不亮")
    actor = city.officer
    assert list(waiting(actor)) == [open_one]
    assert next_waiting(actor, waiting_after(hidden), open_one.pk) is None
    assert hidden in set(waiting(city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)))


def waiting_after(petition: Petition):
    from yiwang.desk.work.mine import after

    return after(petition.urgent, petition.next_due_at, petition.pk)


def test_work_list_walks_its_index(city: City) -> None:
    """Given the query of the work-list, when the engine plans it, then each turn is a walk of worklist_turn without a sort."""
    for number in range(30):
        city.file(f"第{number}件")
    actor = city.actor(city.office, Role.INTAKE_CLERK)
    ((agency_id, role),) = turns(actor)
    head = visible_to(actor).filter(turn_agency=agency_id, turn_role=role).exclude(turn_role="").order_by(*ORDER)[:51]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = head.explain()
    assert "worklist_turn" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
