"""The workshop's own process: reads one piece of work from standard input, writes what it made to standard output.

Started by workshop.py as ``python -m yiwang.papers.workbench``. It opens no database, knows no key, and writes no file.
"""

import base64
import contextlib
import hashlib
import json
import resource
import sys
from typing import Any

from yiwang.papers.checking import check_file
from yiwang.papers.drawing import CannotDraw, draw
from yiwang.papers.filling import TemplateFault, fill, left_open, lines_of
from yiwang.papers.layout import as_html

LARGEST = 10 * 1024 * 1024


def work(given: dict[str, Any]) -> dict[str, Any]:
    """Do one piece of work and return what is told of it; raises TemplateFault."""
    if given["work"] == "probe":
        return {"no_pdf": _drawn("<p>信访</p>")[1]}
    docx = base64.b64decode(given["docx"]) if given["work"] == "draw" else _filled(given)
    text = "\n".join(lines_of(docx))
    pdf, missing = _drawn(as_html(docx, given["title"]))
    return {
        "docx": base64.b64encode(docx).decode(),
        "text_digest": hashlib.sha256(text.encode()).hexdigest(),
        "pdf": base64.b64encode(pdf).decode(),
        "no_pdf": missing,
    }


def _drawn(html: str) -> tuple[bytes, str]:
    try:
        return draw(html), ""
    except CannotDraw as cannot:
        return b"", cannot.code


def _filled(given: dict[str, Any]) -> bytes:
    template = base64.b64decode(given["template"])
    check_file(template)
    docx = fill(template, given["fields"], given["facts"], base64.b64decode(given["qr"]))
    if given["trial"] and (line := left_open(docx)):
        raise TemplateFault("left_open", line[:60])
    if len(docx) > LARGEST:
        raise TemplateFault("grows")
    return docx


def main() -> None:
    given = json.load(sys.stdin)
    seconds, memory = given["seconds"], given["megabytes"] * 1024 * 1024
    # Where a limit is not to be had (macOS knows none of memory), the one who started this still ends it in time.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        answer = work(given)
    except TemplateFault as fault:
        answer = {"fault": fault.code, "detail": fault.detail}
    except (MemoryError, RecursionError):
        answer = {"fault": "grows", "detail": ""}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
