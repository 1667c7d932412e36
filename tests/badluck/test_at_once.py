"""Two at the same instant, on connections of their own: one is done, the other is told, and nothing is doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from threading import Barrier, Thread
from time import sleep
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from django.db import connection, connections
from django.test import Client
from tests.badluck.browser import PDF
from tests.given import City
from tests.outbox.test_delivery import Mailbox
from tests.ports import free_port

from yiwang.outbox import delivery, senders
from yiwang.outbox.models import Notice
from yiwang.petitions import actions
from yiwang.petitions.attachments import Upload
from yiwang.petitions.models import Attachment, Deadline, Entry, Petition
from yiwang.vault import files

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run tasks in threads that start together; return what each returned, or the Refused that it raised."""
    together, results = Barrier(len(tasks)), [None] * len(tasks)

    def run(place: int, task: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            results[place] = task()
        except actions.Refused as refused:
            results[place] = refused
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_of_two_clerks_who_act_on_the_same_version_one_is_refused(city: City) -> None:
    """Given two clerks with the same page before them, when both write a note at once, then one stands and the other is told why."""
    petition = city.file()
    clerk, officer = city.clerk, city.officer
    for turn in range(5):
        version = Petition.objects.get(pk=petition.pk).version
        results = at_once(
            lambda: actions.Note(text="甲：先电话核实。").run(clerk, petition.pk, version=version),  # noqa: B023
            lambda: actions.Note(text="乙：先现场看。").run(officer, petition.pk, version=version),  # noqa: B023
        )
        refused = [result for result in results if isinstance(result, actions.Refused)]
        assert [one.code for one in refused] == ["changed_meanwhile"]
        assert "刚才有别人处理了这件信访" in refused[0].message
        assert Petition.objects.get(pk=petition.pk).version == version + 1
        assert Entry.objects.filter(petition=petition, action="note").count() == turn + 1


def test_of_two_ways_out_at_once_only_one_is_taken(city: City) -> None:
    """Given a registered petition, when one refers it and another does not take it, without a version, then the state decides."""
    petition = city.bring_to("registered")
    clerk, officer = city.clerk, city.officer
    results = at_once(
        lambda: actions.Refer(lead=city.housing).run(officer, petition.pk),
        lambda: actions.NotTake(reason="已进入诉讼。", where="人民法院").run(clerk, petition.pk),
    )
    assert [one.code for one in results if isinstance(one, actions.Refused)] in (["wrong_state"], ["not_entitled"])
    done = Entry.objects.filter(petition=petition, action__in=["refer", "not_take"])
    after = Petition.objects.get(pk=petition.pk)
    assert [entry.to_state for entry in done] == [after.state]
    assert after.referrals.count() == (1 if after.state == "referred" else 0)


def test_two_clerks_at_the_desk_get_one_done_and_one_form_with_everything_typed(city: City) -> None:
    """Given two browsers with the same form, when both send it at once, then 303 for one, and 422 with the words for the other."""
    petition = city.file()
    browsers = [Client(), Client()]
    for browser, person in zip(browsers, (city.clerk.staff, city.officer.staff), strict=True):
        assert person is not None
        browser.force_login(person)
    address = f"/desk/petitions/{petition.number}/do/note/"
    texts = ["甲：先电话核实。", "乙：先现场看。"]

    def send(place: int) -> Any:
        return browsers[place].post(address, {"version": "0", "text": texts[place]})

    answers = at_once(lambda: send(0), lambda: send(1))

    assert sorted(answer.status_code for answer in answers) == [303, 422]
    place = next(place for place, answer in enumerate(answers) if answer.status_code == 422)
    page = answers[place].content.decode()
    assert "刚才有别人处理了这件信访" in page
    assert texts[place] in page
    assert Entry.objects.filter(petition=petition, action="note").count() == 1


def test_the_same_form_sent_four_times_at_once_is_one_petition(city: City) -> None:
    """Given one form key, when its POST arrives four times at the same instant, then all get one receipt, and one file is kept."""
    for turn in range(3):
        paper = Upload("灯.pdf", "application/pdf", PDF)
        results = at_once(*[partial(city.file, intake_key=f"key-{turn}", uploads=[paper])] * 4)
        assert len({(petition.pk, petition.number) for petition in results}) == 1
        made = turn + 1
        counts = [model.objects.count() for model in (Petition, Entry, Deadline, Notice, Attachment)]
        assert counts == [made] * 5
        assert sum(1 for _ in files.older_than(-1)) == made


class Slow:
    """A way out that takes its time and notes what it was given."""

    route = "mail"

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    def ready(self) -> bool:
        return True

    def send(self, message: senders.Message) -> None:
        sleep(0.005)
        self.sent[message.idempotency_key] += 1


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    sender = Slow()
    monkeypatch.setitem(senders._SENDERS, "mail", sender)
    return sender


def test_two_workers_at_once_send_each_notice_once(city: City, slow: Slow) -> None:
    """Given forty notices, when two workers lease a few at a time, then each notice is sent once."""
    for number in range(40):
        city.file(f"路灯不亮 {number}")

    def dawdle(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        found = execute(sql, *given)
        if sql.startswith("SELECT"):
            sleep(0.01)  # between looking and leasing, where the other may look too
        return found

    def work() -> int:
        with connection.execute_wrapper(dawdle):
            return sum(delivery.deliver_due(limit=5) for _ in range(12))

    assert sum(at_once(work, work)) == 40
    assert slow.sent == Counter(Notice.objects.values_list("idempotency_key", flat=True))
    assert set(Notice.objects.values_list("state", "attempts", "leased_until")) == {("delivered", 1, None)}


def test_a_worker_that_is_slow_hands_back_the_rest_before_its_lease_ends(
    city: City, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a batch that takes too long, then the worker stops, and what it did not send is free for the next at once."""
    for number in range(3):
        city.file(f"路灯不亮 {number}")
    minutes = count()
    with monkeypatch.context() as patched:
        patched.setattr("yiwang.outbox.delivery.time", SimpleNamespace(monotonic=lambda: next(minutes) * 70.0))
        assert delivery.deliver_due() == 1
    assert list(Notice.objects.exclude(state="delivered").values_list("leased_until", flat=True)) == [None, None]
    assert delivery.deliver_due() == 2
    assert set(slow.sent.values()) == {1}


@pytest.mark.parametrize(
    "address", ["qian@@example.org", "a,b@example.org", "a@[.b", "(a@example.org", f"x@{'y' * 80}.org"]
)
def test_an_address_that_no_mail_can_bear_keeps_nobody_else_waiting(
    city: City, settings: LazySettings, address: str
) -> None:
    """Given a petitioner who mistyped their address, when the worker comes, then a person is to tell it, and the next mail leaves."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "office@example.org"
    wrong = city.file("第一件", identity=actions.Identity(name="钱大妈", phone="19900000001", email=address))
    right = city.file("第二件")
    server = Controller(Mailbox(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert delivery.deliver_due() == 1
    finally:
        server.stop()

    assert [mail["To"] for mail in server.handler.mails] == ["qian@example.org"]
    routes = dict(Notice.objects.values_list("petition_id", "route"))
    assert routes == {wrong.pk: "person", right.pk: "mail"}


def test_a_notice_that_cannot_be_opened_keeps_nobody_else_waiting(city: City, slow: Slow) -> None:
    """Given a notice whose key was destroyed, when the worker comes, then it waits with its fault noted, and the next one leaves."""
    broken, whole = city.file("第一件"), city.file("第二件")
    Notice.objects.filter(petition_id=broken.pk).update(data_key=b"")

    assert delivery.deliver_due() == 1

    facts = dict(Notice.objects.values_list("petition_id", "last_error"))
    assert facts == {broken.pk: "SealBroken", whole.pk: ""}
