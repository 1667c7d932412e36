"""`yiwang keys`: a rotation that is killed goes on, and a key is not taken away while rows need it."""

import json

import pytest
from tests.offices import Office

pytestmark = pytest.mark.slow_once

ROWS = 6000
FILL = f"""
from datetime import UTC, datetime, timedelta
from yiwang.people.models import Petitioner
from yiwang.store.ids import new_id
now = datetime.now(UTC)  # a millisecond for each: ids drawn by the thousand in one would clash at times
rows = [Petitioner(id=new_id(now - timedelta(milliseconds=number))) for number in range({ROWS})]
for row in rows:
    row.set_identity(name="钱大妈", phone="19900000001")
Petitioner.objects.bulk_create(rows)
"""
READ = """
from yiwang.people.models import Petitioner, found_by
print({row.unseal("name") for row in Petitioner.objects.all()}, Petitioner.objects.filter(found_by("phone", "19900000001")).count())
"""
COUNT = """
from yiwang.vault.rotation import rows_by
print(rows_by(1), rows_by(2))
"""


def test_a_rotation_that_is_killed_goes_on(office: Office) -> None:
    """Given an office, when `keys rotate` is killed while it wraps and run again, then every row is wrapped by the one new key and
    opens; the former is kept while anything may need it."""
    office.python(FILL)
    begun = office.start("keys", "rotate")
    assert begun.stdout
    while "wrapping:" not in begun.stdout.readline(80):
        assert begun.poll() is None
    begun.kill()
    begun.wait()
    left, done = map(int, office.python(COUNT).split())
    assert left > 0, "it was killed too late"
    assert left + done == ROWS
    refused = office.run("keys", "retire", "1")
    assert (refused.returncode, f"still opens {left} rows" in refused.stderr) == (1, True)
    again = office.run("keys", "rotate")
    assert again.returncode == 0, again.stderr
    assert f"{left} rows are wrapped by key 2 now" in again.stdout
    status = office.run("keys", "status").stdout
    assert "Key 1 (aes-256-gcm): 0 rows" in status
    assert f"Key 2 (aes-256-gcm, wraps new rows): {ROWS} rows" in status
    path = office.var / "keys" / "vault.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "changed_at": "2026-01-01T00:00:00+00:00"}))
    assert office.run("keys", "retire", "1").returncode == 0
    assert office.python(READ) == f"{{'钱大妈'}} {ROWS}"
