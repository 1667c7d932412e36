"""kill -9 for real, at each step from finding to mail, in an office of its own."""

import json

from tests.offices import Office

GIVEN = """
from datetime import UTC, datetime, time, timedelta
from tests.given import City
from tests.supervision.given import over
from yiwang.agencies.models import Role
from yiwang.outbox import senders
from yiwang.outbox.models import Notice
from yiwang.petitions.models import Entry
from yiwang.supervision import digests, holding, turn, urging
from yiwang.supervision.models import Finding, Scan, Settings, Urging
from yiwang.workdays.counting import office_date
from yiwang.workdays.models import Day

class Mailing:
    route = "mail"
    def ready(self):
        return True

senders.register(Mailing())
city = City()
head = city.who(city.housing, Role.APPROVER)
head.email = "head@example.org"
head.save()
for number in range(2):
    over(city.bring_to("accepted"), 1)
Settings.objects.create(urge_from=time(0), urge_until=time(23, 59, 59))
Day.objects.update_or_create(date=office_date(datetime.now(UTC)), defaults={"working": True})
"""
DEATHS = {
    "before the findings": "holding.write = die",
    "between the entry and the step": "urging.note = die",
    "between the steps and the mail": "digests.tell = die",
    "before the mail is committed": "mail = digests.write_to; digests.write_to = lambda *given: (mail(*given), die())",
}
DIE = f"""
import os, signal
from django.db import connections
def die(*given, **more):
    os.kill(os.getpid(), signal.SIGKILL)
def wait():
    Scan.objects.update(leased_until=datetime.now(UTC) - timedelta(seconds=1))  # a minute later
for death in {list(DEATHS.values())!r}:
    connections.close_all()
    worker = os.fork()
    if worker == 0:
        exec(death)
        turn.go_on()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL, death
    assert turn.go_on() == 0  # who died holds the lease
    assert not Notice.objects.filter(kind="urging").exists(), death
    wait()
turn.go_on()
turn.go_on()
"""
LOOK = """
import json
mails = [notice.unseal("body").count("已超期 1 天") for notice in Notice.objects.filter(kind="urging")]
print(json.dumps([
    Finding.objects.filter(kind="late").count(), Urging.objects.count(), Entry.objects.filter(action="urge").count(), mails,
]))
"""


def test_killed_four_times_each_is_found_urged_and_told_once(office: Office) -> None:
    """Given two late petitions of one head and a worker killed at four steps in turn, then each is found and urged once, in one mail."""
    assert json.loads(office.python(GIVEN + DIE + LOOK)) == [2, 2, 2, [2]]
