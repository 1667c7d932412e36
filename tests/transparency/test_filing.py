"""Every filing commits to its number, time and words, in a row that tells nothing of it."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.given import City

from yiwang.journal import merkle
from yiwang.petitions import actions, receipts
from yiwang.petitions.models import Petition
from yiwang.transparency import sequencing, statements
from yiwang.transparency.commitments import Opening, commitment_of, hash_of_words
from yiwang.transparency.models import Waiting
from yiwang.vault.sealing import SealBroken

AT = datetime(2026, 11, 23, 4, 5, 6, 7, tzinfo=UTC)


def receipt_of(petition: Petition) -> receipts.Receipt:
    receipt = receipts.receipt_of(Petition.objects.get(pk=petition.pk))
    assert receipt is not None
    return receipt


def test_the_encoding_is_fixed() -> None:
    """Given number, time, salt and words, then the commitment is this one for good: receipts of many years must stay provable."""
    words = hash_of_words(bytes(range(32)), "楼道灯不亮", "三单元")
    assert words.hex() == WORDS
    assert commitment_of("2611-4827-3915-0", "2026-11-23T04:05:06.000007+00:00", words).hex() == COMMITMENT
    opening = Opening(bytes(range(32)), words, AT.replace(microsecond=0))
    assert opening.commitment("2611-4827-3915-0", AT).hex() == COMMITMENT
    assert Opening.from_text(opening.as_text) == opening


WORDS = "3aaa595ab81249bb6ee39a328812079cdb4bec95f4a064d3433700fce3f85d15"
COMMITMENT = "37dcca8b1a5e51002b07dbc02ce23cd30ecdd4612e6bd124f9ca7b9a33231afe"


def test_a_filing_commits_to_number_time_and_words(city: City) -> None:
    """Given a filing, then what waits for the log is the hash of number, time and words, which its opening opens."""
    petition = city.file()
    receipt = receipt_of(petition)
    assert bytes(Waiting.objects.get().commitment) == receipt.commitment
    assert receipt.opening.fits("楼道灯不亮", "三单元的楼道灯坏了三个月，请派人来修。")
    assert not receipt.opening.fits("楼道灯不亮", "三单元的楼道灯坏了两个月，请派人来修。")
    assert receipt.commitment != receipt.opening.commitment(
        petition.number, petition.received_at + timedelta(seconds=1)
    )


def test_every_way_in_commits(city: City) -> None:
    """Given a letter, an oral petition, an import, a split and an accusation, then each has a commitment of its own."""
    accusation = city.file(purpose="accusation", accused=city.housing)
    petition = city.file(channel="letter", received_at=datetime.now(UTC) - timedelta(days=5), actor=city.clerk)
    city.file(channel="visit", read_back=True, actor=city.clerk)
    actions.Split(subject="分出的事", text="这是另一件事。").run(city.officer, petition.pk, version=0)
    commitments = {bytes(commitment) for commitment in Waiting.objects.values_list("commitment", flat=True)}
    assert commitments == {receipt_of(each).commitment for each in Petition.objects.all()}
    assert (len(commitments), Petition.objects.count()) == (4, 4)
    assert receipt_of(accusation).opening.fits(*Petition.objects.get(pk=accusation.pk).words())


def test_an_accusations_row_is_like_any_other(city: City) -> None:
    """Given an accusation and an ordinary petition, then neither row that waits, nor opening, differs in form or length."""
    ordinary, accusation = city.file(), city.file(purpose="accusation", accused=city.housing)
    assert {len(bytes(row.commitment)) for row in Waiting.objects.all()} == {32}
    assert len(bytes(ordinary.sealed_opening)) == len(bytes(accusation.sealed_opening))


def test_a_filing_that_fails_commits_to_nothing(city: City) -> None:
    """Given a repeated attempt, and one that is refused, then nothing more waits for the log."""
    city.file(intake_key="k1")
    city.file(intake_key="k1")
    with pytest.raises(actions.Refused):
        city.file(subject=" ")
    assert Waiting.objects.count() == 1


def test_the_proof_is_there_after_the_workers_turn(city: City) -> None:
    """Given a filing, then its promise is signed at once and no proof is there; after the worker's turn it is, and holds."""
    receipt = receipt_of(city.file())
    assert statements.is_signed(statements.PROMISE, receipt.promise)
    assert receipt.promise["commitment"] == receipt.commitment.hex()
    assert receipt.promise == receipt.promise
    assert receipts.proof_of(receipt) is None
    sequencing.go_on()
    proof = receipts.proof_of(receipt)
    assert proof is not None
    found = proof.inclusion
    assert merkle.verify_inclusion(receipt.leaf, found.index, found.size, found.path, bytes(proof.head.root))


def test_the_words_as_filed_outlive_a_correction(city: City) -> None:
    """Given words that a clerk corrected twice, then those that were filed are kept, sealed, and still open the commitment."""
    petition = city.file()
    for version, subject in enumerate(("楼道灯不亮，第一次改", "楼道灯不亮，第二次改")):
        actions.Correct(subject=subject).run(city.clerk, petition.pk, version=version)
    petition = Petition.objects.get(pk=petition.pk)
    assert petition.words()[0] == "楼道灯不亮，第二次改"
    assert receipts.filed_words(petition) == ("楼道灯不亮", "三单元的楼道灯坏了三个月，请派人来修。")
    assert receipt_of(petition).opening.fits(*receipts.filed_words(petition))
    assert "楼道灯".encode() not in bytes(petition.sealed_filed)


def test_the_words_as_filed_outlive_a_change_of_purpose(city: City) -> None:
    """Given an appeal that becomes an accusation, with other words, then those that were filed are kept, sealed, and open it."""
    petition = city.file()
    actions.Correct(purpose="accusation", accused=city.housing, text="改过的内容。").run(
        city.clerk, petition.pk, version=0
    )
    petition = Petition.objects.get(pk=petition.pk)
    assert petition.words() == ("楼道灯不亮", "改过的内容。")
    assert receipt_of(petition).opening.fits(*receipts.filed_words(petition))


def test_a_correction_of_something_else_keeps_no_copy(city: City) -> None:
    """Given a correction of the place alone, then no second copy of the words is kept."""
    petition = city.file()
    actions.Correct(place="明渠路 90 号").run(city.clerk, petition.pk, version=0)
    assert not Petition.objects.get(pk=petition.pk).sealed_filed


def test_without_the_key_nobody_can_open_it(city: City) -> None:
    """Given a petition whose key was destroyed at the end of retention, then its commitment cannot be opened."""
    petition = city.file()
    petition.destroy_key()
    petition.save(update_fields=["data_key"])
    with pytest.raises(SealBroken):
        receipt_of(petition)
