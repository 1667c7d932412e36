"""Standard answers 标准答复: paragraphs that an answer may start from."""

from django.db.models import Q
from django.http import QueryDict

from yiwang.desk.work.dossier import Dossier
from yiwang.desk.work.forms import ActionForm
from yiwang.petitions.models import StandardAnswer

OFFERED = 30


def standard_answers(dossier: Dossier) -> list[StandardAnswer]:
    """Return those of the handling agency and everybody's, those of the petition's own category first."""
    petition = dossier.petition
    rows = StandardAnswer.objects.filter(Q(agency=None) | Q(agency=petition.lead_agency_id), active=True)
    own = petition.category_id
    found = list(rows.filter(Q(category=None) | Q(category=own)).order_by("title")[:OFFERED])
    return sorted(found, key=lambda row: (row.category_id is None, row.agency_id is None))


def inserted(form: ActionForm, given: QueryDict) -> ActionForm:
    """Return the form unchecked, with what was typed, and behind it the standard answer that was asked for."""
    data = given.copy()
    wanted = data.get("insert", "")
    if wanted.isdecimal() and len(wanted) < 20:
        found = {str(row.pk): row for row in standard_answers(form.dossier)}.get(wanted)
        if found:
            before = data.get("text", "").rstrip()
            data["text"] = f"{before}\n\n{found.text}" if before else found.text
    values = {name: data.get(name) for name in form.fields if data.get(name) is not None}
    return type(form)(form.dossier, initial=values)
