"""The files of a report: those that were signed, or for one that is not signed yet, what its figures and words give now."""

from yiwang.performance.models import Report
from yiwang.performance.reports.changes import drawn
from yiwang.performance.reports.edition import edition
from yiwang.performance.reports.keeping import words_of
from yiwang.performance.reports.word import as_docx


def docx_of(report: Report) -> bytes:
    """Return the DOCX."""
    return bytes(report.docx) if report.is_signed else as_docx(edition(report, words_of(report).texts))


def pdf_of(report: Report) -> tuple[bytes, str]:
    """Return the PDF, or nothing and what is missing for it. One that could not be drawn at signing is drawn from the signed DOCX."""
    if report.pdf:
        return bytes(report.pdf), ""
    return drawn(docx_of(report), edition(report, {}).title)
