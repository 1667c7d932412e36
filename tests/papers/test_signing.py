"""What is signed, by which key, and that one changed character breaks it."""

import json
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import gmalg
import pytest
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from tests.given import City
from tests.papers.made import quick_workshop  # noqa: F401  (a fixture)

from yiwang.papers import making, verifying
from yiwang.papers.codes import grouped, new_code, normalised
from yiwang.papers.models import Paper
from yiwang.papers.signing import is_signed, statement_of
from yiwang.petitions import papers
from yiwang.vault.keys import KeysMissing
from yiwang.vault.signing import ALGORITHMS, SigningKey, load_signing_keys, make_signing_key


@pytest.fixture
def made(city: City, owed: Callable[..., Paper], quick_workshop: None) -> Paper:  # noqa: F811
    paper = owed("opinion", city.bring_to("answered"), "approve")
    papers.make_owed()
    paper.refresh_from_db()
    return paper


def test_what_is_signed_is_canonical(made: Paper) -> None:
    """Given a made paper, then the statement is JSON with sorted keys and no blanks, and tells neither petitioner nor petition."""
    statement = statement_of(made)
    said = json.loads(statement)
    assert statement == json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert set(said) == {"form", "kind", "number", "issuer", "issuer_id", "date", "code", "text", "docx", "pdf"}
    assert (said["kind"], said["number"], said["issuer"]) == ("opinion", made.number, "住建局")
    assert "钱大妈".encode() not in statement


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "信意〔2026〕2号"),
        ("kind", "notice"),
        ("issuer_name", "住房局"),
        ("issuer_id", 7),
        ("dated_on", date(2020, 1, 1)),
        ("code", "0" * 16),
        ("text_digest", "0" * 64),
        ("docx_digest", "0" * 64),
        ("pdf_digest", ""),
        ("key_id", "ed2-00000000"),
        ("signature", bytes(64)),
        ("signature", b"short"),
    ],
)
def test_a_row_that_was_altered_is_not_proven(made: Paper, field: str, value: object) -> None:
    """Given a paper whose row somebody altered in the database, when it is verified, then it is not proven."""
    assert verifying.look_up(made.code or "").proven  # type: ignore[union-attr]
    Paper.objects.filter(pk=made.pk).update(**{field: value})
    verdict = verifying.look_up(str(value) if field == "code" else made.code or "")
    assert verdict is not None
    assert not verdict.proven


def test_one_changed_byte_is_another_file(made: Paper) -> None:
    """Given the files that were issued, when one byte of either is changed, then it is not the file that was issued."""
    import hashlib

    verdict = verifying.look_up(grouped(made.code or "").lower())
    assert verdict is not None
    for content in (making.read_docx(made), making.read_pdf(made)):
        assert verdict.compare(hashlib.sha256(content).hexdigest())
        changed = content.replace("修好".encode(), "修妥".encode())
        assert changed != content
        assert not verdict.compare(hashlib.sha256(changed).hexdigest())


def test_an_unknown_code_costs_the_same(made: Paper, django_assert_num_queries: Callable[..., object]) -> None:
    """Given codes that are known, unknown, and none at all, then each costs one statement and one signature; owed papers are unknown."""
    for typed, known in ((made.code, True), (new_code(), False), ("' OR 1=1 --", False), ("", False)):
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert (verifying.look_up(typed or "") is not None) == known
    Paper.objects.filter(pk=made.pk).update(state="owed", made_at=None)
    assert verifying.look_up(made.code or "") is None


def test_a_void_paper_says_so(made: Paper) -> None:
    """Given a paper that was made void after it was issued, then verification still knows it, and says that it is void."""
    making.void(made.pk, "by_staff")
    verdict = verifying.look_up(made.code or "")
    assert verdict is not None
    assert (verdict.proven, verdict.void) == (True, True)


@effort(max_examples=12)
@given(st.sampled_from(ALGORITHMS), st.binary(max_size=400), st.integers(0, 10_000))
@pytest.mark.engine_free
def test_a_signature_is_of_one_message_alone(algorithm: str, message: bytes, place: int) -> None:
    """Given a key of either algorithm, when one bit of message or signature is changed, then it is refused."""
    key = KEYS[algorithm]
    signature = key.sign(message)
    assert len(signature) == 64
    assert key.signed(message, signature)
    broken = bytearray(signature)
    broken[place % 64] ^= 1
    assert not key.signed(message, bytes(broken))
    assert not key.signed(message + b"\0", signature)


KEYS = {algorithm: SigningKey.fresh(algorithm) for algorithm in ALGORITHMS}


@pytest.mark.engine_free
def test_sm2_agrees_with_the_standard() -> None:
    """Given the example of GB/T 32918.5, annex A, then its signature is accepted and another message refused; SM3 agrees with OpenSSL's."""
    public = bytes.fromhex(
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    r = bytes.fromhex("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3")
    s = bytes.fromhex("B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA")
    key = SigningKey("sm2-standard", "sm2", b"", public)
    assert key.signed(b"message digest", r + s)
    assert not key.signed(b"message digesu", r + s)
    ours, theirs = gmalg.SM3(), hashes.Hash(hashes.SM3())
    ours.update(b"abc" * 100)
    theirs.update(b"abc" * 100)
    assert ours.value() == theirs.finalize()


@pytest.mark.engine_free
def test_the_key_is_made_once_and_others_stay(tmp_path: Path) -> None:
    """Given an office with keys, when a signing key is made, made again, and the algorithm changed, then none is lost and both verify."""
    (tmp_path / "vault.json").write_text("{}")
    path = make_signing_key(tmp_path)
    before = path.read_bytes()
    first = load_signing_keys(tmp_path)
    make_signing_key(tmp_path)
    assert path.read_bytes() == before
    name, signature = first.sign(b"a paper")

    make_signing_key(tmp_path, "sm2")
    both = load_signing_keys(tmp_path)
    assert both.signed(name, b"a paper", signature)
    assert both.keys[both.current].algorithm == "sm2"
    assert both.signed(*_shuffled(both.sign(b"another")))
    make_signing_key(tmp_path, "ed25519")
    assert load_signing_keys(tmp_path).current == name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(found.name for found in tmp_path.iterdir()) == ["signing.json", "vault.json"]


def _shuffled(signed: tuple[str, bytes]) -> tuple[str, bytes, bytes]:
    return signed[0], b"another", signed[1]


@pytest.fixture
def keys_put_back() -> Iterator[Path]:
    path = Path(settings.YIWANG_VAR) / "keys" / "signing.json"
    kept = path.read_bytes()
    yield path
    path.write_bytes(kept)
    load_signing_keys.cache_clear()


def test_without_keys_papers_wait_and_nothing_is_proven(
    made: Paper, city: City, owed: Callable[..., Paper], keys_put_back: Path
) -> None:
    """Given an office whose signing keys are gone, then nothing is called genuine, and papers stay owed and say why."""
    keys_put_back.unlink()
    load_signing_keys.cache_clear()
    verdict = verifying.look_up(made.code or "")
    assert verdict is not None
    assert not verdict.proven
    with pytest.raises(KeysMissing, match="yiwang migrate"):
        is_signed(made)
    waiting = owed("notice", city.bring_to("accepted"), "accept")
    assert papers.make_owed() == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.hindrance) == ("owed", "keys:")
    assert "yiwang doctor" in papers.why_not(waiting.hindrance)


@pytest.mark.engine_free
def test_codes_are_read_as_people_type_them() -> None:
    """Given a code in small letters, with blanks, hyphens and the letters that look like digits, then it is understood."""
    assert normalised(" k7m2-9qxd-oooo-iill ") == "K7M29QXD00001111"
    assert normalised("K7M2-9QXD-0000-111") == ""
    assert normalised("K7M2９QXD00001111") == ""
    assert grouped("K7M29QXD00001111") == "K7M2-9QXD-0000-1111"
    assert len({new_code() for _time in range(1000)}) == 1000
