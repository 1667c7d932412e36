"""Offices that are made and run by the command line itself, in processes of their own."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from tests import ports

ROOT = Path(__file__).parents[1]
SERVER = os.environ["YIWANG_DATABASE_URL"]


@dataclass
class Office:
    """One office: its folder, its database, and a way to run `yiwang` in it."""

    var: Path
    database_url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("YIWANG_", "DJANGO_"))}
        return {
            **kept,
            "YIWANG_VAR": str(self.var),
            "YIWANG_DATABASE_URL": self.database_url,
            "PYTHONPATH": str(ROOT / "src"),
            **self.more,
        }

    def run(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "yiwang.cli.main", *map(str, arguments)],
            env={**self.environ, **more},
            cwd=self.var.parent,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "yiwang.cli.main", *arguments],
            env={**self.environ, **more},
            cwd=self.var.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def python(self, code: str) -> str:
        """Run some lines inside the office and return what they print."""
        head = "from yiwang.cli.main import start_django; start_django()\n"
        done = subprocess.run(
            [sys.executable, "-c", head + code], env=self.environ, cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def _sql(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def new_office(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Return a function that names an office which was not made yet, with an empty database of its own."""
    databases = []

    def make(name: str) -> Office:
        if not SERVER:
            return Office(tmp_path / name)
        database = f"yiwang_{name}_{secrets.token_hex(4)}"
        _sql(f'CREATE DATABASE "{database}"')
        databases.append(database)
        return Office(tmp_path / name, f"{SERVER.rsplit('/', 1)[0]}/{database}")

    yield make
    for database in databases:
        _sql(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that `yiwang migrate` made, once a run: the others are copies of it."""
    var = tmp_path_factory.mktemp("template") / "var"
    office = Office(var)
    if SERVER:
        database = f"yiwang_template_{secrets.token_hex(4)}"
        _sql(f'CREATE DATABASE "{database}"')
        office.database_url = f"{SERVER.rsplit('/', 1)[0]}/{database}"
    done = office.run("migrate")
    assert done.returncode == 0, done.stderr
    yield office
    if SERVER:
        _sql(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture
def made_office(_template: Office, tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Return a function that gives an office of that name, which was made and holds nothing yet."""
    databases = []

    def make(name: str) -> Office:
        made = Office(tmp_path / name)
        shutil.copytree(_template.var, made.var)
        if SERVER:
            source, database = _template.database_url.rsplit("/", 1)[1], f"yiwang_{name}_{secrets.token_hex(4)}"
            _sql(f'CREATE DATABASE "{database}" TEMPLATE "{source}"')
            databases.append(database)
            made.database_url = f"{SERVER.rsplit('/', 1)[0]}/{database}"
        return made

    yield make
    for database in databases:
        _sql(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture
def office(made_office: Callable[[str], Office]) -> Office:
    """An office that was made and holds nothing yet."""
    return made_office("office")


@pytest.fixture
def free_port() -> int:
    """A port on which nothing listens."""
    return ports.free_port()
