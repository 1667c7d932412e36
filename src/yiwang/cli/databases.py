"""From a database address to what Django needs to know of it."""

import sys
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yiwang.cli.config import Config, current_config

BUSY_SECONDS = 20
"""How long a statement of a web process waits for another's lock before it is refused."""
WAIT_SECONDS = 5
"""How long PostgreSQL may take to answer a new connection, before it counts as away."""
SORT_MEMORY = "32MB"
"""What one sort of a web process may take of the server's memory."""
RETRY_SECONDS = 1.0
"""How long the pool tries to connect by itself, before it leaves that to the next request."""

in_web_process = False
"""Whether this process serves pages, and so keeps a pool of connections; `yiwang.cli.wsgi` says so before Django starts."""

as_owner = False
"""Whether this process works as the role that owns the tables, where the office has one; commands say so before Django starts."""


def uses_postgres(config: Config) -> bool:
    """Return whether the office lives in PostgreSQL; otherwise it is one SQLite file."""
    return urlsplit(config.database_url).scheme in ("postgresql", "postgres")


_SQLITE_AWAY = ("unable to open", "locked", "full", "readonly", "disk i/o", "malformed", "not a database", "busy")

_READ_ONLY = "25006"  # hosted PostgreSQL takes no more writes when its disk is full, or while another server takes over


def is_away(error: BaseException) -> bool:
    """Return whether an error means that the database is away, locked, full or damaged, and not that a statement is wrong."""
    database = sys.modules.get("django.db.utils")
    if not database or not isinstance(error, database.Error):
        return False
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) == _READ_ONLY:
        return True
    if not isinstance(error, (database.OperationalError, database.InterfaceError)):
        return False
    if type(cause or error).__module__.startswith("sqlite3"):
        # SQLite gives this class to misspelt statements too.
        return any(sign in str(error).lower() for sign in _SQLITE_AWAY)
    return True


def threads_of(config: Config) -> int:
    """Return the threads of each web process: SQLite's writers take turns, so more would only wait in line."""
    return config.threads or (4 if uses_postgres(config) else 1)


def django_database(config: Config) -> dict[str, Any]:
    """Return the value of ``DATABASES["default"]``."""
    return _postgres(config) if uses_postgres(config) else _sqlite(config)


def _sqlite(config: Config) -> dict[str, Any]:
    path = unquote(urlsplit(config.database_url).path.removeprefix("/")) if config.database_url else ""
    return {
        "ENGINE": "yiwang.store.sqlite",
        "NAME": path or str(config.var / "yiwang.sqlite3"),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(config.var / "test.sqlite3")},
        # Write-ahead log, full sync, foreign keys and immediate transactions are the engine's own custom.
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "init_command": "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 67108864",
        },
    }


def _postgres(config: Config) -> dict[str, Any]:
    parts = urlsplit((as_owner and config.database_owner_url) or config.database_url)
    options: dict[str, Any] = {"connect_timeout": WAIT_SECONDS, **dict(parse_qsl(parts.query))}
    # Django sends its own statements unprepared all the same: this is for `yiwang.store.inserting`, from the first time on.
    options["prepare_threshold"] = 0
    if in_web_process:
        # One more than the threads, so that a health check never waits behind them.
        # The pool gives up soon, for each request then tries anew: its own pauses would grow to minutes after an outage.
        most = threads_of(config) + 1
        # Short statements alone run here: compiling one costs more than the compiled one saves. The memory is for the filing
        # whose turn it is to sort new grams into the search index: with the default of 4 MB it would do so in small portions.
        options.setdefault("options", f"-c lock_timeout={BUSY_SECONDS}s -c jit=off -c work_mem={SORT_MEMORY}")
        options["pool"] = {"min_size": 1, "max_size": most, "timeout": WAIT_SECONDS, "reconnect_timeout": RETRY_SECONDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "TEST": {"NAME": f"test_{unquote(parts.path.lstrip('/'))}"},
        "OPTIONS": options,
    }


def place_of() -> str:
    """Return where this office's database is, in words that hold no password."""
    database = django_database(current_config())
    if not database.get("HOST"):
        return str(database["NAME"])
    return f"{database['NAME']} at {database['HOST']}:{database['PORT'] or 5432}"
