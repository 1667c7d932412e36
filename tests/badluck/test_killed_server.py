"""kill -9 of the web server in the middle of a load of filings: no receipt is lost, none is doubled, nothing is half there."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from tests.badluck.browser import PDF, Browser, Processes, filing, wait_until_served
from tests.offices import Office

CLIENTS = 4
EACH = 45
KILLS = 3

NO_LIMITS = "from yiwang.doors.models import Limit; Limit.objects.all().delete()"
LOOK = """
import json
from collections import Counter
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions.attachments import sweep_orphans
from yiwang.petitions.models import Attachment, Deadline, Entry, Petition
from yiwang.petitions.search import PETITIONS
from yiwang.vault import files

def ids(rows, column): return Counter(rows.values_list(column, flat=True))
petitions = list(Petition.objects.select_related("petitioner").order_by("id"))
bodies = PETITIONS.bodies([row.pk for row in petitions])
entries, deadlines = ids(Entry.objects.all(), "petition_id"), ids(Deadline.objects.all(), "petition_id")
notices = ids(Notice.objects.all(), "petition_id")
lines = ids(Record.objects.filter(act="file", subject_kind="petition"), "subject_id")
swept = sweep_orphans(0)
print(json.dumps({
    "petitions": [[row.number, row.subject, row.petitioner.unseal("name"), entries.pop(row.pk, 0),
        deadlines.pop(row.pk, 0), notices.pop(row.pk, 0), lines.pop(row.pk, 0), row.subject in bodies.get(row.pk, "")]
        for row in petitions],
    "strays": [len(rest) for rest in (entries, deadlines, notices, lines)],
    "files": sorted([row.petition.subject, len(files.read_sealed(row.petition.key, row.pk))]
        for row in Attachment.objects.select_related("petition")),
    "orphans_left": sum(1 for _ in files.older_than(-1)) - Attachment.objects.count(),
}))
"""


class Citizen(threading.Thread):
    """Files one matter after another; where no answer comes, sends the same form again, as a browser's reload does."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.browser = Browser(port)
        self.seen: dict[str, str] = {}
        self.broken = 0
        self.failure: str = ""

    def run(self) -> None:
        try:
            for turn in range(EACH):
                self.file(f"第{turn}件路灯不亮 {self.name}", with_file=turn % 5 == 0, hangs_up=turn % 6 == 0)
        except AssertionError as failure:
            self.failure = str(failure)

    def file(self, subject: str, *, with_file: bool, hangs_up: bool) -> None:
        """File one; who hangs up does not wait for the answer: most likely it was filed, and nobody saw the receipt."""
        hidden = self.patiently(lambda: self.browser.form("/ask/"))
        fields = {**filing(subject), **hidden}
        files = {"files": ("灯.pdf", PDF + subject.encode())} if with_file else None
        if hangs_up:
            with suppress(OSError, http.client.HTTPException):
                self.browser.post("/ask/", fields, files, hang_up=True)
        answer = self.patiently(lambda: self.browser.post("/ask/", fields, files))
        assert answer.status == 303, f"{subject}: {answer.status}"
        assert answer.location.startswith("/receipt/"), answer.location
        self.seen[subject] = answer.location.removeprefix("/receipt/").strip("/")

    def patiently(self, send: Callable[[], Any]) -> Any:
        """Repeat until an answer comes, for a minute; count the times that none came."""
        until = time.monotonic() + 60
        while True:
            try:
                return send()
            except (OSError, http.client.HTTPException):
                self.broken += 1
                assert time.monotonic() < until, "no answer for a minute"
                time.sleep(0.05)


def drive(citizens: list[Citizen], server: Processes, port: int) -> list[int]:
    """Let them file, and kill the server each time that a further part of all filings is done; return how many were."""
    killed_at: list[int] = []
    for citizen in citizens:
        citizen.start()
    for kill in range(1, KILLS + 1):
        while sum(len(citizen.seen) for citizen in citizens) < kill * CLIENTS * EACH // (KILLS + 1):
            assert any(citizen.is_alive() for citizen in citizens), [citizen.failure for citizen in citizens]
            time.sleep(0.003)
        server.kill()
        killed_at.append(sum(len(citizen.seen) for citizen in citizens))
        server.start()
        wait_until_served(port)
    for citizen in citizens:
        citizen.join(timeout=120)
    return killed_at


@pytest.mark.slow
def test_every_receipt_that_a_citizen_saw_is_there_once(office: Office, serve: Processes, free_port: int) -> None:
    """Given four citizens who file, when the server is killed three times, then each receipt stands for one whole petition."""
    office.python(NO_LIMITS)  # they all come from one address and have one telephone
    citizens = [Citizen(free_port, f"市民{number}") for number in range(CLIENTS)]

    killed_at = drive(citizens, serve, free_port)

    assert [citizen.failure for citizen in citizens] == [""] * CLIENTS
    assert sum(citizen.broken for citizen in citizens) >= KILLS  # it was in the middle of the load
    assert killed_at[-1] < CLIENTS * EACH
    serve.kill()
    found = json.loads(office.python(LOOK))
    seen = {subject: number for citizen in citizens for subject, number in citizen.seen.items()}
    assert len(seen) == len(set(seen.values())) == CLIENTS * EACH
    assert {subject: number for number, subject, *_rest in found["petitions"]} == seen
    assert len(found["petitions"]) == CLIENTS * EACH
    # Each has its petitioner, one entry, one deadline, one notice, one line of the behaviour log, and is found by search.
    assert {tuple(rest) for _number, _subject, *rest in found["petitions"]} == {("钱大妈", 1, 1, 1, 1, True)}
    assert found["strays"] == [0, 0, 0, 0]
    with_file = sorted(subject for subject in seen if int(subject[1 : subject.index("件")]) % 5 == 0)
    assert found["files"] == [[subject, len(PDF + subject.encode())] for subject in with_file]
    assert found["orphans_left"] == 0


@pytest.mark.engine_free
def test_what_a_killed_process_left_of_an_upload_is_swept(office: Office) -> None:
    """Given a process killed while it read a large file, when the worker sweeps, then what lay unsealed on disk goes, an hour old."""
    uploads = office.var / "uploads"
    code = (
        "from yiwang.cli.main import start_django; start_django()\n"
        "import os\n"
        "from django.core.files.uploadedfile import TemporaryUploadedFile\n"
        "file = TemporaryUploadedFile('photo.pdf', 'application/pdf', 9, None)\n"
        "file.write(b'%PDF-1.4\\n'); file.flush(); os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], env=office.environ, cwd=office.var)
    assert killed.returncode == -signal.SIGKILL
    (left,) = uploads.iterdir()
    assert left.read_bytes() == b"%PDF-1.4\n"

    office.python("from yiwang.cli.worker import sweep_uploads; sweep_uploads()")
    assert left.exists()  # it might still be in use
    os.utime(left, (time.time() - 3_700,) * 2)
    office.python("from yiwang.cli.worker import sweep_uploads; sweep_uploads()")
    assert list(uploads.iterdir()) == []
