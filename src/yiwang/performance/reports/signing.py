"""What is signed of a report, with the same keys as papers are (papers/signing.py): figures, words and files, by their digests."""

import hashlib

from yiwang.performance.models import Report, Wording
from yiwang.performance.reports.canonical import canonical, digest_of
from yiwang.vault.signing import office_signed, office_signing_keys

FORM = 1
SIGNED = [
    "signed_at", "signed_by", "docx", "pdf", "no_pdf_because", "docx_digest", "pdf_digest", "key_id", "signature",
]  # fmt: skip


def statement_of(report: Report, words: Wording) -> bytes:
    """Return the canonical JSON that the signature is over."""
    said = {
        "form": FORM, "kind": report.kind, "first_day": report.first_day.isoformat(),
        "last_day": report.last_day.isoformat(), "language": report.language, "version": report.version,
        "figures": report.digest, "words": digest_of(canonical(words.texts)), "docx": report.docx_digest,
        "pdf": report.pdf_digest,
    }  # fmt: skip
    return canonical(said).encode()


def sign(report: Report, words: Wording) -> None:
    """Sign a report over its files (the caller saves :data:`SIGNED`); raises KeysMissing."""
    report.docx_digest = hashlib.sha256(report.docx).hexdigest()
    report.pdf_digest = hashlib.sha256(report.pdf).hexdigest() if report.pdf else ""
    report.key_id, report.signature = office_signing_keys().sign(statement_of(report, words))


def is_genuine(report: Report, words: Wording) -> bool:
    """Tell whether a signed report is as it was signed: its figures, words and files; raises KeysMissing."""
    same = (
        digest_of(report.figures) == report.digest
        and hashlib.sha256(bytes(report.docx)).hexdigest() == report.docx_digest
        and (hashlib.sha256(bytes(report.pdf)).hexdigest() if report.pdf else "") == report.pdf_digest
    )
    return same and office_signed(report.key_id, statement_of(report, words), bytes(report.signature))
