"""Whether a paper is genuine 核验: by its code, and by comparing a file with what was issued. Nothing of the petitioner is told."""

import hmac
from dataclasses import dataclass
from datetime import date

from yiwang.papers.codes import normalised
from yiwang.papers.models import Paper
from yiwang.papers.signing import is_signed
from yiwang.vault.keys import KeysMissing
from yiwang.vault.signing import office_signing_keys


@dataclass(frozen=True)
class Verdict:
    """What the page may say of a paper. ``proven``: the signature is the office's own, over just this."""

    code: str
    kind: str
    number: str
    issuer: str
    dated_on: date | None
    docx_digest: str
    pdf_digest: str
    proven: bool
    void: bool

    def compare(self, digest: str) -> bool:
        """Tell whether a file with that SHA-256 (hexadecimal) is one of those that were issued, to the last byte."""
        digests = (one for one in (self.docx_digest, self.pdf_digest) if one)
        return any(hmac.compare_digest(digest.encode(), one.encode()) for one in digests)


def look_up(typed: str) -> Verdict | None:
    """Return what is known of the paper with that code, or None; one statement and one signature either way."""
    code = normalised(typed)
    paper = (
        Paper.objects.filter(code=code or "-", state__in=[Paper.State.MADE, Paper.State.VOID], made_at__isnull=False)
        .defer("sealed_facts", "sealed_given", "data_key")
        .first()
    )
    proven = _proven(paper)
    if paper is None:
        return None
    return Verdict(
        code, paper.row.title, paper.number, paper.issuer_name, paper.dated_on, paper.docx_digest, paper.pdf_digest,
        proven, paper.state == Paper.State.VOID,
    )  # fmt: skip


def _proven(paper: Paper | None) -> bool:
    """Check the signature; where there is no paper, that of none, so that the answer takes as long."""
    try:
        checked = paper or Paper(kind="receipt", code="-", key_id=office_signing_keys().current, signature=bytes(64))
        return is_signed(checked) and paper is not None
    except KeysMissing:
        return False
