"""Granian, as the product is served in production: started, awaited, weighed and stopped."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machine import children_of, mapped_mb, processor_seconds, pss_mb, rss_mb

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "bench" / "var"
STARTS_WITHIN = 30.0


@dataclass(frozen=True)
class Server:
    """A running server: its port, and the process whose children are the workers."""

    name: str
    port: int
    pid: int

    def workers(self) -> list[int]:
        """Return the process ids of the web workers."""
        return children_of(self.pid)

    def processor_seconds(self) -> float:
        """Return the processor time that all web workers have taken so far."""
        return sum(processor_seconds(pid) for pid in self.workers())

    def worker_pss(self) -> list[float]:
        """Return each worker's proportional set size in MB."""
        return [pss_mb(pid) for pid in self.workers()]

    def worker_mapped(self) -> list[float]:
        """Return how much of each worker's proportional set size is mapped files, in MB."""
        return [mapped_mb(pid) for pid in self.workers()]

    def worker_rss(self) -> list[float]:
        """Return each worker's resident set size in MB."""
        return [rss_mb(pid) for pid in self.workers()]


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def granian(python: Path, application: str, port: int, workers: int, threads: int) -> list[str]:
    """Return the command that serves a WSGI application as production does."""
    return [
        *[str(python), "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "warning"],
        *["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads)],
        application,
    ]


@contextmanager
def serving(name: str, command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run a server until the block ends; its output goes to ``bench/var/NAME.log``.

    Raises RuntimeError with the log's end when it does not listen within 30 s.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    log = VAR / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output)
        try:
            _await_port(process, port, log)
            yield Server(name, port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_port(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen on {port}:\n{log.read_text(errors='replace')[-3000:]}")
