"""A PostgreSQL for the run: one that the environment names, or a throwaway cluster of this machine's PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench.servers import free_port

BINARIES = Path("/usr/lib/postgresql")
STARTS_WITHIN = 30.0


@dataclass(frozen=True)
class Postgres:
    """A running server, by the URL of one of its databases, with the right to make more."""

    url: str

    def fresh(self, name: str) -> str:
        """Drop the database of that name if it is there, make it anew, and return its URL."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def version(self) -> str:
        """Return the server's version, as it tells it."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]) if row else "unknown"

    def statement(self, url: str, text: str) -> None:
        """Run one statement outside a transaction (VACUUM, ANALYZE, CHECKPOINT) in the database of that URL."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(text.encode())


@contextmanager
def running() -> Iterator[Postgres | None]:
    """Yield a server for the run, or None where this machine has no PostgreSQL.

    ``YIWANG_DATABASE_URL`` names one that may be used; else a cluster is made in the temporary folder, with the
    settings of a fresh installation (every commit is synced), and removed afterwards.
    """
    named = os.environ.get("YIWANG_DATABASE_URL", "")
    if named.startswith("postgres"):
        yield Postgres(named)
        return
    binaries = max(BINARIES.glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    if binaries is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    try:
        with _cluster(binaries, folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _cluster(binaries: Path, folder: Path) -> Iterator[Postgres]:
    prefix: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        prefix = ["runuser", "-u", "postgres", "--"]
    data, port = folder / "data", free_port()
    subprocess.run(
        [
            *prefix,
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "bench",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *prefix,
                str(binaries / "postgres"),
                "-D",
                str(data),
                "-p",
                str(port),
                "-k",
                str(folder),
                "-h",
                "127.0.0.1",
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
        try:
            yield _awaited(Postgres(f"postgresql://bench@127.0.0.1:{port}/postgres"), process)
        finally:
            process.terminate()  # runuser hands it on: a smart shutdown, and the pools are closed by now
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                subprocess.run(
                    [*prefix, str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], check=False
                )


def _awaited(server: Postgres, process: "subprocess.Popen[bytes]") -> Postgres:
    until = time.monotonic() + STARTS_WITHIN
    while process.poll() is None:
        try:
            server.version()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return server
    raise RuntimeError("PostgreSQL ended as soon as it was started")
