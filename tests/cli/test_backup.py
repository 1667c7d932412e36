"""A backup holds database and files together and the keys apart, and an office comes back from it whole."""

import json
import shutil
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.offices import Office

from yiwang.vault.keys import make_keys
from yiwang.vault.signing import make_signing_key

FILL = """
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import Upload
from yiwang.agencies.seed import root_office
petition = actions.File(
    channel="portal", office=root_office(), subject="楼道灯不亮", text="三单元的楼道灯坏了三个月，请派人来修。",
    identity=actions.Identity(name="钱大妈", phone="19900000001"),
    uploads=(Upload("灯.pdf", "application/pdf", b"%PDF-1.7 lamp"),),
).run(Actor.citizen())
print(petition.number)
"""

READ = """
from yiwang.petitions.models import Attachment, Petition
from yiwang.vault import files
petition = Petition.objects.get()
attachment = Attachment.objects.get()
print(petition.number, petition.subject, petition.petitioner.unseal("name"), files.read_sealed(petition.key, attachment.pk).decode())
"""


@pytest.fixture
def filled(office: Office) -> Office:
    """An office with one petition and one attachment."""
    office.python(FILL)
    return office


@pytest.fixture
def archive(filled: Office, tmp_path: Path) -> Path:
    """A backup of it, its keys beside it in ``keys.tar``."""
    done = filled.run("backup", tmp_path / "office.tar", "--keys-to", tmp_path / "keys.tar")
    assert done.returncode == 0, done.stderr
    return tmp_path / "office.tar"


def test_an_office_comes_back_whole_in_another_folder(
    filled: Office, archive: Path, new_office: Callable[[str], Office]
):
    other = new_office("other")
    done = other.run("restore", archive, "--keys-from", archive.with_name("keys.tar"))
    assert done.returncode == 0, done.stderr
    shutil.copytree(
        filled.var / "static", other.var / "static"
    )  # of the version, not of the office; to collect it takes long
    assert other.run("migrate").returncode == 0
    read = other.python(READ)
    assert read == filled.python(READ)
    assert "楼道灯不亮 钱大妈 %PDF-1.7 lamp" in read
    assert stat.S_IMODE((other.var / "keys" / "vault.json").stat().st_mode) == 0o600


def test_archive_and_keys_are_for_their_owner_and_apart(filled: Office, archive: Path):
    assert stat.S_IMODE(archive.stat().st_mode) == stat.S_IMODE(archive.with_name("keys.tar").stat().st_mode) == 0o600
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))
    assert len([name for name in names if name.startswith("files/")]) == 1
    assert not [name for name in names if "key" in name]
    assert manifest["engine"] == ("postgresql" if filled.database_url else "sqlite")
    secret = json.loads((filled.var / "keys" / "vault.json").read_text())["mac"]
    assert secret.encode() not in archive.read_bytes()
    with tarfile.open(archive.with_name("keys.tar")) as tar:
        assert tar.getnames() == ["signing.json", "vault.json"]


def test_a_folder_as_target_gets_a_dated_file(office: Office, tmp_path: Path):
    done = office.run("backup", tmp_path / "daily")
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "daily").iterdir()
    assert made.name.startswith("yiwang-")
    assert made.suffix == ".tar"
    assert str(office.var / "keys") in done.stdout


def test_an_office_that_is_not_empty_is_overwritten_only_by_force(filled: Office, archive: Path):
    filled.python("from yiwang.petitions.models import Petition; Petition.objects.update(subject='改过')")
    refused = filled.run("restore", archive)
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    assert "改过" in filled.python(READ)

    forced = filled.run("restore", archive, "--force")
    assert forced.returncode == 0, forced.stderr
    assert "楼道灯不亮" in filled.python(READ)


def test_a_damaged_archive_changes_nothing(archive: Path, new_office: Callable[[str], Office]):
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        place = next(member for member in tar if member.name.startswith("files/")).offset_data
    content[place] ^= 1
    archive.write_bytes(content)
    other = new_office("other")
    done = other.run("restore", archive, "--keys-from", archive.with_name("keys.tar"))
    assert done.returncode == 1
    assert "is not what was backed up. Nothing was changed." in done.stderr
    assert list(other.var.iterdir()) == []

    archive.write_bytes(bytes(content[:1000]))
    assert other.run("restore", archive).returncode == 1
    archive.write_bytes(b"no archive at all")
    assert "no backup of Yiwang" in other.run("restore", archive).stderr


def test_without_the_right_keys_nothing_is_restored(
    archive: Path, new_office: Callable[[str], Office], made_office: Callable[[str], Office], tmp_path: Path
):
    other = new_office("other")
    assert "The keys here are not those of this backup" in other.run("restore", archive).stderr

    stranger = made_office("stranger")
    shutil.rmtree(stranger.var / "keys")
    make_keys(stranger.var / "keys")
    make_signing_key(stranger.var / "keys")
    assert stranger.run("backup", tmp_path / "s.tar", "--keys-to", tmp_path / "s-keys.tar").returncode == 0
    done = other.run("restore", archive, "--keys-from", tmp_path / "s-keys.tar")
    assert done.returncode == 1
    assert "are not those of this backup. Nothing was changed." in done.stderr


def test_a_member_cannot_be_written_outside(tmp_path: Path):
    from yiwang.cli.archive import read_archive
    from yiwang.cli.main import PlainError

    evil = tmp_path / "evil.tar"
    manifest = tmp_path / "manifest.json"
    facts = {"bytes": 1, "sha256": "0"}
    manifest.write_text(json.dumps({"format": 1, "members": {"../escaped": facts, "database": facts}}))
    with tarfile.open(evil, "w") as tar:
        tar.add(manifest, "manifest.json")
        tar.add(manifest, "../escaped")
    (tmp_path / "into").mkdir()
    with pytest.raises(PlainError, match="would be written elsewhere"):
        read_archive(evil, tmp_path / "into")
    assert not (tmp_path / "escaped").exists()
