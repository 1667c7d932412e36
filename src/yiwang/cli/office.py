"""Making an office out of a folder: its modes, keys, tables, reference rows and static files."""

import errno
import hashlib
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

from yiwang.cli.config import Config
from yiwang.cli.databases import uses_postgres
from yiwang.cli.main import PlainError

Say = Callable[[str], None]

SEEDS: tuple[str, ...] = (
    "yiwang.workdays.seed:seed_calendar",
    "yiwang.agencies.seed:seed_root",
    "yiwang.supervision.ladder:seed_ladder",
)
"""What fills the reference tables, as ``module:function``; each adds what is missing and leaves what the office changed."""

DIGEST_FILE = ".collected-from"


def prepare_folder(config: Config) -> None:
    """Make the office's folder and its keys, readable by the owner alone.

    Raises PlainError when the folder cannot be written.
    """
    from yiwang.vault.keys import load_keys, make_keys
    from yiwang.vault.signing import make_signing_key

    try:
        for folder in (config.var, config.keys_folder, config.files_folder, config.uploads_folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        if config.key_command:
            given = load_keys(config.keys_folder, config.key_command).signing
        else:
            make_keys(config.keys_folder, config.sealing)
            given = None
        if given is None:
            make_signing_key(config.keys_folder, config.signature)
        for key in config.keys_folder.iterdir():
            key.chmod(0o600)
    except OSError as error:
        raise PlainError(
            f"The folder {config.var} cannot be written ({os.strerror(error.errno or errno.EIO)}): "
            "make it writable, or name another with YIWANG_VAR."
        ) from None


def bring_up_to_date(config: Config, say: Say) -> None:
    """Apply what migrations are missing, fill the reference tables, collect the static files. Does nothing when all is done."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from yiwang.cli.traces import traced

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        say(f"Making the tables: {len(missing)} steps …")
        call_command("migrate", verbosity=0, interactive=False)
        executor.loader.check_consistent_history(connection)
    for seed in SEEDS:
        module, function = seed.split(":")
        added = getattr(import_module(module), function)()
        if added:
            say(f"Filling in reference rows: {module.split('.')[1]} ({added}) …")
    if not missing:
        say("The database is up to date.")
    grant_rights(config, say)
    if missing:
        with traced("migrate", everything=False):
            pass
    collect_static(config, say)


def grant_rights(config: Config, say: Say) -> None:
    """Give the role that serves its rights, where another owns the tables: it may not change what the behaviour log holds.

    Raises PlainError when both settings name one role.
    """
    if not (config.database_owner_url and uses_postgres(config)):
        return
    from yiwang.store.append_only import grant_to

    role = unquote(urlsplit(config.database_url).username or "")
    try:
        grant_to(role)
    except ValueError:
        raise PlainError(
            "YIWANG_DATABASE_OWNER_URL and YIWANG_DATABASE_URL name the same role: make a second one, which owns nothing, for the latter."
        ) from None
    say(f"The role {role} may serve, and change nothing that the behaviour log holds.")


def collect_static(config: Config, say: Say) -> None:
    """Copy the pages' styles, scripts and pictures to where they are served from, under hashed names, if any changed."""
    from django.core.management import call_command

    mark = config.static_folder / DIGEST_FILE
    digest = _digest_of_static()
    if mark.is_file() and mark.read_text() == digest:
        return
    say("Collecting static files …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=config.static_folder.exists())
    mark.write_text(digest)


def _digest_of_static() -> str:
    """Return a digest of every static file's path, size and time of change: enough to see that one changed."""
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(None), key=lambda pair: str(pair[0])):
            facts = Path(storage.path(name)).stat()
            seen.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()
