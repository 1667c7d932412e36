"""The doctor finds each fault that is put before it, and says what to mend."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.offices import Office

FILE = """
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.agencies.seed import root_office
actions.File(channel="portal", office=root_office(), subject="楼道灯不亮", text="灯坏了三个月。",
    identity=actions.Identity(name="钱大妈", email="qian@example.org")).run(Actor.citizen())
"""


@pytest.fixture
def well(office: Office) -> Office:
    """An office in which all is well: a fresh heartbeat, a fresh backup."""
    now = datetime.now(UTC).isoformat()
    beat = {"at": now, "pid": 1, "database": "there", "jobs": {"deliver messages": {"at": now, "ok": True}}}
    (office.var / "worker.json").write_text(json.dumps(beat))
    (office.var / "last-backup.json").write_text(json.dumps({"at": now, "file": "/backups/x.tar", "bytes": 1}))
    office.more["YIWANG_DISK_MEGABYTES"] = "1"
    return office


def faults(office: Office, **more: str) -> dict[str, dict[str, Any]]:
    done = office.run("doctor", "--json", **more)
    found = json.loads(done.stdout)
    ill = {finding["check"]: finding for finding in found if not finding["well"]}
    assert done.returncode == (1 if ill else 0)
    assert all(finding["mend"] for finding in ill.values())
    return ill


def only(found: dict[str, dict[str, Any]], check: str) -> str:
    assert list(found) == [check]
    return str(found[check]["found"])


def change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_well_office_is_told_so(well: Office):
    assert faults(well) == {}
    told = well.run("doctor")
    assert told.returncode == 0
    assert len(told.stdout.splitlines()) == 14


def test_settings(well: Office):
    assert "YIWANG_BASE_URL is missing" in faults(well, YIWANG_ENV="production")["settings"]["found"]
    assert only(faults(well, YIWANG_BASEURL="https://x"), "settings") == "nothing reads YIWANG_BASEURL"
    assert only(faults(well, PORT="x"), "settings").startswith("The setting PORT must be")


def test_folder(well: Office):
    well.var.chmod(0o755)
    assert only(faults(well), "folder") == f"other accounts may read {well.var}"
    well.var.chmod(0o700)
    (well.var / "keys" / "vault.json").chmod(0o640)
    assert "vault.json" in only(faults(well), "folder")


def test_missing_keys(well: Office):
    (well.var / "keys" / "vault.json").unlink()
    assert only(faults(well), "folder") == f"no keys in {well.var / 'keys'}"


def test_disk(well: Office):
    assert "less than 1000000" in only(faults(well, YIWANG_DISK_MEGABYTES="1000000"), "disk")


def test_worker(well: Office):
    beat = well.var / "worker.json"
    change(beat, database="away")
    assert only(faults(well), "worker") == "it cannot reach the database"
    change(beat, database="there", jobs={"deliver messages": {"at": "", "ok": False}})
    assert only(faults(well), "worker") == "failing: deliver messages"
    change(beat, at=(datetime.now(UTC) - timedelta(minutes=3)).isoformat())
    assert only(faults(well), "worker").startswith("silent since ")
    beat.unlink()
    assert only(faults(well), "worker") == "not running"


def test_backup(well: Office):
    last = well.var / "last-backup.json"
    change(last, at=(datetime.now(UTC) - timedelta(days=3)).isoformat())
    assert only(faults(well), "backup") == "the last is 3 days old (/backups/x.tar)"
    last.unlink()
    assert only(faults(well), "backup") == "none was made yet"


def test_database_away(well: Office, free_port: int):
    well.database_url = f"postgresql://office:secret@127.0.0.1:{free_port}/office"
    found = only(faults(well), "database")
    assert "does not answer" in found
    assert "secret" not in found


def test_missing_migration(well: Office):
    well.python(
        "from django.db import connection\n"
        "connection.cursor().execute(\"DELETE FROM django_migrations WHERE app = 'sessions'\")"
    )
    assert only(faults(well), "database").endswith("lacks 1 migrations")


def test_keys_of_another_office(well: Office):
    well.python(FILE)
    assert faults(well) == {}
    path = well.var / "keys" / "vault.json"
    keys = json.loads(path.read_text())
    keys["wrapping"]["1"] = keys["lookup"]
    path.write_text(json.dumps(keys))
    assert only(faults(well), "keys").startswith("the keys do not open ")


def test_clock_behind_what_was_written(well: Office):
    well.python(
        "from datetime import timedelta, datetime, UTC\n"
        "from yiwang.journal.log import line, write\n"
        "write([line('test', actor_kind='system', at=datetime.now(UTC) + timedelta(hours=1))])"
    )
    assert only(faults(well), "clock").endswith("which is yet to come")


def test_messages_that_do_not_leave(well: Office):
    well.python(
        FILE + "from datetime import timedelta, datetime, UTC\n"
        "from yiwang.outbox.models import Notice\n"
        "Notice.objects.update(route='mail', last_error='smtp-421', next_attempt_at=datetime.now(UTC) - timedelta(hours=1))\n"
        "assert Notice.objects.count() == 1"
    )
    assert only(faults(well), "queue") == "1 messages are overdue (last failure: smtp-421)"


def test_papers(well: Office):
    (well.var / "keys" / "signing.json").unlink()
    assert "There is no signing key at" in only(faults(well), "papers")
    assert well.run("migrate").returncode == 0
    assert faults(well) == {}
    empty = well.var / "no-fonts"
    empty.mkdir(mode=0o700)
    (empty / "fonts.conf").write_text(f"<fontconfig><cachedir>{empty}</cachedir></fontconfig>")
    assert "no Chinese typeface" in only(faults(well, FONTCONFIG_FILE=str(empty / "fonts.conf")), "papers")


def test_security_promise_by_promise(well: Office):
    """Given a fresh office in development, then each promise has a line; what hangs on its set-up is looked at, the rest has its tests."""
    done = well.run("doctor", "--security", "--json")
    lines = {line["id"]: line for line in json.loads(done.stdout)}
    assert done.returncode == 1
    assert len(lines) > 45
    ill = {name for name, line in lines.items() if line["well"] is False}
    assert {"way-https", "files-scanned", "in-second", "log-proof", "see-administrators"} <= ill <= {
        "way-https", "files-scanned", "in-second", "log-proof", "see-administrators", "run-account", "log-append",
    }  # fmt: skip
    assert all(lines[name]["mend"] for name in ill)
    assert (lines["in-limits"]["well"], lines["see-rules"]["well"]) == (True, None)
    told = well.run("doctor", "--security").stdout
    assert "→ Install ClamAV and set YIWANG_CLAMD." in told
    assert f"{len(lines)} promises:" in told.splitlines()[-1]
