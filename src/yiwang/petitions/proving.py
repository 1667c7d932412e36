"""Proving that petitions are as they were filed: each one's commitment is in the log, and each leaf of the log has its petition.

Who alters number, time of receipt or words in the database, or deletes a petition, is found: they can neither make a salt
fit nor take a leaf out of the tree.
"""

from collections.abc import Callable

from yiwang.journal import merkle
from yiwang.journal.log import mac_of
from yiwang.journal.models import Closing, Record
from yiwang.petitions.models import Petition
from yiwang.petitions.receipts import filed_words, receipt_of
from yiwang.transparency import tree
from yiwang.transparency.covers import cover_leaf
from yiwang.transparency.models import Leaf, Waiting
from yiwang.transparency.verifying import BATCH, Fault, Verdict, verify_log
from yiwang.vault.sealing import SealBroken

READ = (
    "id", "data_key", "number", "received_at", "purpose", "subject", "text", "sealed_subject", "sealed_text",
    "sealed_opening", "sealed_filed",
)  # fmt: skip
TOGETHER = 1_000
DISPOSE = "dispose"
"""The line that disposal at the end of retention leaves in the behaviour log, for each petition."""


def verify(tell: Callable[[int], object] = lambda rows: None) -> Verdict:
    """Check the log and every petition; ``tell`` is called with the number of rows of each batch. Raises KeysMissing."""
    verdict = Verdict()
    size = tree.size()
    verify_log(verdict, size, tell)
    known = bytearray(size)  # one byte a leaf: a million petitions are a megabyte
    last = -1
    while batch := list(Petition.objects.filter(pk__gt=last).order_by("pk").only(*READ)[:TOGETHER]):
        _check(verdict, batch, known)
        last = batch[-1].pk
        tell(len(batch))
    _check_leaves(verdict, size, known)
    return verdict


def _check(verdict: Verdict, batch: list[Petition], known: bytearray) -> None:
    """Open each petition of a batch, and look for its leaf."""
    leaves: dict[bytes, Petition] = {}
    commitments: dict[bytes, bytes] = {}
    bare: list[int] = []
    for petition in batch:
        verdict.petitions += 1
        if not petition.data_key or not petition.sealed_opening:
            bare.append(petition.pk)
        elif (commitment := _opened(verdict, petition)) is not None:
            leaf = merkle.leaf_hash(commitment)
            leaves[leaf], commitments[leaf] = petition, commitment
    disposed = _disposed_of(bare)
    verdict.disposed += disposed
    verdict.before += len(bare) - disposed
    places = _places(leaves)
    missing = [commitments[leaf] for leaf in leaves if leaf not in places]
    if missing:
        waiting = {
            bytes(row) for row in Waiting.objects.filter(commitment__in=missing).values_list("commitment", flat=True)
        }
        missing = [commitment for commitment in missing if commitment not in waiting]
        # Between the two questions the worker may have appended some.
        places |= _places({merkle.leaf_hash(commitment): None for commitment in missing})
        for leaf, petition in leaves.items():
            if leaf not in places and commitments[leaf] not in waiting:
                verdict.note(Fault("facts_altered", petition=petition.number))
    for place in places.values():
        if place < len(known):
            known[place] = 1


def _disposed_of(petitions: list[int]) -> int:
    """Return how many of these petitions the behaviour log tells were disposed of: whoever holds the database alone can write no such line."""
    if not petitions:
        return 0
    lines = Record.objects.filter(
        act=DISPOSE, subject_kind="petition", subject_id__in=petitions, result=Record.Result.DONE
    )
    return len({line.subject_id for line in lines if mac_of(line) == bytes(line.mac)})


def _opened(verdict: Verdict, petition: Petition) -> bytes | None:
    """Return the commitment that number, time and words give now, or note why there is none."""
    try:
        receipt = receipt_of(petition)
        words = filed_words(petition)
    except (SealBroken, ValueError):
        verdict.note(Fault("opening_altered", petition=petition.number))
        return None
    if receipt is None:
        return None
    if not receipt.opening.fits(*words):
        verdict.note(Fault("words_altered", petition=petition.number))
    return receipt.commitment


def _places(leaves: "dict[bytes, Petition] | dict[bytes, None]") -> dict[bytes, int]:
    if not leaves:
        return {}
    rows = Leaf.objects.filter(hash__in=list(leaves)).values_list("hash", "index")
    return {bytes(hash_): index for hash_, index in rows}


def _check_leaves(verdict: Verdict, size: int, known: bytearray) -> None:
    """Check that every leaf is a petition's, or a cover, or one of as many as were disposed of."""
    unknown = 0
    first: int | None = None
    for at in range(0, size, BATCH):
        rows = Leaf.objects.filter(index__gte=at, index__lt=min(size, at + BATCH)).values_list("index", "hash")
        for index, hash_ in rows:
            if not known[index] and bytes(hash_) != cover_leaf(index):
                unknown += 1
                first = index if first is None else min(first, index)
    # The lines of disposals go with the behaviour log's own retention; from then on rows without an opening are believed.
    explained = verdict.disposed + (verdict.before if Closing.objects.exists() else 0)
    if unknown > explained:
        verdict.note(Fault("petition_gone", first, detail=f"{unknown} leaves, {explained} petitions disposed of"))
