"""What stands before Django and around the static files: whom to believe, whole bodies, and headers for what Django never sees."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters
from whitenoise import WhiteNoise

from yiwang.doors.address import settle
from yiwang.doors.headers import missing

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment


def around(django: "WSGIApplication", static: str) -> "WSGIApplication":
    """Put all of this around Django, with the files of a folder served under STATIC_URL."""
    files = WhiteNoise(
        utf8_alone(whole_bodies(django)),
        root=static,
        prefix=settings.STATIC_URL,
        max_age=3600,
        allow_all_origins=False,
        # The manifest storage puts twelve hexadecimal digits of the content's hash before the extension.
        immutable_file_test=r"^.+\.[0-9a-f]{12}\..+$",
    )
    return believing(with_headers(files))


def believing(application: "WSGIApplication") -> "WSGIApplication":
    """Take address and scheme from the proxies that were named, and from nobody else."""

    def settled(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        settle(environ, settings.PROXIES)
        return application(environ, start_response)

    return settled


def with_headers(application: "WSGIApplication") -> "WSGIApplication":
    """Complete the headers of static files and of refusals before Django; a page has them from `middleware.headers`."""

    def complete(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        https = environ.get("wsgi.url_scheme") == "https"

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, *missing((name for name, _value in headers), https=https)], *more)

        return application(environ, start)

    return complete


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
        start_response("400 Bad Request", [*headers, ("Cache-Control", "no-store")])
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
