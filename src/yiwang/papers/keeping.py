"""Which sealed files belong to this room, for the sweeper of files that got no row; and the end of the papers of a petition."""

from collections.abc import Iterable

from django.db.models import Q

from yiwang.papers.models import Paper, Service, Template


def kept(file_ids: Iterable[int]) -> set[int]:
    """Return those of the files that a paper, a template or a proof of service names; three statements."""
    ids = list(file_ids)
    found: set[int | None] = set(Template.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
    found |= set(Service.objects.filter(scan_id__in=ids).values_list("scan_id", flat=True))
    for pair in Paper.objects.filter(Q(docx_id__in=ids) | Q(pdf_id__in=ids)).values_list("docx_id", "pdf_id"):
        found |= set(pair)
    return {file_id for file_id in ids if file_id in found}


def dispose_of(petition_id: int) -> list[int]:
    """Destroy the keys and words of a petition's papers, within the caller's transaction; return the files to be removed after it.

    The numbers stay with their papers, and the digests and signatures: whoever holds a paper can still have it verified.
    """
    papers = Paper.objects.filter(petition_id=petition_id)
    services = Service.objects.filter(paper__petition_id=petition_id)
    left = [file_id for pair in papers.values_list("docx_id", "pdf_id") for file_id in pair]
    left += services.values_list("scan_id", flat=True)
    services.update(data_key=b"", sealed_received_by=b"", tracking="", scan_id=None)
    papers.update(data_key=b"", sealed_given=b"", sealed_facts=b"", docx_id=None, pdf_id=None)
    return [file_id for file_id in left if file_id]
