"""What orders come to: extensions, verdicts, figures, what is due, items of a conference, reports upward."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.clock import beijing
from tests.orders.conftest import Mailbox, Orders

from yiwang.agencies.models import Role, Staff
from yiwang.outbox.models import Notice
from yiwang.petitions import actions, disposal
from yiwang.petitions.models import Petition
from yiwang.petitions.refusals import Refused
from yiwang.supervision.models import Order, OrderStep
from yiwang.supervision.orders import changes, reports
from yiwang.supervision.orders.changes import Given, issue, take
from yiwang.supervision.orders.figures import Tally, counts, due
from yiwang.supervision.orders.sources import standing

T0 = beijing(2026, 11, 2, 9, 0)


class November:
    first_day, last_day = date(2026, 11, 1), date(2026, 11, 30)


def at(day: int, hour: int = 9) -> object:
    return beijing(2026, 11, day, hour, 0)


def step(orders: Orders, order: Order, action: str, day: int, **given: object) -> Order:
    return take(
        order.number,
        action,
        orders.entitled(order, action),
        orders.given(order, action, **given),
        at(day),  # type: ignore[arg-type]
    )


def test_extension_asked_granted_and_refused(orders: Orders) -> None:
    """Given an order, when more time is asked for, then it is asked once; granted it moves the day, refused it does not."""
    order = issue(orders.draft(due_on=date(2026, 11, 10)), orders.supervisor, T0)
    later = date(2026, 11, 20)
    asked = step(orders, order, "ask_extension", 5, until=later)
    assert (asked.extension_asked, asked.due_on) == (True, date(2026, 11, 10))
    with pytest.raises(Refused) as refused:
        step(orders, order, "ask_extension", 5, until=later)
    assert refused.value.code == "asked"
    granted = step(orders, order, "extend", 6, until=later)
    assert (granted.extension_asked, granted.due_on, granted.due_at) == (False, later, beijing(2026, 11, 21, 0, 0))
    step(orders, order, "ask_extension", 7, until=date(2026, 11, 30))
    kept = step(orders, order, "refuse_extension", 8)
    assert (kept.extension_asked, kept.due_on) == (False, later)
    with pytest.raises(Refused) as again:
        step(orders, order, "refuse_extension", 8)
    assert again.value.code == "not_asked"


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("feed_back", {"text": " "}, "no_text"),
        ("ask_extension", {"until": None}, "no_day"),
        ("extend", {"until": date(2026, 11, 10)}, "not_later"),
        ("extend", {"until": date(2026, 11, 1)}, "in_the_past"),
        ("cancel", {"text": ""}, "no_text"),
    ],
)
def test_steps_without_what_they_need(orders: Orders, action: str, given: dict[str, object], code: str) -> None:
    """Given a step that lacks what its row needs, then it is refused with its code and the order is as before."""
    order = issue(orders.draft(due_on=date(2026, 11, 10)), orders.supervisor, T0)
    before = Order.objects.values().get()
    with pytest.raises(Refused) as refused:
        step(orders, order, action, 3, **given)
    assert refused.value.code == code
    assert Order.objects.values().get() == before
    assert OrderStep.objects.count() == 1


@pytest.mark.article("40.4")
def test_advice_is_answered_with_what_was_adopted(orders: Orders) -> None:
    """Given advice, when it is answered without saying what was adopted, then it is refused; else the order says so."""
    order = orders.issued("improve_work")
    with pytest.raises(Refused) as refused:
        take(order.number, "answer_advice", orders.housing, Given(text="收到"))
    assert refused.value.code == "no_adoption"
    answered = orders.take(order, "answer_advice", adoption="not", text="经费没有着落")
    assert (answered.state, answered.adoption) == ("answered", "not")


def test_in_time_is_said_of_the_first_answer(orders: Orders) -> None:
    """Given an answer on the last day that is sent back, and a second one late, then it was in time; and the other way round."""
    order = issue(orders.draft(due_on=date(2026, 11, 10)), orders.supervisor, T0)
    assert step(orders, order, "feed_back", 10).in_time is True
    back = step(orders, order, "send_back", 11, until=date(2026, 11, 12))
    assert (back.state, back.sent_back, back.due_on) == ("received", 1, date(2026, 11, 12))
    assert step(orders, order, "feed_back", 20).in_time is True
    late = issue(orders.draft(due_on=date(2026, 11, 10)), orders.supervisor, T0)
    assert step(orders, late, "feed_back", 11, text="晚了").in_time is False


@pytest.mark.article("39.3")
def test_the_board_of_listed_ones(orders: Orders) -> None:
    """Given a listed order, when it is lifted or cancelled, then the day of lifting is kept; only a leader lifts it."""
    order = orders.bring_to("done", "listed")
    with pytest.raises(Refused):
        orders.take(order, "lift", orders.city.handler(orders.city.housing))
    assert orders.take(order, "lift").lifted_on == orders.today
    assert orders.bring_to("cancelled", "listed").lifted_on == orders.today


def test_figures_by_hand(orders: Orders) -> None:
    """Given six orders of November to two agencies in known states, then their tallies are those counted by hand."""
    city, tenth = orders.city, date(2026, 11, 10)
    made = [issue(orders.draft(due_on=tenth), orders.supervisor, T0) for _number in range(3)]
    step(orders, made[0], "feed_back", 5)
    step(orders, made[0], "accept", 6)
    step(orders, made[1], "feed_back", 12)
    step(orders, made[1], "send_back", 13, until=date(2026, 11, 25))
    issue(orders.draft(agency=city.parks, due_on=tenth), orders.supervisor, T0)
    advice = [
        issue(orders.draft("improve_policy", agency=city.parks, due_on=tenth), orders.supervisor, T0)
        for _number in range(3)
    ]
    step(orders, advice[0], "answer_advice", 9, adoption="wholly")
    step(orders, advice[1], "answer_advice", 19, adoption="partly")
    cancelled = issue(orders.draft(due_on=tenth), orders.supervisor, T0)
    step(orders, cancelled, "cancel", 3)
    issue(orders.draft(), orders.supervisor, beijing(2026, 12, 1, 9, 0))  # of another month

    with CaptureQueriesContext(connection) as asked:
        found = counts(November(), beijing(2026, 11, 20, 9, 0))

    assert len(asked) == 2
    assert found.by_agency == {
        city.housing.pk: Tally(orders=3, answered=2, answered_in_time=1, late=2, done=1, sent_back=1),
        city.parks.pk: Tally(
            orders=1, late=1, advice=3, advice_answered=2, advice_in_time=1, adopted_wholly=1, adopted_partly=1
        ),
    }
    assert found.total == Tally(
        orders=4, answered=2, answered_in_time=1, late=3, done=1, sent_back=1, advice=3, advice_answered=2,
        advice_in_time=1, adopted_wholly=1, adopted_partly=1,
    )  # fmt: skip


def test_what_is_due(orders: Orders) -> None:
    """Given orders due on the 10th and the 12th, then each is due from the midnight after its day, and not when it is answered."""
    first = issue(orders.draft(due_on=date(2026, 11, 10)), orders.supervisor, T0)
    second = issue(orders.draft(due_on=date(2026, 11, 12)), orders.supervisor, T0)
    midnight = beijing(2026, 11, 11, 0, 0)
    assert list(due(midnight - timedelta(seconds=1))) == []
    assert list(due(midnight)) == [first]
    assert list(due(midnight, timedelta(days=2))) == [first, second]
    step(orders, first, "feed_back", 11)
    assert list(due(midnight)) == []


@pytest.mark.article("38.2")
def test_a_conference_lists_its_standing(orders: Orders) -> None:
    """Given a conference with three decisions for two agencies, then the office sees how all stand, each agency its own."""
    city, source = orders.city, orders.source("decision")
    items = [
        orders.issued("decision", occasion=source.pk, agency=agency, subject=subject)
        for agency, subject in ((city.housing, "一"), (city.parks, "二"), (city.parks, "三"))
    ]
    orders.take(items[0], "feed_back")
    orders.take(items[0], "accept")
    assert [(item.subject, item.state) for item in standing(source, orders.supervisor)[0]] == [
        ("一", "done"), ("二", "issued"), ("三", "issued"),
    ]  # fmt: skip
    assert standing(source, orders.supervisor)[1] == 2
    assert standing(source, city.handler(city.parks)) == (items[1:], 2)


def test_mails_of_steps(orders: Orders, mailbox: Mailbox) -> None:
    """Given the agency's feedback, then the supervisors have a mail; the verdict is mailed to the agency, never to who gave it."""
    city = orders.city
    order = orders.issued()
    Staff.objects.filter(pk=orders.housing.staff_id).update(email="housing@example.org")
    Staff.objects.filter(pk=orders.supervisor.staff_id).update(email="supervisor@example.org")
    orders.take(order, "receive")
    orders.take(order, "feed_back")
    orders.take(order, "accept", orders.supervisor)
    told = [
        (row.unseal("address"), row.unseal("subject")) for row in Notice.objects.filter(kind="order").order_by("id")
    ]
    assert told == [
        ("supervisor@example.org", f"督办单 {order.number}：反馈"),
        ("housing@example.org", f"督办单 {order.number}：审定通过"),
    ]
    assert city.who(city.office, Role.SUPERVISOR).pk == orders.supervisor.staff_id


def test_a_report_upward_is_followed_once(orders: Orders) -> None:
    """Given a petition reported upward, when the worker comes twice, then one order follows it; what came of it is entered."""
    order = orders.reported()
    assert reports.follow_reports() == 0
    assert reports.follow_late_reports() == 0
    assert (order.subject, order.text, order.agency, order.issuer) == (
        "市委值班室",
        "已派人到场。",
        None,
        orders.city.office,
    )
    clerk = orders.city.clerk
    take(order.number, "acknowledge", clerk, Given(text="值班室已收到"))
    take(order.number, "instruct", clerk, Given(text="请住建局三日内报告"))
    done = take(order.number, "conclude", orders.supervisor, Given(text="已落实"))
    assert (done.state, done.in_time) == ("done", True)
    assert list(due(orders.now + timedelta(days=99))) == []  # nobody there can be urged


def test_a_worker_that_dies_forgets_no_report(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a worker that dies while it begins to follow a report, when another comes, then it is followed, once."""
    petition = orders.city.bring_to("registered")
    actions.ReportUpward(to="市委", text="已派人到场。").run(orders.city.officer, petition.pk)

    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(changes, "tell", dies)
        with pytest.raises(KeyboardInterrupt):
            reports.follow_reports()
    assert not Order.objects.exists()
    assert [reports.follow_reports(), reports.follow_reports()] == [1, 0]
    assert Order.objects.get().petition_id == petition.pk


def test_disposal_takes_the_words_along(orders: Orders) -> None:
    """Given an order about a petition whose retention is over, when it is disposed of, then order and steps have no words left."""
    petition = orders.city.bring_to("closed")
    order = orders.take(orders.issued(petitions=[petition.pk]), "feed_back")
    disposal.dispose_of(Petition.objects.get(pk=petition.pk), orders.now)
    row = Order.objects.select_related("petition").get(pk=order.pk)
    assert (row.subject, row.text) == ("", "")
    assert set(OrderStep.objects.values_list("sealed_text", flat=True)) == {b""}
