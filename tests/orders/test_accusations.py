"""An order about an accusation never reaches the accused unit: no list, no count, no mail, no refusal tells of it (arts. 30, 46)."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.given import City, staff
from tests.orders.conftest import Mailbox, Orders

from yiwang.agencies.models import Role, Staff
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_lines
from yiwang.supervision.models import Occasion, Order, OrderStep
from yiwang.supervision.orders.changes import issue, take
from yiwang.supervision.orders.figures import counts
from yiwang.supervision.orders.sources import Record as SourceRecord
from yiwang.supervision.orders.sources import enter
from yiwang.supervision.orders.steps import Side
from yiwang.supervision.orders.telling import readers
from yiwang.supervision.orders.visibility import occasions_seen_by, seen_by
from yiwang.vault.sealing import IN_COMPARTMENT


class Days:
    def __init__(self, orders: Orders) -> None:
        self.first_day = self.last_day = orders.today


@pytest.fixture
def secret(orders: Orders) -> Petition:
    """An accusation against the parks agency, which the office has handed to discipline inspection."""
    city = orders.city
    clerk = city.actor(city.office, Role.INTAKE_CLERK, compartment=True)
    officer = city.actor(city.office, Role.OFFICE_HANDLER, compartment=True)
    petition = city.file(purpose="accusation", subject="收钱才给修", text="园林局有人收钱。", accused=city.parks)
    actions.Register().run(clerk, petition.pk)
    return actions.Refer(lead=city.discipline).run(officer, petition.pk)


@pytest.fixture
def opened(orders: Orders) -> Actor:
    return orders.city.actor(orders.city.office, Role.SUPERVISOR, compartment=True)


@pytest.fixture
def order(orders: Orders, secret: Petition, opened: Actor, mailbox: Mailbox) -> Order:
    """The order to discipline inspection about it; everybody concerned has left a mail address."""
    city = orders.city
    for agency in (city.parks, city.discipline, city.housing):
        for role in (Role.AGENCY_HANDLER, Role.APPROVER, Role.LEADER):
            city.who(agency, role)
    city.who(city.discipline, Role.AGENCY_HANDLER, compartment=True)
    for person in Staff.objects.all():
        Staff.objects.filter(pk=person.pk).update(email=f"{person.pk}@example.org")
    return issue(orders.draft(agency=city.discipline, petitions=[secret.pk], text="请园林局一事从速查清"), opened)


def everybody_else(city: City) -> list[Actor]:
    """Everybody to whom the compartment is not open, and those of the accused unit to whom it is."""
    ordinary = [city.actor(agency, role) for agency in (city.office, city.parks, city.discipline) for role in Role]
    return [*ordinary, city.actor(city.parks, Role.LEADER, compartment=True)]


def test_only_readers_of_the_compartment_see_it(orders: Orders, order: Order, opened: Actor) -> None:
    """Given the order, then whoever has the compartment at the office or at discipline inspection sees it, and nobody else."""
    discipline = orders.city.actor(orders.city.discipline, Role.AGENCY_HANDLER, compartment=True)
    assert [seen_by(actor).count() for actor in (opened, discipline)] == [1, 1]
    for actor in everybody_else(orders.city):
        assert seen_by(actor).count() == 0, actor.posts


def test_its_words_lie_in_the_compartment(order: Order, secret: Petition) -> None:
    """Given the order, then its words and those of its steps are sealed under the accusation's key, and stand nowhere in plain."""
    assert int.from_bytes(bytes(secret.data_key)[:2], "big") & IN_COMPARTMENT
    assert order.data_key == b""
    assert order.text == "请园林局一事从速查清"
    plain = str(Order.objects.values().get()) + str(OrderStep.objects.values().get())
    assert "园林局" not in plain
    assert "楼道灯" not in plain


def test_mails_go_to_readers_alone(orders: Orders, order: Order) -> None:
    """Given the order, then one mail was written, to the one at discipline inspection who reads accusations."""
    reader = orders.city.who(orders.city.discipline, Role.AGENCY_HANDLER, compartment=True)
    assert [person.pk for person in readers(order, Side.ADDRESSEE, orders.now)] == [reader.pk]
    notice = Notice.objects.get(kind="order")
    assert notice.unseal("address") == f"{reader.pk}@example.org"
    assert "园林局" not in notice.unseal("body")
    assert "收钱" not in notice.unseal("body")


def test_pages_and_counts_tell_others_nothing(orders: Orders, order: Order, client: Client) -> None:
    """Given the order, when the accused unit's people open every page, then they are as without it, and the order's own is a 404."""
    city = orders.city
    before = {}
    for role in (Role.AGENCY_HANDLER, Role.LEADER, Role.SUPERVISOR):
        client.force_login(city.who(city.parks, role))
        for name in ("orders", "orders_board", "orders_waiting", "order_sources"):
            page = client.get(reverse(f"desk:{name}")).content.decode()
            assert order.number not in page
            assert "件督办事项" not in page
            before[role, name] = page
        for address in (
            reverse("desk:order", args=[order.number]),
            reverse("desk:order_do", args=[order.number, "receive"]),
        ):
            missing = client.get(reverse("desk:order", args=["2611-0000-0000-0"]))
            answer = client.get(address)
            assert (answer.status_code, missing.status_code) == (404, 404)
    figures = counts(Days(orders), orders.now)
    assert figures.by_agency == {}
    assert figures.accusations == 1


def test_no_step_is_taken_by_others(orders: Orders, order: Order) -> None:
    """Given the order, when anybody else tries a step, then it is not there for them, and nothing changes."""
    before = (Order.objects.values().get(), OrderStep.objects.count(), Entry.objects.count())
    for actor in everybody_else(orders.city):
        with pytest.raises(Refused) as refused:
            take(order.number, "feed_back", actor, orders.given(order, "feed_back"))
        assert refused.value.code == "not_found"
        assert "检举" not in refused.value.message
    assert (Order.objects.values().get(), OrderStep.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize("where", ["parks", "below", "housing"])
def test_no_order_to_the_accused_nor_below(orders: Orders, secret: Petition, opened: Actor, where: str) -> None:
    """Given the accusation, when an order is issued to the accused unit, to one below it, or to one that was never asked, then
    all three are refused in the same words, and nothing is left."""
    city = orders.city
    agency = {"parks": city.parks, "housing": city.housing}.get(where)
    if agency is None:
        agency = city._agency("parks-below", "园林一队", parent=city.parks)
    lines = Record.objects.count()
    with pytest.raises(Refused) as refused:
        issue(orders.draft(agency=agency, petitions=[secret.pk]), opened)
    assert refused.value.code == "not_asked"
    assert refused.value.message == ("这个单位现在不办理这件信访，不能就这件信访向它下达。可以不写信访编号，只写事项。")
    assert not Order.objects.exists()
    assert Record.objects.count() == lines


def test_refused_even_where_the_accused_was_asked(orders: Orders, secret: Petition, opened: Actor) -> None:
    """Given an accusation whose accused unit came to be known after it was asked, then no order reaches it either."""
    Petition.objects.filter(pk=secret.pk).update(accused=orders.city.discipline)
    with pytest.raises(Refused) as refused:
        issue(orders.draft(agency=orders.city.discipline, petitions=[secret.pk]), opened)
    assert refused.value.code == "not_asked"


def test_without_the_compartment_there_is_no_such_petition(orders: Orders, secret: Petition) -> None:
    """Given a supervisor without the compartment, when they name the accusation, then it is as if there were none of that id."""
    said = []
    for petition_id in (secret.pk, 1):
        with pytest.raises(Refused) as refused:
            issue(orders.draft(petitions=[petition_id]), orders.supervisor)
        said.append((refused.value.code, refused.value.message))
    assert said[0] == said[1]
    assert said[0][0] == "not_found"


def test_an_order_that_becomes_one_about_an_accusation(orders: Orders, opened: Actor) -> None:
    """Given an order about a petition that the agency hands back and that then becomes an accusation against that agency, then
    the agency no longer sees the order, and its words have gone into the compartment with the petition."""
    city = orders.city
    petition = city.bring_to("referred")
    order = orders.issued(petitions=[petition.pk])
    assert seen_by(city.handler(city.housing)).count() == 1
    actions.Object(reason="不归我局").run(city.handler(city.housing), petition.pk)
    actions.UpholdObjection(reason="同意").run(city.officer, petition.pk)
    clerk = city.actor(city.office, Role.INTAKE_CLERK, compartment=True)
    Petition.objects.filter(pk=petition.pk).update(lead_agency=None)
    actions.Correct(purpose="accusation", accused=city.housing).run(clerk, petition.pk)
    assert seen_by(city.handler(city.housing)).count() == 0
    assert seen_by(city.actor(city.housing, Role.LEADER, compartment=True)).count() == 0
    assert seen_by(opened).get(pk=order.pk).text == "请查明原因，限期修好。"
    assert counts(Days(orders), orders.now).by_agency == {}


def test_an_instruction_about_it_is_for_readers_alone(orders: Orders, secret: Petition, opened: Actor) -> None:
    """Given a leader's instruction about the accusation, then only readers of the compartment see it; a talk is not entered on it."""
    given = {
        "held_on": orders.today,
        "title": "关于园林局",
        "who": "市委书记",
        "text": "从严查处。",
        "petition": secret.pk,
    }
    made = enter(SourceRecord(kind="instruction", **given), opened)
    assert occasions_seen_by(opened).get() == made
    for actor in everybody_else(orders.city):
        assert occasions_seen_by(actor).count() == 0
    with pytest.raises(Refused) as loose:
        issue(orders.draft("instruction", occasion=made.pk), opened)
    assert loose.value.code == "no_source"  # no item of it goes out without the accusation that keeps it
    item = issue(
        orders.draft("instruction", occasion=made.pk, agency=orders.city.discipline, petitions=[secret.pk]), opened
    )
    assert seen_by(opened).get() == item
    assert seen_by(orders.supervisor).count() == 0
    with pytest.raises(Refused) as refused:
        enter(SourceRecord(kind="talk", agency=orders.city.parks, **given), opened)
    assert refused.value.code == "not_here"
    assert Occasion.objects.count() == 1


def test_auditors_do_not_read_of_it(orders: Orders, order: Order) -> None:
    """Given the lines that the order left, then they are the accusation's own: an auditor without the compartment reads none."""
    auditor = Actor.of_staff(staff("auditor", (orders.city.office, Role.AUDITOR)))
    lines = Record.objects.filter(act__in=("order_issue", "supervise"))
    assert lines.count() == 2
    assert set(lines.values_list("subject_kind", flat=True)) == {"petition"}
    assert visible_lines(auditor, lines).count() == 0


def test_several_with_an_accusation_among_them_are_refused(orders: Orders, secret: Petition, opened: Actor) -> None:
    """Given two petitions of which one is an accusation, then no order is about both."""
    other = orders.city.bring_to("accepted")
    with pytest.raises(Refused) as refused:
        issue(orders.draft(petitions=[secret.pk, other.pk]), opened)
    assert refused.value.code == "alone"
    assert not Order.objects.exists()
