"""Which sealed files belong to this room, for the sweeper of files that got no row."""

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
