"""Quarantine: papers wait until they were found clean; a fake scanner speaks ClamAV's own protocol, and the real one is asked too."""

import hashlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.doors.eicar import EICAR, MD5
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.cli import checks
from yiwang.doors import clamd
from yiwang.journal.models import Record
from yiwang.petitions.attachments import check_upload
from yiwang.petitions.models import Attachment, Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.petitions.scanning import scan_waiting

PDF = b"%PDF-1.7 a harmless paper"


class FakeScanner(threading.Thread):
    """Speaks clamd's protocol over a Unix socket: zINSTREAM with pieces and their lengths, zVERSION; finds EICAR by its words."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.seen: list[bytes] = []
        self.says: bytes | None = None
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path))
        self.listening.listen()

    def run(self) -> None:
        while True:
            try:
                connection, _peer = self.listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as asked:
                command = b""
                while not command.endswith(b"\0"):
                    command += asked.read(1)
                connection.sendall((self.says or self._answer(command, asked)) + b"\0")

    def _answer(self, command: bytes, asked: object) -> bytes:
        if command == b"zVERSION\0":
            return b"ClamAV 1.4.0/27000/Mon Nov 23 08:00:00 2026"
        content = b""
        while length := int.from_bytes(asked.read(4), "big"):  # type: ignore[attr-defined]
            content += asked.read(length)  # type: ignore[attr-defined]
        self.seen.append(content)
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"


@pytest.fixture
def scanner(tmp_path: Path, settings: LazySettings) -> Iterator[FakeScanner]:
    path = tmp_path / "clamd.ctl"
    fake = FakeScanner(path)
    fake.start()
    settings.CLAMD = f"unix:{path}"
    yield fake
    fake.listening.shutdown(socket.SHUT_RDWR)
    fake.listening.close()


def filed(city: City, content: bytes = PDF) -> tuple[Petition, Attachment]:
    petition = city.file(uploads=[check_upload("合同.pdf", content)])
    return petition, petition.attachments.get()


def opened(city: City, petition: Petition, row: Attachment) -> tuple[int, int, str, str]:
    """Open the file as a clerk and as its petitioner; return both statuses, and what both pages say beside it."""
    clerk, owner = Client(), Client()
    clerk.force_login(city.who(city.office, Role.INTAKE_CLERK))
    owner.post("/lookup/", {"number": petition.number, "code": lookup_code(petition.number)})
    desk, own = f"/desk/petitions/{petition.number}/", f"/my/{petition.number}/"
    return (
        clerk.get(f"{desk}files/{row.pk}/").status_code,
        owner.get(f"{own}files/{row.pk}/").status_code,
        clerk.get(desk).content.decode(),
        owner.get(own).content.decode(),
    )


def test_without_a_scanner_papers_are_given_out_and_marked(city: City) -> None:
    """Given no scanner, when a paper is filed, then it opens, and both pages say that it was not scanned."""
    petition, row = filed(city)
    assert row.scan == "unscanned"
    desk, own, *pages = opened(city, petition, row)
    assert (desk, own) == (200, 200)
    assert all("没有查过病毒" in page for page in pages)
    assert scan_waiting() == 0


def test_a_paper_waits_until_it_was_found_clean(city: City, scanner: FakeScanner) -> None:
    """Given a scanner, when a paper is filed, then it opens for nobody until the worker had it looked at, whole."""
    petition, row = filed(city)
    desk, own, *pages = opened(city, petition, row)
    assert (desk, own) == (409, 409)
    assert all("正在查毒，查完才能打开" in page and f"files/{row.pk}/" not in page for page in pages)

    assert scan_waiting() == 1

    assert scanner.seen == [PDF]
    desk, own, *pages = opened(city, petition, row)
    assert (desk, own) == (200, 200)
    assert not any("查毒" in page for page in pages)
    line = Record.objects.get(act="scan_file")
    assert (line.subject_id, line.reason, line.result, line.actor_kind) == (row.pk, "clean", "done", "system")
    assert scan_waiting() == 0


def test_a_virus_stays_in_quarantine(city: City, scanner: FakeScanner) -> None:
    """Given a paper with a virus, when it was scanned, then it never opens, and everybody is told why."""
    petition, row = filed(city, b"%PDF-1.7 " + EICAR)
    scan_waiting()
    desk, own, *pages = opened(city, petition, row)
    assert (desk, own) == (409, 409)
    assert all("查出病毒，已经隔离" in page for page in pages)
    assert Record.objects.get(act="scan_file").reason == "infected"


def test_pictures_need_no_scan(city: City, scanner: FakeScanner) -> None:
    """Given a picture, which was drawn anew, when it is filed, then it opens at once."""
    import io

    from PIL import Image

    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    petition = city.file(uploads=[check_upload("灯.png", drawn.getvalue())])
    assert petition.attachments.get().scan == "redrawn"
    assert scan_waiting() == 0


def test_what_came_before_the_scanner_is_scanned_too(city: City, scanner: FakeScanner, settings: LazySettings) -> None:
    """Given a paper of the time without a scanner, when one is set, then it waits like any other, and is scanned."""
    there, settings.CLAMD = settings.CLAMD, ""
    petition, row = filed(city)
    settings.CLAMD = there
    assert opened(city, petition, row)[:2] == (409, 409)
    assert scan_waiting() == 1
    assert opened(city, petition, row)[:2] == (200, 200)


def test_a_scanner_that_is_away_leaves_all_in_quarantine(city: City, settings: LazySettings, tmp_path: Path) -> None:
    """Given a scanner that does not answer, when the worker asks, then its job fails, nothing changes, and later it is done."""
    settings.CLAMD = f"unix:{tmp_path / 'nobody.ctl'}"
    petition, row = filed(city)
    with pytest.raises(clamd.ScannerAway):
        scan_waiting()
    row.refresh_from_db()
    assert (row.scan, row.scanned_at) == ("waiting", None)
    assert opened(city, petition, row)[:2] == (409, 409)
    assert not Record.objects.filter(act="scan_file").exists()


@pytest.mark.parametrize(
    ("says", "state"), [(b"INSTREAM size limit exceeded. ERROR", "failed"), (b"HTTP/1.1 400 Bad Request", "waiting")]
)
def test_odd_answers_never_open_a_file(city: City, scanner: FakeScanner, says: bytes, state: str) -> None:
    """Given a scanner that will not look, or something else at its address, then the file stays closed."""
    scanner.says = says
    petition, row = filed(city)
    if state == "waiting":
        with pytest.raises(clamd.ScannerAway):
            scan_waiting()
    else:
        scan_waiting()
    row.refresh_from_db()
    assert row.scan == state
    assert opened(city, petition, row)[:2] == (409, 409)


def test_the_scanner_says_what_it_is(scanner: FakeScanner) -> None:
    """Given a scanner, when asked for its version, then it names itself; something else does not pass for one."""
    assert clamd.version().startswith("ClamAV 1.4.0/")
    scanner.says = b"+OK ready"
    with pytest.raises(clamd.ScannerAway):
        clamd.version()


def _started(folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """Start a real clamd with a single signature, that of EICAR by its digest, on a socket in the folder."""
    base = folder / "signatures"
    base.mkdir()
    (base / "eicar.hdb").write_text(f"{MD5}:{len(EICAR)}:Eicar-Test-Signature\n")
    control = folder / "real.ctl"
    settings = {
        "LocalSocket": control, "DatabaseDirectory": base, "Foreground": "yes", "MaxThreads": 2, "LogFile": folder / "clamd.log",
        "PidFile": folder / "clamd.pid", "StreamMaxLength": "20M", "TemporaryDirectory": folder,
    }  # fmt: skip
    config = folder / "clamd.conf"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    config.chmod(0o644)
    return subprocess.Popen(["clamd", "--config-file", str(config)], stdout=subprocess.DEVNULL), control


@pytest.fixture
def real_scanner(tmp_path: Path, settings: LazySettings) -> Iterator[Callable[[bytes], str]]:
    if not shutil.which("clamd"):
        pytest.skip("no ClamAV here: “sudo scripts/install-system” brings it on Debian and Ubuntu")
    process, control = _started(tmp_path)
    settings.CLAMD = f"unix:{control}"
    try:
        for _time in range(1_200):
            if control.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        yield clamd.scan
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.engine_free
def test_a_real_clamd_finds_what_it_knows(real_scanner: Callable[[bytes], str]) -> None:
    """Given the real daemon, when asked over INSTREAM, then EICAR is found, also in pieces, and ten megabytes of a paper are clean."""
    assert hashlib.md5(EICAR, usedforsecurity=False).hexdigest() == MD5
    assert real_scanner(EICAR).startswith("Eicar-Test-Signature")
    assert real_scanner(PDF) == ""
    assert real_scanner(PDF + bytes(10 * 1024 * 1024 - len(PDF))) == ""
    assert clamd.version().startswith("ClamAV")
    with pytest.raises((clamd.NotScanned, clamd.ScannerAway)):
        real_scanner(bytes(21 * 1024 * 1024))


def test_the_doctor_tells_of_a_scanner_that_is_away_or_behind(
    city: City, scanner: FakeScanner, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Given a scanner, then the doctor names it; when papers wait for long, or it is away, it says what to do."""
    assert checks.check_scanner().found == "ClamAV 1.4.0/27000/Mon Nov 23 08:00:00 2026"
    filed(city)
    assert checks.check_scanner().well
    monkeypatch.setattr(checks, "SCAN_LIMIT", timedelta(0))
    assert not checks.check_scanner().well
    settings.CLAMD = f"unix:{tmp_path / 'nobody.ctl'}"
    assert "does not answer" in checks.check_scanner().found
