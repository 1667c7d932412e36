"""What is sealed opens only in its own place, with its own key."""

import json
import stat
from pathlib import Path

import pytest

from yiwang.people.models import Petitioner, found_by
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
