"""What every answer passes on its way out: the content policy, and a polite page when the database is away."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from yiwang.cli.databases import is_away

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
RETRY_SECONDS = 30

log = structlog.get_logger(__name__)


def content_security_policy(answer: Answer) -> Answer:
    """Allow a page its own scripts, styles and pictures, and nothing inline or from elsewhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return middleware


def refuse_oversized(answer: Answer) -> Answer:
    """Answer 413 to a request that is larger than any form with all its files, before a byte of it is stored."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.REQUEST_MAX_BYTES:
            return HttpResponse(render_to_string("400.html"), status=413)
        return answer(request)

    return middleware


class polite_when_away:  # noqa: N801 (named as the function that it is for Django)
    """Answer 503 with a plain page when the database is locked, full or away.

    Every change runs in one transaction, so what could not be stored was rolled back as a whole: the page may say that
    nothing was kept, and to send it again.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.answer(request)
        except (OperationalError, InterfaceError) as error:
            if not is_away(error):
                raise
            return self._away(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Catch what a view met, before Django makes an error page of it."""
        if is_away(error):
            return self._away(request, error)
        return None

    def _away(self, request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("database away", path=request.path, exc_info=error)
        response = HttpResponse(render_to_string("503.html"), status=503)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        response.headers["Cache-Control"] = "no-store"
        return response
