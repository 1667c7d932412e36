"""The demonstration: an office with an invented city, and its web server and worker as children of one command."""

import os
import signal
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from yiwang.cli.config import DEMO_MARK, Config
from yiwang.cli.main import PlainError
from yiwang.cli.office import Say

CITY_FILE = Path(__file__).parent / "demo" / "city.toml"
STAFF_FILE = Path(__file__).parent / "demo" / "staff.toml"
START_SECONDS = 30
STOP_SECONDS = 15


def office_of_demo() -> dict[str, str]:
    """Return the settings by which the invented office goes under its own name, as environment variables."""
    office = tomllib.loads(CITY_FILE.read_text(encoding="utf-8"))["office"]
    return {
        "YIWANG_OFFICE_NAME": office["zh"],
        "YIWANG_OFFICE_NAME_EN": office["en"],
        "YIWANG_OFFICE_TELEPHONE": office["telephone"],
    }


def demo_logins() -> list[tuple[str, str]]:
    """Return one role and user name for each role, and one for the body that reviews, in the order of the staff file."""
    staff = tomllib.loads(STAFF_FILE.read_text(encoding="utf-8"))["staff"]
    return [
        (person.get("demo_role", person["roles"][0]), person["username"])
        for person in staff
        if person.get("demo_login")
    ]


def fill_with_demo(config: Config, say: Say) -> None:
    """Seed the invented city; raises PlainError in production or when the office holds anything already."""
    from django.db import transaction

    from yiwang.agencies.models import Staff
    from yiwang.cli.demo.seed import seed_demo
    from yiwang.supervision.scan import scan

    if config.production:
        raise PlainError(
            "The demo's passwords are known to all: it is never put into an office with YIWANG_ENV=production."
        )
    if Staff.objects.exists():
        raise PlainError(
            f"The office in {config.var} is not empty: the demo is put into an empty one alone (choose it with YIWANG_VAR)."
        )
    # Marked first: an office that was filled by half must not pass for a real one either.
    (config.var / DEMO_MARK).touch()
    with transaction.atomic():  # so that one that was interrupted leaves an empty office, and the next run begins anew
        seed_demo(say)
    found = scan(everything=True).found
    say(f"Looked for what is late or careless among them: {found} findings, at /desk/supervision/.")


def is_filled() -> bool:
    """Return whether somebody lives in this office already."""
    from yiwang.agencies.models import Staff

    return Staff.objects.exists()


def run_children(config: Config, say: Say) -> int:
    """Run web server and worker until Ctrl-C or until one of them ends; return the status to leave with."""
    ending: list[int] = []

    def end(number: int, _frame: object) -> None:
        ending.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    children = {"serve": _start("serve")}
    try:
        _wait_until_served(config, children["serve"], ending)
        if not ending:
            children["worker"] = _start("worker")  # after the pages, which somebody is waiting for
            say("Ready. Ctrl-C ends it.")
        while not ending:
            for name, child in children.items():
                if child.poll() is not None:
                    say(f"“yiwang {name}” ended with status {child.returncode}; ending the rest.")
                    return 1
            time.sleep(0.2)
        say("\nEnding …")
        return 0
    finally:
        _end(children)


def _start(name: str) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, so that Ctrl-C reaches this process alone, which ends it in order."""
    return subprocess.Popen([sys.executable, "-m", "yiwang.cli.main", name], process_group=0)  # noqa: S603


def _wait_until_served(config: Config, server: subprocess.Popen[bytes], ending: list[int]) -> None:
    until = time.monotonic() + START_SECONDS
    host = "127.0.0.1" if config.host in ("0.0.0.0", "127.0.0.1") else config.host  # noqa: S104
    while time.monotonic() < until and not ending and server.poll() is None:
        with suppress(urllib.error.URLError, OSError):
            # Straight to the port: a proxy set for the machine has no business here.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"http://{host}:{config.port}/alive", timeout=5):
                return
        time.sleep(0.1)


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
