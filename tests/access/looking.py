"""Looking at a page as somebody, and keeping what can be compared: the answer without its tokens, and the statements without their values."""

import re
from dataclasses import dataclass

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

TOKENS = re.compile(
    rb"""(name="csrfmiddlewaretoken" value=|name="form_key" value=|"X-CSRFToken": ?|data-csrf=)["'][^"']*["']|csrfmiddlewaretoken=\w+"""
)
VALUES = re.compile(r"""x?'(?:[^']|'')*'|b"[^"]*"|b'[^']*'|\b\d[\d.]*\b|"s\d+_x\d+"|"_django_curs_\w+\"""")
OF_THE_MOMENT = {"Content-Length", "Expires", "Last-Modified"}
"""The length goes with the tokens that are left out of the body; the others are the time of day."""
SECOND = re.compile(r"-\d{6}\.")
"""The time of day in the name of a file that is given out."""
IDS = re.compile(rb"\b\d{16,}\b")
COOKIE = re.compile(r"=[^;]*;")


@dataclass(frozen=True)
class Seen:
    """One answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: tuple[str, ...]


def look(client: Client, path: str, method: str = "GET", data: dict[str, str] | None = None) -> Seen:
    """Ask for a page, and return what came, its own address, tokens and cookies' values left out."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.generic(
            method, path, "&".join(f"{name}={value}" for name, value in (data or {}).items()).encode(),
            "application/x-www-form-urlencoded",
        )  # fmt: skip
        body = content_of(answer)
    if answer.headers.get("Content-Type", "").startswith("text/csv"):
        body = IDS.sub(b"ID", body)  # of the lines that the looking itself wrote
    own = path.partition("?")[0].encode()
    headers = {name: SECOND.sub("-NOW.", value.replace(own.decode(), "HERE")) for name, value in answer.headers.items()}
    headers |= {f"Set-Cookie {name}": COOKIE.sub("=;", morsel.output()) for name, morsel in answer.cookies.items()}
    return Seen(
        answer.status_code,
        tuple(sorted((name, value) for name, value in headers.items() if name not in OF_THE_MOMENT)),
        TOKENS.sub(b"TOKEN", body).replace(own, b"HERE"),
        tuple(shape(query["sql"]) for query in captured.captured_queries),
    )


def content_of(answer: HttpResponse) -> bytes:
    """Return the body, streamed or not."""
    if answer.streaming:
        return b"".join(answer)  # type: ignore[arg-type]
    return bytes(answer.content)


def shape(sql: str) -> str:
    """Return the text of a statement without its values; of rows that are written, how many there are."""
    return VALUES.sub("?", sql.replace("NULL", "0"))
