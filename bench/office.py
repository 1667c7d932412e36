"""The product under test: an office of its own in ``bench/var``, made, filled and served by its own commands."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.servers import ROOT, VAR, Server, free_port, serving

HOST = "bench.example"
THROUGH_PROXY = ("X-Forwarded-Proto: https",)
"""What the proxy in front of a production server adds to each request."""


@dataclass(frozen=True)
class Office:
    """One office: its engine, its folder, and the settings under which its commands run."""

    engine: str
    settings: Mapping[str, str]

    def command(self, *arguments: str) -> str:
        """Run ``yiwang …`` and return what it printed. Raises RuntimeError with its complaint."""
        return self._python("-m", "yiwang.cli.main", *arguments)

    def module(self, name: str, *arguments: str) -> Any:
        """Run a module of the benchmark inside the office and return the JSON that it printed last."""
        return json.loads(self._python("-m", name, *arguments).splitlines()[-1])

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Serve the office as production does, until the block ends."""
        port = free_port()
        command = [sys.executable, "-m", "yiwang.cli.main", "serve", "--port", str(port)]
        with serving(f"yiwang-{self.engine.lower()}", command, port, self.settings) as server:
            yield server

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.settings},
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
        return done.stdout.strip()


def fresh(name: str, url: str = "") -> Office:
    """Make an empty office in ``bench/var/NAME``, in the PostgreSQL database of that URL or else on SQLite.

    It runs with ``YIWANG_ENV=production`` behind an imagined proxy that speaks https, so that no check is left out.
    """
    folder = VAR / name
    shutil.rmtree(folder, ignore_errors=True)
    office = Office("PostgreSQL" if url else "SQLite", _settings(folder, url))
    office.command("migrate")
    office.module("bench.open_doors")
    return office


def _settings(folder: Path, url: str) -> dict[str, str]:
    return {
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "DJANGO_SETTINGS_MODULE": "yiwang.cli.settings",
        "YIWANG_ENV": "production",
        "YIWANG_VAR": str(folder),
        "YIWANG_DATABASE_URL": url,
        "YIWANG_BASE_URL": f"https://{HOST}",
        "YIWANG_PROXIES": "127.0.0.1",
        "YIWANG_LOG_LEVEL": "warning",
    }
