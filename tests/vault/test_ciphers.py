"""SM4-GCM as RFC 8998 has it, and rows that carry the algorithm they were sealed with."""

import pytest
from django.conf import LazySettings

from yiwang.people.models import Petitioner
from yiwang.vault import ciphers
from yiwang.vault.sealing import DataKey, SealBroken

# RFC 8998, appendix A.1
KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
NONCE = bytes.fromhex("00001234567800000000ABCD")
BOUND = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
PLAIN = bytes.fromhex("".join(sign * 16 for sign in "ABCDEFEA"))
SEALED = bytes.fromhex(
    "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
)
TAG = bytes.fromhex("83DE3541E4C2B58177E065A9BF7B62EC")

pytestmark = pytest.mark.engine_free


def test_sm4_gcm_seals_as_rfc_8998() -> None:
    """Given the vector of RFC 8998 A.1, when it is sealed, then text and tag are those of the appendix; and it opens."""
    assert ciphers.sm4_encrypt(KEY, NONCE, PLAIN, BOUND) == SEALED + TAG
    assert ciphers.sm4_decrypt(KEY, NONCE, SEALED + TAG, BOUND) == PLAIN


@pytest.mark.parametrize("position", [0, len(SEALED), len(SEALED) + 15])
def test_sm4_gcm_refuses_what_was_altered(position: int) -> None:
    """Given the vector with one bit of text or tag flipped, then it does not open."""
    altered = bytearray(SEALED + TAG)
    altered[position] ^= 1
    with pytest.raises(ciphers.InvalidTag):
        ciphers.sm4_decrypt(KEY, NONCE, bytes(altered), BOUND)


@pytest.mark.parametrize("length", [0, 15])
def test_sm4_gcm_refuses_what_is_too_short_for_a_tag(length: int) -> None:
    """Given less than a whole tag, then it does not open: a tag cut short would be easy to guess."""
    with pytest.raises(ciphers.InvalidTag):
        ciphers.sm4_decrypt(KEY, NONCE, TAG[:length], BOUND)


@pytest.mark.parametrize("algorithm", ciphers.ALGORITHMS)
def test_each_algorithm_opens_its_own(settings: LazySettings, algorithm: str) -> None:
    """Given a setting, when a row is sealed, then its key is of that algorithm, and the row opens whatever the setting is then."""
    settings.SEALING = algorithm
    row = Petitioner()
    row.set_identity(name="钱大妈")
    assert ciphers.algorithm_of(row.key.secret) == algorithm
    settings.SEALING = next(other for other in ciphers.ALGORITHMS if other != algorithm)
    again = Petitioner(id=row.pk, data_key=row.data_key, sealed_name=row.sealed_name)
    assert again.unseal("name") == "钱大妈"


def test_a_key_of_before_the_choice_opens() -> None:
    """Given a wrapped key as it was written before there was a choice (version, nonce, 32 bytes and tag), then it is AES-256-GCM's."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from yiwang.vault.keys import office_keys

    keys, secret, nonce = office_keys(), b"s" * 32, b"n" * 12
    before = b"\0\1" + nonce + AESGCM(keys.wrapping[1]).encrypt(nonce, secret, b"table|data_key|7")
    key = DataKey.unwrap(before, "table", 7)
    sealed = nonce + AESGCM(secret).encrypt(nonce, "钱大妈".encode(), b"table|column|7")
    assert key.open(sealed, "table", "column", 7) == "钱大妈"


def test_a_data_key_of_no_known_algorithm_is_refused(settings: LazySettings) -> None:
    """Given a wrapped key that names an algorithm of a later version, then the row does not open, and says so."""
    wrapped = DataKey.wrap(b"\x07" + b"k" * 16, "table", 1).wrapped
    with pytest.raises(SealBroken):
        DataKey.unwrap(wrapped, "table", 1)
