"""The workshop: papers are filled in and drawn by a process of their own, with limits of time, memory and size.

Templates come from people, and the libraries that read and draw them are large: whatever goes wrong there takes neither
the worker nor a web process along. What goes in and out goes through pipes and never lies on disk.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yiwang
from yiwang.papers.filling import TemplateFault

SECONDS = 60
TRIAL_SECONDS = 15
MEGABYTES = 2048
LARGEST_TEMPLATE = 2 * 1024 * 1024
KEPT_FROM_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "XDG_CACHE_HOME", "FONTCONFIG_PATH", "FONTCONFIG_FILE",
                         "DYLD_FALLBACK_LIBRARY_PATH", "LD_LIBRARY_PATH")  # fmt: skip


class WorkshopFailed(Exception):
    """The workshop's process ended without a word, or not in time. ``code``: “time” or “ended”."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code


@dataclass(frozen=True)
class Made:
    """What the workshop made. ``pdf`` is empty where ``no_pdf`` says why: “pango” or “font” is missing."""

    docx: bytes
    pdf: bytes
    no_pdf: str
    text_digest: str


def make(
    template: bytes,
    fields: Mapping[str, bool],
    facts: Mapping[str, object],
    *,
    qr: bytes = b"",
    title: str = "",
    trial: bool = False,
) -> Made:
    """Fill a template in and draw it. Raises :class:`TemplateFault`, or :class:`WorkshopFailed` when time or memory ran out."""
    seconds = TRIAL_SECONDS if trial else SECONDS
    order = {
        "work": "make",
        "template": base64.b64encode(template).decode(), "fields": dict(fields), "facts": dict(facts),
        "qr": base64.b64encode(qr).decode(), "title": title, "trial": trial, "seconds": seconds, "megabytes": MEGABYTES,
    }  # fmt: skip
    return _made(_ask(order, seconds))


def draw(docx: bytes, title: str) -> Made:
    """Draw a document that was filled in before. Raises as :func:`make` does."""
    document = base64.b64encode(docx).decode()
    return _made(
        _ask({"work": "draw", "docx": document, "title": title, "seconds": SECONDS, "megabytes": MEGABYTES}, SECONDS)
    )


def cannot_draw() -> str:
    """Return what is missing for PDFs here, “pango” or “font”, or nothing. Raises :class:`WorkshopFailed`."""
    return str(_ask({"work": "probe", "seconds": SECONDS, "megabytes": MEGABYTES}, SECONDS)["no_pdf"])


def _made(answer: dict[str, Any]) -> Made:
    if "fault" in answer:
        raise TemplateFault(answer["fault"], answer["detail"])
    return Made(
        base64.b64decode(answer["docx"]), base64.b64decode(answer["pdf"]), answer["no_pdf"], answer["text_digest"]
    )


def _ask(order: dict[str, Any], seconds: int) -> dict[str, Any]:
    environment = {name: os.environ[name] for name in KEPT_FROM_ENVIRONMENT if name in os.environ}
    environment["PYTHONPATH"] = str(Path(yiwang.__file__).parents[1])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "yiwang.papers.workbench"],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise WorkshopFailed("time") from late
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as nothing:
        raise WorkshopFailed("time" if done.returncode < 0 else "ended") from nothing
    return answer
