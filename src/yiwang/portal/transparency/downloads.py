"""存证凭据: the file that its petitioner takes home, from the receipt page or from the petition's own page."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.receipt_file import receipt_file
from yiwang.petitions.visibility import visible_to
from yiwang.portal import grants
from yiwang.portal.own import granted
from yiwang.portal.redirect import SeeOther
from yiwang.ui.downloads import PAPERS, file_answer


@require_safe
def from_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a petition just filed."""
    petition_id = grants.RECEIPT.petition_id(request, number)
    petition = visible_to(Actor.citizen(petition_id)).first() if petition_id else None
    return _file(petition) if petition else SeeOther(reverse("portal:lookup"))


@require_safe
@granted
def from_own(request: HttpRequest, petition: Petition) -> HttpResponse:
    """The file of a petition that was opened with its code."""
    return _file(petition)


def _file(petition: Petition) -> HttpResponse:
    content = receipt_file(petition, f"{settings.BASE_URL}{reverse('portal:transparency')}")
    if content is None:
        return SeeOther(reverse("portal:transparency"))
    log.write([log.line("take_proof", actor_kind="citizen", subject_kind="petition", subject_id=petition.pk)])
    body = json.dumps(content, ensure_ascii=False, indent=1)
    return file_answer(body.encode(), PAPERS["json"], f"receipt-{petition.number}.json")
