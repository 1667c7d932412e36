"""What every answer passes on its way out: its time, its headers, and a polite page when the database is away."""

import errno
import sys
import time
from collections.abc import Callable
from urllib.parse import unquote

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from yiwang.cli.databases import is_away
from yiwang.doors.headers import UNKEPT, is_personal, missing
from yiwang.ui.context import MODE_COOKIE, THEME_COOKIE
from yiwang.watch.timings import recorder

Answer = Callable[[HttpRequest], HttpResponse]

RETRY_SECONDS = 30
READING = frozenset({MODE_COOKIE, THEME_COOKIE})
"""Cookies that the page's own script changes too: how somebody wants to read, and nothing else."""

UNTIMED = frozenset({"alive", "health", "health_ready", "metrics"})
"""Pages for machines alone, which would make the site look faster than it is to people."""

log = structlog.get_logger(__name__)


def timed(answer: Answer) -> Answer:
    """Note how long each answer takes, by the name of its address and its status; it stands outside of all others.

    A few microseconds, and no statement (`yiwang.watch.timings`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = answer(request)
        match = request.resolver_match
        page = match.view_name if match and match.view_name else "none"
        if page not in UNTIMED:
            recorder.add(page, response.status_code, time.perf_counter() - begun)
        return response

    return middleware


def headers(answer: Answer) -> Answer:
    """Give every answer its headers and every cookie its marks, also those of refusals and errors: it stands outermost."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        https = request.is_secure()
        for name, value in missing(response.headers, https=https):
            response.headers[name] = value
        if is_personal(request.path) and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = UNKEPT
        for cookie in response.cookies.values():
            # Also those that only delete one: Django writes these without marks.
            cookie["httponly"] = cookie.key not in READING
            cookie["secure"] = cookie["secure"] or https
            cookie["samesite"] = cookie["samesite"] or "Lax"
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


def forget_uploads(answer: Answer) -> Answer:
    """Remove the file that was being uploaded when a request broke off: it lies unsealed, and Django leaves it to chance when."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if response.status_code >= 400:
            for handler in getattr(request, "_upload_handlers", ()):  # asking for the public name would make new ones
                if file := getattr(handler, "file", None):
                    file.close()
        return response

    return middleware


def refuse_nul(answer: Answer) -> Answer:
    """Answer 400 to NUL in an address or a cookie, which no browser sends and PostgreSQL takes in no text."""

    def middleware(request: HttpRequest) -> HttpResponse:
        address = request.path + unquote(request.META.get("QUERY_STRING", ""), "latin-1")
        if "\0" in address or any("\0" in value for value in request.COOKIES.values()):
            return HttpResponse(render_to_string("400.html"), status=400)
        return answer(request)

    return middleware


class polite_when_away:  # noqa: N801 (named as the function that it is for Django)
    """Answer 503 with a plain page when the database is locked or away, or the disk is full.

    Every change runs in one transaction, so what could not be stored was rolled back as a whole: the page may say that
    nothing was kept, and to send it again.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Catch what a view met, before Django makes an error page of it."""
        if is_away(error) or _lacks_room(error):
            return _away(request, error)
        return None


def mishap(request: HttpRequest) -> HttpResponse:
    """Answer an error outside any view: reading a form (an upload fills the disk) or saving a session. Django's handler500."""
    error = sys.exc_info()[1]
    if isinstance(error, Exception) and (is_away(error) or _lacks_room(error)):
        return _away(request, error)
    return server_error(request)


def _lacks_room(error: Exception) -> bool:
    """Return whether a file could not be written because the disk is full, broken or read-only."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("no room" if isinstance(error, OSError) else "database away", path=request.path, exc_info=error)
    pool = getattr(connection, "pool", None)
    if pool and not isinstance(error, OSError):
        # After PostgreSQL was restarted none of the connections kept would do: one polite page, and not one for each.
        pool.drain()
    response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
