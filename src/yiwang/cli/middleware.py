"""What every answer passes on its way out: the content policy, and a polite page when the database is away."""

import errno
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters
from django.views.defaults import server_error

from yiwang.cli.databases import is_away

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

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


def utf8_alone(application: "WSGIApplication") -> "WSGIApplication":
    """Answer 400 to a request in another encoding than the pages ask for.

    Before Django: it decodes the address by whatever codec is named (“base64”) while it makes its request object, and
    what goes wrong there meets no middleware.
    """

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        charset = parse_header_parameters(environ.get("CONTENT_TYPE", ""))[1].get("charset", "")
        if not charset or charset.lower() in {"utf-8", "utf8"}:
            return application(environ, start_response)
        body = render_to_string("400.html").encode()
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
        start_response("400 Bad Request", [*headers, ("Content-Security-Policy", CONTENT_POLICY)])
        return [body]

    return checked


class _Body:
    """A request's body that is known to be cut short when it ends before its announced length."""

    def __init__(self, stream: "InputStream", length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1) -> bytes:
        """Read as the stream does; raises ConnectionError where it ends too early, which Django knows as a broken request."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        data = self._stream.read(wanted) if wanted else b""
        if len(data) < wanted:
            raise ConnectionError("the request ended in the middle of its body")
        self._left -= len(data)
        return data

    def readline(self, size: int = -1) -> bytes:
        """Read up to the end of a line, one byte after the other: Django asks for this method, and no page of ours uses it."""
        line = b""
        while self._left and not line.endswith(b"\n") and len(line) != size:
            line += self.read(1)
        return line


def whole_bodies(application: "WSGIApplication") -> "WSGIApplication":
    """Let nothing act on half a form: a line that broke in the middle of a photograph leaves a body that can be read so far."""

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal():
            environ["wsgi.input"] = _Body(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return checked


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
