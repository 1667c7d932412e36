"""The file that a petitioner keeps 存证凭据: everything that shows, without asking the office, that the petition was in the log.

Given out to whoever has number and code alone, for it holds what was written and the salt.
"""

from typing import Any

from yiwang.petitions.models import Petition
from yiwang.petitions.receipts import filed_words, proof_of, receipt_of
from yiwang.transparency import statements
from yiwang.transparency.commitments import spelt

FORMAT = "yiwang-receipt-1"
NOTE = (
    "请妥善保存。里面有您写的内容，不要随便给别人看。核对办法见 log 一项的网址。 "
    "Keep this safe. It holds what you wrote: do not show it to just anybody. How to check it: see the address under “log”."
)


def receipt_file(petition: Petition, log: str) -> dict[str, Any] | None:
    """Return the file's content, without a proof as long as no head covers it; None for a petition from before the log.

    ``log`` is the address of the log's public page. Raises KeysMissing and SealBroken.
    """
    receipt = receipt_of(petition)
    if receipt is None:
        return None
    subject, text = filed_words(petition)
    proof = proof_of(receipt)
    keys = statements.public_keys()
    promise = receipt.promise
    head = statements.as_published(proof.head) if proof else None
    used = {promise["key"], *([head["key"]] if head else [])}
    return {
        "format": FORMAT,
        "note": NOTE,
        "log": log,
        "number": petition.number,
        "received_at": spelt(petition.received_at),
        "subject": subject,
        "text": text,
        "salt": receipt.opening.salt.hex(),
        "words": receipt.opening.words.hex(),
        "commitment": receipt.commitment.hex(),
        "promise": promise,
        "inclusion": {
            "index": proof.inclusion.index,
            "size": proof.inclusion.size,
            "path": [node.hex() for node in proof.inclusion.path],
        }
        if proof
        else None,
        "head": head,
        "keys": {name: keys[name] for name in sorted(used)},
    }
