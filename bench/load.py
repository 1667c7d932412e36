"""The load generator: a fixed count of requests over kept-alive connections, from one thread.

It shares the machine with the server, so it must be light: bodies are made before the clock starts, one ``select`` loop
drives all connections, and an answer is read no further than its status, its place and its end. It accounts for its own
processor time, and each connection sends its next request when its last answer is complete (a closed loop).
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.figures import percentile

GIVE_UP_AFTER = 30.0


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent; ``cookie`` is the whole Cookie header's value."""

    method: str
    path: str
    cookie: str = ""
    content_type: str = ""
    body: bytes = b""
    headers: tuple[str, ...] = ()
    """Whole lines that a proxy in front would add; with ``X-Forwarded-Proto: https`` the page counts as such."""
    host: str = ""

    def to_bytes(self, address: str) -> bytes:
        """Return the request as it goes over the wire (HTTP/1.1, kept alive) to a server at ``address``."""
        host = self.host or address
        scheme = "https" if any(line.endswith("https") for line in self.headers) else "http"
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", "User-Agent: bench", "Accept: text/html"]
        lines += self.headers
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.method == "POST":
            lines += [f"Origin: {scheme}://{host}", f"Referer: {scheme}://{host}{self.path}"]
            lines += [f"Content-Type: {self.content_type}", f"Content-Length: {len(self.body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


@dataclass(frozen=True)
class Answer:
    """What came back: status, Location (empty when there is none), headers and body."""

    status: int
    location: str
    head: bytes
    body: bytes

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that this answer sets."""
        found = {}
        for line in self.head.split(b"\r\n"):
            name, _, value = line.partition(b": ")
            if name.lower() == b"set-cookie":
                key, _, held = value.decode("latin-1").split(";", 1)[0].partition("=")
                found[key] = held
        return found


@dataclass
class Outcome:
    """The result of one load: latencies in milliseconds, in the order in which the answers came."""

    seconds: float = 0.0
    client_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    locations: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def client_share(self) -> float:
        """The share of one core that the load generator itself took."""
        return self.client_seconds / self.seconds

    def at(self, share: float) -> float:
        """Return a percentile of the latencies, in ms."""
        return percentile(self.latencies, share)

    @property
    def middle(self) -> float:
        return median(self.latencies)


Check = Callable[[Answer], str | None]


def expect(*statuses: int, location: str = "") -> Check:
    """Return a check that names what is wrong with an answer: another status, or a Location without that text."""

    def check(answer: Answer) -> str | None:
        if answer.status not in statuses:
            return f"status {answer.status}"
        if location and location not in answer.location:
            return f"sent on to {answer.location or 'nowhere'}"
        return None

    return check


def run(port: int, requests: Sequence[Request], check: Check, concurrency: int = 8) -> Outcome:
    """Send all requests over ``concurrency`` connections and return what was measured.

    A failed answer is counted and named, never raised. A connection that breaks, or a server that is silent for 30 s,
    raises ConnectionError.
    """
    wires = [request.to_bytes(f"127.0.0.1:{port}") for request in requests]
    outcome = Outcome()
    selector = selectors.DefaultSelector()
    lanes = [_Lane(port) for _ in range(min(concurrency, len(wires)))]
    waiting = iter(wires)
    processor, started = time.process_time(), time.perf_counter()
    try:
        for lane in lanes:
            selector.register(lane.socket, selectors.EVENT_READ, lane)
            lane.send(next(waiting))
        _drive(selector, waiting, len(lanes), outcome, check)
    finally:
        selector.close()
        for lane in lanes:
            lane.socket.close()
    outcome.seconds = time.perf_counter() - started
    outcome.client_seconds = time.process_time() - processor
    return outcome


def fetch(port: int, request: Request) -> Answer:
    """Send one request over a connection of its own and return the answer whole."""
    lane = _Lane(port)
    try:
        lane.send(request.to_bytes(f"127.0.0.1:{port}"))
        while (answer := lane.receive()) is None:
            pass
        return answer
    finally:
        lane.socket.close()


def _drive(
    selector: selectors.BaseSelector, waiting: Iterator[bytes], busy: int, outcome: Outcome, check: Check
) -> None:
    while busy:
        ready = selector.select(GIVE_UP_AFTER)
        if not ready:
            raise ConnectionError(f"the server answered nothing for {GIVE_UP_AFTER:.0f} s")
        for key, _ in ready:
            lane: _Lane = key.data
            answer = lane.receive()
            if answer is None:
                continue
            outcome.latencies.append((time.perf_counter() - lane.sent_at) * 1000)
            outcome.locations.append(answer.location)
            if wrong := check(answer):
                outcome.failures.append(wrong)
            following = next(waiting, None)
            if following is None:
                busy -= 1
                selector.unregister(lane.socket)
            else:
                lane.send(following)


class _Lane:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=GIVE_UP_AFTER)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, wire: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(wire)

    def receive(self) -> Answer | None:
        """Read what has come; return the answer once it is complete."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError(f"the server closed the connection after {self.received[:200]!r}")
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, body = self.received[:end], self.received[end + 4 :]
        headers = head.lower()
        if b"transfer-encoding: chunked" in headers:
            if not body.endswith(b"0\r\n\r\n"):
                return None
            body = _joined(body)
        elif len(body) < int(_header(head, headers, b"content-length") or 0):
            return None
        location = _header(head, headers, b"location").decode("latin-1")
        return Answer(int(head[9:12]), location, head, body)


def _header(head: bytes, lowered: bytes, name: bytes) -> bytes:
    at = lowered.find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    start = at + len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


def _joined(chunks: bytes) -> bytes:
    parts = []
    while chunks:
        size, _, rest = chunks.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        parts.append(rest[:length])
        chunks = rest[length + 2 :] if length else b""
    return b"".join(parts)


def shares(outcomes: Iterable[Outcome]) -> str:
    """Return in words how much of one core the load generator took over several rounds."""
    taken = [outcome.client_share for outcome in outcomes]
    return f"{median(taken):.0%} of one core" if taken else "nothing"
