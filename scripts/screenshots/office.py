"""A demo office in a folder of its own, served on a free port for as long as the pictures are taken."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 60
SHOWN_ADDRESS = "http://petitions.example.org"
"""What receipts show as the office's address, so that no picture names a port that happened to be free."""


@dataclass(frozen=True)
class Seen:
    """What the pictures need to know of the office: whose petition stands on them."""

    address: str
    answered: str
    code: str
    in_hand: str
    handler: str


@contextmanager
def demo_office(folder: Path) -> Iterator[Seen]:
    """Make the office in an empty folder, serve it, and end the server afterwards."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    for name in [name for name in os.environ if name.startswith("YIWANG_")]:
        del os.environ[name]
    os.environ.update(
        YIWANG_VAR=str(folder),
        YIWANG_BASE_URL=SHOWN_ADDRESS,
        YIWANG_ALLOWED_HOSTS=HOST,
        YIWANG_WORKERS="1",
        PORT=str(port),
    )
    from yiwang.cli.demonstration import office_of_demo

    os.environ.update(office_of_demo())
    for command in ("migrate", "demo-data"):
        subprocess.run([sys.executable, "-m", "yiwang.cli.main", command], check=True)
    petitions = _petitions()
    server = subprocess.Popen([sys.executable, "-m", "yiwang.cli.main", "serve"])
    try:
        address = f"http://{HOST}:{port}"
        _wait_for(f"{address}/alive", server)
        yield Seen(address, *petitions)
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with suppress(urllib.error.URLError, OSError), opener.open(url, timeout=5):
            return
        time.sleep(0.1)
    sys.exit("screenshots: the demo office did not start")


def _petitions() -> tuple[str, str, str, str]:
    """Return number and code of an answered petition with a long life, and the number and handler of one in hand."""
    from yiwang.cli.main import start_django

    start_django()
    from django.db.models import Count

    from yiwang.agencies.models import Post, Role
    from yiwang.petitions.actors import Actor
    from yiwang.petitions.models import Petition
    from yiwang.petitions.numbers import lookup_code
    from yiwang.petitions.visibility import visible_to

    ordinary = (
        visible_to(Actor.system())
        .exclude(purpose=Petition.Purpose.ACCUSATION)
        .filter(language="zh-hans", merged_into=None, reopened=0)
        .annotate(length=Count("entries"))
        .order_by("-length", "-id")
    )
    answered = ordinary.filter(state=Petition.State.ANSWERED)[:1].get()
    # Somebody who can log in must have it: the agency handlers of the lead agency.
    able = Post.objects.filter(role=Role.AGENCY_HANDLER).values("agency")
    in_hand = ordinary.filter(state=Petition.State.ACCEPTED, lead_agency__in=able)[:1].get()
    handler = Post.objects.filter(role=Role.AGENCY_HANDLER, agency=in_hand.lead_agency).select_related("staff")[0]
    return answered.number, lookup_code(answered.number), in_hand.number, handler.staff.username
