"""The petitioner's own papers, to download."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from yiwang.petitions import papers
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.portal.own import granted

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@require_safe
@granted
def paper(request: HttpRequest, petition: Petition, paper_id: int, form: str) -> HttpResponse:
    """Give out one paper that is addressed to the petitioner, as it was issued."""
    found = next((row for row in papers.own_papers(petition) if row.pk == paper_id), None)
    if found is None or form not in TYPES:
        raise Http404
    try:
        content = papers.read(Actor.citizen(petition.pk), found, form)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = HttpResponse(content, content_type=TYPES[form])
    header = content_disposition_header(as_attachment=True, filename=f"{found.row.title}{found.number}.{form}")
    response.headers["Content-Disposition"] = header or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
