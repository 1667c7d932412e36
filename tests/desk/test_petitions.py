"""The list of all petitions: filters, search and persons, always within what the reader may see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.test_mine import statements
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.desk.work.listing import kind_of
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.models import Category, Petition
from yiwang.petitions.visibility import visible_to

ADDRESS = "/desk/petitions/"


def found(client: Client, **query: Any) -> set[str]:
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200
    return {row.petition.number for row in answer.context["rows"]}


@pytest.mark.parametrize("rows", [10, 100])
@pytest.mark.parametrize("query", [{}, {"due": "week", "state": "filed"}])
def test_statements_do_not_grow(city: City, client: Client, rows: int, query: dict[str, str]) -> None:
    """Given 10 or 100 petitions, when the list is opened, then it takes 7 statements, one to count a second page, one to log a search."""
    for number in range(rows):
        city.file(f"路灯第{number}盏不亮", received_at=datetime.now(UTC) - timedelta(days=10))
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(ADDRESS, query)
    assert len(answer.context["rows"]) == min(rows, 50)
    assert len(statements(queries)) == 7 + (rows > 50) + bool(query)


@pytest.mark.parametrize("rows", [10, 100])
def test_searching_takes_few_statements(city: City, client: Client, rows: int) -> None:
    """Given 10 or 100 petitions, when searched, then the way to the hits costs at most three statements more."""
    for number in range(rows):
        city.file(f"路灯第{number}盏不亮")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(ADDRESS, {"q": "路灯"})
    assert len(answer.context["rows"]) == min(rows, 50)
    assert len(statements(queries)) <= 10


def test_filters(city: City, client: Client) -> None:
    """Given petitions that differ in one thing each, when filtered by it, then exactly those are shown."""
    now = datetime.now(UTC)
    top = Category.objects.create(code="t-roads", name="道路")
    leaf = Category.objects.create(code="t-lamps", name="路灯", parent=top)
    plain = city.file()
    lamp = city.file("路灯", category=leaf)
    letter = city.file("来信一件", channel="letter")
    suggestion = city.file("建议", purpose="suggestion")
    county = city.file("县里的", region=city.county_housing.region)
    urgent = city.file("急事", urgent=True)
    late = city.file("久等", received_at=now - timedelta(days=20))
    registered = city.bring_to("registered", subject="已登记")
    accepted = city.bring_to("accepted", subject="已受理")
    actions.Register(repeats=plain).run(city.clerk, letter.pk)
    actions.Merge(into=registered.pk).run(city.officer, suggestion.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert found(client, category=top.pk) == {lamp.number}
    assert found(client, channel="letter") == {letter.number}
    assert found(client, purpose="suggestion") == {suggestion.number}
    assert found(client, region=city.county_housing.region_id) == {county.number}
    assert found(client, kind="urgent") == {urgent.number}
    assert found(client, kind="repeated") == {letter.number}
    assert found(client, kind="merged") == {suggestion.number}
    assert found(client, due="late") == {late.number}
    assert found(client, agency=city.housing.pk) == {accepted.number}
    assert found(client, state="accepted") == {accepted.number}
    day = (now - timedelta(days=19)).date()
    assert found(client, until=day) == {late.number}
    assert late.number not in found(client, since=day + timedelta(days=1))
    assert found(client, state="no such state") == found(client)


def test_keyset_pages_show_each_once(city: City, client: Client) -> None:
    """Given 120 petitions, when all pages are read, by receipt or by deadline, then each stands once and in order."""
    now = datetime.now(UTC)
    for number in range(120):
        city.file(f"第{number}件", received_at=now - timedelta(days=number % 11, seconds=number))
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    for query, order in (({}, ["-id"]), ({"due": "week"}, ["next_due_at", "id"])):
        seen, before = [], ""
        while True:
            answer = client.get(ADDRESS, {**query, **({"before": before} if before else {})})
            seen += [row.petition.pk for row in answer.context["rows"]]
            before = answer.context["older"]
            if not before:
                break
        expected = Petition.objects.order_by(*order)
        if query:
            expected = expected.filter(next_due_at__lte=now + timedelta(days=8), next_due_at__gt=now)
            assert set(seen) <= set(expected.values_list("pk", flat=True))
            assert seen == [pk for pk in expected.values_list("pk", flat=True) if pk in set(seen)]
        else:
            assert seen == list(expected.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "query", ["路灯", "不亮 三单元", "灯不", "A3小区", "ａ3小区", "没有这个词", "灯", "100%_", "'; DROP"]
)
def test_search_is_substring_search_within_what_is_visible(city: City, client: Client, query: str) -> None:
    """Given texts of several agencies, when an agency searches, then it finds what substring search finds among its own."""
    for subject in ("路灯不亮", "A3小区路灯坏", "停水三天", "100%_路灯", "下水道堵"):
        city.bring_to("referred", city.housing, subject=subject)
        city.bring_to("referred", city.parks, subject=f"{subject}（园林）")
    actor = city.handler(city.housing)
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    words = query.lower().replace("ａ", "a").split()
    answer = client.get(ADDRESS, {"q": query})
    if len(query) == 1:
        assert "请至少输入连在一起的两个字" in answer.content.decode()
        return
    expected = {
        one.number
        for one in visible_to(actor)
        if all(word in f"{one.subject}\n{one.text}\n{one.place}".lower() for word in words)
    }
    for order in ("newest", "relevance"):
        assert found(client, q=query, order=order) == expected


def test_a_number_goes_straight_there(city: City, client: Client) -> None:
    """Given a number, however typed, when searched, then its page opens; one of another agency is like one that is not."""
    mine, other = city.bring_to("referred", city.housing), city.bring_to("referred", city.parks)
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    typed = mine.number.replace("-", " ")
    assert client.get(ADDRESS, {"q": typed}).headers["Location"] == f"/desk/petitions/{mine.number}/"
    hidden = client.get(ADDRESS, {"q": other.number}, follow=True)
    assert f"没有找到编号 {other.number}" in hidden.content.decode()


def test_accusations_show_no_word_in_lists(city: City, client: Client) -> None:
    """Given an accusation, when somebody with the compartment lists, then the title is sealed; search finds nothing of it."""
    petition = city.file("科长收了钱", purpose="accusation")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER, compartment=True))
    page = client.get(ADDRESS).content.decode()
    assert petition.number in page
    assert "〔检举控告，内容密封〕" in page
    assert "科长" not in page
    assert found(client, q="科长收了钱") == set()
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert petition.number not in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("199 0000 0001", "phone"),
        ("+86 19900000001", "phone"),
        ("钱大妈", "name"),
        ("qian@example.org", "email"),
        ("11010519491231002X", "id_number"),
    ],
)
def test_found_by_person_exactly_and_logged(city: City, client: Client, typed: str, what: str) -> None:
    """Given what identifies a petitioner, when looked for, then their visible petitions are found, and the look is logged."""
    identity = actions.Identity(
        name="钱大妈", phone="19900000001", email="qian@example.org", id_number="11010519491231002X"
    )
    theirs = city.bring_to("referred", city.housing, identity=identity)
    city.bring_to("referred", city.parks, identity=identity)
    city.bring_to("referred", city.housing, identity=actions.Identity(name="钱大", phone="19900000002"))
    staff = city.who(city.housing, Role.AGENCY_HANDLER)
    client.force_login(staff)
    assert kind_of(typed) == what
    answer = client.post("/desk/petitions/by-person/", {"who": typed, "reason": "contact"})
    assert [row.petition.number for row in answer.context["rows"]] == [theirs.number]
    line = Record.objects.get(act="find_person")
    assert (line.actor_id, line.reason, line.subject_kind, line.subject_id) == (staff.pk, "contact", what, None)


def test_nobody_is_looked_for_without_a_reason(city: City, client: Client) -> None:
    """Given no reason, when a person is looked for, then nothing is shown and nothing is looked up."""
    city.file()
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    answer = client.post("/desk/petitions/by-person/", {"who": "19900000001"})
    assert answer.status_code == 422
    assert answer.context["rows"] is None
    assert "19900000001" in answer.content.decode()
    assert Record.objects.filter(act="find_person").count() == 0
