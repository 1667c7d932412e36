"""The petitioner's own papers, to download."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yiwang.petitions import papers
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.portal.own import granted
from yiwang.ui.downloads import PAPERS, file_answer

GIVEN_OUT = ("docx", "pdf")


@require_safe
@granted
def paper(request: HttpRequest, petition: Petition, paper_id: int, form: str) -> HttpResponse:
    """Give out one paper that is addressed to the petitioner, as it was issued."""
    found = next((row for row in papers.own_papers(petition) if row.pk == paper_id), None)
    if found is None or form not in GIVEN_OUT:
        raise Http404
    try:
        content = papers.read(Actor.citizen(petition.pk), found, form)
    except FileNotFoundError as missing:
        raise Http404 from missing
    return file_answer(content, PAPERS[form], f"{found.row.title}{found.number}.{form}")
