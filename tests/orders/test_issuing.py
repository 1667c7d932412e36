"""Issuing: who may, to whom, with what; limits counted by hand; what an order leaves behind."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.clock import beijing
from tests.given import City
from tests.orders.conftest import Mailbox, Orders

from yiwang.agencies.models import Role, Staff
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions.models import Entry, Petition
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import Finding, Order, OrderLimit, OrderStep
from yiwang.supervision.orders import limits
from yiwang.supervision.orders.changes import issue
from yiwang.supervision.orders.kinds import ISSUED_BY_HAND, KINDS
from yiwang.supervision.orders.limits import set_limit
from yiwang.supervision.orders.visibility import seen_by
from yiwang.workdays.models import Day

MONDAY = beijing(2026, 11, 23, 15, 0)
"""23 November 2026 was a Monday."""


@pytest.fixture
def calendar(db: None) -> None:
    """Mondays to Fridays are worked until the end of 2026; the 1st of December is a holiday, Saturday the 5th is worked."""
    for number in range(45):
        day = date(2026, 11, 20) + timedelta(days=number)
        working = (day.weekday() < 5 and day != date(2026, 12, 1)) or day == date(2026, 12, 5)
        Day.objects.update_or_create(date=day, defaults={"working": working})


@pytest.mark.article("40.1")
@pytest.mark.article("40.2")
@pytest.mark.article("40.3")
@pytest.mark.parametrize("kind", [kind.code for kind in ISSUED_BY_HAND])
def test_who_issues_what(orders: Orders, kind: str) -> None:
    """Given a kind, when every role in the office, a county's office and an agency issues it to an agency below the office,
    then the office's roles of the row do, and nobody else."""
    city, row = orders.city, KINDS[kind]
    draft = orders.draft(kind)
    for agency in (city.office, city.county_office, city.parks):
        for role in Role:
            if agency == city.office and role in row.issuers:
                continue
            with pytest.raises(Refused) as refused:
                issue(draft, city.actor(agency, role))
            assert refused.value.code in {"not_entitled", "no_source"}, (agency, role)
    assert not Order.objects.exists()
    for role in row.issuers:
        assert issue(draft, city.actor(city.office, role)).state == "issued"
    assert Order.objects.count() == len(row.issuers)


def test_a_county_issues_below_itself_alone(orders: Orders) -> None:
    """Given a county's supervisor, then they issue to the county's agency, not to the city's, nor to their own office."""
    city = orders.city
    supervisor = city.actor(city.county_office, Role.SUPERVISOR)
    order = issue(orders.draft(agency=city.county_housing), supervisor)
    assert order.issuer == city.county_office
    for agency in (city.housing, city.county_office, city.office):
        with pytest.raises(Refused) as refused:
            issue(orders.draft(agency=agency), supervisor)
        assert refused.value.code == "not_entitled"
    assert seen_by(orders.supervisor).get() == order  # the office above sees it, and may judge
    assert seen_by(city.actor(city.housing, Role.LEADER)).count() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "nothing"}, "no_kind"),
        ({"agency": None}, "no_agency"),
        ({"ground": ""}, "no_ground"),
        ({"ground": "bad_mood"}, "no_ground"),
        ({"subject": "  "}, "no_subject"),
        ({"text": ""}, "no_text"),
        ({"due_on": date(2020, 1, 1)}, "in_the_past"),
        ({"petitions": [1]}, "not_found"),
        ({"petitions": range(1, 52)}, "too_many"),
        ({"kind": "hold_to_account", "about": None}, "no_about"),
        ({"kind": "decision", "occasion": None}, "no_source"),
    ],
)
def test_what_is_refused_leaves_nothing(orders: Orders, change: dict[str, Any], code: str) -> None:
    """Given a draft with a fault, when it is issued, then it is refused with its code, and neither row nor line is left."""
    draft = orders.draft(**change) if change.get("kind") in KINDS else orders.draft()
    draft = type(draft)(**{**draft.__dict__, **change})
    lines = Record.objects.count()
    with pytest.raises(Refused) as refused:
        issue(draft, orders.supervisor)
    assert refused.value.code == code
    assert (Order.objects.count(), OrderStep.objects.count(), Record.objects.count()) == (0, 0, lines)


def test_not_to_an_agency_that_does_not_handle_it(orders: Orders) -> None:
    """Given a petition with one agency, when an order about it is issued to another, then it is refused."""
    petition = orders.city.bring_to("accepted")
    with pytest.raises(Refused) as refused:
        orders.issued(agency=orders.city.parks, petitions=[petition.pk])
    assert refused.value.code == "not_asked"
    assert not Order.objects.exists()


def test_no_advice_on_an_agency_to_one_below_it(orders: Orders) -> None:
    """Given advice to hold an agency to account, when it goes to one below that agency, whose leaders would read it, then it is
    refused."""
    city = orders.city
    with pytest.raises(Refused) as refused:
        orders.issued("hold_to_account", agency=city.township, about=city.county_housing)
    assert refused.value.code == "no_about"
    order = orders.issued("hold_to_account", agency=city.discipline, about=city.county_housing)
    assert seen_by(city.actor(city.county_housing, Role.LEADER)).count() == 0
    assert seen_by(city.actor(city.discipline, Role.LEADER)).get() == order


def test_who_stepped_back_does_not_issue(orders: Orders) -> None:
    """Given somebody who recused themselves from the petition (art. 28), then they issue no order about it."""
    petition = orders.city.bring_to("accepted")
    Petition.objects.filter(pk=petition.pk).update(recused=[orders.supervisor.staff_id])
    with pytest.raises(Refused) as refused:
        orders.issued(petitions=[petition.pk])
    assert refused.value.code == "not_entitled"


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize(
    ("kind", "due_on", "due_at"),
    [
        # Ten working days after Monday 23 November: 24 25 26 27, 30, (1 off) 2 3 4, Saturday 5 worked, Monday 7.
        ("supervise", date(2026, 12, 7), datetime(2026, 12, 7, 16, 0, tzinfo=UTC)),
        # Thirty calendar days: 24 November is the first, 23 December the thirtieth.
        ("improve_work", date(2026, 12, 23), datetime(2026, 12, 23, 16, 0, tzinfo=UTC)),
        ("listed", date(2026, 12, 23), datetime(2026, 12, 23, 16, 0, tzinfo=UTC)),
    ],
)
def test_limits_by_hand(orders: Orders, kind: str, due_on: date, due_at: datetime) -> None:
    """Given an order issued on a Monday afternoon, then it is due at the office's midnight after the day counted by hand."""
    order = issue(orders.draft(kind), orders.by(kind), MONDAY)
    assert (order.issued_on, order.due_on, order.due_at) == (date(2026, 11, 23), due_on, due_at)
    assert not order.provisional
    assert [order.is_late(due_at - timedelta(seconds=1)), order.is_late(due_at)] == [False, True]


@pytest.mark.usefixtures("calendar")
def test_the_office_sets_its_own_days(orders: Orders) -> None:
    """Given three calendar days set for supervision orders, then those issued from then on have them, earlier ones do not."""
    before = issue(orders.draft(), orders.supervisor, MONDAY)
    assert orders.supervisor.staff is not None
    set_limit("supervise", 3, "days", orders.supervisor.staff, MONDAY)
    after = issue(orders.draft(), orders.supervisor, MONDAY)
    assert Order.objects.get(pk=before.pk).due_on == date(2026, 12, 7)
    assert after.due_on == date(2026, 11, 26)
    assert Record.objects.filter(act="set_order_limit", reason="supervise").count() == 1


@pytest.mark.parametrize(
    ("kind", "number", "unit"),
    [("none", 3, "days"), ("listed", 0, "days"), ("listed", 366, "days"), ("listed", 3, "weeks")],
)
def test_limits_that_are_none(orders: Orders, kind: str, number: int, unit: str) -> None:
    """Given a kind, number or unit that does not exist, then nothing is set."""
    assert orders.supervisor.staff is not None
    with pytest.raises(Refused):
        set_limit(kind, number, unit, orders.supervisor.staff, MONDAY)
    assert not OrderLimit.objects.exists()


def test_a_year_that_the_calendar_lacks(orders: Orders) -> None:
    """Given no calendar for the days to come, then the end is provisional 暂定, and the agency is not called late by it."""
    Day.objects.all().delete()
    order = issue(orders.draft(), orders.supervisor, MONDAY)
    assert order.provisional
    assert not order.is_late(order.due_at + timedelta(days=1))


def test_a_provisional_limit_is_counted_anew(orders: Orders) -> None:
    """Given ten working days counted without a calendar, when the year is entered with two days off, then the end moves by them
    and is certain; of one whose day somebody named, and of one that is answered, nothing moves."""
    Day.objects.all().delete()
    order = issue(orders.draft(), orders.supervisor, MONDAY)
    named = issue(orders.draft(due_on=date(2026, 12, 4)), orders.supervisor, MONDAY)
    answered = orders.take(issue(orders.draft(), orders.supervisor, MONDAY), "feed_back")
    assert (order.due_on, limits.recount()) == (date(2026, 12, 7), 0)
    for number in range(60):
        day = date(2026, 11, 20) + timedelta(days=number)
        off = day in (date(2026, 12, 1), date(2026, 12, 2))
        Day.objects.create(date=day, working=day.weekday() < 5 and not off)
    assert [limits.recount(), limits.recount()] == [1, 0]
    order.refresh_from_db()
    assert (order.due_on, order.provisional) == (date(2026, 12, 9), False)
    assert Order.objects.get(pk=named.pk).due_on == date(2026, 12, 4)
    assert Order.objects.get(pk=answered.pk).due_on == date(2026, 12, 7)


@pytest.mark.parametrize(("kind", "ended"), [("late", ""), ("rated_badly", "dealt_with")])
def test_an_order_deals_with_a_finding_that_lasts(orders: Orders, kind: str, ended: str) -> None:
    """Given a finding, when an order is issued on it, then one that lasts is dealt with; one that ends by itself stays open."""
    petition = orders.city.bring_to("accepted")
    finding = Finding.objects.create(
        kind=kind, petition=petition, agency=orders.city.housing, about_id=1, since=orders.now, found_at=orders.now
    )
    order = orders.issued(petitions=[petition.pk], finding=finding.pk)
    finding.refresh_from_db()
    assert (order.finding_id, finding.ended_because) == (finding.pk, ended)


def test_a_finding_of_another_petition_is_refused(orders: Orders) -> None:
    """Given a finding of another petition than the order is about, then the order is refused and the finding stays open."""
    petition, other = orders.city.bring_to("accepted"), orders.city.bring_to("accepted")
    finding = Finding.objects.create(
        kind="late", petition=other, agency=orders.city.housing, about_id=1, since=orders.now, found_at=orders.now
    )
    with pytest.raises(Refused) as refused:
        orders.issued(petitions=[petition.pk], finding=finding.pk)
    assert refused.value.code == "not_found"
    assert not Order.objects.exists()


def test_what_an_order_leaves(orders: Orders, mailbox: Mailbox) -> None:
    """Given two petitions, when an order about both is issued, then each has an entry that the petitioner does not see, a line,
    and its version as before; the agency's people have a mail each, the issuer none."""
    city = orders.city
    petitions = [city.bring_to("accepted") for _number in range(2)]
    for role in (Role.AGENCY_HANDLER, Role.LEADER):
        Staff.objects.filter(pk=city.who(city.housing, role).pk).update(email=f"{role}@example.org")
    order = orders.issued(petitions=[one.pk for one in petitions])
    for petition in petitions:
        entry = Entry.objects.filter(petition=petition).latest("id")
        assert (entry.action, entry.shown_to_petitioner, entry.actor_id) == (
            "supervise",
            False,
            orders.supervisor.staff_id,
        )
        assert entry.data == {"order": order.number, "kind": "supervise", "step": "issue"}
        assert Petition.objects.get(pk=petition.pk).version == petition.version
        assert Record.objects.filter(act="supervise", subject_id=petition.pk).count() == 1
    assert Record.objects.filter(act="order_issue", subject_id=order.petition_id).count() == 1
    mails = Notice.objects.filter(kind="order")
    assert sorted(mail.unseal("address") for mail in mails) == ["agency_handler@example.org", "leader@example.org"]
    body = mails[0].unseal("body")
    assert order.number in body
    assert "楼道灯" not in body  # no words of the matter


def test_no_mail_where_the_office_sends_none(orders: Orders) -> None:
    """Given an office without mail, when an order is issued, then nothing waits in the outbox for ever."""
    Staff.objects.update(email="a@example.org")
    orders.issued()
    assert not Notice.objects.filter(kind="order").exists()


def test_neighbours_and_administrators_see_nothing(orders: Orders, city: City) -> None:
    """Given an order to housing, then parks, the county and the three administrators have none in their lists."""
    orders.issued()
    for agency in (city.parks, city.county_office, city.township):
        for role in Role:
            assert seen_by(city.actor(agency, role)).count() == 0, (agency, role)
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR):
        assert seen_by(city.actor(city.office, role)).count() == 0
    assert seen_by(city.handler(city.housing)).count() == 1
