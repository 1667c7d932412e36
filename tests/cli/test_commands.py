"""The commands that make and run an office, in processes of their own."""

import json
import os
import signal
import socket
import stat
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.offices import Office


def answers(port: int, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/alive", timeout=2) as answer:
                return answer.read() == b"ok\n"
        except OSError:
            time.sleep(0.1)
    return False


def test_migrate_makes_an_office_for_its_owner_alone_and_may_be_repeated(
    new_office: Callable[[str], Office], made_office: Callable[[str], Office]
):
    office, other = new_office("fresh"), made_office("other")
    first = office.run("migrate")
    assert first.returncode == 0, first.stderr
    assert "Making the tables" in first.stdout
    for path in (office.var, office.var / "keys", office.var / "files"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    key = office.var / "keys" / "vault.json"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    kept = key.read_bytes()

    key.chmod(0o644)
    again = office.run("migrate")
    assert (again.returncode, again.stdout, again.stderr) == (0, "The database is up to date.\n", "")
    assert key.read_bytes() == kept
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_bytes() != (other.var / "keys" / "vault.json").read_bytes()  # which another `migrate` made


def test_two_folders_are_two_offices(made_office: Callable[[str], Office]):
    here, there = made_office("here"), made_office("there")
    added = here.run("staff", "add", "--username", "chen", "--role", "system_administrator")
    assert added.returncode == 0, added.stderr
    count = "from yiwang.agencies.models import Staff; print(Staff.objects.count())"
    assert (here.python(count), there.python(count)) == ("1", "0")


def test_a_fresh_office_has_no_accounts_and_its_first_administrator_gets_a_link(office: Office):
    count = "from yiwang.agencies.models import Staff; print(Staff.objects.count())"
    assert office.python(count) == "0"
    added = office.run("staff", "add", "--username", "chen", "--role", "system_administrator")
    assert added.returncode == 0, added.stderr
    token = added.stdout.strip().rsplit("/", 2)[1]
    facts = office.python(
        "from yiwang.agencies.models import Staff\n"
        "from yiwang.logins.links import open_link\n"
        "s = Staff.objects.get(username='chen')\n"
        f"print(open_link({token!r}).staff == s, s.has_usable_password(), s.is_system_administrator)"
    )
    assert facts == "True False True"

    again = office.run("staff", "add", "--username", "chen", "--role", "system_administrator")
    assert (again.returncode, again.stderr) == (
        1,
        "yiwang: Somebody named “chen” is there already. Nothing was changed.\n",
    )
    unknown = office.run("staff", "add", "--username", "li", "--role", "king")
    assert unknown.returncode == 1
    assert "There is no role “king”: it is one of intake_clerk" in unknown.stderr


@pytest.mark.parametrize("command", ["serve", "worker", "demo-data"])
def test_an_office_that_was_not_made_is_told_so(tmp_path: Path, command: str):
    office = Office(tmp_path / "none")
    done = office.run(command)
    assert done.returncode == 1
    assert done.stderr == f"yiwang: There is no office in {office.var} yet: run “yiwang migrate” first.\n"
    assert not office.var.exists()


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence():
    office = Office(Path("/proc/yiwang"))
    done = office.run("migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("yiwang: The folder /proc/yiwang cannot be written (")
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_told_in_one_sentence(office: Office):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in ("serve", "demo"):
            done = office.run(command, PORT=str(port))
            assert done.returncode == 1
            assert done.stderr == (
                f"yiwang: Port {port} on 127.0.0.1 is in use by another program: "
                f"stop that one, or choose another with PORT={port + 1}.\n"
            )


def test_a_database_that_is_away_is_told_in_one_sentence(office: Office, free_port: int):
    office.database_url = f"postgresql://office:secret@127.0.0.1:{free_port}/office"
    done = office.run("migrate")
    assert done.returncode == 1
    assert done.stderr.startswith(f"yiwang: The database office at 127.0.0.1:{free_port} does not answer (")
    assert "secret" not in done.stderr


def test_unsafe_settings_stop_every_command_in_production(office: Office):
    for command in ("serve", "worker", "staff"):
        done = office.run(
            command, *(["add", "--username=a", "--role=leader"] if command == "staff" else []), YIWANG_ENV="production"
        )
        assert done.returncode == 1
        assert done.stderr.startswith("yiwang: Refused with YIWANG_ENV=production. YIWANG_BASE_URL is missing")


def test_the_demo_is_refused_in_production(office: Office):
    safe = {
        "YIWANG_ENV": "production",
        "YIWANG_BASE_URL": "https://petitions.example.org",
        "YIWANG_PROXIES": "127.0.0.1",
    }
    assert "The demo is not for YIWANG_ENV=production" in office.run("demo", **safe).stderr
    assert "never put into an office with YIWANG_ENV=production" in office.run("demo-data", **safe).stderr


def test_serve_answers_and_ends_when_told(office: Office, free_port: int):
    server = office.start("serve", PORT=str(free_port))
    try:
        assert answers(free_port)
    finally:
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=20)[0]
    assert server.returncode == 0, said
    assert not answers(free_port, 0.5)


def test_demo_runs_web_and_worker_and_ends_both(office: Office, free_port: int):
    # Somebody lives here already, so that nothing is invented again.
    assert office.run("staff", "add", "--username", "chen", "--role", "leader").returncode == 0
    demo = office.start("demo", PORT=str(free_port))
    beat = office.var / "worker.json"
    try:
        assert answers(free_port)
        until = time.monotonic() + 20
        while not beat.exists() and time.monotonic() < until:
            time.sleep(0.05)
        worker = json.loads(beat.read_text())["pid"]
    finally:
        demo.send_signal(signal.SIGINT)
        said = demo.communicate(timeout=40)[0]
    assert demo.returncode == 0, said
    assert f"http://localhost:{free_port}/desk/   for staff, each with the password yiwang-demo:" in said
    assert len([line for line in said.splitlines() if line.startswith("    ")]) == 10
    assert said.endswith("Ready. Ctrl-C ends it.\n\nEnding …\n")
    assert not answers(free_port, 0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_worker_beats_and_ends_when_told(office: Office):
    worker = office.start("worker")
    beat = office.var / "worker.json"
    try:
        until = time.monotonic() + 20
        while not beat.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert '"database": "there"' in beat.read_text()
    finally:
        worker.send_signal(signal.SIGTERM)
        said = worker.communicate(timeout=20)[0]
    assert worker.returncode == 0, said
    assert not beat.exists()
