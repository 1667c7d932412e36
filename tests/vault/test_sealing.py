"""What is sealed opens only in its own place, with its own key."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from yiwang.people.models import Petitioner, found_by
from yiwang.vault import sealing
from yiwang.vault.keys import KeysMissing, load_keys, make_keys
from yiwang.vault.sealing import DataKey, SealBroken, blind_index, normalise


def petitioner(**given: str) -> Petitioner:
    row = Petitioner()
    row.key  # noqa: B018
    row.set_identity(**given)
    return row


@pytest.mark.django_db
def test_identity_is_sealed_and_opens() -> None:
    """Given a petitioner, when the row is read back, then its columns hold no plain word, and unseal gives them."""
    petitioner(name="钱大妈", phone="199 0000 0001").save()
    row = Petitioner.objects.get()
    assert "钱".encode() not in bytes(row.sealed_name)
    assert (row.unseal("name"), row.unseal("phone"), row.unseal("email")) == ("钱大妈", "199 0000 0001", "")
    assert (row.masked_name(), row.masked_phone()) == ("钱**", "199********01")


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["sealed_phone", "data_key"])
def test_moved_to_another_row_it_does_not_open(column: str) -> None:
    """Given two rows, when a sealed value or a key is copied from one to the other, then it does not open."""
    one, other = petitioner(phone="19900000001"), petitioner(phone="19900000002")
    one.save()
    other.save()
    moved = Petitioner.objects.get(pk=other.pk)
    setattr(moved, column, getattr(Petitioner.objects.get(pk=one.pk), column))
    with pytest.raises(SealBroken):
        moved.unseal("phone")


@pytest.mark.django_db
def test_moved_to_another_column_it_does_not_open() -> None:
    """Given a sealed name, when it is copied into the telephone's column, then it does not open."""
    row = petitioner(name="钱大妈")
    row.sealed_phone = row.sealed_name
    with pytest.raises(SealBroken):
        row.unseal("phone")


@pytest.mark.django_db
def test_destroyed_key_destroys_the_words() -> None:
    """Given a saved petitioner, when its key is destroyed, then nothing of it opens again."""
    row = petitioner(name="钱大妈")
    row.save()
    row.destroy_key()
    row.save()
    with pytest.raises(SealBroken):
        Petitioner.objects.get(pk=row.pk).unseal("name")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "19900000001",
        "199-0000-0001",
        "+86 199 0000 0001",
        "１９９００００００００１".replace("００００００００", "0000000"),
    ],
)
def test_found_by_telephone_however_it_is_written(typed: str) -> None:
    """Given a petitioner's number, when it is typed in another way, then the blind index finds the row."""
    petitioner(phone="199 0000 0001").save()
    assert Petitioner.objects.filter(found_by("phone", typed)).count() == 1


@pytest.mark.django_db
def test_empty_value_finds_nobody() -> None:
    """Given a petitioner who left no telephone, when nothing is searched for, then nobody is found."""
    petitioner(name="钱大妈").save()
    assert Petitioner.objects.filter(found_by("phone", " ")).count() == 0


def test_blind_indexes_do_not_match_across_kinds() -> None:
    """Given one text as a name and as an address for mail, then their indexes differ, and equal ones are equal."""
    assert blind_index("name", "abc") != blind_index("email", "abc")
    assert blind_index("name", "ABC ") == blind_index("name", "abc")
    assert normalise("id_number", "11010119900101123X") == "11010119900101123x"


def test_altered_by_one_bit_it_does_not_open() -> None:
    """Given a sealed text, when one bit is flipped, then it does not open."""
    key = DataKey.fresh("table", 1)
    sealed = bytearray(key.seal("钱大妈", "table", "column", 1))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        key.open(bytes(sealed), "table", "column", 1)


def test_key_file_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    """Given an empty folder, when keys are made twice, then there is one file, unchanged, readable by its owner alone."""
    path = make_keys(tmp_path)
    before = path.read_bytes()
    make_keys(tmp_path)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [None, "{", json.dumps({"current": 1})])
def test_missing_or_damaged_key_file_says_what_to_do(tmp_path: Path, content: str | None) -> None:
    """Given no key file, or a damaged one, then the error names the file and what to do."""
    if content is not None:
        (tmp_path / "vault.json").write_text(content, encoding="utf-8")
    with pytest.raises(KeysMissing, match=r"vault\.json"):
        load_keys(tmp_path)


def test_the_compartment_has_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given two data keys, one in the compartment, when the key file loses the compartment's keys, then only the other opens."""
    ordinary, apart = DataKey.fresh("table", 1), DataKey.fresh("table", 2, compartment=True)
    assert (DataKey.unwrap(ordinary.wrapped, "table", 1), DataKey.unwrap(apart.wrapped, "table", 2)) == (
        ordinary,
        apart,
    )

    without = replace(sealing.office_keys(), compartment={})
    monkeypatch.setattr(sealing, "office_keys", lambda: without)
    monkeypatch.setattr(sealing, "reloaded_keys", lambda: without)

    assert DataKey.unwrap(ordinary.wrapped, "table", 1) == ordinary
    with pytest.raises(SealBroken, match="compartment key 1 is not among the office's keys"):
        DataKey.unwrap(apart.wrapped, "table", 2)


def test_no_key_of_the_one_side_opens_the_other() -> None:
    """Given a data key of the compartment, when its version is rewritten to that of the ordinary key, then it does not open."""
    apart = DataKey.fresh("table", 1, compartment=True)
    forged = (int.from_bytes(apart.wrapped[:2], "big") & ~sealing.IN_COMPARTMENT).to_bytes(2, "big") + apart.wrapped[2:]
    with pytest.raises(SealBroken):
        DataKey.unwrap(forged, "table", 1)


def test_rewrapped_it_opens_what_it_sealed() -> None:
    """Given a sealed row, when its key is moved into the compartment, then the same words open, and the key is wrapped anew."""
    row = petitioner(name="钱大妈")
    before = bytes(row.data_key)
    row.rewrap(compartment=True)
    assert (row.unseal("name"), row.data_key[0] & 0x80, before[0] & 0x80) == ("钱大妈", 0x80, 0)
    row.__dict__.pop("_key")
    assert row.unseal("name") == "钱大妈"


def test_an_older_key_file_gets_the_compartments_keys_and_keeps_its_own(tmp_path: Path) -> None:
    """Given a key file without the compartment's keys, when keys are made, then these are added and nothing else changes."""
    path = make_keys(tmp_path)
    whole = json.loads(path.read_text())
    older = {name: value for name, value in whole.items() if name != "compartment"} | {
        "wrapping": {"1": "YQ==", "2": "Yg=="}
    }
    path.write_text(json.dumps(older))
    make_keys(tmp_path)
    now = json.loads(path.read_text())
    assert list(now.pop("compartment")) == ["1", "2"]
    assert now == older
    assert (stat.S_IMODE(path.stat().st_mode), list(tmp_path.iterdir())) == (0o600, [path])
