"""Retention on the desk: the years, and the two steps of a disposal by two persons."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.petitions import disposal
from yiwang.petitions.models import Disposal, Petition, Retention


@pytest.fixture
def due(city: City) -> Petition:
    petition = city.bring_to("closed")
    Petition.objects.filter(pk=petition.pk).update(closed_at=datetime.now(UTC) - timedelta(days=31 * 366))
    return Petition.objects.get(pk=petition.pk)


def test_years_are_entered_with_their_basis(city: City, client: Client) -> None:
    """Given an administrator, when years are entered, then they stand on the page with their basis; a wrong number is told."""
    client.force_login(city.who(city.office, Role.SYSTEM_ADMINISTRATOR))
    address = reverse("desk:setup_retention")
    given = {"accusation": 30, "resolved": 20, "unresolved": 10, "basis": "市档发〔2026〕1号"}
    assert client.post(address, {**given, "resolved": 0}).status_code == 422
    assert Retention.objects.count() == 0
    assert client.post(address, given).status_code == 303
    page = client.get(address).content.decode()
    assert "市档发〔2026〕1号" in page
    assert [(row.kind, row.years) for row in Retention.objects.all()] == [("resolved", 20)]


def test_one_proposes_and_another_confirms(city: City, client: Client, due: Petition) -> None:
    """Given a due petition, when a handler proposes the list, then they cannot confirm it; a leader can, and the worker disposes."""
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert "提出清册" in client.get(reverse("desk:retention")).content.decode()
    answer = client.post(reverse("desk:retention"))
    address = reverse("desk:retention_list", args=[Disposal.objects.get().pk])
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert due.number in client.get(address).content.decode()
    refused = client.post(address, {"decision": "confirm"})
    assert (refused.status_code, "由另一人确认" in refused.content.decode()) == (422, True)
    assert Disposal.objects.get().confirmed_at is None
    client.force_login(city.who(city.office, Role.LEADER))
    assert client.post(address, {"decision": "confirm"}).status_code == 303
    assert disposal.go_on() == 1
    assert "已销毁" in client.get(address).content.decode()
    page = client.get(reverse("desk:petition", args=[due.number]))
    assert (page.status_code, disposal.GONE in page.content.decode()) == (200, True)


def test_a_list_is_given_up(city: City, client: Client, due: Petition) -> None:
    """Given a proposed list, when it is given up, then nothing is destroyed."""
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    client.post(reverse("desk:retention"))
    address = reverse("desk:retention_list", args=[Disposal.objects.get().pk])
    assert client.post(address, {"decision": "cancel"}).status_code == 303
    assert (disposal.go_on(), Petition.objects.get().disposed_at) == (0, None)


def test_only_a_handler_proposes(city: City, client: Client, due: Petition) -> None:
    """Given a leader, when they ask for a list, then there is no such thing for them, and none is made."""
    client.force_login(city.who(city.office, Role.LEADER))
    assert client.post(reverse("desk:retention")).status_code == 404
    assert Disposal.objects.count() == 0


def test_nothing_due_is_told(city: City, client: Client) -> None:
    """Given nothing due, when a list is asked for, then the page says so."""
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    page = client.post(reverse("desk:retention"), follow=True).content.decode()
    assert "没有到期的信访件" in page


def test_of_a_list_that_holds_what_one_may_not_see_nothing_is_told(city: City, client: Client) -> None:
    """Given a list with an accusation, when a handler outside the compartment looks, then neither the list nor its page is there."""
    accusation = city.bring_to("withdrawn", purpose="accusation")
    Petition.objects.filter(pk=accusation.pk).update(closed_at=datetime.now(UTC) - timedelta(days=31 * 366))
    made = disposal.propose(city.who(city.office, Role.OFFICE_HANDLER, compartment=True))
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert "还没有清册" in client.get(reverse("desk:retention")).content.decode()
    assert client.get(reverse("desk:retention_list", args=[made.pk])).status_code == 404
