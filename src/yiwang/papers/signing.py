"""What is signed of a paper: the same facts, written in the same way, whoever checks it and when."""

import json
from datetime import date

from yiwang.papers.models import Paper
from yiwang.vault.signing import office_signed, office_signing_keys

FORM = 1


def statement_of(paper: Paper) -> bytes:
    """Return the canonical JSON that the signature is over: keys in order, no blanks, UTF-8; digests are SHA-256 in hexadecimal."""
    dated_on = paper.dated_on.isoformat() if isinstance(paper.dated_on, date) else ""
    said = {
        "form": FORM, "kind": paper.kind, "number": paper.number, "issuer": paper.issuer_name,
        "issuer_id": str(paper.issuer_id), "date": dated_on, "code": paper.code, "text": paper.text_digest,
        "docx": paper.docx_digest, "pdf": paper.pdf_digest,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(paper: Paper) -> None:
    """Sign a paper with the office's current key (the caller saves it); raises KeysMissing."""
    paper.key_id, paper.signature = office_signing_keys().sign(statement_of(paper))


def is_signed(paper: Paper) -> bool:
    """Tell whether the signature of a paper is the office's own and all that it is over is unchanged; raises KeysMissing."""
    return office_signed(paper.key_id, statement_of(paper), bytes(paper.signature))
