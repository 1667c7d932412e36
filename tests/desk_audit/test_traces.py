"""Each look, search and refusal at the desk leaves its line, from where; of those who petition none says from where."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from tests.desk.test_access import address_of, desk_addresses
from tests.given import City, staff

import yiwang
from yiwang.agencies.models import ADMINISTRATORS, Region, Role
from yiwang.desk.access import ANYBODY
from yiwang.desk.audit.words import ACTS, WHY
from yiwang.journal.models import Record
from yiwang.petitions.actors import READS_PETITIONS
from yiwang.petitions.models import Petition

pytestmark = pytest.mark.django_db

HERE = "127.0.0.1"


@pytest.fixture
def everybody(city: City) -> list[Client]:
    """Somebody who holds every post at the office that reads petitions, and each of the administrators."""
    people = [staff("all", *((city.office, role) for role in READS_PETITIONS))]
    people += [city.who(city.office, role) for role in ADMINISTRATORS]
    clients = [Client() for _person in people]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    return clients


@pytest.fixture
def petition(city: City) -> Petition:
    return city.bring_to("answered", city.housing)


def of_a_petition() -> Iterator[URLPattern]:
    """Yield the addresses that name a petition and nothing below it."""
    for pattern in desk_addresses():
        names = set(pattern.pattern.converters)
        if "number" in names and names <= {"number", "action", "kind"}:
            yield pattern


def test_every_page_of_a_petition_leaves_a_line(everybody: list[Client], petition: Petition) -> None:
    """Given all pages that name a petition, when one of them is shown to somebody, then a line about that petition is left."""
    shown = []
    for pattern in of_a_petition():
        values = {"number": petition.number, "action": "note", "kind": "guidance"}
        address = reverse(f"desk:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})
        for client in everybody:
            before = Record.objects.filter(subject_kind="petition", subject_id=petition.pk).count()
            if client.get(address).status_code == 200:
                after = Record.objects.filter(subject_kind="petition", subject_id=petition.pk).count()
                shown.append((pattern.name, after - before))
    assert not [name for name, lines in shown if lines != 1]
    assert {"petition", "do", "unseal", "papers", "who_saw"} <= {name for name, _lines in shown}


def test_every_line_of_staff_says_from_where(everybody: list[Client], petition: Petition) -> None:
    """Given a walk over all addresses of the desk, then each line that a member of staff left bears the address they came from."""
    Record.objects.all().delete()
    for pattern in desk_addresses():
        for client in everybody:
            client.get(address_of(pattern))
    everybody[0].get(reverse("desk:petition", args=[petition.number]))
    lines = Record.objects.filter(actor_kind="staff")
    assert lines.count() > 10
    assert set(lines.values_list("origin", flat=True)) == {HERE}


def test_nobody_who_petitions_is_traced(city: City, client: Client) -> None:
    """Given a petition looked up and one filed at the portal, then their lines say of no address."""
    from yiwang.petitions.numbers import lookup_code

    petition = city.file()
    client.post(reverse("portal:lookup"), {"number": petition.number, "code": lookup_code(petition.number)})
    assert Record.objects.filter(actor_kind="citizen", act="look").count() == 1
    assert set(Record.objects.values_list("origin", flat=True)) == {""}


def test_every_refused_page_leaves_a_line(city: City, client: Client) -> None:
    """Given an auditor, when pages of others are asked for, then each refusal is a line that names the page."""
    auditor = city.who(city.office, Role.AUDITOR)
    client.force_login(auditor)
    closed = [
        pattern
        for pattern in desk_addresses()
        if (rule := getattr(pattern.callback, "access", None)) != ANYBODY and rule and Role.AUDITOR not in rule
    ]
    for pattern in closed:
        client.get(address_of(pattern))
    lines = Record.objects.filter(act="open_page", actor_id=auditor.pk, result="refused", reason="not_entitled")
    assert sorted(lines.values_list("subject_kind", flat=True)) == sorted(str(pattern.name) for pattern in closed)


def test_what_is_hidden_leaves_the_same_line_as_what_is_not_there(city: City, client: Client) -> None:
    """Given an accusation against an agency, when it and a number that nobody has are asked for there, then the lines are alike."""
    accusation = city.file(purpose="accusation", accused=city.housing)
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    for number in (accusation.number, "2611-4827-3915-0"):
        assert client.get(reverse("desk:petition", args=[number])).status_code == 404
    lines = Record.objects.filter(act="open_page").values_list(
        "subject_kind", "subject_id", "reason", "result", "origin"
    )
    assert list(lines) == [("petition", None, "not_found", "refused", HERE)] * 2


@pytest.mark.parametrize(
    ("query", "how"), [({"q": "路灯"}, "words"), ({"q": "2611-4827-3915-0"}, "number"), ({"state": "filed"}, "filters")]
)
def test_a_search_leaves_a_line_without_its_words(city: City, client: Client, query: dict[str, str], how: str) -> None:
    """Given a list, when it is searched, then a line says where and how, and never for what."""
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    client.get(reverse("desk:petitions"), query)
    line = Record.objects.get(act="search")
    assert (line.subject_kind, line.subject_id, line.reason) == ("petitions", None, how)


def test_a_list_that_nobody_searched_leaves_none(city: City, client: Client) -> None:
    """Given the list of all petitions, when it is only opened, then no search is noted."""
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    client.get(reverse("desk:petitions"))
    assert not Record.objects.filter(act="search").exists()


def test_the_admins_tables_leave_lines_too(city: City, client: Client) -> None:
    """Given the tables of Django's admin, when a row is added and changed, then both are in the log, from where."""
    client.force_login(city.who(city.office, Role.SYSTEM_ADMINISTRATOR))
    given: dict[str, Any] = {
        "code": "north",
        "name": "北区",
        "name_en": "",
        "active": "on",
        "level": "county",
        "parent": city.office.region_id,
        "position": 0,
    }
    client.post("/admin/agencies/region/add/", given)
    added = Region.objects.get(code="north")
    client.post(f"/admin/agencies/region/{added.pk}/change/", {**given, "name": "北区（新）"})
    lines = Record.objects.order_by("id").values_list("act", "subject_kind", "subject_id", "origin")
    assert list(lines) == [(act, "region", added.pk, HERE) for act in ("admin_add", "admin_change")]


def acts_of(tree: ast.AST) -> Iterator[str]:
    """Yield the codes that a module gives to the functions that write lines."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in {"line", "_line", "note", "_note", "traced"}:
            continue
        for given in call.args[:2]:
            for part in [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and "_" in part.value:
                    yield part.value


def test_every_act_of_the_log_has_its_words() -> None:
    """Given the codes that the product writes into the log, then the auditor reads each of them in words."""
    acts = {
        act
        for path in Path(yiwang.__file__).parent.rglob("*.py")
        for act in acts_of(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(acts) > 20
    assert sorted(acts - set(ACTS) - set(WHY)) == []
