"""Files that only ever grow, one JSON object a line: where signed heads stand outside the database.

A line is on disk when :func:`append` returns. A crash may tear the last line: readers pass it over, and the next line
begins afresh behind it. Writers take turns.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

TAIL_BYTES = 16_384
"""More than the longest line."""

Line = dict[str, Any]


def append(path: Path, lines_after: Callable[[Line | None], Iterable[Line]]) -> int:
    """Append the lines that ``lines_after`` gives for the last line of the file (None: there is none); return how many.

    The file, and its folder, are made when they are not there, readable by their owner alone. Raises OSError.
    """
    with _opened(path) as file:
        added = 0
        for line in lines_after(_last(file)):
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            added += 1
        file.flush()
        os.fsync(file.fileno())
    return added


def read(path: Path) -> Iterator[Line]:
    """Yield the lines of a file that can be read, in order; none when there is no file."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            if (found := _parsed(line)) is not None:
                yield found


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading and appending, alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = not path.exists()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if fresh:
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        yield file


def last(path: Path) -> Line | None:
    """Return the last line of a file that can be read, without looking at those before it; None when there is none."""
    try:
        with path.open("rb") as file:
            return _last_of(_tail(file))
    except FileNotFoundError:
        return None


def _last(file: IO[bytes]) -> Line | None:
    """Return the last line that can be read; one that was torn is ended, so that the next begins afresh."""
    tail = _tail(file)
    if tail and not tail.endswith(b"\n"):
        file.write(b"\n")
    return _last_of(tail)


def _tail(file: IO[bytes]) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL_BYTES))
    return file.read()


def _last_of(tail: bytes) -> Line | None:
    return next((found for line in reversed(tail.splitlines()) if (found := _parsed(line)) is not None), None)


def _parsed(line: bytes) -> Line | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
