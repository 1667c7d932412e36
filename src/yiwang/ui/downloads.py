"""Files given out: always caged, never as a page, and to be saved unless they are pictures that were drawn anew."""

from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from yiwang.doors.headers import FILE_POLICY, UNKEPT

Answer = TypeVar("Answer", bound=HttpResponseBase)

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What is drawn anew when it is taken in (`petitions.attachments`), so that nothing hides behind the picture."""
PAPERS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
NAMELESS = "application/octet-stream"


def quarantined(reason: str) -> HttpResponse:
    """Return a plain page for a file that is not given out now, and why: 409, since it may be another time."""
    response = HttpResponse(render_to_string("ui/quarantine.html", {"reason": reason}), status=409)
    response.headers["Cache-Control"] = UNKEPT
    return response


def file_answer(content: bytes, content_type: str, name: str, *, in_place: bool = False) -> HttpResponse:
    """Return an answer that gives a file out under a name; ``in_place`` shows it where it is a picture.

    A type that is not among those we know goes out as bytes: no answer of ours is ever a page that somebody sent.
    """
    picture = content_type in PICTURES
    known = picture or content_type in PAPERS.values()
    response = HttpResponse(content, content_type=content_type if known else NAMELESS)
    return caged(response, name, in_place=picture and in_place)


def caged(response: Answer, name: str, *, in_place: bool = False) -> Answer:
    """Give an answer that is a file what every file bears: its name, the cage, and that nothing keeps it."""
    header = content_disposition_header(as_attachment=not in_place, filename=name)
    response.headers["Content-Disposition"] = header or "attachment"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = UNKEPT
    return response
