"""Every row's key is wrapped anew, none is left out, and whatever stops it, it goes on where it stood."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.conf import LazySettings
from django.db.models import BinaryField, ForeignKey
from tests.given import City

from yiwang.cli.commands.keys import command
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.people import reindexing
from yiwang.people.models import Petitioner, found_by
from yiwang.petitions.models import Petition
from yiwang.vault import ciphers, key_changes, keys, rotation
from yiwang.vault.keys import office_keys, reloaded_keys
from yiwang.vault.sealing import IN_COMPARTMENT, DataKey, SealBroken, SealedRow


class Killed(BaseException):
    """Stands for the end of the process."""


def words() -> list[str]:
    return sorted(
        [
            *(person.unseal("name") + person.unseal("phone") for person in Petitioner.objects.all()),
            *(notice.unseal("body") for notice in Notice.objects.all()),
            *("".join(petition.words()) for petition in Petition.objects.all()),
        ]
    )


def indexes() -> set[bytes]:
    return {bytes(index or b"") for index in Petitioner.objects.values_list("blind_phone", flat=True)}


def persons(many: int) -> None:
    for number in range(many):
        person = Petitioner()
        person.set_identity(name="钱大妈", phone=f"1990000{number:04d}")
        person.save(force_insert=True)


def test_every_row_is_wrapped_anew_and_opens_without_the_former_key(city: City, key_folder: Path) -> None:
    """Given petitions, notices and an accusation, when the keys are rotated and the former is retired, then all opens as before."""
    city.file()
    city.file(purpose="accusation", subject="收红包", text="他收了红包。")
    before = words()
    assert rotation.rows_by(1) > 4
    assert key_changes.add_version(key_folder, ciphers.AES) == 2
    run = rotation.rewrap_all(settle=0)
    assert (run.broken, rotation.rows_by(1)) == ([], 0)
    key_changes.retire(key_folder, 1, settled=timedelta())
    assert sorted(reloaded_keys().wrapping) == sorted(reloaded_keys().compartment) == [2]
    assert words() == before


def test_rows_of_the_compartment_stay_in_it(city: City, key_folder: Path) -> None:
    """Given a row whose key the compartment's wraps, when the keys are rotated, then the compartment's new key wraps it."""
    persons(1)
    row = Petitioner.objects.get()
    row.rewrap(compartment=True)
    row.save()
    key_changes.add_version(key_folder, ciphers.AES)
    rotation.rewrap_all(settle=0)
    assert rotation.usage()["people_petitioner"] == {2 | IN_COMPARTMENT: 1}
    assert Petitioner.objects.get().unseal("name") == "钱大妈"


def test_an_office_goes_over_to_sm4(city: City, key_folder: Path, settings: LazySettings) -> None:
    """Given rows sealed with AES, when the setting is SM4 and the keys are rotated, then SM4 wraps, and old and new rows open."""
    persons(1)
    settings.SEALING = ciphers.SM4
    key_changes.add_version(key_folder, settings.SEALING)
    rotation.rewrap_all(settle=0)
    assert ciphers.algorithm_of(office_keys().wrapping[2]) == ciphers.SM4
    persons(1)
    assert [person.unseal("name") for person in Petitioner.objects.all()] == ["钱大妈", "钱大妈"]


@pytest.mark.django_db
def test_stopped_at_any_batch_it_goes_on(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a rotation that is killed after its first batch, when it is run again, then what was left is wrapped and no more."""
    monkeypatch.setattr(rotation, "BATCH", 3)
    persons(8)
    key_changes.add_version(key_folder, ciphers.AES)

    def kill(run: rotation.Rotation) -> None:
        if run.done:
            raise Killed

    with pytest.raises(Killed):
        rotation.rewrap_all(kill, settle=0)
    assert rotation.usage()["people_petitioner"] == {1: 5, 2: 3}
    run = rotation.rewrap_all(settle=0)
    assert (run.total, run.done, rotation.usage()["people_petitioner"]) == (5, 5, {2: 8})


@pytest.mark.django_db
def test_a_row_that_does_not_open_is_named_and_left(key_folder: Path) -> None:
    """Given one altered key among three, when the keys are rotated, then the others are done, and that one is named and unchanged."""
    persons(3)
    broken = Petitioner.objects.earliest("pk")
    altered = bytes(broken.data_key[:-1]) + bytes([bytes(broken.data_key)[-1] ^ 1])
    Petitioner.objects.filter(pk=broken.pk).update(data_key=altered)
    key_changes.add_version(key_folder, ciphers.AES)
    run = rotation.rewrap_all(settle=0)
    assert (run.done, run.broken) == (2, [f"people_petitioner {broken.pk}"])
    assert bytes(Petitioner.objects.get(pk=broken.pk).data_key) == altered


@pytest.mark.django_db
def test_a_destroyed_key_stays_destroyed(key_folder: Path) -> None:
    """Given a row whose key was destroyed, when the keys are rotated, then it has none, and waits for nothing."""
    persons(1)
    Petitioner.objects.update(data_key=b"")
    key_changes.add_version(key_folder, ciphers.AES)
    assert rotation.rewrap_all(settle=0).total == 0
    assert bytes(Petitioner.objects.get().data_key) == b""


@pytest.mark.django_db
def test_a_process_meets_a_key_made_since_it_started(key_folder: Path) -> None:
    """Given a process that has read its keys, when another rotates, then a row wrapped by the new key opens at once, and the
    process wraps with it from then on."""
    assert office_keys().current == 1
    key_changes.add_version(key_folder, ciphers.AES)
    assert office_keys().current == 1
    new = keys.bytes_of(json.loads((key_folder / "vault.json").read_text())["wrapping"]["2"])
    wrapped = b"\0\2" + ciphers.encrypt(new, b"s" * 32, b"table|data_key|1")
    assert DataKey.unwrap(wrapped, "table", 1).secret == b"s" * 32
    assert DataKey.fresh("table", 2).wrapped[:2] == b"\0\2"


@pytest.mark.django_db
def test_a_process_that_meets_none_learns_of_it_too(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a process that has read its keys, when another rotates and some seconds pass, then it wraps with the new key."""
    assert office_keys().current == 1
    key_changes.add_version(key_folder, ciphers.AES)
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    assert office_keys().current == 2


def test_with_a_damaged_file_a_process_goes_on(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a process that has its keys, when the file is damaged, then it goes on with those, and a new process refuses."""
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    before = office_keys()
    (key_folder / "vault.json").write_text("{")
    assert office_keys() == before
    monkeypatch.setattr(keys, "_kept", {})
    with pytest.raises(keys.KeysMissing):
        office_keys()


@pytest.mark.parametrize(
    ("version", "settled", "why"),
    [(2, timedelta(), "current"), (7, timedelta(), "There is no"), (1, timedelta(minutes=10), "10 minutes")],
)
def test_what_may_not_be_retired_is_kept(key_folder: Path, version: int, settled: timedelta, why: str) -> None:
    """Given a rotation of just now, when the current version, an unknown one or the former is retired, then the file is as it was."""
    key_changes.add_version(key_folder, ciphers.AES)
    before = (key_folder / "vault.json").read_bytes()
    with pytest.raises(key_changes.KeyKept, match=why):
        key_changes.retire(key_folder, version, settled=settled)
    assert (key_folder / "vault.json").read_bytes() == before


def test_every_sealed_column_hangs_on_a_key_that_is_rotated() -> None:
    """Given all models, then each with a data key is among those that are rotated, and each sealed column is of such a row or of
    one that hangs on it."""
    rotated = set(rotation.sealed_models())
    for model in apps.get_models():
        columns = {column.name for column in model._meta.concrete_fields if isinstance(column, BinaryField)}
        if "data_key" in columns:
            assert model in rotated, model
        if any(name.startswith("sealed_") for name in columns):
            parents = {column.related_model for column in model._meta.fields if isinstance(column, ForeignKey)}
            assert model in rotated or parents & rotated, model
    assert all(issubclass(model, SealedRow) for model in rotated)


@pytest.mark.django_db
def test_people_are_found_while_and_after_their_indexes_are_made_anew(key_folder: Path) -> None:
    """Given petitioners, when the key of blind indexes is changed, then they are found before, while and after the indexes follow."""
    persons(2)
    key_changes.begin_blind(key_folder)
    key_changes.begin_blind(key_folder)  # run again: nothing is lost
    reloaded_keys()
    sought = found_by("phone", "199-0000-0001")
    before = indexes()
    assert Petitioner.objects.filter(sought).count() == 1
    run = reindexing.reindex_all(settle=0)
    assert (run.changed, run.broken) == (2, [])
    key_changes.end_blind(key_folder)
    assert reloaded_keys().former_blind is None
    assert Petitioner.objects.filter(found_by("phone", "199-0000-0001")).count() == 1
    assert not before & indexes()


@pytest.mark.django_db
def test_a_retired_key_opens_nothing(key_folder: Path) -> None:
    """Given a row left behind, when its key is retired all the same, then it does not open, and the error names the version."""
    persons(1)
    key_changes.add_version(key_folder, ciphers.AES)
    key_changes.retire(key_folder, 1, settled=timedelta())
    reloaded_keys()
    with pytest.raises(SealBroken, match="wrapping key 1 is not among"):
        Petitioner.objects.get().unseal("name")


@pytest.mark.django_db
def test_the_command_changes_the_blind_key(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given petitioners, when `yiwang keys rotate --blind` is run, then they are found by the new key alone, and a line says so."""
    from yiwang.cli import config

    persons(2)
    before = indexes()
    monkeypatch.setattr(reindexing, "SETTLE", 0.0)
    here = replace(config.current_config(), var=key_folder.parent)
    here.static_folder.mkdir()
    monkeypatch.setattr(config, "current_config", lambda: here)
    done = CliRunner().invoke(command, ["rotate", "--blind"])
    assert (done.exit_code, "2 petitioners were made anew" in done.output) == (0, True), done.output
    assert (reloaded_keys().former_blind, before & indexes()) == (None, set())
    assert Petitioner.objects.filter(found_by("name", "钱大妈")).count() == 2
    assert Record.objects.get().act == "rotate_blind_key"
