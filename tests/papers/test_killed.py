"""kill -9 for real, and a backup that brings the papers back: in offices of their own."""

import json
import tarfile
from pathlib import Path

from tests.offices import Office

FILE = """
from yiwang.agencies.seed import root_office
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.papers import owed_by
from yiwang.store.inserting import insert
for number in range(3):
    petition = actions.File(
        channel="portal", office=root_office(), subject="楼道灯不亮", text="请派人来修。", identity=actions.Identity(name="钱大妈"),
    ).run(Actor.citizen())
    insert(*owed_by(["receipt"], petition, petition.entries.get()))
"""
MAKE = """
from datetime import UTC, datetime
from tests.papers.made import quick
from yiwang.papers import making, signing, workshop
from yiwang.papers.models import Paper
from yiwang.petitions.papers import make_owed
from yiwang.vault import files
workshop.make = quick
def make():
    Paper.objects.update(next_attempt_at=datetime.now(UTC))
    return make_owed()
"""
DEATHS = {
    "while it is drawn": "workshop.make = die",
    "before its file": "files.write_sealed = die",
    "before it is signed": "signing.sign = die",
    "before it is made": "making.Paper.save = lambda self, **more: die() if self.state == 'made' else making.Paper.save_base(self, **more)",
}
DIE = f"""
import os, signal
from django.db import connections
def die(*given, **more):
    os.kill(os.getpid(), signal.SIGKILL)
for death in {list(DEATHS.values())!r}:
    connections.close_all()
    worker = os.fork()
    if worker == 0:
        exec(death)
        make()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL, death
"""
LOOK = """
import json
from yiwang.papers import making
from yiwang.papers.models import Counter, Paper
from yiwang.papers.signing import is_signed
rows = [(p.state, p.serial, p.number, is_signed(p), making.read_docx(p)[:2].decode()) for p in Paper.objects.order_by("serial")]
print(json.dumps([rows, Counter.objects.get().last]))
"""


def test_killed_four_times_no_number_is_lost_or_doubled(office: Office) -> None:
    """Given three owed papers, when the worker is killed at four different steps in turn, then afterwards they are 1, 2, 3."""
    made, found = office.python(FILE + MAKE + DIE + "print(make())\n" + LOOK).splitlines()
    assert made == "3"
    rows, last = json.loads(found)
    assert [(state, serial, signed, start) for state, serial, _number, signed, start in rows] == [
        ("made", 1, True, "PK"), ("made", 2, True, "PK"), ("made", 3, True, "PK"),
    ]  # fmt: skip
    assert len({number for _state, _serial, number, _signed, _start in rows}) == 3
    assert last == 3


def test_a_backup_brings_papers_back_and_they_stay_provable(office: Office, new_office, tmp_path: Path) -> None:
    """Given made papers, when the office is restored elsewhere with its keys, then each opens and is proven; without them nothing is."""
    before = office.python(FILE + MAKE + "make()\n" + LOOK)
    done = office.run("backup", tmp_path / "office.tar", "--keys-to", tmp_path / "keys.tar")
    assert done.returncode == 0, done.stderr
    with tarfile.open(tmp_path / "office.tar") as tar:
        assert len([name for name in tar.getnames() if name.startswith("files/")]) == 6
        assert not [name for name in tar.getnames() if "signing" in name]
    assert "钱大妈".encode() not in (tmp_path / "office.tar").read_bytes()
    other = new_office("other")
    restored = other.run("restore", tmp_path / "office.tar", "--keys-from", tmp_path / "keys.tar")
    assert restored.returncode == 0, restored.stderr
    assert other.python(LOOK) == before

    # An office that has its vault's keys but lost the ones that sign gets them back too.
    (other.var / "keys" / "signing.json").unlink()
    again = other.run("restore", tmp_path / "office.tar", "--keys-from", tmp_path / "keys.tar", "--force")
    assert again.returncode == 0, again.stderr
    assert other.python(LOOK) == before
