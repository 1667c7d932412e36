"""ClamAV's daemon, asked over its own protocol: INSTREAM in pieces, as clamd(8) describes. Nothing is written to a disk for it.

It is sent files in plain, so it belongs on the same machine or on a network of one's own. (The `clamd` package of PyPI has not
been kept since 2014.)
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 60.0
"""How long one answer may take: the daemon unpacks what it is sent."""
PIECE = 256 * 1024
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner does not answer, or not as one: the file stays where it is, and is tried again."""


class NotScanned(Exception):
    """The scanner answers that it will not look at this file (too large for its settings, or broken)."""


def is_set() -> bool:
    """Tell whether this office has a scanner."""
    return bool(settings.CLAMD)


def scan(content: bytes) -> str:
    """Return the name of what was found in a file, empty when it is clean. Raises ScannerAway or NotScanned."""
    with _connected() as connection:
        connection.sendall(b"zINSTREAM\0")
        view = memoryview(content)
        try:
            for start in range(0, len(content), PIECE):
                piece = view[start : start + PIECE]
                connection.sendall(len(piece).to_bytes(4, "big"))
                connection.sendall(piece)
            connection.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hangs up in the middle of a file that is too large for it, after it has said so
        answer = _answer(connection)
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:100] or "unnamed"
    if said.endswith("ERROR"):
        raise NotScanned(said[:100])
    raise ScannerAway(f"it answers “{answer[:60]}”")


def version() -> str:
    """Return what the scanner calls itself, with the date of its signatures. Raises ScannerAway."""
    with _connected() as connection:
        connection.sendall(b"zVERSION\0")
        answer = _answer(connection)
    if not answer.startswith("ClamAV"):
        raise ScannerAway(f"it answers “{answer[:60]}”")
    return answer


@contextmanager
def _connected() -> Iterator[socket.socket]:
    place = urlsplit(settings.CLAMD)
    family = socket.AF_UNIX if place.scheme == "unix" else None
    try:
        if family:
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.settimeout(SECONDS)
            connection.connect(place.path)
        else:
            connection = socket.create_connection((place.hostname or "", place.port or 0), timeout=SECONDS)
    except OSError as error:
        raise ScannerAway(f"{settings.CLAMD} does not answer: {error.strerror or type(error).__name__}") from error
    try:
        with connection:
            yield connection
    except OSError as error:
        raise ScannerAway(f"{settings.CLAMD} broke off: {error.strerror or type(error).__name__}") from error


def _answer(connection: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
