"""A PostgreSQL for the run: one that the environment names, or a throwaway one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench.servers import ROOT


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


@contextmanager
def running() -> Iterator[Postgres | None]:
    """Yield a server for the run, or None (having said why) where this machine has no PostgreSQL.

    ``YIWANG_TEST_POSTGRES_URL`` names one that may be used; else `scripts/with-postgres` brings a throwaway one that
    syncs every commit, and ends it when its command does.
    """
    if named := os.environ.get("YIWANG_TEST_POSTGRES_URL"):
        yield Postgres(named)
        return
    tell_and_wait = "echo $YIWANG_TEST_POSTGRES_URL; cat"
    process = subprocess.Popen(
        [str(ROOT / "scripts" / "with-postgres"), "--synced", "sh", "-c", tell_and_wait],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        url = process.stdout.readline().strip()
        yield Postgres(url) if url else None
    finally:
        process.stdin.close()
        process.wait()
