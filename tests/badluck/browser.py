"""What stands at the other end of a real connection: a browser with cookies, and the server's processes."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass, field

from tests.offices import Office

HIDDEN = re.compile(r'<input[^>]*name="(csrfmiddlewaretoken|form_key)"[^>]*value="([^"]*)"')
PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


@dataclass
class Browser:
    """A browser without script: it keeps cookies and sends the forms that it was shown."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: float = 30

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, hang_up: bool = False, **headers: str
    ) -> Answer:
        """Send one request on a connection of its own; raises OSError or HTTPException when no whole answer came.

        ``hang_up`` sends all and ends the connection a moment later, whatever comes: TimeoutError, as a lost line gives.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.seconds)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, given)
            if hang_up:
                time.sleep(0.1)
                raise TimeoutError("the line was lost")
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def form(self, path: str) -> dict[str, str]:
        """Open a page and return the hidden fields of its form."""
        page = self.ask("GET", path)
        assert page.status == 200, page.status
        return dict(HIDDEN.findall(page.text))

    def post(
        self,
        path: str,
        fields: dict[str, str],
        files: dict[str, tuple[str, bytes]] | None = None,
        *,
        hang_up: bool = False,
    ) -> Answer:
        """Send a form, as multipart when it has files."""
        if not files:
            body = urllib.parse.urlencode(fields).encode()
            return self.ask("POST", path, body, hang_up=hang_up, Content_Type="application/x-www-form-urlencoded")
        return self.ask("POST", path, multipart(fields, files), hang_up=hang_up, Content_Type=MULTIPART)


BOUNDARY = "----a-boundary-of-the-tests"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> bytes:
    """Return the body of a form with files."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (filename, content) in files.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def filing(subject: str, **more: str) -> dict[str, str]:
    """Return what a citizen types."""
    return {
        "subject": subject,
        "text": "三单元的楼道灯坏了三个月，请派人来修。",
        "name": "钱大妈",
        "phone": "19900000001",
        "email": "qian@example.org",
        **more,
    }


class Processes:
    """A command with all its children, in a group of their own, so that they can be killed together."""

    def __init__(self, office: Office, *arguments: str, **more: str) -> None:
        self.office, self.arguments, self.more = office, arguments, more
        self.log = office.var.parent / f"{arguments[0]}.log"
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says is appended to the log."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "yiwang.cli.main", *self.arguments],
                env={**self.office.environ, **self.more},
                cwd=self.office.var.parent,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 every process of it, and wait until none is left."""
        if self.running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(timeout=20)
        until = time.monotonic() + 10
        with contextlib.suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < until:
                os.killpg(self.running.pid, 0)
                time.sleep(0.02)
        self.running = None


def wait_until_served(port: int, seconds: float = 60) -> None:
    """Wait until a server answers on the port; fails when it does not in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if Browser(port, seconds=5).ask("GET", "/alive").body == b"ok\n":
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers on port {port}")
