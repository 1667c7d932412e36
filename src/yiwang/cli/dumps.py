"""Copying a whole database out and in, each engine by its own means, while the office goes on working."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from yiwang.cli.config import Config
from yiwang.cli.databases import django_database, uses_postgres
from yiwang.cli.main import PlainError

SIGNS_OF_LIFE = ("petitions_petition", "agencies_staff")
"""Tables that are empty in an office that was only made."""

_DROP_ALL = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', found.tablename);
  END LOOP;
END $$;
"""


def dump(config: Config, target: Path) -> None:
    """Write a consistent copy of the database to a file; raises PlainError when that fails."""
    if uses_postgres(config):
        _run([_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], config)
        return
    path = Path(django_database(config)["NAME"])
    if not path.is_file():
        raise PlainError(f"There is no database at {path}: run “yiwang migrate” first.")
    source, copy = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        source.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise PlainError(f"The database {path} is damaged; the last good backup is the one to keep.")
    except sqlite3.Error as error:
        raise PlainError(f"The database {path} cannot be copied: {error}.") from None
    finally:
        copy.close()
        source.close()


def load(config: Config, source: Path) -> None:
    """Replace the database by the copy in a file, whole or not at all; raises PlainError when that fails."""
    if uses_postgres(config):
        script = source.with_suffix(".sql")
        _run(
            [
                _program("pg_restore"),
                "--clean",
                "--if-exists",
                "--no-owner",
                "--no-privileges",
                f"--file={script}",
                str(source),
            ],
            config,
            connects=False,
        )
        drop = source.with_suffix(".drop.sql")
        drop.write_text(_DROP_ALL)
        files = [f"--file={drop}", f"--file={script}"]
        _run(
            [
                _program("psql"),
                "--quiet",
                "--no-psqlrc",
                "--output=/dev/null",
                "--set=ON_ERROR_STOP=1",
                "--single-transaction",
                *files,
            ],
            config,
        )
        return
    path = Path(django_database(config)["NAME"])
    draft = path.with_name(f"{path.name}.part")
    shutil.copyfile(source, draft)
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    for rest in ("-wal", "-shm"):
        # Left beside the new database, the old one's log would be replayed into it.
        path.with_name(path.name + rest).unlink(missing_ok=True)
    draft.replace(path)


def holds_rows(config: Config) -> bool:
    """Return whether anybody has worked in this office's database yet; it need not exist."""
    if not uses_postgres(config) and not Path(django_database(config)["NAME"]).is_file():
        return False
    from django.db import connection

    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in there & set(SIGNS_OF_LIFE):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 (a name from above)
            if cursor.fetchone():
                return True
    connection.close()
    return False


def _program(name: str) -> str:
    """Return the newest of PostgreSQL's programs of this name: an older one refuses a newer server."""
    versions = Path("/usr/lib/postgresql")
    installed = (
        sorted(versions.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3])) if versions.is_dir() else []
    )
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise PlainError(
            f"The program {name} is not installed here: install PostgreSQL's client programs (apt: postgresql-client)."
        )
    return found


def _run(command: list[str], config: Config, *, connects: bool = True) -> None:
    database = django_database(config)
    environment = dict(os.environ)
    # By the environment, since arguments are seen by every account of the machine.
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    if connects:
        environment.update({name: database[key] for name, key in names.items() if database[key]})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise PlainError(f"{Path(command[0]).name} failed: {reason}")
