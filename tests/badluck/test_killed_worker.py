"""kill -9 of the worker while it delivers to a mail server: afterwards every mail has left, under one Message-ID each."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.badluck.browser import Processes
from tests.offices import Office
from tests.ports import free_port as any_port

NOTICES = 50
KILLED_AT = (10, 30)

FILE = f"""
from yiwang.agencies.seed import root_office
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
office = root_office()
for number in range({NOTICES}):
    actions.File(
        channel="portal", office=office, subject=f"路灯不亮 {{number}}", text="请派人来修。",
        identity=actions.Identity(name="钱大妈", email=f"qian{{number}}@example.org"),
    ).run(Actor.citizen())
"""
LEASES_RUN_OUT = """
from datetime import UTC, datetime, timedelta
from yiwang.outbox.models import Notice
print(Notice.objects.exclude(leased_until=None).update(leased_until=datetime.now(UTC) - timedelta(seconds=1)))
"""
LOOK = """
import json
from yiwang.outbox.models import Notice
print(json.dumps(sorted(Notice.objects.values_list("idempotency_key", "state", "attempts"))))
"""


class Server:
    """A mail server that takes each mail, and holds back its word of thanks for those mails at which the worker is to die."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.to_whom: set[str] = set()
        self.reached = [Event() for _ in KILLED_AT]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content)
        self.taken[mail["Message-ID"]] += 1
        self.to_whom.add(mail["To"])
        if self.taken.total() in KILLED_AT:
            self.reached[KILLED_AT.index(self.taken.total())].set()
            await asyncio.sleep(30)  # the worker does not live to hear it
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[Controller]:
    server = Controller(Server(), hostname="127.0.0.1", port=any_port())
    server.start()
    yield server
    server.stop()


@pytest.mark.slow
def test_a_worker_killed_between_handing_over_and_noting_it_sends_that_one_mail_again(
    office: Office, start: Callable[..., Processes], mail_server: Controller
) -> None:
    """Given fifty mails, when the worker is killed twice after a mail was taken and before it was noted, then those two alone are
    taken twice, under the same Message-ID; all others once, and none is missing."""
    office.python(FILE)
    server: Server = mail_server.handler
    settings = {"YIWANG_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}", "YIWANG_MAIL_FROM": "office@example.org"}
    worker = start("worker", **settings)
    for reached in server.reached:
        assert reached.wait(timeout=60)
        worker.kill()
        # As if the five minutes of the lease had gone by: until then nobody touches what the dead one held.
        assert int(office.python(LEASES_RUN_OUT)) > 0
        worker.start()

    until = time.monotonic() + 60
    while len(server.taken) < NOTICES and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(3)  # another round of the worker: nothing leaves again
    worker.kill()

    found = json.loads(office.python(LOOK))
    assert [state for _key, state, _attempts in found] == ["delivered"] * NOTICES
    assert set(server.taken) == {f"<{key}@example.org>" for key, _state, _attempts in found}
    assert sorted(server.taken.values()) == [1] * (NOTICES - len(KILLED_AT)) + [2] * len(KILLED_AT)
    assert server.to_whom == {f"qian{number}@example.org" for number in range(NOTICES)}
