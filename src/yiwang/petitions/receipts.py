"""What a petitioner takes home beside the number: a commitment in the public log, and what opens it.

The log itself (yiwang.transparency) knows no petition. Here is what ties one to the other: the opening, sealed under the
petition's key. When that key is destroyed at the end of retention, nobody can say any more which leaf it was.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from yiwang.journal import merkle
from yiwang.petitions.models import Petition
from yiwang.store.ids import new_id
from yiwang.transparency import statements, tree
from yiwang.transparency.commitments import Opening
from yiwang.transparency.models import Head, Waiting


@dataclass(frozen=True)
class Receipt:
    """One petition's place in the log."""

    opening: Opening
    commitment: bytes

    @property
    def leaf(self) -> bytes:
        """The hash under which the log holds it."""
        return merkle.leaf_hash(self.commitment)

    @property
    def promise(self) -> statements.Signed:
        """The office's signed word that it will be in the log. Raises KeysMissing."""
        return statements.promise(self.commitment, self.opening.filed_at)


@dataclass(frozen=True)
class Proof:
    """That a commitment is in the tree which a signed head describes."""

    head: Head
    inclusion: tree.Inclusion


def commit(petition: Petition, now: datetime) -> Waiting:
    """Seal a fresh opening into an unsaved petition and return the unsaved row that brings its commitment to the log.

    An accusation's row is like any other.
    """
    opening = Opening.fresh(*petition.words(), now)
    petition.seal("opening", opening.as_text)
    return Waiting(id=new_id(now), commitment=opening.commitment(petition.number, petition.received_at))


def receipt_of(petition: Petition) -> Receipt | None:
    """Return what the petition committed to; None for one that was filed before there was a log. Raises SealBroken."""
    if not petition.sealed_opening:
        return None
    opening = Opening.from_text(petition.unseal("opening"))
    return Receipt(opening, opening.commitment(petition.number, petition.received_at))


def proof_of(receipt: Receipt) -> Proof | None:
    """Return the proof against the latest head; None as long as no head covers it. Four statements at most."""
    head = tree.last_head()
    index = tree.index_of(receipt.leaf)
    if head is None or index is None or index >= head.size:
        return None
    return Proof(head, tree.inclusion(index, head.size))


def keep_filed(petition: Petition, subject: str, text: str) -> None:
    """Keep the words as they were filed, sealed: called with the present ones when anybody changes them (the caller saves).

    Only the first time counts.
    """
    if not petition.sealed_filed:
        petition.seal("filed", json.dumps([subject, text], ensure_ascii=False))


def filed_words(petition: Petition) -> tuple[str, str]:
    """Return subject and text as they were filed, whatever was corrected since. Raises SealBroken."""
    if not petition.sealed_filed:
        return petition.words()
    subject, text = json.loads(petition.unseal("filed"))
    return subject, text
