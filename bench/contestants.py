"""Who files in the comparison: each prepares its database, is served, and says what one filing looks like."""

import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from bench.forms import TOKEN, Form, read_form
from bench.load import Check, Request, expect, fetch
from bench.office import HOST, THROUGH_PROXY, Office
from bench.servers import ROOT, VAR, Server, free_port, granian, serving
from bench.texts import Writer

Fill = Callable[[Writer, int, Form], Mapping[str, str]]
"""Returns what the n-th citizen fills into the form."""
CITIZENS = 8
UNGUARDED = "yiwang, unguarded"
FILING = {"name": "王小明", "phone": "19900000000", "email": "citizen@example.org"}
PEER_FOLDER = VAR / "peer"
PEER_PYTHON = PEER_FOLDER / "venv" / "bin" / "python"
PEER_NEEDS = ROOT / "bench" / "peer" / "requirements.txt"


@dataclass(frozen=True)
class Contestant:
    """One server of the comparison, on one engine."""

    name: str
    engine: str
    open: Callable[[], AbstractContextManager[Server]]
    filings: Callable[[Server, int, int], list[Request]]
    """Makes requests: the server, how many, and a seed that no other round has used."""
    check: Check
    count: Callable[[], int]
    """Returns how many rows of the kind that a filing makes are in the database."""
    weight: int = 1
    """How many times the requests of a round it gets: a fast server needs more for a round of the same length."""


def threads_for(engine: str) -> int:
    """Return the threads of each of the two workers: SQLite has one writer at a time, and more of them only wait."""
    return 1 if engine == "SQLite" else 4


def environment(engine: str, place: str) -> dict[str, str]:
    """Return what tells floor and peer their database: a URL on PostgreSQL, a file on SQLite."""
    return {"PYTHONPATH": str(ROOT), "BENCH_SQLITE" if engine == "SQLite" else "BENCH_DATABASE_URL": place}


def floor(engine: str, place: str) -> Contestant:
    """The floor in the database at ``place`` (an SQLite file or a PostgreSQL URL); its table is made here."""
    told, python = environment(engine, place), Path(sys.executable)
    _call(python, ["-m", "bench.floor.prepare"], told)

    def filings(_: Server, count: int, seed: int) -> list[Request]:
        writer, kind = Writer(seed), "application/x-www-form-urlencoded"
        bodies = [urlencode({"subject": writer.subject()}).encode() for _ in range(count)]
        return [Request("POST", "/", "", kind, body) for body in bodies]

    return Contestant(
        "floor",
        engine,
        lambda: _served(f"floor-{engine.lower()}", python, "bench.floor.wsgi:application", engine, told),
        filings,
        expect(303),
        lambda: int(_call(python, ["-m", "bench.floor.prepare", "count"], told)),
        weight=4,
    )


def peer(place: str, tickets: int) -> Contestant:
    """The peer in the PostgreSQL database at ``place``, filled with ``tickets``; installed here when missing."""
    if not PEER_PYTHON.exists():
        venv.create(PEER_FOLDER / "venv", with_pip=True)
        subprocess.run(
            [str(PEER_PYTHON), "-m", "pip", "install", "--quiet", "--requirement", str(PEER_NEEDS)], check=True
        )
    told = {**environment("PostgreSQL", place), "BENCH_PEER_MEDIA": str(PEER_FOLDER / "media")}
    _call(PEER_PYTHON, ["-m", "bench.peer.prepare", str(tickets)], told)

    def filings(server: Server, count: int, seed: int) -> list[Request]:
        def fill(writer: Writer, number: int, _: Form) -> Mapping[str, str]:
            email = f"citizen{seed}x{number}@example.org"
            return {
                "title": writer.subject(),
                "body": writer.body(),
                "priority": "3",
                "submitter_email": email,
                "queue": "1",
            }

        return form_posts(server, Request("GET", "/tickets/submit/"), "submitter_email", fill, count, seed)

    return Contestant(
        "django-helpdesk",
        "PostgreSQL",
        lambda: _served("peer", PEER_PYTHON, "bench.peer.wsgi:application", "PostgreSQL", told),
        filings,
        expect(302, location="/view/?ticket="),
        lambda: int(_call(PEER_PYTHON, ["-m", "bench.peer.prepare", "count"], told)),
    )


def yiwang(office: Office) -> Contestant:
    """The product: the form of the portal, filled in by somebody who leaves name, telephone and mail address."""

    def filings(server: Server, count: int, seed: int) -> list[Request]:
        def fill(writer: Writer, number: int, form: Form) -> Mapping[str, str]:
            return {**FILING, "subject": writer.subject(), "text": writer.body(), "region": form.choices["region"][-1]}

        outside = Request("GET", "/ask/", headers=THROUGH_PROXY, host=HOST)
        return form_posts(server, outside, "text", fill, count, seed)

    return Contestant(
        "yiwang",
        office.engine,
        office.serving,
        filings,
        expect(303, location="/receipt/"),
        lambda: int(office.module("bench.inside", "count")),
    )


def unguarded(office: Office) -> Contestant:
    """The product in an office of its own, served without what guards it (bench/unguarded.py)."""
    return replace(
        yiwang(office),
        name=UNGUARDED,
        open=lambda: _served(
            f"unguarded-{office.engine.lower()}",
            Path(sys.executable),
            "bench.unguarded:application",
            office.engine,
            office.settings,
        ),
    )


def form_posts(server: Server, page: Request, having: str, fill: Fill, count: int, seed: int) -> list[Request]:
    """Return ``count`` posts of the form on that page, by eight citizens in turn.

    Each citizen opens the form once, as a browser does, and keeps that page's cookies and token for all their posts:
    Django's token stays good as long as its cookie, so all of a citizen's posts pass the same check as the first.
    """
    writer, posts = Writer(seed), []
    forms, cookies = [], []
    for _ in range(CITIZENS):
        answer = fetch(server.port, page)
        if answer.status != 200:
            raise RuntimeError(f"{server.name}: the form at {page.path} answers {answer.status}")
        forms.append(read_form(answer.body.decode(), having))
        if TOKEN not in forms[-1].given:
            raise RuntimeError(f"{server.name}: the form at {page.path} has no CSRF token")
        cookies.append("; ".join(f"{name}={value}" for name, value in answer.cookies.items()))
    for number in range(count):
        form, cookie = forms[number % CITIZENS], cookies[number % CITIZENS]
        kind, body = form.encode(fill(writer, number, form))
        path = form.action or page.path
        posts.append(replace(page, method="POST", path=path, cookie=cookie, content_type=kind, body=body))
    return posts


@contextmanager
def _served(name: str, python: Path, application: str, engine: str, told: Mapping[str, str]) -> Iterator[Server]:
    port = free_port()
    command = granian(python, application, port, 2, threads_for(engine))
    with serving(name, command, port, told) as server:
        yield server


def _call(python: Path, arguments: list[str], told: Mapping[str, str]) -> str:
    done = subprocess.run(
        [str(python), *arguments], cwd=ROOT, env={**os.environ, **told}, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return done.stdout.strip()
