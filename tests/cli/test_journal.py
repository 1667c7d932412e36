"""`yiwang journal verify` in an office that runs: the worker orders within two seconds, also after kill -9, and what is tampered with fails."""

import json
import secrets
import time
from typing import Any

import psycopg
import pytest
from tests.offices import SERVER, Office

WRITE = """
from yiwang.journal import log
lines = {{}}
while len(lines) < {count}:  # so many in one millisecond may draw the same id
    one = log.line("look", actor_kind="staff", actor_id=1, subject_kind="petition", subject_id=len(lines))
    lines[one.pk] = one
log.write(lines.values())
"""
PLACED = """
from yiwang.journal.models import Place
print(Place.objects.count())
"""
TAKE_AWAY = """
from yiwang.journal.models import Place, Record
from yiwang.store.append_only import lifted
with lifted("journal_record"):
    Record.objects.filter(place__seq=3).delete()
"""


def verified(office: Office) -> tuple[int, dict[str, Any]]:
    done = office.run("journal", "verify")
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_verify_tells_by_its_status_and_its_last_line(office: Office) -> None:
    """Given an office whose lines were sealed, when one is taken away, then verify ends with 1 instead of 0 and names it."""
    office.python(WRITE.format(count=5))
    office.run("journal", "seal")
    status, found = verified(office)
    assert (status, found["ok"], found["first_bad"]) == (0, True, None)
    lines = found["checked"]
    office.python(TAKE_AWAY)
    status, found = verified(office)
    assert (status, found["ok"], found["checked"], found["first_bad"]["seq"]) == (1, False, lines - 1, 3)
    only = office.run("journal", "verify", "--json")
    assert (only.returncode, json.loads(only.stdout)) == (1, found)


def test_the_worker_orders_in_two_seconds_and_one_that_was_killed_is_taken_over_from(office: Office) -> None:
    """Given a worker that is killed among thousands of lines, when another one starts, then each line has one place soon after."""
    first = office.start("worker")
    office.python(WRITE.format(count=8_000))
    deadline = time.monotonic() + 30
    while int(office.python(PLACED)) < 1_000 and time.monotonic() < deadline:
        pass
    office.python(WRITE.format(count=3_000))
    first.kill()
    first.wait()
    second = office.start("worker")
    try:
        deadline = time.monotonic() + 30
        while json.loads(office.run("journal", "verify", "--json").stdout)["waiting"] and time.monotonic() < deadline:
            pass
    finally:
        second.terminate()
        assert second.wait(20) == 0
    status, found = verified(office)
    assert (status, found["waiting"], found["ok"]) == (0, 0, True)
    assert found["checked"] >= 11_000


def test_retention_is_never_less_than_six_months(office: Office) -> None:
    """Given a setting of five months, when expired lines are to go, then the command refuses with a sentence."""
    done = office.run("journal", "expire", YIWANG_JOURNAL_MONTHS="5")
    assert done.returncode == 1
    assert "YIWANG_JOURNAL_MONTHS must be a whole number from 6 to 1200" in done.stderr
    assert "Nothing is older than 36 months." in office.run("journal", "expire").stdout


def test_a_command_seals_what_it_wrote(office: Office) -> None:
    """Given an office, when somebody is added by the command line, then the line is ordered and under a signed head."""
    before = verified(office)[1]
    assert office.run("staff", "add", "--username", "anna", "--role", "auditor").returncode == 0
    after = verified(office)[1]
    assert (after["waiting"], after["heads"]) == (0, before["heads"] + 1)
    assert after["checked"] > before["checked"]


def test_after_restore_the_journal_verifies(office: Office, tmp_path: Any) -> None:
    """Given a backup and lines written after it, when it is put back, then the journal verifies, and goes on."""
    office.run("backup", tmp_path / "office.tar", "--keys-to", tmp_path / "keys.tar")
    office.python(WRITE.format(count=5))
    office.run("journal", "seal")
    done = office.run("restore", "--force", tmp_path / "office.tar", "--keys-from", tmp_path / "keys.tar")
    assert done.returncode == 0, done.stderr
    status, found = verified(office)
    assert (status, found["waiting"]) == (0, 0)


if SERVER:  # roles are PostgreSQL's

    @pytest.fixture
    def roles(office: Office) -> Any:
        """An office whose tables belong to one role while another serves."""
        name = f"serves_{secrets.token_hex(4)}"
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN")
        owner = office.database_url
        head, _at, tail = owner.partition("@")
        office.database_url = f"{head.rpartition('//')[0]}//{name}@{tail}"
        yield owner
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(f"DROP OWNED BY {name}")
            connection.execute(f"DROP ROLE {name}")

    def test_an_office_serves_under_a_role_that_changes_nothing_of_the_log(office: Office, roles: str) -> None:
        """Given the owner's migrate, when the other role writes, orders and verifies, then it can, and can change nothing of it."""
        done = office.run("migrate", YIWANG_DATABASE_OWNER_URL=roles)
        assert done.returncode == 0, done.stderr
        assert "may serve, and change nothing that the behaviour log holds" in done.stdout
        office.python(WRITE.format(count=3))
        assert office.run("journal", "seal").returncode == 0
        assert verified(office)[0] == 0
        with psycopg.connect(office.database_url, autocommit=True) as connection:
            for sql in (
                "UPDATE journal_record SET act = 'x'",
                "DELETE FROM journal_place",
                "TRUNCATE journal_head CASCADE",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql)
        assert "Nothing is older" in office.run("journal", "expire", YIWANG_DATABASE_OWNER_URL=roles).stdout

    def test_one_role_under_two_names_is_refused(office: Office) -> None:
        """Given both settings with the same role, when migrated, then a sentence says what to do."""
        done = office.run("migrate", YIWANG_DATABASE_OWNER_URL=office.database_url)
        assert done.returncode == 1
        assert "name the same role" in done.stderr
